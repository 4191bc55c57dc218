package socketio

import "time"

// Rate is a token bucket's size and speed.
type Rate struct {
	PerSecond float64
	Burst     int
}

// bucket counts one client's packets. The zero bucket of a zero Rate lets
// everything pass.
type bucket struct {
	rate   Rate
	tokens float64
	at     time.Time
}

func (r Rate) bucket() bucket { return bucket{rate: r, tokens: float64(r.Burst)} }

// take takes a token at now, if there is one.
func (b *bucket) take(now time.Time) bool {
	if b.rate == (Rate{}) {
		return true
	}
	if !b.at.IsZero() {
		b.tokens = min(float64(b.rate.Burst), b.tokens+now.Sub(b.at).Seconds()*b.rate.PerSecond)
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
