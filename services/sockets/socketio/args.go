package socketio

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Args are the arguments of an event or an acknowledgement. They stay raw
// JSON, so that what only passes through passes unchanged. Binary values are
// placeholders {"_placeholder":true,"num":n} in Values and bytes in
// Attachments[n].
type Args struct {
	Values      []json.RawMessage
	Attachments [][]byte
}

// NewArgs encodes values as JSON, a []byte too (as base64).
func NewArgs(values ...any) (Args, error) {
	a := Args{Values: make([]json.RawMessage, len(values))}
	for i, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			return Args{}, fmt.Errorf("socketio: encode argument %d: %w", i, err)
		}
		a.Values[i] = raw
	}
	return a, nil
}

// Decode reads argument i into v; a missing argument is an error.
func (a Args) Decode(i int, v any) error {
	if i >= len(a.Values) {
		return fmt.Errorf("socketio: no argument %d", i)
	}
	if err := json.Unmarshal(a.Values[i], v); err != nil {
		return fmt.Errorf("socketio: decode argument %d: %w", i, err)
	}
	return nil
}

// array joins first, if any, and the values to a JSON array.
func (a Args) array(first ...json.RawMessage) json.RawMessage {
	b := []byte{'['}
	for i, v := range append(first, a.Values...) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, v...)
	}
	return append(b, ']')
}

// eventArgs splits an event's array into its name and arguments.
func eventArgs(data json.RawMessage) (name string, values []json.RawMessage, err error) {
	if err := json.Unmarshal(data, &values); err != nil || len(values) == 0 {
		return "", nil, errPacket
	}
	// Some clients number their events instead of naming them; these do not.
	if !bytes.HasPrefix(values[0], []byte{'"'}) || json.Unmarshal(values[0], &name) != nil {
		return "", nil, errPacket
	}
	return name, values[1:], nil
}
