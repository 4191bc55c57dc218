package trace

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// Bound is how many events a Log holds: about 10 MB when full, the last few
// hundred clicks of a web application.
const Bound = 1 << 14

// Log is the newest events. A nil Log takes everything and holds nothing. Safe
// for concurrent use.
type Log struct {
	bound int

	mu      sync.Mutex // guards what follows
	ring    []entry    // the event numbered n is at n % bound
	next    uint64     // number of the next event
	byID    map[string]uint64
	effects map[string][]uint64 // by the cause's ID, oldest first; the cause itself may be unknown
}

// entry is an event whose Detail is made only when somebody looks.
type entry struct {
	Event
	detail func() string
}

// New returns a Log of the newest Bound events.
func New() *Log { return newLog(Bound) }

func newLog(bound int) *Log {
	return &Log{bound: bound, byID: map[string]uint64{}, effects: map[string][]uint64{}}
}

// Add notes an event. detail, when not nil, is called when the event is read,
// on any goroutine. Causes that are empty are dropped. The event's ID is
// returned: with a number behind it when there is one of this ID already.
func (l *Log) Add(e Event, detail func() string) (id string) {
	if l == nil {
		return e.ID
	}
	e.Causes = slices.DeleteFunc(e.Causes, func(id string) bool { return id == "" })
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.add(e, detail)
}

// AddOrigin notes a request to somebody else, once.
func (l *Log) AddOrigin(id string, at time.Time) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.byID[id]; !known {
		l.add(Event{ID: id, Kind: Origin, At: at}, nil)
	}
}

// add is Add with the lock held.
func (l *Log) add(e Event, detail func() string) string {
	if _, taken := l.byID[e.ID]; taken {
		given := e.ID
		for n := 2; taken; n++ {
			e.ID = fmt.Sprintf("%s#%d", given, n)
			_, taken = l.byID[e.ID]
		}
	}
	at := l.next
	l.next++
	if len(l.ring) < l.bound {
		l.ring = append(l.ring, entry{e, detail})
	} else {
		l.forget(at - uint64(l.bound))
		l.ring[at%uint64(l.bound)] = entry{e, detail}
	}
	l.byID[e.ID] = at
	for _, cause := range e.Causes {
		l.effects[cause] = append(l.effects[cause], at)
	}
	return e.ID
}

// forget drops the oldest event, which is the first effect of each of its causes.
func (l *Log) forget(n uint64) {
	e := &l.ring[n%uint64(l.bound)]
	delete(l.byID, e.ID)
	for _, cause := range e.Causes {
		if rest := l.effects[cause][1:]; len(rest) > 0 {
			l.effects[cause] = rest
		} else {
			delete(l.effects, cause)
		}
	}
}

// Known reports whether an event of this ID is held.
func (l *Log) Known(id string) bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.byID[id]
	return ok
}

// End notes how an event ended, and how long it took. Only the first end counts.
func (l *Log) End(id, outcome string, took time.Duration) {
	l.change(id, func(e *entry) {
		if e.Outcome == "" {
			e.Outcome, e.Took = outcome, took
		}
	})
}

// Charge adds to an event's bill.
func (l *Log) Charge(id string, b Bill) {
	l.change(id, func(e *entry) { e.Bill.Add(b) })
}

func (l *Log) change(id string, f func(*entry)) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, ok := l.byID[id]; ok {
		f(&l.ring[n%uint64(l.bound)])
	}
}

// event returns a copy with its detail made. Called with the lock held.
func (l *Log) event(n uint64) Event {
	e := &l.ring[n%uint64(l.bound)]
	if e.detail != nil {
		e.Detail, e.detail = e.detail(), nil
	}
	return e.Event
}
