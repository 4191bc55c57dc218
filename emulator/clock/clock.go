// Package clock is the one clock every timer of the embedded AWS hangs on:
// TTL, visibility, long polls, retries, record age, windows, presigned expiry.
//
// A Clock runs with the wall clock plus an offset, or stands still. Advance
// moves it forward and fires every timer on the way, each at its own due time
// and in order, so that sixteen minutes pass in milliseconds and nothing fires
// early. Nothing else in the emulator may call time.Now, time.Sleep or
// time.AfterFunc.
package clock

import (
	"container/heap"
	"sync"
	"sync/atomic"
	"time"
)

// Timer is a pending call.
type Timer interface {
	// Stop prevents the call if it has not begun; it reports whether it did.
	Stop() bool
}

// Clock tells the emulator's time and calls back at a time. Safe for use by
// many goroutines. Build it with New.
type Clock struct {
	wall func() time.Time // the real clock; a seam for the package's own tests

	mu      sync.Mutex // guards what follows; never held while a callback runs
	offset  time.Duration
	frozen  bool
	at      time.Time // the time when frozen
	timers  timerHeap
	order   uint64 // breaks ties: timers of one instant fire in the order they were set
	wake    *time.Timer
	closed  bool
	changed chan struct{} // closed and replaced at each Advance, Freeze, Resume and SetAuto
	watch   func(State)   // called at each of them; nil: nobody
	rev     uint64

	auto bool // see SetAuto

	busy    atomic.Int64  // those at work
	entered atomic.Uint64 // how often anybody began

	firing sync.Mutex // one at a time: callbacks run in order, also when Advance races the wall clock
}

// New returns a running clock that shows the wall clock's time.
func New() *Clock {
	return &Clock{wall: time.Now, changed: make(chan struct{})}
}

// NewFrozen returns a clock that stands at the given time until it is advanced
// or resumed.
func NewFrozen(at time.Time) *Clock {
	c := New()
	c.frozen, c.at = true, at
	return c
}

// Now is the emulator's time, UTC.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.frozen {
		return c.at.UTC()
	}
	return c.wall().Add(c.offset).UTC()
}

// AfterFunc calls f once the clock has moved d further. f runs on the clock's
// goroutine, one callback at a time, in order of due time: it must be short
// and must not wait for the clock; longer work starts a goroutine of its own.
// f may set and stop timers. A d of zero or less fires at once, still on the
// clock's goroutine.
func (c *Clock) AfterFunc(d time.Duration, f func()) Timer { return c.AfterFuncWeighing(d, Event, f) }

// AfterFuncWeighing is AfterFunc for a timer that an auto-advancing clock may
// not jump to.
func (c *Clock) AfterFuncWeighing(d time.Duration, w Weight, f func()) Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.order++
	t := &timer{clock: c, due: c.now().Add(max(d, 0)), order: c.order, f: f, weight: w}
	if c.closed {
		t.index = -1
		return t
	}
	heap.Push(&c.timers, t)
	c.rearm()
	return t
}

// After returns a channel that is closed once the clock has moved d further,
// and a stop function for when nobody waits any more.
func (c *Clock) After(d time.Duration) (<-chan struct{}, func()) {
	ch := make(chan struct{})
	t := c.AfterFunc(d, func() { close(ch) })
	return ch, func() { t.Stop() }
}

// Advance moves the clock d forward, firing each timer on the way at its due
// time; timers that callbacks set fire too when they fall within d. It returns
// when all callbacks have returned. A negative d does nothing.
func (c *Clock) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.firing.Lock()
	defer c.firing.Unlock()

	c.mu.Lock()
	wasFrozen := c.frozen
	target := c.now().Add(d)
	c.at, c.frozen = c.now(), true
	for len(c.timers) > 0 && !c.timers[0].due.After(target) && !c.closed {
		t := heap.Pop(&c.timers).(*timer)
		if t.due.After(c.at) {
			c.at = t.due
		}
		c.mu.Unlock()
		t.f()
		c.mu.Lock()
	}
	c.at = target
	if !wasFrozen {
		c.frozen = false
		c.offset = target.Sub(c.wall())
	}
	c.notify()
	c.rearm()
	c.mu.Unlock()
}

// Freeze stops the clock where it is. Advance still moves it.
func (c *Clock) Freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.frozen {
		c.at, c.frozen = c.now(), true
		c.notify()
	}
}

// Resume lets a frozen clock run on from where it stands.
func (c *Clock) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.frozen {
		c.offset, c.frozen = c.at.Sub(c.wall()), false
		c.notify()
		c.rearm()
	}
}

// State is what a process elsewhere needs to follow this clock.
type State struct {
	Rev    uint64        `json:"rev"`    // rises with each change
	Now    time.Time     `json:"now"`    // UTC
	Offset time.Duration `json:"offset"` // nanoseconds ahead of the wall clock
	Frozen bool          `json:"frozen"`
	Auto   bool          `json:"auto,omitempty"` // it jumps to the next event whenever nothing goes on
}

// State returns the clock's state and a channel that is closed at its next
// change (not by the mere passing of time).
func (c *Clock) State() (State, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state(), c.changed
}

func (c *Clock) state() State {
	now := c.now()
	return State{Rev: c.rev, Now: now, Offset: now.Sub(c.wall()), Frozen: c.frozen, Auto: c.auto}
}

// Watch calls f at each Advance, Freeze and Resume from now on, with the clock's
// lock held: f must not ask the clock.
func (c *Clock) Watch(f func(State)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch = f
}

// Restore puts the clock where a State was read: ahead of the wall clock by
// Offset, or standing at Now. It fires nothing; call it before timers are set.
func (c *Clock) Restore(s State) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset, c.frozen, c.at = s.Offset, s.Frozen, s.Now
	c.notify()
	c.rearm()
}

// Close drops all timers; none fires any more.
func (c *Clock) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, t := range c.timers {
		t.index = -1
	}
	c.timers = nil
	if c.wake != nil {
		c.wake.Stop()
	}
}

func (c *Clock) notify() {
	c.rev++
	close(c.changed)
	c.changed = make(chan struct{})
	if c.watch != nil {
		c.watch(c.state())
	}
}

// rearm points the one real timer at the earliest due time. Called with mu held.
func (c *Clock) rearm() {
	if c.closed || c.frozen || len(c.timers) == 0 {
		if c.wake != nil {
			c.wake.Stop()
		}
		return
	}
	d := c.timers[0].due.Sub(c.now())
	if c.wake == nil {
		c.wake = time.AfterFunc(d, c.tick)
		return
	}
	c.wake.Reset(d)
}

// tick fires what is due by the wall clock.
func (c *Clock) tick() {
	c.firing.Lock()
	defer c.firing.Unlock()
	c.mu.Lock()
	for !c.closed && !c.frozen && len(c.timers) > 0 && !c.timers[0].due.After(c.now()) {
		t := heap.Pop(&c.timers).(*timer)
		c.mu.Unlock()
		t.f()
		c.mu.Lock()
	}
	c.rearm()
	c.mu.Unlock()
}

type timer struct {
	clock *Clock
	due   time.Time
	order uint64
	f     func()

	weight Weight
	index  int // in the heap; -1 once fired or stopped
}

func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.clock.timers, t.index)
	return true
}

type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].order < h[j].order
	}
	return h[i].due.Before(h[j].due)
}
func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}
func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.index = len(*h)
	*h = append(*h, t)
}
func (h *timerHeap) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	t.index = -1
	return t
}
