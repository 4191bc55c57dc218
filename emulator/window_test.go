package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func TestATumblingWindowCarriesItsState(t *testing.T) {
	t.Parallel()
	type windowed struct {
		streamBatch
		Window                  struct{ Start, End string }
		State                   struct{ Seen []string }
		ShardID                 string
		IsFinalInvokeForWindow  bool
		IsWindowTerminatedEarly bool
	}
	aws := Start(t, WithClock(clock.NewFrozen(noon)))
	var got []windowed
	calls := make(chan windowed, 100)
	if _, err := aws.HandleFunction("f", func(_ context.Context, event []byte) ([]byte, error) {
		var w windowed
		if err := json.Unmarshal(event, &w); err != nil {
			return nil, err
		}
		calls <- w
		if w.IsFinalInvokeForWindow {
			return nil, nil
		}
		w.State.Seen = append(w.State.Seen, w.numbers()...)
		return json.Marshal(map[string]any{"state": map[string]any{"Seen": w.State.Seen}})
	}); err != nil {
		t.Fatal(err)
	}
	stream := createTable(t, aws, "table")
	createMapping(t, aws, map[string]any{"EventSourceArn": stream, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON", "TumblingWindowInSeconds": 60, "BatchSize": 2})
	take := func() windowed {
		t.Helper()
		select {
		case w := <-calls:
			got = append(got, w)
			return w
		case <-t.Context().Done():
			t.Fatal("the test ended")
			return windowed{}
		}
	}
	put(t, aws, "table", 1)
	if w := take(); len(w.State.Seen) != 0 || w.Window.Start != "2026-01-01T12:00:00Z" || w.Window.End != "2026-01-01T12:01:00Z" || w.ShardID == "" {
		t.Fatalf("first: %+v", w)
	}
	put(t, aws, "table", 2)
	if w := take(); !slices.Equal(w.State.Seen, []string{"1"}) || w.IsFinalInvokeForWindow {
		t.Fatalf("second: %+v", w)
	}
	eventually(t, "the window's end", func() bool { aws.Clock().Advance(15 * time.Second); return len(calls) > 0 })
	if w := take(); !slices.Equal(w.State.Seen, []string{"1", "2"}) || !w.IsFinalInvokeForWindow || len(w.Records) != 0 {
		t.Fatalf("last: %+v", w)
	}
	put(t, aws, "table", 3)
	if w := take(); len(w.State.Seen) != 0 || w.Window.Start < "2026-01-01T12:01:00Z" {
		t.Fatalf("the next window: %+v", w)
	}
}

func TestAWindowEndsEarlyWhenItsStateIsTooLarge(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(noon)))
	calls := make(chan string, 100)
	if _, err := aws.HandleFunction("f", func(_ context.Context, event []byte) ([]byte, error) {
		var w struct {
			streamBatch
			State                   struct{ Text string }
			IsWindowTerminatedEarly bool
		}
		if err := json.Unmarshal(event, &w); err != nil {
			return nil, err
		}
		calls <- fmt.Sprint(w.numbers(), len(w.State.Text), w.IsWindowTerminatedEarly)
		return json.Marshal(map[string]any{"state": map[string]any{"Text": strings.Repeat("x", 1<<20)}})
	}); err != nil {
		t.Fatal(err)
	}
	stream := createTable(t, aws, "table")
	put(t, aws, "table", 1)
	put(t, aws, "table", 2)
	createMapping(t, aws, map[string]any{"EventSourceArn": stream, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON", "TumblingWindowInSeconds": 60, "BatchSize": 1})
	for _, want := range []string{"[1] 0 false", "[] 1048576 true", "[2] 0 false"} {
		if got := <-calls; got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	}
}
