package journal

import (
	"encoding/json"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Kind is what an entry tells.
type Kind string

// The kinds, and what an entry's Name is for each.
const (
	Request Kind = "request" // a request was answered; service.Operation
	Change  Kind = "change"  // the state changed; what of it
	Clock   Kind = "clock"   // the clock was moved, frozen or resumed
	Fault   Kind = "fault"   // a rule struck; its kind
)

// Entry is one thing that happened.
type Entry struct {
	N       int       `json:"n"`  // from 1, rising by one
	At      time.Time `json:"at"` // the emulator's
	Kind    Kind      `json:"kind"`
	ID      string    `json:"id,omitempty"` // of a request
	Name    string    `json:"name,omitempty"`
	Detail  string    `json:"detail,omitempty"`  // a request's method and path; a fault's target; the clock's new time
	Outcome string    `json:"outcome,omitempty"` // of a request: "ok" or AWS's error code
	Body    []byte    `json:"body,omitempty"`    // of a request, at most MaxBody bytes of it
	// Moved is where the clock was moved to, of that kind.
	Moved *clock.State `json:"moved,omitempty"`

	changes []store.Change
	bodies  map[string][]byte // of objects that the changes are the first to name
}

// Bounds.
const (
	MaxBytes = 64 << 20 // of changes, bodies and requests
	MaxBody  = 64 << 10 // of one request's body
)

// Base is a state: all that an AWS has at one instant.
type Base struct {
	Store  *store.State
	Bodies map[string][]byte // of objects, by the ids their index names them by
	Clock  clock.State
}

// Journal is the newest entries and the state before them. Safe for concurrent use.
type Journal struct {
	maxBytes int

	mu      sync.Mutex // guards what follows
	base    *store.Tree
	bodies  map[string][]byte
	clock   clock.State // at the base
	entries []Entry
	first   int // N of the first entry that is held, or would be
	bytes   int
	folded  int // bytes of bodies that went into the base since the last sweep
}

// New returns a Journal that begins with a state.
func New(b Base) *Journal { return begin(b, 1, MaxBytes) }

func begin(b Base, first, maxBytes int) *Journal {
	j := &Journal{maxBytes: maxBytes, base: b.Store.Fork(), bodies: map[string][]byte{}, clock: b.Clock, first: first}
	for id, body := range b.Bodies {
		j.bodies[id] = body
	}
	return j
}

// Add appends an entry and gives it its number.
func (j *Journal) Add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.add(e)
}

// AddChange appends a change of the state, with the bodies of objects it names.
func (j *Journal) AddChange(at time.Time, b *store.Batch, bodies map[string][]byte) {
	j.Add(Entry{At: at, Kind: Change, Name: summary(b.Changes), changes: b.Changes, bodies: bodies})
}

func (j *Journal) add(e Entry) {
	e.N = j.first + len(j.entries)
	j.entries = append(j.entries, e)
	j.bytes += e.size()
	for j.bytes > j.maxBytes && len(j.entries) > 1 {
		j.fold()
	}
}

// fold makes the oldest entry part of the state before.
func (j *Journal) fold() {
	e := &j.entries[0]
	j.clock = e.apply(j.base, j.bodies, j.clock)
	j.bytes -= e.size()
	for _, body := range e.bodies {
		j.folded += len(body)
	}
	j.entries[0] = Entry{}
	j.entries = j.entries[1:]
	j.first++
	if j.folded > j.maxBytes/2 {
		j.sweep()
	}
}

// sweep drops the bodies that nothing in the base names any more.
func (j *Journal) sweep() {
	j.folded = 0
	used := map[string]bool{}
	for _, bucket := range []string{"s3/versions", "s3/parts"} {
		_ = j.base.Load(bucket, func(_, value []byte) error { // memory never fails to load
			for _, id := range Bodies(value) {
				used[id] = true
			}
			return nil
		})
	}
	maps.DeleteFunc(j.bodies, func(id string, _ []byte) bool { return !used[id] })
}

// Bodies returns the ids of the bodies that a value of one of S3's buckets
// names; none for a value that names none.
func Bodies(value []byte) (ids []string) {
	var named struct{ Segments []struct{ Blob string } }
	if json.Unmarshal(value, &named) != nil {
		return nil
	}
	for _, s := range named.Segments {
		ids = append(ids, s.Blob)
	}
	return ids
}

// apply makes an entry's changes and returns the clock after it.
func (e *Entry) apply(to *store.Tree, bodies map[string][]byte, c clock.State) clock.State {
	if len(e.changes) > 0 {
		_ = to.Apply(&store.Batch{Changes: e.changes})() // memory never fails to keep
	}
	for id, body := range e.bodies {
		bodies[id] = body
	}
	if e.Moved != nil {
		c = *e.Moved
	}
	c.Now = e.At
	return c
}

func (e *Entry) size() int {
	n := 128 + len(e.ID) + len(e.Name) + len(e.Detail) + len(e.Body)
	for _, c := range e.changes {
		n += 64 + len(c.Key) + len(c.Value)
	}
	for _, body := range e.bodies {
		n += len(body)
	}
	return n
}

// summary says in words what changes do, e.g. "put dynamodb/items/… (3)".
func summary(changes []store.Change) string {
	verb := "put"
	switch c := changes[0]; {
	case c.Key == nil:
		verb = "drop"
	case c.Value == nil:
		verb = "delete"
	}
	text := verb + " " + changes[0].Bucket
	if len(changes) > 1 {
		text = fmt.Sprintf("%s and %d more", text, len(changes)-1)
	}
	return text
}

// Entries returns the entries that are held, the oldest first.
func (j *Journal) Entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]Entry(nil), j.entries...)
}

// Last is the number of the newest entry; 0 when nothing has happened.
func (j *Journal) Last() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.first + len(j.entries) - 1
}

// At returns the state after the n-th entry. Its clock stands. The error says
// which points can be reached.
func (j *Journal) At(n int) (Base, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	last := j.first + len(j.entries) - 1
	if n < j.first-1 || n > last {
		return Base{}, fmt.Errorf("the journal reaches from %d to %d, not to %d", j.first-1, last, n)
	}
	state, err := j.base.Copy(func() error { return nil })
	if err != nil {
		return Base{}, err
	}
	tree, bodies, c := state.Fork(), map[string][]byte{}, j.clock
	for id, body := range j.bodies {
		bodies[id] = body
	}
	for i := range n - j.first + 1 {
		c = j.entries[i].apply(tree, bodies, c)
	}
	if state, err = tree.Copy(func() error { return nil }); err != nil {
		return Base{}, err
	}
	c.Frozen = true
	return Base{Store: state, Bodies: bodies, Clock: c}, nil
}

// Until returns the number of the entry that tells of a request's answer. The
// state then is the one the client could know.
func (j *Journal) Until(requestID string) (n int, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, e := range j.entries {
		if e.Kind == Request && e.ID == requestID {
			return e.N, nil
		}
	}
	return 0, fmt.Errorf("the journal holds no answer to request %s", requestID)
}
