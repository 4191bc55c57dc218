package wire

import (
	"strconv"
	"time"
)

// Timestamp is a time as the JSON protocols carry it: seconds since 1970 with
// three decimals. The zero time is null; mark the member omitempty through a
// pointer where AWS leaves it out.
type Timestamp struct{ time.Time }

// At is a Timestamp to point at, nil for the zero time.
func At(t time.Time) *Timestamp {
	if t.IsZero() {
		return nil
	}
	return &Timestamp{t}
}

// MarshalJSON writes 1700000000.123.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(t.UnixMilli())/1000, 'f', 3, 64), nil
}

// UnmarshalJSON reads seconds since 1970.
func (t *Timestamp) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	seconds, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return Errorf(400, "SerializationException", "%s is not a timestamp in seconds.", text)
	}
	t.Time = time.UnixMilli(int64(seconds * 1000)).UTC()
	return nil
}
