package cumin

import (
	"crypto/sha256"
	"strings"
	"time"
)

// DeriveEventID names an event after its cause, so that a cause delivered
// again names the same event. The id is a ULID: at in its first ten
// characters, a hash of the parts in the other sixteen.
func DeriveEventID(at time.Time, parts ...string) EventID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	var id [26]byte
	ms := uint64(max(0, at.UnixMilli())) & (1<<48 - 1)
	for i := 9; i >= 0; i-- {
		id[i] = crockford[ms&31]
		ms >>= 5
	}
	for i := range 16 { // 80 bits, five at a time
		bit := i * 5
		pair := uint16(sum[bit/8])<<8 | uint16(sum[bit/8+1])
		id[10+i] = crockford[pair>>(11-bit%8)&31]
	}
	return EventID(id[:])
}
