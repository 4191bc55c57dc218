package cumin

import "time"

// Clock tells the time. Production uses the wall clock; a local stack may
// follow the embedded AWS's clock (see internal/clock).
type Clock interface {
	Now() time.Time
}

// moment is the time as items and answers hold it: UTC, milliseconds.
func moment(c Clock) time.Time { return c.Now().UTC().Truncate(time.Millisecond) }
