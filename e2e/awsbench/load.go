package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// tally adds up the turns of one server at one operation.
type tally struct {
	times   []time.Duration // of single operations
	elapsed time.Duration   // of the turns
	cpu     time.Duration   // of the server's process
}

// turn runs op from all clients for the span and adds what it took. The first
// error ends it.
func (t *tally) turn(ctx context.Context, p *process, clients int, span time.Duration, op func(ctx context.Context, client int) (time.Duration, error)) error {
	over, cancel := context.WithTimeout(ctx, span)
	defer cancel()
	before, err := p.cpu()
	if err != nil {
		return err
	}
	var (
		mu   sync.Mutex // guards t.times and fail
		fail error
		wg   sync.WaitGroup
	)
	began := time.Now()
	for c := range clients {
		wg.Go(func() {
			var mine []time.Duration
			for over.Err() == nil {
				took, err := op(ctx, c)
				if err != nil {
					mu.Lock()
					fail = errors.Join(fail, err)
					mu.Unlock()
					cancel()
					break
				}
				mine = append(mine, took)
			}
			mu.Lock()
			defer mu.Unlock()
			t.times = append(t.times, mine...)
		})
	}
	wg.Wait()
	t.elapsed += time.Since(began)
	if fail != nil {
		return fail
	}
	after, err := p.cpu()
	t.cpu += after - before
	return err
}

// perSecond is the operations per second.
func (t *tally) perSecond() float64 { return float64(len(t.times)) / t.elapsed.Seconds() }

// cpuEach is the server's CPU time per operation.
func (t *tally) cpuEach() time.Duration {
	return t.cpu / time.Duration(max(1, len(t.times)))
}

// percentile returns the time that p percent of the operations stayed below.
func (t *tally) percentile(p int) time.Duration {
	if len(t.times) == 0 {
		return 0
	}
	slices.Sort(t.times)
	return t.times[min(len(t.times)-1, len(t.times)*p/100)]
}
