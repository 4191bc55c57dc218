// Package expr is DynamoDB's expression language: conditions and filters, key
// conditions, updates and projections. An expression is parsed once per
// request against the request's names and values (a Scope), which also finds
// the names and values nobody used, and is then evaluated over items.
//
// Grammar and functions: Developer Guide, "Using expressions in DynamoDB"
// (read 2026-11). Messages are AWS's.
package expr

import (
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Scope holds the placeholders of one request. The zero Scope has none.
type Scope struct {
	Names  []Name
	Values []Value
}

// Name is one entry of ExpressionAttributeNames.
type Name struct {
	Key       string // "#name"
	Attribute string
	used      bool
}

// Value is one entry of ExpressionAttributeValues.
type Value struct {
	Key   string // ":value"
	Value attr.Value
	used  bool
}

func (s *Scope) name(key string) (string, bool) {
	for i := range s.Names {
		if s.Names[i].Key == key {
			s.Names[i].used = true
			return s.Names[i].Attribute, true
		}
	}
	return "", false
}

func (s *Scope) value(key string) (attr.Value, bool) {
	for i := range s.Values {
		if s.Values[i].Key == key {
			s.Values[i].used = true
			return s.Values[i].Value, true
		}
	}
	return attr.Value{}, false
}

// CheckKeys refuses placeholders that are not written as placeholders.
func (s *Scope) CheckKeys() error {
	for _, n := range s.Names {
		if !isPlaceholder(n.Key, '#') {
			return errorf("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", n.Key)
		}
	}
	for _, v := range s.Values {
		if !isPlaceholder(v.Key, ':') {
			return errorf("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", v.Key)
		}
	}
	return nil
}

func isPlaceholder(key string, sigil byte) bool {
	if len(key) < 2 || key[0] != sigil {
		return false
	}
	for i := 1; i < len(key); i++ {
		if !isLetter(key[i]) && !isDigit(key[i]) {
			return false
		}
	}
	return true
}

// Unused refuses names and values that no expression parsed so far has used.
func (s *Scope) Unused() error {
	var keys []string
	for _, n := range s.Names {
		if !n.used {
			keys = append(keys, n.Key)
		}
	}
	if len(keys) > 0 {
		slices.Sort(keys)
		return errorf("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", strings.Join(keys, ", "))
	}
	for _, v := range s.Values {
		if !v.used {
			keys = append(keys, v.Key)
		}
	}
	if len(keys) > 0 {
		slices.Sort(keys)
		return errorf("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", strings.Join(keys, ", "))
	}
	return nil
}
