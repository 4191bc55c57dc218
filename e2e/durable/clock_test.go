package durable

import "math/rand/v2"

// visibility is how long received messages stay hidden, in seconds.
const visibility = 30

// seconds moves the clock until what was in flight is visible again.
type seconds struct{}

func (seconds) setUp(*client) error   { return nil }
func (seconds) act(*client) error     { return errIdle }
func (seconds) check(c *client) error { return c.admin("clock", object{"advance": "31s"}) }

// hours moves the clock, now and then so far that the stream's shard is
// succeeded by another. Records are kept for 24 hours, so it does that a few
// times only.
type hours struct {
	dice *rand.Rand
	far  int
}

func (*hours) setUp(*client) error { return nil }
func (*hours) act(*client) error   { return errIdle }

func (a *hours) check(c *client) error {
	step := "31s"
	if a.far < 4 && a.dice.IntN(4) == 0 {
		a.far++
		step = "4h1m"
	}
	return c.admin("clock", object{"advance": step})
}
