// Package attr is DynamoDB's data model: attribute values, items, their JSON,
// sizes, numbers, and the byte order of keys.
//
// Values and items are immutable once built: tables, indexes, stream records
// and answers share them, and a change builds a new item around the unchanged
// parts.
//
// Source: Amazon DynamoDB Developer Guide, "Supported data types and naming
// rules" and "Item sizes and formats" (read 2026-11).
package attr

import (
	"slices"
	"strings"
)

// Kind is the type of a value, in AWS's letters.
type Kind uint8

// The ten types. The zero Kind is no value at all.
const (
	None Kind = iota
	S
	N
	B
	BOOL
	NULL
	M
	L
	SS
	NS
	BS
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"}

func (k Kind) String() string { return kindNames[k] }

// IsSet reports whether the type is one of the three sets.
func (k Kind) IsSet() bool { return k >= SS }

// Elem is the type of a set's members.
func (k Kind) Elem() Kind {
	switch k {
	case SS:
		return S
	case NS:
		return N
	case BS:
		return B
	}
	return None
}

// LongName is the type's name as some error messages spell it.
func (k Kind) LongName() string {
	switch k {
	case S:
		return "STRING"
	case N:
		return "NUMBER"
	case B:
		return "BINARY"
	case BOOL:
		return "BOOLEAN"
	case NULL:
		return "NULL"
	case M:
		return "MAP"
	case L:
		return "LIST"
	case SS:
		return "STRING_SET"
	case NS:
		return "NUMBER_SET"
	case BS:
		return "BINARY_SET"
	}
	return ""
}

// ParseKind reads a type's letters; None when there is no such type.
func ParseKind(s string) Kind {
	for k, name := range kindNames {
		if name == s {
			return Kind(k)
		}
	}
	return None
}

// Value is an attribute value. Only what its Kind names is used: Text holds S
// (text), N (canonical number, see ParseNumber), B (raw bytes); Bool holds BOOL;
// List and Map give the rest. Tables hold millions of values and most are
// scalars, which therefore carry one pointer for what they are not.
type Value struct {
	Kind   Kind
	Bool   bool
	Text   string
	nested *nested
}

type nested struct {
	list   []Value
	fields Item
}

// NewList makes an L or a set.
func NewList(k Kind, list []Value) Value { return Value{Kind: k, nested: &nested{list: list}} }

// NewMap makes an M.
func NewMap(fields Item) Value { return Value{Kind: M, nested: &nested{fields: fields}} }

// List is the elements of an L or the members of a set; none for other types.
func (v Value) List() []Value {
	if v.nested == nil {
		return nil
	}
	return v.nested.list
}

// Map is the fields of an M; none for other types.
func (v Value) Map() Item {
	if v.nested == nil {
		return nil
	}
	return v.nested.fields
}

// String makes an S.
func String(s string) Value { return Value{Kind: S, Text: s} }

// Item is a map's fields, sorted by name; also a whole item.
type Item []Field

// Field is one name and its value.
type Field struct {
	Name  string
	Value Value
}

func (it Item) find(name string) (int, bool) {
	return slices.BinarySearchFunc(it, name, func(f Field, name string) int { return strings.Compare(f.Name, name) })
}

// Get returns the field's value; its Kind is None when there is none.
func (it Item) Get(name string) Value {
	if i, ok := it.find(name); ok {
		return it[i].Value
	}
	return Value{}
}

// Has reports whether the field exists.
func (it Item) Has(name string) bool { _, ok := it.find(name); return ok }

// With returns a copy in which the field has the value.
func (it Item) With(name string, v Value) Item {
	i, ok := it.find(name)
	if ok {
		out := slices.Clone(it)
		out[i].Value = v
		return out
	}
	out := make(Item, 0, len(it)+1)
	out = append(out, it[:i]...)
	out = append(out, Field{name, v})
	return append(out, it[i:]...)
}

// Without returns a copy that lacks the field.
func (it Item) Without(name string) Item {
	i, ok := it.find(name)
	if !ok {
		return it
	}
	out := make(Item, 0, len(it)-1)
	out = append(out, it[:i]...)
	return append(out, it[i+1:]...)
}

// Equal compares values the way "=" does: sets regardless of order, numbers by
// value (they are canonical), maps and lists deeply.
func (v Value) Equal(w Value) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case S, N, B:
		return v.Text == w.Text
	case BOOL:
		return v.Bool == w.Bool
	case M:
		return v.Map().Equal(w.Map())
	case L:
		return slices.EqualFunc(v.List(), w.List(), Value.Equal)
	case SS, NS, BS:
		if len(v.List()) != len(w.List()) {
			return false
		}
		for _, e := range v.List() {
			if !w.HasMember(e) {
				return false
			}
		}
	}
	return true
}

// Equal reports whether both items have equal fields.
func (it Item) Equal(other Item) bool {
	return slices.EqualFunc(it, other, func(a, b Field) bool { return a.Name == b.Name && a.Value.Equal(b.Value) })
}

// HasMember reports whether a set or list holds e.
func (v Value) HasMember(e Value) bool {
	return slices.ContainsFunc(v.List(), e.Equal)
}

// Compare orders two values of the same scalar type: S and B by bytes, N by
// value. ok is false for other types or two different ones.
func (v Value) Compare(w Value) (order int, ok bool) {
	if v.Kind != w.Kind {
		return 0, false
	}
	switch v.Kind {
	case S, B:
		return strings.Compare(v.Text, w.Text), true
	case N:
		return CompareNumbers(v.Text, w.Text), true
	}
	return 0, false
}
