package clock

import (
	"sync"
	"time"
)

// Weight says whether a timer makes an auto-advancing clock jump to it.
type Weight uint8

// The weights.
const (
	Event      Weight = iota // it does
	Patience                 // only when no event is set: somebody waits for one in vain
	Background               // never: it recurs, and would make time fly
)

// SetAuto makes the clock auto-advance, or stops that: it is then for whoever
// owns the clock to call Jump whenever nothing else is going on. Its state says so.
func (c *Clock) SetAuto(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.auto != on {
		c.auto = on
		c.notify()
	}
}

// Enter says that somebody is at work. While anybody is, nothing is idle.
func (c *Clock) Enter() {
	c.busy.Add(1)
	c.entered.Add(1)
}

// Leave ends what Enter began.
func (c *Clock) Leave() { c.busy.Add(-1) }

// Work returns how many are at work, and how often anybody began: when none is
// and the second has not changed for a while, nothing is going on.
func (c *Clock) Work() (busy int64, entered uint64) { return c.busy.Load(), c.entered.Load() }

// Rest is a wait by somebody at work, who does not count as such meanwhile.
type Rest struct {
	C     <-chan struct{} // closed when the time has passed
	timer Timer
	back  func()
}

// Rest begins a wait for d.
func (c *Clock) Rest(d time.Duration, w Weight) *Rest {
	over := make(chan struct{})
	r := &Rest{C: over, back: sync.OnceFunc(c.Enter)}
	c.Leave()
	// Back at work before anybody can look, not when the sleeper gets to run.
	r.timer = c.AfterFuncWeighing(d, w, func() { r.back(); close(over) })
	return r
}

// Wake ends the rest early, by whoever has something for the sleeper: so there
// is no moment at which nobody is at work.
func (r *Rest) Wake() { r.back() }

// End ends the rest; the sleeper calls it in any case.
func (r *Rest) End() {
	r.timer.Stop()
	r.back()
}

// Jump advances the clock to the next event, or when there is none to the next
// end of somebody's patience; it reports whether there was either.
func (c *Clock) Jump() bool {
	c.mu.Lock()
	var to time.Time
	found := Background
	for _, t := range c.timers {
		if t.weight < found || t.weight == found && found != Background && t.due.Before(to) {
			to, found = t.due, t.weight
		}
	}
	d := to.Sub(c.now())
	c.mu.Unlock()
	if found == Background {
		return false
	}
	c.Advance(max(d, time.Nanosecond)) // a frozen clock has not fired what is due by now
	return true
}
