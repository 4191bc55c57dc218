package cloudformation

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Decode fills the struct that into points to from properties. Scalars are
// converted as CloudFormation does ("30" for a number, true for a text); a
// property the struct does not have is refused in AWS's words, and nil leaves a
// field alone. Fields are matched by their Go name.
func Decode(properties map[string]any, into any) error {
	return fillStruct(properties, reflect.ValueOf(into).Elem(), "")
}

func fillStruct(m map[string]any, v reflect.Value, path string) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		f := v.FieldByName(name)
		if !f.IsValid() || !f.CanSet() {
			return fmt.Errorf("#%s: extraneous key [%s] is not permitted", path, name)
		}
		if err := fillValue(m[name], f, path+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

func fillValue(from any, v reflect.Value, path string) error {
	if from == nil {
		return nil
	}
	mismatch := func(want string) error {
		return fmt.Errorf("#%s: expected type: %s, found: %s", path, want, kindOf(from))
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := fillValue(from, p.Elem(), path); err != nil {
			return err
		}
		v.Set(p)
	case reflect.Interface:
		v.Set(reflect.ValueOf(from))
	case reflect.Struct:
		m, ok := from.(map[string]any)
		if !ok {
			return mismatch("JSONObject")
		}
		return fillStruct(m, v, path)
	case reflect.Map:
		m, ok := from.(map[string]any)
		if !ok {
			return mismatch("JSONObject")
		}
		v.Set(reflect.MakeMapWithSize(v.Type(), len(m)))
		for k, e := range m {
			item := reflect.New(v.Type().Elem()).Elem()
			if err := fillValue(e, item, path+"/"+k); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(k), item)
		}
	case reflect.Slice:
		list, ok := from.([]any)
		if !ok {
			return mismatch("JSONArray")
		}
		v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		for i, e := range list {
			if err := fillValue(e, v.Index(i), path+"/"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
	case reflect.String:
		text, ok := textOf(from)
		if !ok {
			return mismatch("String")
		}
		v.SetString(text)
	case reflect.Bool:
		text, _ := textOf(from)
		switch strings.ToLower(text) {
		case "true":
			v.SetBool(true)
		case "false":
			v.SetBool(false)
		default:
			return mismatch("Boolean")
		}
	case reflect.Int, reflect.Int64:
		text, _ := textOf(from)
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return mismatch("Integer")
		}
		v.SetInt(n)
	case reflect.Float64:
		text, _ := textOf(from)
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return mismatch("Number")
		}
		v.SetFloat(f)
	default:
		return fmt.Errorf("#%s: a %s cannot be set", path, v.Type())
	}
	return nil
}

// textOf is a scalar as CloudFormation writes it; false for lists and objects.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

func kindOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "JSONObject"
	case []any:
		return "JSONArray"
	case string:
		return "String"
	case bool:
		return "Boolean"
	}
	return "Number"
}
