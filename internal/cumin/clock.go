package cumin

import "time"

// Clock tells the time. Production uses the wall clock; a local stack may
// follow the embedded AWS's clock (see internal/clock).
type Clock interface {
	Now() time.Time
}
