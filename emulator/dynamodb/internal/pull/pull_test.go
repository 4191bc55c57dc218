package pull

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzString: this reader and encoding/json take the same texts for strings and
// read the same from them; only text that is not UTF-8, which encoding/json
// mends, is refused here.
func FuzzString(f *testing.F) {
	for _, seed := range []string{`"plain"`, `"\ud834\udd1e\ud834\u0041"`, `"\"\\\/\b\f\n\r\t\u00e9é"`, ` "x" `, `"open`, `"\x"`, "\"\x01\"", "\"\xff\"", `""`, `"\u12"`, `"\`, "\"x\"\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) {
			return
		}
		r := New(data)
		got := r.String()
		err := r.End()
		var want string
		ok := json.Unmarshal(data, &want) == nil && strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), `"`)
		if ok != (err == nil) || ok && got != want {
			t.Fatalf("%q: got %q, %v; encoding/json %q, accepted %t", data, got, err, want, ok)
		}
	})
}

func TestMembersElementsAndScalarsAreRead(t *testing.T) {
	t.Parallel()
	r := New([]byte(` {"n": -12, "b": [true, false, null], "s": "x", "none": null, "o": {}} `))
	var n int
	var s string
	var list []bool
	nulls := 0
	r.Object(func(name string) {
		switch name {
		case "n":
			n = r.Int()
		case "s":
			s = r.String()
		case "b":
			r.Array(func() {
				if r.Null() {
					nulls++
					return
				}
				list = append(list, r.Bool())
			})
		default:
			r.Object(func(string) { t.Error("an empty object has no members") })
		}
	})
	if err := r.End(); err != nil || n != -12 || s != "x" || len(list) != 2 || !list[0] || list[1] || nulls != 1 {
		t.Fatalf("got %d %q %v, %d nulls, %v", n, s, list, nulls, err)
	}
}

func TestAnotherTypeIsToldApartFromBrokenText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`7`: "NUMBER_VALUE can not be converted to String", `{}`: "START_OF_OBJECT can not be converted to String", `[]`: "START_OF_ARRAY can not be converted to String",
		`true`: "TRUE_VALUE can not be converted to String", `null`: "NULL_VALUE can not be converted to String",
	} {
		r := New([]byte(text))
		_ = r.String()
		if e, ok := errors.AsType[*TypeError](r.End()); !ok || e.Error() != want {
			t.Errorf("%s: got %v, want %s", text, r.Err(), want)
		}
	}
	for _, text := range []string{``, `{`, `{"a"`, `{"a":}`, `{"a":1,}`, `{a:1}`, `{"a":1 "b":2}`, `{"a":01x}`, strings.Repeat(`{"a":`, 300)} {
		r := New([]byte(text))
		var member func(string)
		member = func(string) {
			if r.peek() == '{' {
				r.Object(member)
				return
			}
			r.Int()
		}
		r.Object(member)
		if err := r.End(); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: got %v, want ErrSyntax", text, err)
		}
	}
}
