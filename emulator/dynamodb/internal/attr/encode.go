package attr

import (
	"encoding/base64"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

// AppendJSON appends the item as a JSON object of attribute values.
func (it Item) AppendJSON(out []byte) []byte {
	out = append(out, '{')
	for i := range it {
		if i > 0 {
			out = append(out, ',')
		}
		out = AppendString(out, it[i].Name)
		out = append(out, ':')
		out = it[i].Value.AppendJSON(out)
	}
	return append(out, '}')
}

// MarshalJSON is AppendJSON for encoding/json.
func (it Item) MarshalJSON() ([]byte, error) { return it.AppendJSON(nil), nil }

// ParseItem reads an item that AppendJSON wrote.
func ParseItem(data []byte) (Item, error) {
	r := pull.New(data)
	it := ReadItem(r)
	return it, r.End()
}

// AppendJSON appends the value, e.g. {"S":"text"}.
func (v Value) AppendJSON(out []byte) []byte {
	out = append(out, '{', '"')
	out = append(out, v.Kind.String()...)
	out = append(out, '"', ':')
	switch v.Kind {
	case S, N, B:
		out = v.appendText(out)
	case BOOL:
		if v.Bool {
			out = append(out, "true"...)
		} else {
			out = append(out, "false"...)
		}
	case NULL:
		out = append(out, "true"...)
	case M:
		out = v.Map().AppendJSON(out)
	case L, SS, NS, BS:
		out = append(out, '[')
		for i := range v.List() {
			if i > 0 {
				out = append(out, ',')
			}
			if v.Kind == L {
				out = v.List()[i].AppendJSON(out)
			} else {
				out = v.List()[i].appendText(out)
			}
		}
		out = append(out, ']')
	}
	return append(out, '}')
}

func (v Value) appendText(out []byte) []byte {
	switch v.Kind {
	case N:
		out = append(out, '"')
		out = append(out, v.Text...)
		return append(out, '"')
	case B:
		out = append(out, '"')
		out = base64.StdEncoding.AppendEncode(out, []byte(v.Text))
		return append(out, '"')
	}
	return AppendString(out, v.Text)
}

const hexDigits = "0123456789abcdef"

// plain are the bytes that stand for themselves in a JSON string; stored text
// is valid UTF-8, so all from 0x80 on do.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

// word is the first eight bytes of s.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// allPlain reports whether all eight bytes are plain. Subtracting from each of
// them sets its highest bit where it was smaller (or, in a byte above one that
// borrowed, one more; the bytewise loop then finds nothing to escape).
func allPlain(w uint64) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	control := (w - ones*' ') &^ w
	quote, slash := w^ones*'"', w^ones*'\\'
	return (control|(quote-ones)&^quote|(slash-ones)&^slash)&tops == 0
}

// AppendString appends s as a JSON string.
func AppendString(out []byte, s string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		for len(s)-i >= 8 && allPlain(word(s[i:])) {
			i += 8
		}
		if i == len(s) {
			break
		}
		c := s[i]
		if plain[c] {
			continue
		}
		out = append(out, s[start:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		start = i + 1
	}
	out = append(out, s[start:]...)
	return append(out, '"')
}

// Verbose is the value as some error messages print it, e.g. {N:5}.
func (v Value) Verbose() string {
	switch v.Kind {
	case S, N:
		return "{" + v.Kind.String() + ":" + v.Text + "}"
	}
	return string(v.AppendJSON(nil))
}
