package trace

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func note(l *Log, kind Kind, id string, causes ...string) string {
	return l.Add(Event{ID: id, Kind: kind, Name: string(kind), At: time.Unix(0, 0), Causes: causes}, nil)
}

func ids(n *Node) (out []string) {
	for e := range n.All() {
		out = append(out, e.ID)
	}
	return out
}

func TestWhatSeveralCausedStandsOnceInEachTree(t *testing.T) {
	t.Parallel()
	l := New()
	note(l, Request, "put-1")
	note(l, Request, "put-2")
	note(l, Record, "record-1", "put-1")
	note(l, Record, "record-2", "put-1")
	note(l, Record, "record-3", "put-2")
	note(l, Batch, "batch", "record-1", "record-2", "record-3")
	note(l, Run, "run", "batch")
	l.Charge("run", Bill{Invocations: 1})
	for id, want := range map[string][]string{
		"put-1": {"put-1", "record-1", "batch", "run", "record-2"},
		"put-2": {"put-2", "record-3", "batch", "run"},
	} {
		root, ok := l.Trace(id)
		if !ok || !slices.Equal(ids(root), want) {
			t.Errorf("%s: got %v, want %v", id, ids(root), want)
		}
		if got := root.Total(); got != (Bill{Invocations: 1}) {
			t.Errorf("%s: the shared run costs %s", id, got)
		}
	}
	if roots := l.Roots("run"); len(roots) != 2 || roots[0].ID != "put-1" || roots[1].ID != "put-2" {
		t.Errorf("the run comes from %v", roots)
	}
	if recent := l.Recent(10); len(recent) != 2 || recent[0].ID != "put-2" {
		t.Errorf("recent: %v", recent)
	}
}

func TestTheOldestEventsAreForgotten(t *testing.T) {
	t.Parallel()
	const bound = 8
	l := newLog(bound)
	for i := range 100 {
		request := note(l, Request, fmt.Sprint("request-", i))
		note(l, Record, fmt.Sprint("record-", i), request, "origin", request)
	}
	if len(l.ring) != bound || len(l.byID) != bound {
		t.Errorf("%d events, %d ids held, want %d", len(l.ring), len(l.byID), bound)
	}
	if len(l.effects) != 1+bound/2 {
		t.Errorf("the effects of %d causes are held", len(l.effects))
	}
	if _, ok := l.Trace("request-95"); ok {
		t.Error("request 95 is not forgotten")
	}
	if root, ok := l.Trace("request-99"); !ok || len(root.Effects) != 1 {
		t.Errorf("request 99: %v", root)
	}
	if root, ok := l.Trace("origin"); !ok || len(root.Effects) != bound/2 {
		t.Errorf("what a cause that was never noted had for effects: %v", root)
	}
}

func TestAnIDComesAgainWithANumber(t *testing.T) {
	t.Parallel()
	l := New()
	for _, want := range []string{"run", "run#2", "run#3"} {
		if got := note(l, Run, "run", "event"); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	l.End("run#2", "timeout", time.Second)
	l.End("run#2", OK, time.Minute)
	root, _ := l.Trace("run#2")
	if !root.Failed() || root.Took != time.Second {
		t.Errorf("ended twice: %+v", root.Event)
	}
}

func TestANilLogHoldsNothing(t *testing.T) {
	t.Parallel()
	var l *Log
	if got := note(l, Run, "run"); got != "run" {
		t.Errorf("got %s", got)
	}
	l.AddOrigin("o", time.Time{})
	l.End("run", OK, 0)
	l.Charge("run", Bill{})
	if _, ok := l.Trace("run"); ok || l.Known("run") || l.Roots("run") != nil || l.Recent(1) != nil {
		t.Error("it holds something")
	}
}

func TestABillInWords(t *testing.T) {
	t.Parallel()
	for want, b := range map[string]Bill{
		"nothing":                         {},
		"1 write unit":                    {WriteUnits: 1},
		"0.5 read units, 2 invocations":   {ReadUnits: 0.5, Invocations: 2},
		"0.1250 GB·s, 3 queue requests":   {MemoryMS: 128 * 1000, QueueRequests: 3},
		"1 object write, 2 object reads":  {ObjectWrites: 1, ObjectReads: 2},
		"10.5 write units, 1 stream read": {WriteUnits: 10.5, StreamReads: 1},
	} {
		if got := b.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	l := New()
	for i := range b.N {
		id := fmt.Sprint(i)
		l.Add(Event{ID: id, Kind: Request, Name: "dynamodb.PutItem"}, nil)
		l.End(id, OK, 0)
	}
}
