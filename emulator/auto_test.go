package emulator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

func TestTwelveHoursOfVisibilityPassByThemselves(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(noon)))
	url := createQueue(t, aws, "q", nil)
	send(t, aws, url, "work")
	receive := func(hide, wait int) (n int) {
		var out struct{ Messages []struct{ Body string } }
		target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": url, "VisibilityTimeout": hide, "WaitTimeSeconds": wait}, &out)
		return len(out.Messages)
	}
	if n := receive(43_200, 0); n != 1 {
		t.Fatalf("received %d messages", n)
	}
	aws.Clock().SetAuto(true)
	polls := 1
	for ; receive(30, 20) == 0; polls++ {
		if polls == 10 {
			t.Fatal("ten long polls found nothing")
		}
	}
	if passed := aws.Clock().Now().Sub(noon); passed < 12*time.Hour || passed > 13*time.Hour {
		t.Errorf("%s passed, want twelve hours", passed)
	}
}

func TestALongPollInVainEndsAtOnce(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(noon)), WithAutoAdvance())
	url := createQueue(t, aws, "q", map[string]string{"ReceiveMessageWaitTimeSeconds": "20"})
	if got := receiveBodies(t, aws, url); got != nil {
		t.Errorf("received %q", got)
	}
	if passed := aws.Clock().Now().Sub(noon); passed != 20*time.Second {
		t.Errorf("%s passed, want 20 s", passed)
	}
}

func TestATimeToLiveEndsByItself(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(noon)))
	createTable(t, aws, "table")
	target(t, aws, "DynamoDB_20120810.UpdateTimeToLive", map[string]any{"TableName": "table", "TimeToLiveSpecification": map[string]any{"AttributeName": "n", "Enabled": true}}, nil)
	put(t, aws, "table", int(noon.Add(30*24*time.Hour).Unix()))
	aws.Clock().SetAuto(true)
	eventually(t, "the item is gone", func() bool {
		var out struct{ Count int }
		target(t, aws, "DynamoDB_20120810.Scan", map[string]any{"TableName": "table"}, &out)
		return out.Count == 0
	})
	if passed := aws.Clock().Now().Sub(noon); passed != 30*24*time.Hour+time.Second {
		t.Errorf("%s passed, want thirty days and a second", passed)
	}
}

// attempts is when a function ran.
type attempts struct {
	mu sync.Mutex
	at []time.Duration
}

func (a *attempts) add(d time.Duration) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, d)
	return len(a.at)
}

func (a *attempts) seen() []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.at)
}

func TestRetriesComeEachAtItsTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]any // of a stream's mapping; nil: an asynchronous invocation
		want     []time.Duration
	}{
		"of a batch of a stream":         {map[string]any{}, []time.Duration{0, 100 * time.Millisecond, 300 * time.Millisecond, 700 * time.Millisecond}},
		"of an asynchronous invocation":  {nil, []time.Duration{0, time.Minute, 3 * time.Minute}},
		"of a batch in a window of 10 s": {map[string]any{"MaximumBatchingWindowInSeconds": 10}, []time.Duration{10 * time.Second, 10*time.Second + 100*time.Millisecond}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			aws := Start(t, WithClock(clock.NewFrozen(noon)))
			var runs attempts
			_, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) {
				if runs.add(aws.Clock().Now().Sub(noon)) < len(c.want) {
					return nil, errors.New("not yet")
				}
				return nil, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if c.settings == nil {
				invoke(t, aws, "f", nil, "X-Amz-Invocation-Type", "Event")
			} else {
				c.settings["FunctionName"], c.settings["EventSourceArn"], c.settings["StartingPosition"] = "f", createTable(t, aws, "table"), "TRIM_HORIZON"
				createMapping(t, aws, c.settings)
				put(t, aws, "table", 1)
			}
			aws.Clock().SetAuto(true)
			eventually(t, "the last attempt", func() bool { return len(runs.seen()) == len(c.want) })
			if got := runs.seen(); !slices.Equal(got, c.want) {
				t.Errorf("ran at %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheMappingOfAQueueDoesNotMakeTimeFly(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(noon)))
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "43200"})
	var runs attempts
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) {
		if runs.add(aws.Clock().Now().Sub(noon)) == 1 {
			return nil, errors.New("not yet")
		}
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	createMapping(t, aws, map[string]any{"FunctionName": "f", "EventSourceArn": queueARN("q")})
	send(t, aws, url, "work")
	aws.Clock().SetAuto(true)
	want := []time.Duration{0, 12 * time.Hour}
	eventually(t, "the second attempt", func() bool { return len(runs.seen()) == 2 })
	if got := runs.seen(); !slices.Equal(got, want) {
		t.Errorf("ran at %v, want %v", got, want)
	}
	eventually(t, "the message is deleted", func() bool { visible, hidden := messages(t, aws, url); return visible+hidden == "00" })
	if passed := aws.Clock().Now().Sub(noon); passed != 12*time.Hour {
		t.Errorf("with nothing left to do %s passed, want twelve hours", passed)
	}
}

func TestAutoAdvanceIsSetOverHTTP(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	if s := clockState(t, aws, "POST", "clock", `{"auto":true}`); !s.Auto {
		t.Errorf("not on: %+v", s)
	}
	if s := clockState(t, aws, "POST", "clock", `{"auto":false}`); s.Auto {
		t.Errorf("not off: %+v", s)
	}
}
