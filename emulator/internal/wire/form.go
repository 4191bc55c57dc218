package wire

import (
	"encoding/base64"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxFormItems bounds one list of a form, so that "Name.4000000000=x" costs nothing.
const maxFormItems = 10_000

// DecodeForm fills the struct that out points to from a form of the query
// protocol: nested members "A.B", lists "A.member.1" and maps
// "A.entry.1.key" (or the flat spellings, see the query tag in member.go).
// Numbering starts at 1 and may have gaps; []byte is base64. A parameter that
// has no field is refused with a ValidationError that names it, a value that
// does not fit with a MalformedInput error.
func DecodeForm(form url.Values, out any) error {
	d := formDecoder{form: form, used: map[string]bool{}}
	if err := d.decodeStruct("", reflect.ValueOf(out).Elem()); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if !d.used[name] && !isEnvelope(name) {
			return Errorf(400, "ValidationError", "Cumin's embedded AWS does not support the parameter %s of this operation.", name)
		}
	}
	return nil
}

// isEnvelope tells the parameters that belong to the protocol or to its
// signature, not to the operation.
func isEnvelope(name string) bool {
	switch name {
	case "Action", "Version", "AWSAccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp", "Expires", "SecurityToken":
		return true
	}
	return strings.HasPrefix(name, "X-Amz-")
}

type formDecoder struct {
	form url.Values
	used map[string]bool
}

func (d *formDecoder) decodeStruct(prefix string, v reflect.Value) error {
	for _, m := range members(v.Type()) {
		if err := d.decode(prefix+m.name, m, v.Field(m.index)); err != nil {
			return err
		}
	}
	return nil
}

func (d *formDecoder) decode(name string, m member, v reflect.Value) error {
	switch {
	case v.Kind() == reflect.Pointer:
		if !d.has(name) {
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.decode(name, m, v.Elem())
	case v.Kind() == reflect.Struct:
		return d.decodeStruct(name+".", v)
	case v.Kind() == reflect.Map:
		return d.decodeMap(name, m, v)
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		return d.decodeList(name, m, v)
	}
	text, ok := d.form[name]
	if !ok {
		return nil
	}
	d.used[name] = true
	return setScalar(name, text[0], v)
}

func (d *formDecoder) decodeList(name string, m member, v reflect.Value) error {
	if _, ok := d.form[name]; ok { // "Name=" is an empty list
		d.used[name] = true
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	prefix := listPrefix(name, m)
	numbers, err := d.numbers(prefix)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.decode(prefix+strconv.Itoa(n), member{item: "member", key: "key", value: "value"}, item); err != nil {
			return err
		}
		v.Set(reflect.Append(v, item))
	}
	return nil
}

func (d *formDecoder) decodeMap(name string, m member, v reflect.Value) error {
	prefix := listPrefix(name, m)
	numbers, err := d.numbers(prefix)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		at := prefix + strconv.Itoa(n) + "."
		key, item := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := d.decode(at+m.key, member{}, key); err != nil {
			return err
		}
		if err := d.decode(at+m.value, member{item: "member", key: "key", value: "value"}, item); err != nil {
			return err
		}
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		v.SetMapIndex(key, item)
	}
	return nil
}

func listPrefix(name string, m member) string {
	if m.flat {
		return name + "."
	}
	return name + "." + m.item + "."
}

// numbers lists the item numbers that occur behind prefix, in order.
func (d *formDecoder) numbers(prefix string) ([]int, error) {
	seen := map[int]bool{}
	for name := range d.form {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		digits, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(digits)
		if err != nil || n < 1 || strconv.Itoa(n) != digits {
			continue // another member's name, or refused as unknown
		}
		if n > maxFormItems {
			return nil, Errorf(400, "MalformedInput", "The number in %s is too large.", name)
		}
		seen[n] = true
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

func (d *formDecoder) has(name string) bool {
	if _, ok := d.form[name]; ok {
		return true
	}
	for key := range d.form {
		if strings.HasPrefix(key, name+".") {
			return true
		}
	}
	return false
}

func setScalar(name, text string, v reflect.Value) error {
	malformed := func() error {
		return Errorf(400, "MalformedInput", "The value of %s is not a valid %s.", name, v.Type())
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return malformed()
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return malformed()
		}
		v.SetInt(n)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return malformed()
		}
		v.SetFloat(f)
	case reflect.Slice: // []byte
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return malformed()
		}
		v.SetBytes(b)
	default:
		return Errorf(500, "InternalFailure", "The parameter %s has a type the query protocol cannot carry.", name)
	}
	return nil
}
