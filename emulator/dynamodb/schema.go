package dynamodb

import (
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Limits of keys in bytes. Source: Developer Guide, "Service, account, and
// table quotas" (read 2026-11).
const (
	maxHashBytes = 2048
	maxSortBytes = 1024
)

// keyAttribute is one attribute of a key and the type it must have.
type keyAttribute struct {
	name string
	kind attr.Kind
}

// keySchema is the partition and sort attributes of a table (one, and at most
// one) or of a global index (up to four each).
type keySchema struct {
	hash, sort []keyAttribute
}

// newKeySchema resolves a key schema with the table's attribute definitions,
// both already checked.
func newKeySchema(elements []KeySchemaElement, definitions []AttributeDefinition) keySchema {
	var s keySchema
	for _, e := range elements {
		a := keyAttribute{name: e.AttributeName}
		for _, d := range definitions {
			if d.AttributeName == e.AttributeName {
				a.kind = attr.ParseKind(d.AttributeType)
			}
		}
		if e.KeyType == "HASH" {
			s.hash = append(s.hash, a)
		} else {
			s.sort = append(s.sort, a)
		}
	}
	return s
}

// each calls f with every attribute, partition first, until f returns false.
func (s keySchema) each(f func(a keyAttribute) bool) {
	for _, a := range s.hash {
		if !f(a) {
			return
		}
	}
	for _, a := range s.sort {
		if !f(a) {
			return
		}
	}
}

// has reports whether the attribute is part of the key.
func (s keySchema) has(name string) bool {
	found := false
	s.each(func(a keyAttribute) bool {
		found = a.name == name
		return !found
	})
	return found
}

// size is the number of attributes.
func (s keySchema) size() int { return len(s.hash) + len(s.sort) }

// appendKey appends the item's key in byte order; ok is false when the item
// lacks an attribute, or has another type or an empty value there.
func (s keySchema) appendKey(out []byte, it attr.Item) (_ []byte, ok bool) {
	var room [4]attr.Value
	values := room[:0]
	for _, a := range s.hash {
		v := it.Get(a.name)
		if v.Kind != a.kind || v.Text == "" {
			return out, false
		}
		values = append(values, v)
	}
	out = attr.AppendPartition(out, values...)
	for _, a := range s.sort {
		v := it.Get(a.name)
		if v.Kind != a.kind || v.Text == "" {
			return out, false
		}
		out = attr.AppendKey(out, v)
	}
	return out, true
}

// keyOf returns the key's attributes of an item that has them.
func (s keySchema) keyOf(it attr.Item) attr.Item {
	key := make(attr.Item, 0, s.size())
	for i := range it {
		if s.has(it[i].Name) {
			key = append(key, it[i])
		}
	}
	return key
}

// checkKey validates a key given by itself, as in GetItem, and encodes it.
func (s keySchema) checkKey(key attr.Item) (string, error) {
	if len(key) != s.size() {
		return "", errKeySchema()
	}
	var err error
	s.each(func(a keyAttribute) bool {
		if v := key.Get(a.name); v.Kind != a.kind {
			err = errKeySchema()
		} else {
			err = checkKeyValue(a.name, v)
		}
		return err == nil
	})
	if err == nil {
		err = s.checkKeySizes(key)
	}
	if err != nil {
		return "", err
	}
	var room [128]byte
	encoded, _ := s.appendKey(room[:0], key)
	return string(encoded), nil
}

// checkItem validates the table's key inside a whole item and encodes it.
func (s keySchema) checkItem(it attr.Item) (string, error) {
	var err error
	s.each(func(a keyAttribute) bool {
		switch v := it.Get(a.name); v.Kind {
		case attr.None:
			err = errParameter("Missing the key %s in the item", a.name)
		case a.kind:
			err = checkKeyValue(a.name, v)
		default:
			err = errParameter("Type mismatch for key %s expected: %s actual: %s", a.name, a.kind, v.Kind)
		}
		return err == nil
	})
	if err == nil {
		err = s.checkKeySizes(it)
	}
	if err != nil {
		return "", err
	}
	var room [128]byte
	encoded, _ := s.appendKey(room[:0], it)
	return string(encoded), nil
}

// checkInserted is checkItem's part about types in the words of PartiQL's
// INSERT.
func (s keySchema) checkInserted(it attr.Item) error {
	var err error
	s.each(func(a keyAttribute) bool {
		switch v := it.Get(a.name); v.Kind {
		case a.kind:
		case attr.None:
			err = errValidation("Key attribute should be present in the item: Key %s", a.name)
		default:
			err = errValidation("Key attribute's data type should match its data type in table's schema: Key %s", a.name)
		}
		return err == nil
	})
	return err
}

// checkNotEmpty refuses empty values of the key. Requests of several actions
// are refused for them as a whole, before any other fault of a key cancels one
// of their actions.
func (s keySchema) checkNotEmpty(it attr.Item) error {
	var err error
	s.each(func(a keyAttribute) bool {
		if v := it.Get(a.name); v.Kind == a.kind {
			err = checkKeyValue(a.name, v)
		}
		return err == nil
	})
	return err
}

func checkKeyValue(name string, v attr.Value) error {
	if v.Text != "" {
		return nil
	}
	if v.Kind == attr.B {
		return errValidation("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: %s", name)
	}
	return errValidation("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
}

// checkKeySizes refuses keys above 2,048 and 1,024 bytes. The missing space is
// AWS's.
func (s keySchema) checkKeySizes(it attr.Item) error {
	if s.bytes(s.hash, it) > maxHashBytes {
		return errParameter("Size of hashkey has exceeded the maximum size limit of%d bytes", maxHashBytes)
	}
	if s.bytes(s.sort, it) > maxSortBytes {
		return errParameter("Aggregated size of all range keys has exceeded the size limit of %d bytes", maxSortBytes)
	}
	return nil
}

func (s keySchema) bytes(attributes []keyAttribute, it attr.Item) int {
	n := 0
	for _, a := range attributes {
		n += it.Get(a.name).Size()
	}
	return n
}
