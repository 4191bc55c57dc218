package partiql

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// malformed opens the messages about statements that cannot be read.
const malformed = "Statement wasn't well formed, can't be processed: "

type tokenKind uint8

const (
	tokenEnd     tokenKind = iota
	tokenWord              // an identifier or keyword, as written
	tokenQuoted            // "identifier", without the quotes
	tokenString            // 'text', without the quotes
	tokenNumber            // as written
	tokenIon               // `literal`, without the backticks
	tokenSymbol            // operator or punctuation
	tokenUnknown           // a character or literal that begins or ends nothing
)

type token struct {
	kind tokenKind
	text string
	pos  Pos
}

// is reports whether the token is the given symbol.
func (t token) is(symbol string) bool { return t.kind == tokenSymbol && t.text == symbol }

// word reports whether the token is the given word, in any case, unquoted.
func (t token) word(w string) bool { return t.kind == tokenWord && strings.EqualFold(t.text, w) }

// keyword reports whether the token cannot be a name.
func (t token) keyword() bool { return t.kind == tokenWord && keywords[strings.ToLower(t.text)] }

// operator reports whether the token stands between or before operands.
func (t token) operator() bool {
	if t.kind == tokenWord {
		switch strings.ToLower(t.text) {
		case "and", "or", "in", "is", "like", "between":
			return true
		}
		return false
	}
	if t.kind != tokenSymbol {
		return false
	}
	switch t.text {
	case "=", "<>", "<", "<=", ">", ">=", "/", "%", "||":
		return true
	}
	return false
}

// symbols are tried in this order, so that longer ones come first.
var symbols = []string{"<<", ">>", "<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ".", ":", "?", ";"}

// lexer cuts a statement into tokens.
type lexer struct {
	text         string
	at           int // byte offset
	line, column int // of at, from 1
}

// lex returns the statement's tokens, the last of kind tokenEnd. What cannot be
// read becomes one tokenUnknown, after which nothing is read.
func lex(text string) []token {
	x := &lexer{text: text, line: 1, column: 1}
	var tokens []token
	for {
		if !x.blanks() {
			return append(tokens, token{kind: tokenUnknown, pos: x.pos(0)}, token{kind: tokenEnd, pos: x.pos(0)})
		}
		if x.at == len(x.text) {
			return append(tokens, token{kind: tokenEnd, pos: x.pos(0)})
		}
		t := x.next()
		tokens = append(tokens, t)
		if t.kind == tokenUnknown {
			return append(tokens, token{kind: tokenEnd, pos: x.pos(0)})
		}
	}
}

func (x *lexer) pos(length int) Pos { return Pos{x.line, x.column, length} }

// skip moves over n bytes.
func (x *lexer) skip(n int) {
	for _, r := range x.text[x.at : x.at+n] {
		x.column++
		if r == '\n' {
			x.line, x.column = x.line+1, 1
		}
	}
	x.at += n
}

// blanks skips white space and comments; false when a comment has no end.
func (x *lexer) blanks() bool {
	for x.at < len(x.text) {
		rest := x.text[x.at:]
		switch {
		case strings.ContainsRune(" \t\r\n\v\f", rune(rest[0])):
			x.skip(1)
		case strings.HasPrefix(rest, "--"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			x.skip(end)
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return false
			}
			x.skip(end + 4)
		default:
			return true
		}
	}
	return true
}

func isLetter(c byte) bool {
	return c == '_' || c == '$' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// next reads the token at x.at, which is no blank.
func (x *lexer) next() token {
	rest := x.text[x.at:]
	c := rest[0]
	switch {
	case isLetter(c):
		n := 1
		for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n])) {
			n++
		}
		return x.token(tokenWord, rest[:n], n)
	case isDigit(c), c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return x.number(rest)
	case c == '\'':
		return x.quoted(tokenString, rest, '\'')
	case c == '"':
		return x.quoted(tokenQuoted, rest, '"')
	case c == '`':
		if end := strings.IndexByte(rest[1:], '`'); end >= 0 {
			return x.token(tokenIon, rest[1:end+1], end+2)
		}
		return x.token(tokenUnknown, "", len(rest))
	}
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			text := s
			if s == "!=" {
				text = "<>"
			}
			return x.token(tokenSymbol, text, len(s))
		}
	}
	return x.token(tokenUnknown, "", len(rest))
}

func (x *lexer) token(kind tokenKind, text string, bytes int) token {
	t := token{kind, text, x.pos(utf8.RuneCountInString(x.text[x.at : x.at+bytes]))}
	x.skip(bytes)
	return t
}

// quoted reads a text in quotes; a quote inside is doubled.
func (x *lexer) quoted(kind tokenKind, rest string, quote byte) token {
	var text strings.Builder
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] != quote:
			text.WriteByte(rest[i])
		case i+1 < len(rest) && rest[i+1] == quote:
			text.WriteByte(quote)
			i++
		default:
			return x.token(kind, text.String(), i+1)
		}
	}
	return x.token(tokenUnknown, "", len(rest))
}

// number reads digits with a fraction and an exponent. One whose exponent, or
// whose scale, does not fit 32 bits is no number.
func (x *lexer) number(rest string) token {
	n, fraction := 0, 0
	digits := func() int {
		from := n
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		return n - from
	}
	digits()
	if n < len(rest) && rest[n] == '.' {
		n++
		fraction = digits()
	}
	if n < len(rest) && (rest[n] == 'e' || rest[n] == 'E') {
		from := n
		n++
		if n < len(rest) && (rest[n] == '+' || rest[n] == '-') {
			n++
		}
		if digits() == 0 {
			n = from
			return x.token(tokenUnknown, "", n)
		}
		exponent, err := strconv.ParseInt(strings.TrimPrefix(rest[from+1:n], "+"), 10, 32)
		if scale := int64(fraction) - exponent; err != nil || scale != int64(int32(scale)) {
			return x.token(tokenUnknown, "", n)
		}
	}
	return x.token(tokenNumber, rest[:n], n)
}
