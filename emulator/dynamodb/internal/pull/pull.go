// Package pull reads JSON by asking for what is expected next, straight out of
// the request's bytes. DynamoDB's bodies nest attribute values deeply and come
// tens of thousands of times a second; encoding/json scans each value once per
// level and allocates for every member, this reader looks at each byte once.
//
// Errors stick: after the first one every method returns a zero value, and Err
// says what was wrong. Strings are copies; nothing read refers to the input.
package pull

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds nesting, so that hostile input cannot exhaust the stack.
const maxDepth = 200

// ErrSyntax is wrapped by every error about text that is not JSON.
var ErrSyntax = errors.New("not valid JSON")

// TypeError says that the text is JSON, but another type stood where Want was
// expected.
type TypeError struct {
	Got, Want string
}

func (e *TypeError) Error() string { return e.Got + " can not be converted to " + e.Want }

// Reader reads one JSON text. Build it with New.
type Reader struct {
	data  []byte
	pos   int
	depth int
	err   error
}

// New returns a Reader at the start of data.
func New(data []byte) *Reader { return &Reader{data: data} }

// Err is the first error met, nil if none.
func (r *Reader) Err() error { return r.err }

// Fail records err unless an earlier error stands.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// End checks that nothing but blanks follows, and returns the first error met.
func (r *Reader) End() error {
	r.peek()
	if r.err == nil && r.pos < len(r.data) {
		r.syntax("end of text")
	}
	return r.err
}

func (r *Reader) syntax(want string) {
	r.Fail(fmt.Errorf("%w: expected %s at byte %d", ErrSyntax, want, r.pos))
	r.pos = len(r.data)
}

// peek skips blanks and returns the next byte, 0 at the end.
func (r *Reader) peek() byte {
	if r.err != nil {
		return 0
	}
	for r.pos < len(r.data) {
		switch c := r.data[r.pos]; c {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return c
		}
	}
	return 0
}

// mismatch records a TypeError for the value that comes next.
func (r *Reader) mismatch(want string) {
	if r.err != nil {
		return
	}
	got := ""
	switch c := r.peek(); {
	case c == '"':
		got = "STRING_VALUE"
	case c == '{':
		got = "START_OF_OBJECT"
	case c == '[':
		got = "START_OF_ARRAY"
	case c == 't':
		got = "TRUE_VALUE"
	case c == 'f':
		got = "FALSE_VALUE"
	case c == 'n':
		got = "NULL_VALUE"
	case c == '-' || c >= '0' && c <= '9':
		got = "NUMBER_VALUE"
	default:
		r.syntax("a value")
		return
	}
	r.Fail(&TypeError{Got: got, Want: want})
}

// Null consumes a null and reports whether there was one.
func (r *Reader) Null() bool {
	if r.peek() == 'n' {
		r.word("null")
		return true
	}
	return false
}

func (r *Reader) word(w string) {
	if len(r.data)-r.pos >= len(w) && string(r.data[r.pos:r.pos+len(w)]) == w {
		r.pos += len(w)
		return
	}
	r.syntax(w)
}

func (r *Reader) enter() bool {
	r.depth++
	if r.depth > maxDepth {
		r.syntax("less nesting")
		return false
	}
	r.pos++
	return true
}

// Object calls member with each name of the object that comes next; member
// reads the value. A null is an object without members.
func (r *Reader) Object(member func(name string)) {
	if r.Null() {
		return
	}
	if r.peek() != '{' {
		r.mismatch("Object")
		return
	}
	if !r.enter() {
		return
	}
	defer func() { r.depth-- }()
	if r.peek() == '}' {
		r.pos++
		return
	}
	for {
		if r.peek() != '"' {
			r.syntax("a member's name")
			return
		}
		name := r.String()
		if r.peek() != ':' {
			r.syntax("':'")
			return
		}
		r.pos++
		member(name)
		switch r.peek() {
		case ',':
			r.pos++
		case '}':
			r.pos++
			return
		default:
			r.syntax("',' or '}'")
			return
		}
	}
}

// Array calls element once for each element of the array that comes next;
// element reads it. A null is an array without elements.
func (r *Reader) Array(element func()) {
	if r.Null() {
		return
	}
	if r.peek() != '[' {
		r.mismatch("Array")
		return
	}
	if !r.enter() {
		return
	}
	defer func() { r.depth-- }()
	if r.peek() == ']' {
		r.pos++
		return
	}
	for {
		element()
		switch r.peek() {
		case ',':
			r.pos++
		case ']':
			r.pos++
			return
		default:
			r.syntax("',' or ']'")
			return
		}
	}
}

// Bool reads true or false.
func (r *Reader) Bool() bool {
	switch r.peek() {
	case 't':
		r.word("true")
		return r.err == nil
	case 'f':
		r.word("false")
		return false
	default:
		r.mismatch("Boolean")
		return false
	}
}

// Int reads a whole number.
func (r *Reader) Int() int {
	c := r.peek()
	if c != '-' && (c < '0' || c > '9') {
		r.mismatch("Integer")
		return 0
	}
	text := r.number()
	if r.err != nil {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.Fail(&TypeError{Got: "DECIMAL_VALUE", Want: "Integer"})
		return 0
	}
	return n
}

// number consumes a JSON number's characters.
func (r *Reader) number() string {
	start := r.pos
	digits := func() {
		from := r.pos
		for r.pos < len(r.data) && r.data[r.pos] >= '0' && r.data[r.pos] <= '9' {
			r.pos++
		}
		if r.pos == from {
			r.syntax("a digit")
		}
	}
	next := func() byte {
		if r.pos < len(r.data) {
			return r.data[r.pos]
		}
		return 0
	}
	if next() == '-' {
		r.pos++
	}
	digits()
	if next() == '.' {
		r.pos++
		digits()
	}
	if c := next(); c == 'e' || c == 'E' {
		r.pos++
		if c := next(); c == '+' || c == '-' {
			r.pos++
		}
		digits()
	}
	if r.err != nil {
		return ""
	}
	return string(r.data[start:r.pos])
}

// String reads a string.
func (r *Reader) String() string {
	if r.peek() != '"' {
		r.mismatch("String")
		return ""
	}
	start := r.pos + 1
	for i := start; i < len(r.data); i++ {
		switch c := r.data[i]; {
		case c == '"':
			r.pos = i + 1
			s := r.data[start:i]
			if !utf8.Valid(s) {
				r.syntax("UTF-8")
				return ""
			}
			return string(s)
		case c == '\\':
			return r.escaped(start, i)
		case c < ' ':
			r.syntax("no control character in a string")
			return ""
		}
	}
	r.syntax("the end of a string")
	return ""
}

// escaped reads the rest of a string whose first backslash is at i.
func (r *Reader) escaped(start, i int) string {
	out := append(make([]byte, 0, i-start+32), r.data[start:i]...)
	for i < len(r.data) {
		c := r.data[i]
		switch {
		case c == '"':
			r.pos = i + 1
			if !utf8.Valid(out) {
				r.syntax("UTF-8")
				return ""
			}
			return string(out)
		case c < ' ':
			r.pos = i
			r.syntax("no control character in a string")
			return ""
		case c != '\\':
			out = append(out, c)
			i++
			continue
		}
		if i+1 >= len(r.data) {
			break
		}
		i += 2
		switch e := r.data[i-1]; e {
		case '"', '\\', '/':
			out = append(out, e)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			c, ok := r.hex(i)
			i += 4
			if ok && utf16.IsSurrogate(c) {
				low, paired := rune(0), false
				if i+1 < len(r.data) && r.data[i] == '\\' && r.data[i+1] == 'u' {
					low, paired = r.hex(i + 2)
				}
				c = utf16.DecodeRune(c, low)
				if paired && c != utf8.RuneError {
					i += 6
				}
			}
			if !ok {
				r.pos = i
				r.syntax("four hexadecimal digits")
				return ""
			}
			out = utf8.AppendRune(out, c)
		default:
			r.pos = i
			r.syntax("an escape")
			return ""
		}
	}
	r.pos = len(r.data)
	r.syntax("the end of a string")
	return ""
}

func (r *Reader) hex(i int) (rune, bool) {
	if i+4 > len(r.data) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.data[i:i+4]), 16, 32)
	return rune(n), err == nil
}
