package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// timeFormat is the query protocol's date-time: UTC with milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

// encodeResult writes the members of the struct (or pointer to one) as an
// element of the given name; nothing for nil or a struct without members.
func encodeResult(b *bytes.Buffer, name string, out any) error {
	v := reflect.Indirect(reflect.ValueOf(out))
	if !v.IsValid() || v.Kind() == reflect.Struct && v.NumField() == 0 {
		return nil
	}
	return encodeValue(b, name, member{}, v)
}

func encodeValue(b *bytes.Buffer, name string, m member, v reflect.Value) error {
	if t, ok := v.Interface().(time.Time); ok {
		if !t.IsZero() {
			element(b, name, t.UTC().Format(timeFormat))
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return encodeValue(b, name, m, v.Elem())
	case reflect.Struct:
		b.WriteString("<" + name + ">")
		for _, f := range members(v.Type()) {
			if f.omitempty && v.Field(f.index).IsZero() {
				continue
			}
			if err := encodeValue(b, f.name, f, v.Field(f.index)); err != nil {
				return err
			}
		}
		b.WriteString("</" + name + ">")
	case reflect.Map:
		return encodeMap(b, name, m, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			element(b, name, base64.StdEncoding.EncodeToString(v.Bytes()))
			return nil
		}
		return encodeList(b, name, m, v)
	case reflect.String:
		element(b, name, v.String())
	case reflect.Bool:
		element(b, name, strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int32, reflect.Int64:
		element(b, name, strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		element(b, name, strconv.FormatFloat(v.Float(), 'g', -1, 64))
	default:
		return fmt.Errorf("encode %s: the query protocol cannot carry a %s", name, v.Type())
	}
	return nil
}

func encodeList(b *bytes.Buffer, name string, m member, v reflect.Value) error {
	if v.IsNil() {
		return nil
	}
	item := m.item
	if m.flat {
		item = name
	} else {
		b.WriteString("<" + name + ">")
		defer b.WriteString("</" + name + ">")
	}
	for i := range v.Len() {
		if err := encodeValue(b, item, member{item: "member", key: "key", value: "value"}, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// encodeMap writes the entries in the order of their keys, so that answers
// are the same each time.
func encodeMap(b *bytes.Buffer, name string, m member, v reflect.Value) error {
	if v.IsNil() {
		return nil
	}
	item := m.item
	if m.flat {
		item = name
	} else {
		b.WriteString("<" + name + ">")
		defer b.WriteString("</" + name + ">")
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	for _, key := range keys {
		b.WriteString("<" + item + ">")
		element(b, m.key, key.String())
		if err := encodeValue(b, m.value, member{item: "member", key: "key", value: "value"}, v.MapIndex(key)); err != nil {
			return err
		}
		b.WriteString("</" + item + ">")
	}
	return nil
}

func element(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	escape(b, text)
	b.WriteString("</" + name + ">")
}

func escape(b *bytes.Buffer, text string) {
	// A bytes.Buffer never fails to write.
	_ = xml.EscapeText(b, []byte(text))
}
