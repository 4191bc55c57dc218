package s3

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// targets takes events as queues and functions would.
type targets struct {
	mu      sync.Mutex // guards what follows
	refuses bool
	got     []string // "target event key cause"
	came    chan struct{}
}

func newTargets() *targets { return &targets{came: make(chan struct{}, 100)} }

func (s *targets) Queue(ctx context.Context, arn string, body []byte) error {
	return s.take(ctx, arn, body)
}

func (s *targets) Function(ctx context.Context, arn string, body []byte) error {
	return s.take(ctx, arn, body)
}

func (s *targets) take(ctx context.Context, arn string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.came <- struct{}{}
	if s.refuses {
		return errors.New("not now")
	}
	var e struct {
		Event   string
		Records []struct {
			EventName string
			S3        struct{ Object struct{ Key string } }
		}
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	line := arn[strings.LastIndex(arn, ":")+1:] + " " + e.Event
	for _, r := range e.Records {
		line += r.EventName + " " + r.S3.Object.Key
	}
	s.got = append(s.got, strings.TrimSpace(line+" "+cause.From(ctx)))
	return nil
}

func (s *targets) refuse(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = yes
}

// want waits until as many events came and compares them.
func (s *targets) want(t *testing.T, lines ...string) {
	t.Helper()
	for range lines {
		<-s.came
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if got, want := strings.Join(s.got, "\n"), strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	s.got = nil
}

const notifications = `<NotificationConfiguration>
	<QueueConfiguration><Id>q</Id><Queue>arn:aws:sqs:us-east-1:000000000000:made</Queue><Event>s3:ObjectCreated:*</Event><Filter><S3Key><FilterRule><Name>suffix</Name><Value>.csv</Value></FilterRule></S3Key></Filter></QueueConfiguration>
	<CloudFunctionConfiguration><CloudFunction>arn:aws:lambda:us-east-1:000000000000:function:gone</CloudFunction><Event>s3:ObjectRemoved:Delete</Event></CloudFunctionConfiguration>
</NotificationConfiguration>`

func TestEventsReachQueuesAndFunctions(t *testing.T) {
	t.Parallel()
	to := newTargets()
	b := newBench(t, Config{Events: to})
	t.Cleanup(b.Close)
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket?notification", notifications)
	to.want(t, "made s3:TestEvent")
	b.want(200, "<Value>.csv</Value>", "GET", "/bucket?notification", "")
	r := b.request("PUT", "/bucket/a%20b.csv", "x")
	b.serve(r.WithContext(cause.With(r.Context(), "click-1")))
	b.want(200, "", "PUT", "/bucket/other.txt", "x")
	b.want(200, "", "PUT", "/bucket/copy.csv", "", "X-Amz-Copy-Source", "/bucket/other.txt")
	b.want(204, "", "DELETE", "/bucket/other.txt", "")
	b.want(204, "", "DELETE", "/bucket/never-there", "")
	to.want(t, "made ObjectCreated:Put a+b.csv click-1", "made ObjectCreated:Copy copy.csv", "gone ObjectRemoved:Delete other.txt")
}

func TestAnEventThatIsNotTakenComesAgainAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	frozen := clock.NewFrozen(start)
	t.Cleanup(frozen.Close)
	open := func(to *targets) (*bench, func()) {
		st, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		b := newBench(t, Config{Clock: frozen, Store: st, Events: to})
		return b, func() {
			b.Close()
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	to := newTargets()
	b, stop := open(to)
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket?notification", notifications)
	to.want(t, "made s3:TestEvent")
	to.refuse(true)
	b.want(200, "", "PUT", "/bucket/1.csv", "x")
	<-to.came
	stop()

	to = newTargets()
	to.refuse(true)
	_, stop = open(to)
	defer stop()
	<-to.came
	to.refuse(false)
	for waiting := true; waiting; { // until the refusal has set its timer
		frozen.Advance(retryEvent)
		select {
		case <-to.came:
			waiting = false
		default:
		}
	}
	to.came <- struct{}{}
	to.want(t, "made ObjectCreated:Put 1.csv")
}

func TestNotificationsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	b.want(501, "event notifications", "PUT", "/bucket?notification", notifications)
	to := newTargets()
	b = newBench(t, Config{Events: to})
	t.Cleanup(b.Close)
	b.want(200, "", "PUT", "/bucket", "")
	b.want(501, "TopicConfiguration", "PUT", "/bucket?notification", "<NotificationConfiguration><TopicConfiguration/></NotificationConfiguration>")
	b.want(400, "not supported for notifications", "PUT", "/bucket?notification", strings.Replace(notifications, "ObjectCreated:*", "ObjectRestore:*", 1))
	b.want(400, "not well formed", "PUT", "/bucket?notification", strings.Replace(notifications, "arn:aws:sqs", "arn:aws:sns", 1))
	to.refuse(true)
	b.want(400, "Unable to validate", "PUT", "/bucket?notification", notifications)
}
