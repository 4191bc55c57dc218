package emulator

import (
	"errors"
	"fmt"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/s3"
)

// ErrNoSnapshots is what Snapshot answers when the AWS keeps nothing that could
// be copied.
var ErrNoSnapshots = errors.New("an AWS in memory can be copied when it was started with emulator.WithSnapshots")

// ErrNotEmpty is what Open answers when a snapshot is to be put where something
// is kept already.
var ErrNotEmpty = errors.New("a snapshot needs a folder of its own, and this one holds an AWS")

// Snapshot is everything an AWS held at one instant: tables with their streams
// and positions, queues with what is in flight, objects, functions' code,
// mappings, stacks, roles and the time. It never changes, so any number of
// copies may start from it, also at once.
//
// Not in it: in-process functions, which are given again with HandleFunction,
// lines of logs, fault rules, and runs that were under way. What names the
// original's endpoint, such as a queue's URL in a stack's output, still does.
type Snapshot struct {
	state  *store.State
	bodies s3.Bodies
	clock  clock.State
	still  bool // what starts from it stands still; see ReplayTo
}

// WithSnapshots lets Snapshot copy this AWS.
func WithSnapshots() Option { return func(o *Options) { o.Snapshots = true } }

// WithSnapshot starts a copy of what s holds. Its clock goes on from the
// snapshot's time unless WithClock gives another.
func WithSnapshot(s *Snapshot) Option { return func(o *Options) { o.Snapshot = s } }

// Snapshot copies the whole state as it is at one instant: of an effect in it
// the cause is in it too. In memory that takes microseconds, whatever the size;
// with a folder everything is read. Writes wait meanwhile. Errors:
// ErrNoSnapshots, or the folder's.
func (a *AWS) Snapshot() (*Snapshot, error) {
	from, ok := a.store.(store.Copier)
	if !ok {
		return nil, ErrNoSnapshots
	}
	s := new(Snapshot)
	var err error
	s.state, err = from.Copy(func() (err error) {
		s.clock, _ = a.clock.State()
		s.bodies, err = a.s3.Bodies()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("copy the state: %w", err)
	}
	return s, nil
}

// still reports whether nothing is to happen by itself.
func (o *Options) still() bool { return o.Snapshot != nil && o.Snapshot.still }

// objects is the bodies of a snapshot's objects; a nil one has none.
func (s *Snapshot) objects() s3.Bodies {
	if s == nil {
		return nil
	}
	return s.bodies
}

// startFrom puts the snapshot's state and time where this AWS keeps them; without
// one it only finds the time again.
func (a *AWS) startFrom(o Options) error {
	switch {
	case o.Snapshot == nil:
		if (o.Snapshots || o.Journal) && o.Dir == "" {
			a.store = new(store.Tree)
		}
		return a.restoreClock()
	case o.Dir == "":
		a.store = o.Snapshot.state.Fork()
	default:
		empty, err := a.store.(store.Copier).Copy(func() error { return nil })
		if err != nil {
			return err
		}
		if !empty.Empty() {
			return ErrNotEmpty
		}
		if err := o.Snapshot.state.Write(a.store); err != nil {
			return fmt.Errorf("write the snapshot: %w", err)
		}
	}
	if o.Clock != nil {
		return nil
	}
	a.clock.Restore(o.Snapshot.clock)
	return a.keepClock(o.Snapshot.clock)
}
