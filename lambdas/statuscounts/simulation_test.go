package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/stream"
)

// The simulation: the real function behind an event source mapping of the
// embedded AWS, whose every fault rule may strike while people change tasks,
// shards split and roll over and the clock jumps. A seed decides the history,
// the mapping's settings and the rules; the goroutines in between are the
// machine's, so that a rare failure may want its seed more than once.

const (
	someSeeds    = 16 // what a plain `go test` runs: 2 s of two cores, 10 when they are busy
	catchWithin  = 20 // seeds within which a function that drifts must be found out
	sideBySide   = 24 // simulations at a time; each mostly waits
	seedVariable = "CUMIN_SEED"
)

// seeds are those to run: the one of CUMIN_SEED, or the first CUMIN_SEEDS.
func seeds(t *testing.T) (list []uint64, replay bool) {
	t.Helper()
	number := func(name string, fallback uint64) uint64 {
		text, ok := os.LookupEnv(name)
		if !ok {
			return fallback
		}
		n, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, name)
		return n
	}
	if one := number(seedVariable, 0); one > 0 {
		return []uint64{one}, true
	}
	for n := range number("CUMIN_SEEDS", someSeeds) {
		list = append(list, n+1)
	}
	return list, false
}

func TestCountsAreExactUnderEveryFaultRule(t *testing.T) {
	t.Parallel()
	list, replay := seeds(t)
	totals := figures{}
	var (
		mu sync.Mutex // guards totals
		g  errgroup.Group
	)
	g.SetLimit(sideBySide)
	for _, seed := range list {
		g.Go(func() error {
			got, err := simulate(t.Context(), seed, counting)
			if err != nil {
				t.Errorf("seed %d: %v\nreplay it: %s=%d go test -run %s ./lambdas/statuscounts", seed, err, seedVariable, seed, t.Name())
			}
			mu.Lock()
			defer mu.Unlock()
			totals.add(got)
			return nil
		})
	}
	_ = g.Wait() // failures are the test's by now
	t.Logf("%d seeds\n%s", len(list), totals)
	if replay {
		return
	}
	for _, what := range everything() {
		require.Positive(t, totals[what], "%s never happened: the test showed nothing of it", what)
	}
}

func TestTheSimulationCatchesFunctionsThatDrift(t *testing.T) {
	t.Parallel()
	for name, drifting := range map[string]func(*simulation) countsFunction{"plain ADD per record": adding, "markers without conditions": unconditional} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(catchWithin) {
				if _, err := simulate(t.Context(), seed+1, drifting); err != nil {
					t.Logf("caught at seed %d: %v", seed+1, err)
					return
				}
			}
			t.Fatalf("not caught within %d seeds", catchWithin)
		})
	}
}

// counting is the function as it is.
func counting(s *simulation) countsFunction { return s.handler().Handle }

// adding is what a first draft does: for each record it adds what the images
// say, without markers.
func adding(s *simulation) countsFunction {
	store := s.handler().Store
	return func(ctx context.Context, b stream.Batch) (events.DynamoDBEventResponse, error) {
		failed := stream.NoFailures()
		for i := range b.Records {
			c, err := statusChange(&b.Records[i])
			if tx := plainAdd(c); err == nil && tx.Changes() {
				err = store.Apply(ctx, tx, s.clock.Now())
			}
			if err != nil {
				failed.At(i)
				break
			}
		}
		return b.Answer(failed)
	}
}

// unconditional is the function on a store that replaces whatever marker there
// is, not only the one that was read: rivals and late writers go unnoticed.
func unconditional(s *simulation) countsFunction {
	h := s.handler()
	h.Store = lastWins{h.Store}
	return h.Handle
}

type lastWins struct{ cumin.CountStore }

func (w lastWins) Apply(ctx context.Context, tx cumin.CountTransaction, at time.Time) error {
	tasks := make([]cumin.TaskID, len(tx.Moves))
	for i, m := range tx.Moves {
		tasks[i] = m.Task
	}
	now, err := w.Markers(ctx, tx.Project, tasks)
	if err != nil {
		return err
	}
	tx.Moves = slices.Clone(tx.Moves)
	for i := range tx.Moves {
		tx.Moves[i].Read = now[tx.Moves[i].Task].Version
	}
	return w.CountStore.Apply(ctx, tx, at)
}

func plainAdd(c cumin.StatusChange) cumin.CountTransaction {
	n := map[cumin.Status]int64{}
	n[c.From]--
	n[c.To]++
	return cumin.CountTransaction{Project: c.Project, Todo: n[cumin.StatusTodo], InProgress: n[cumin.StatusInProgress], Done: n[cumin.StatusDone]}
}

// figures are how often things happened.
type figures map[string]int

func (f figures) add(other figures) {
	for what, n := range other {
		f[what] += n
	}
}

func (f figures) String() string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(f)) {
		fmt.Fprintf(&b, "%9d  %s\n", f[what], what)
	}
	return b.String()
}
