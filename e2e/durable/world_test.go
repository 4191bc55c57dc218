package durable

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// actor is one client. Its methods are called by one goroutine at a time.
type actor interface {
	// setUp makes what the actor needs in an empty AWS.
	setUp(*client) error
	// act does one small thing. errKilled says that the process is gone.
	act(*client) error
	// check compares what a process that came back holds with what the actor was
	// told, and learns what became of what was never answered.
	check(*client) error
}

// world is the actors over one folder, and what they know together.
type world struct {
	dir    string
	actors []actor
}

func newWorld(dir string, dice *rand.Rand) *world {
	w := &world{dir: dir}
	shared, sum := new(counter), new(atomic.Int64)
	choices := func() *rand.Rand { return rand.New(rand.NewPCG(dice.Uint64(), 0)) }
	w.actors = []actor{
		tables{},  // first: the others need them
		seconds{}, // before the others: what was in flight is visible again
		newItems("items-0", choices()), newItems("items-1", choices()),
		adder{shared}, adder{shared}, counterCheck{shared},
		&transfers{name: "transfer-0", sum: sum}, &transfers{name: "transfer-1", sum: sum},
		ledger{sum},
		newReader(choices()),
		newMessages(choices()),
		&line{group: "g0"}, &line{group: "g1"},
		newObjects(choices()), newUploads(choices()),
		&leftovers{dir: dir},
		&hours{dice: choices()}, // last: tokens and iterators expire
	}
	return w
}

func (w *world) setUp(ctx context.Context, p *process) error {
	return w.each(newClient(ctx, p, new(life)), actor.setUp)
}

// check compares one actor after the other; writes it makes are no load.
func (w *world) check(ctx context.Context, p *process) error {
	if err := w.each(newClient(ctx, p, new(life)), actor.check); err != nil {
		return fmt.Errorf("after its death: %w", err)
	}
	return nil
}

func (w *world) each(c *client, f func(actor, *client) error) error {
	defer c.close()
	for _, a := range w.actors {
		if err := f(a, c); err != nil {
			return fmt.Errorf("%T: %w", a, err)
		}
	}
	return nil
}

// act lets all actors act until the process is gone. An error is something
// other than its death.
func (w *world) act(ctx context.Context, p *process, l *life) error {
	failures := make([]error, len(w.actors))
	var wg sync.WaitGroup
	for i, a := range w.actors {
		wg.Go(func() {
			c := newClient(ctx, p, l)
			defer c.close()
			var err error
			for err == nil {
				err = a.act(c)
			}
			if !errors.Is(err, errKilled) && !errors.Is(err, errIdle) {
				failures[i] = fmt.Errorf("%T: %w", a, err)
			}
		})
	}
	wg.Wait()
	return errors.Join(failures...)
}

// errIdle ends the part of an actor that only compares.
var errIdle = errors.New("nothing to do under load")
