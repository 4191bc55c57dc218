package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// rows plays the registry and checks what is asked of it.
type rows struct {
	mu      sync.Mutex
	present map[dynamo.Interest]bool
	puts    int
	fail    error
	slow    time.Duration
}

func (r *rows) interests() *interests {
	r.present = map[dynamo.Interest]bool{}
	return &interests{put: r.put, remove: r.remove, linger: 30 * time.Second, log: slog.New(slog.DiscardHandler), all: map[dynamo.Interest]*interest{}}
}

func (r *rows) put(_ context.Context, i dynamo.Interest) error {
	time.Sleep(r.slow) // fake time
	r.mu.Lock()
	defer r.mu.Unlock()
	r.puts++
	if r.fail != nil {
		return r.fail
	}
	r.present[i] = true
	return nil
}

func (r *rows) remove(_ context.Context, i dynamo.Interest) error {
	time.Sleep(r.slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.present, i)
	return nil
}

func (r *rows) has(i dynamo.Interest) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.present[i]
}

var someone = dynamo.UserInterest("01ARZ3NDEKTSV4RRFFQ69G5FAV")

func TestAnInterestLingersThirtySeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rows{}
		s := r.interests()
		require.NoError(t, s.hold(t.Context(), someone))
		require.NoError(t, s.hold(t.Context(), someone))
		require.Equal(t, 1, r.puts, "two connections, one row")
		s.release(someone)
		time.Sleep(time.Minute)
		require.True(t, r.has(someone), "one connection is left")
		s.release(someone)
		time.Sleep(29 * time.Second)
		require.NoError(t, s.hold(t.Context(), someone)) // a reload
		require.Equal(t, 1, r.puts)
		s.release(someone)
		time.Sleep(31 * time.Second)
		require.False(t, r.has(someone))
		require.Empty(t, s.list())
		require.NoError(t, s.hold(t.Context(), someone))
		require.True(t, r.has(someone))
	})
}

func TestAHoldDuringTheRemovalPutsTheRowAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rows{slow: time.Second}
		s := r.interests()
		require.NoError(t, s.hold(t.Context(), someone))
		s.release(someone)
		time.Sleep(30*time.Second + 500*time.Millisecond) // the removal is under way
		require.NoError(t, s.hold(t.Context(), someone))
		require.True(t, r.has(someone), "when hold returns the row is there")
		time.Sleep(time.Hour)
		require.True(t, r.has(someone))
	})
}

func TestHoldsTogetherWaitForTheOnePut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rows{slow: time.Second}
		s := r.interests()
		var g sync.WaitGroup
		for range 10 {
			g.Go(func() {
				require.NoError(t, s.hold(t.Context(), someone))
				require.True(t, r.has(someone))
			})
		}
		g.Wait()
		require.Equal(t, 1, r.puts)
	})
}

func TestAFailedPutIsNoInterest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rows{fail: errors.New("throttled")}
		s := r.interests()
		require.ErrorIs(t, s.hold(t.Context(), someone), r.fail)
		time.Sleep(time.Minute)
		require.Empty(t, s.list())
		r.fail = nil
		require.NoError(t, s.hold(t.Context(), someone))
		require.ElementsMatch(t, []dynamo.Interest{someone}, s.end())
		require.ErrorIs(t, s.hold(t.Context(), someone), errInstanceOver)
	})
}
