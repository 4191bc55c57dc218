package main

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestCountsThatChangeFastAreToldFourTimesASecondAndTheLastIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var sent []cumin.Event
		p := newPacer()
		send := func(e cumin.Event) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, e)
		}
		const n = 200 // in two seconds
		for i := range int64(n) {
			p.send("P", countsEvery, cumin.Event{Seq: i + 1, Version: i + 1}, send)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		require.LessOrEqual(t, len(sent), 10, "at once, then each quarter of a second")
		require.EqualValues(t, n, sent[len(sent)-1].Version)
		heard := map[int64]bool{}
		for _, e := range sent {
			heard[e.Seq] = true
			for _, s := range e.Skipped {
				heard[s] = true
			}
		}
		require.Len(t, heard, n, "no sequence is a gap")
		require.Empty(t, p.paced, "a series that is over is forgotten")
	})
}

func TestAnOlderEventThatComesLateReplacesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []cumin.Event
		p := newPacer()
		send := func(e cumin.Event) { sent = append(sent, e) }
		for _, v := range []int64{1, 3, 2} {
			p.send("P", countsEvery, cumin.Event{Seq: v, Version: v}, send)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		require.Len(t, sent, 2)
		require.EqualValues(t, 3, sent[1].Version)
		require.Equal(t, []int64{2}, sent[1].Skipped)
	})
}

func TestProgressHeldBackIsDroppedAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []int64
		p := newPacer()
		send := func(e cumin.Event) { sent = append(sent, e.Version) }
		p.send("E", progressEvery, cumin.Event{Version: 1}, send)
		p.send("E", progressEvery, cumin.Event{Version: 2}, send)
		p.drop("E")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, []int64{1}, sent)
	})
}
