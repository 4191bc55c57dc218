package fault

import (
	"testing"
	"time"
)

func TestARuleStrikesAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		rule Rule
		ask  int
		want int
	}{
		{"always", Rule{Kind: Duplicate}, 10, 10},
		{"three times", Rule{Kind: Duplicate, Times: 3}, 10, 3},
		{"after the first four", Rule{Kind: Duplicate, After: 4}, 10, 6},
		{"for another target, never", Rule{Kind: Duplicate, Target: "other"}, 10, 0},
		{"for a prefix", Rule{Kind: Duplicate, Target: "fun*"}, 10, 10},
		{"another kind, never", Rule{Kind: Replay}, 10, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := New(1)
			if err := s.Put(c.rule); err != nil {
				t.Fatal(err)
			}
			got := 0
			for range c.ask {
				if s.Hit(Duplicate, "function", "") {
					got++
				}
			}
			if got != c.want || s.Reports()[0].Fired != c.want {
				t.Fatalf("struck %d times, reported %d, want %d", got, s.Reports()[0].Fired, c.want)
			}
		})
	}
}

func TestTheSameSeedMeetsTheSameFaults(t *testing.T) {
	t.Parallel()
	history := func(seed uint64) (h [64]bool) {
		s := New(seed)
		if err := s.Put(Rule{Kind: Kill, Point: End, P: 0.5}); err != nil {
			t.Fatal(err)
		}
		for i := range h {
			h[i] = s.Hit(Kill, "f", End)
		}
		return h
	}
	first, again, other := history(7), history(7), history(8)
	if first != again {
		t.Error("one seed, two histories")
	}
	if first == other {
		t.Error("two seeds, one history")
	}
}

func TestKillStrikesAtItsPointOnly(t *testing.T) {
	t.Parallel()
	s := New(1)
	if err := s.Put(Rule{Kind: Kill, Point: AfterCall, Call: 2}); err != nil {
		t.Fatal(err)
	}
	if s.Hit(Kill, "f", Start) || s.Hit(Kill, "f", End) || s.HitCall("f", 1) || !s.HitCall("f", 2) {
		t.Fatal("want a strike after the second call and no other")
	}
}

func TestABatchIsHeldBackForAsLongAsTheRuleSays(t *testing.T) {
	t.Parallel()
	s := New(1)
	if err := s.Put(Rule{Kind: Reorder, Target: "f", Delay: "3s", Times: 1}); err != nil {
		t.Fatal(err)
	}
	if d := s.Hold("g"); d != 0 {
		t.Fatalf("another function is held for %s", d)
	}
	if first, second := s.Hold("f"), s.Hold("f"); first != 3*time.Second || second != 0 {
		t.Fatalf("got %s and %s", first, second)
	}
}

func TestOperationsFailAndSlowDown(t *testing.T) {
	t.Parallel()
	s := New(1)
	if err := s.Put(Rule{Kind: Error, Target: "dynamodb.PutItem", Code: "InternalServerError", Status: 500}, Rule{Kind: Latency, Target: "dynamodb.*", Delay: "5ms"}); err != nil {
		t.Fatal(err)
	}
	broken, fails, delay := s.Operation("dynamodb.PutItem")
	if !fails || broken.Code != "InternalServerError" || delay != 5*time.Millisecond {
		t.Fatalf("got %+v, %t, %s", broken, fails, delay)
	}
	if _, fails, _ := s.Operation("dynamodb.GetItem"); fails {
		t.Fatal("GetItem has no error rule")
	}
}

func TestRulesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for _, r := range []Rule{{Kind: "melt"}, {Kind: Kill}, {Kind: Kill, Point: AfterCall}, {Kind: Error}, {Kind: Latency, Delay: "soon"}, {Kind: Reorder}, {Kind: Duplicate, P: 2}} {
		if err := New(1).Put(r); err == nil {
			t.Errorf("%+v was taken", r)
		}
	}
}
