package main

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// merge is a member of a merge patch: absent, null, or a value.
type merge[T any] struct {
	sent  bool
	value T // the zero value for null
}

// UnmarshalJSON is called for a member that was sent, null included.
func (m *merge[T]) UnmarshalJSON(b []byte) error {
	m.sent = true
	return json.Unmarshal(b, &m.value) // null leaves the zero value
}

// MarshalJSON writes the value, so that equal patches hash alike.
func (m merge[T]) MarshalJSON() ([]byte, error) { return json.Marshal(m.value) }

// Schema is that of the value, or null.
func (merge[T]) Schema(r huma.Registry) *huma.Schema {
	s := *r.Schema(reflect.TypeFor[T](), false, "")
	s.Nullable = true
	return &s
}

// pointer is nil for a member that was not sent.
func (m merge[T]) pointer() *T {
	if !m.sent {
		return nil
	}
	return &m.value
}
