package durable

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// life counts the writes of one life.
type life struct {
	acknowledged, cutOff atomic.Int64
	// last is the number of the acknowledgement at which its end begins, ending
	// how; 0 for none.
	last   int64
	ending func()
}

// acknowledge counts one more.
func (l *life) acknowledge() {
	if l.acknowledged.Add(1) == l.last {
		go l.ending()
	}
}

// tally adds up lives.
type tally struct {
	mu                   sync.Mutex // guards what follows
	youngDeaths          int        // processes killed while they began
	acknowledged, cutOff []int64    // writes of each life
}

func (t *tally) young() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.youngDeaths++
}

func (t *tally) add(l *life) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.acknowledged = append(t.acknowledged, l.acknowledged.Load())
	t.cutOff = append(t.cutOff, l.cutOff.Load())
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("%d deaths under load and %d more while beginning; writes per life: acknowledged %s; in flight at the death %s",
		len(t.acknowledged), t.youngDeaths, spread(t.acknowledged), spread(t.cutOff))
}

func spread(list []int64) string {
	if len(list) == 0 {
		return "none"
	}
	sorted := slices.Sorted(slices.Values(list))
	var sum int64
	for _, n := range sorted {
		sum += n
	}
	return fmt.Sprintf("%d (least %d, median %d, most %d)", sum, sorted[0], sorted[len(sorted)/2], sorted[len(sorted)-1])
}

// requireMeaning fails a run in which nothing was at stake.
func (t *tally) requireMeaning(tb testing.TB) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for what, list := range map[string][]int64{"acknowledged": t.acknowledged, "in flight": t.cutOff} {
		with := 0
		for _, n := range list {
			if n > 0 {
				with++
			}
		}
		require.Greater(tb, 2*with, len(list), "most lives must have writes %s", what)
	}
}
