package clock

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

var t0 = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestAdvanceFiresEachTimerAtItsDueTimeInOrder(t *testing.T) {
	t.Parallel()
	c := NewFrozen(t0)
	var fired []string
	note := func(name string) func() {
		return func() { fired = append(fired, name+c.Now().Sub(t0).String()) }
	}
	c.AfterFunc(3*time.Second, note("c"))
	c.AfterFunc(time.Second, func() {
		note("a")()
		c.AfterFunc(time.Second, note("b")) // set on the way, due within the same advance
	})
	stopped := c.AfterFunc(2*time.Second, note("never"))
	c.AfterFunc(3*time.Second, note("d"))
	c.AfterFunc(time.Minute, note("later"))
	if !stopped.Stop() || stopped.Stop() {
		t.Fatal("the first Stop reports true, the second false")
	}
	c.Advance(3 * time.Second)
	want := []string{"a1s", "b2s", "c3s", "d3s"}
	if !slices.Equal(fired, want) {
		t.Fatalf("fired %v, want %v", fired, want)
	}
	if got := c.Now(); !got.Equal(t0.Add(3 * time.Second)) {
		t.Fatalf("now %v, want 3 s after the start", got)
	}
}

func TestRunningClockFiresWithTheWallClockAndKeepsItsOffset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New()
		defer c.Close()
		c.Advance(time.Hour)
		if got := time.Until(c.Now()); got != time.Hour {
			t.Fatalf("offset %v, want 1h", got)
		}
		fired := make(chan time.Time, 1)
		c.AfterFunc(5*time.Second, func() { fired <- c.Now() })
		start := c.Now()
		if got := (<-fired).Sub(start); got != 5*time.Second {
			t.Fatalf("fired after %v, want 5s", got)
		}
	})
}

func TestFrozenClockFiresNothingUntilResumed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New()
		defer c.Close()
		_, changed := c.State()
		c.Freeze()
		<-changed
		fired := false
		c.AfterFunc(time.Second, func() { fired = true })
		time.Sleep(time.Minute)
		synctest.Wait()
		if fired {
			t.Fatal("a timer fired while the clock stood still")
		}
		c.Resume()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if !fired {
			t.Fatal("the timer did not fire after Resume")
		}
	})
}

func TestARestoredClockGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ahead := New()
		ahead.Advance(time.Hour)
		state, _ := ahead.State()
		time.Sleep(time.Minute)
		again := New()
		again.Restore(state)
		if got := time.Until(again.Now()); got != time.Hour {
			t.Fatalf("the running clock is %v ahead, want 1h", got)
		}
		ahead.Freeze()
		state, _ = ahead.State()
		time.Sleep(time.Minute)
		again.Restore(state)
		if got := again.Now(); !got.Equal(state.Now) {
			t.Fatalf("the frozen clock stands at %v, want %v", got, state.Now)
		}
	})
}
