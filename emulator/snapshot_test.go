package emulator

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// seeded starts an AWS with a bit of everything in it.
func seeded(t *testing.T, options ...Option) *AWS {
	t.Helper()
	aws := Start(t, options...)
	createFunction(t, aws, "f", nil)
	createTable(t, aws, "table")
	put(t, aws, "table", 1)
	queue := createQueue(t, aws, "q", nil)
	send(t, aws, queue, "hidden")
	if n := len(receiveBodies(t, aws, queue)); n != 1 {
		t.Fatalf("received %d messages", n)
	}
	send(t, aws, queue, "visible")
	for _, put := range [][2]string{{"/bucket", ""}, {"/bucket/key", "an object"}} {
		if a := rest(t, aws, "s3", "PUT", put[0], put[1]); a.status != 200 {
			t.Fatalf("%s: %d %s", put[0], a.status, a.body)
		}
	}
	aws.Clock().Advance(20 * time.Minute)
	return aws
}

func receiveBodies(t *testing.T, aws server, queue string) (bodies []string) {
	t.Helper()
	var out struct{ Messages []struct{ Body string } }
	target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": 3600}, &out)
	for _, m := range out.Messages {
		bodies = append(bodies, m.Body)
	}
	return bodies
}

// lastPut is the number that put wrote last.
func lastPut(t *testing.T, aws server) string {
	t.Helper()
	var out struct {
		Items []map[string]map[string]string
	}
	target(t, aws, "DynamoDB_20120810.Scan", map[string]any{"TableName": "table"}, &out)
	if len(out.Items) != 1 {
		t.Fatalf("%d items, want one", len(out.Items))
	}
	return out.Items[0]["n"]["N"]
}

func inMemory(*testing.T) Option   { return WithSnapshots() }
func inFolder(t *testing.T) Option { return WithDir(t.TempDir()) }

func TestEachTestGetsACopyOfASeededAWS(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]struct{ original, copied func(*testing.T) Option }{
		"memory": {inMemory, inMemory}, "folder": {inFolder, inMemory}, "memory to folder": {inMemory, inFolder},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			original := seeded(t, form.original(t))
			state, err := original.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			put(t, original, "table", 2) // is in no copy
			queue := original.Endpoint() + "/000000000000/q"
			for i := range 3 {
				t.Run(fmt.Sprint("copy ", i), func(t *testing.T) {
					t.Parallel()
					aws := Start(t, form.copied(t), WithSnapshot(state))
					if n := lastPut(t, aws); n != "1" {
						t.Errorf("the item has %s, want what it had in the snapshot", n)
					}
					put(t, aws, "table", 10+i)
					if n := lastPut(t, aws); n != fmt.Sprint(10+i) {
						t.Errorf("the item has %s, want the copy's own %d", n, 10+i)
					}
					if got := rest(t, aws, "s3", "GET", "/bucket/key", nil); string(got.body) != "an object" {
						t.Errorf("object: %d %q", got.status, got.body)
					}
					if a := rest(t, aws, "s3", "DELETE", "/bucket/key", nil); a.status != 204 {
						t.Errorf("delete: %d %s", a.status, a.body)
					}
					if got := receiveBodies(t, aws, queue); len(got) != 1 || got[0] != "visible" {
						t.Errorf("received %q, want what was visible", got)
					}
					aws.Clock().Advance(40 * time.Minute) // and 20 before the copy was made; a busy machine adds to both
					if got := receiveBodies(t, aws, queue); len(got) != 1 || got[0] != "hidden" {
						t.Errorf("received %q an hour after it was hidden, want that message", got)
					}
					var pid int
					invoke(t, aws, "f", order{Do: "pid"}).into(t, &pid)
					if _, err := aws.Snapshot(); err != nil {
						t.Errorf("a copy of the copy: %v", err)
					}
				})
			}
		})
	}
}

func TestACopyGoesOnFromTheSnapshotsTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	original := Start(t, WithSnapshots(), WithClock(clock.NewFrozen(at)))
	original.Clock().Advance(time.Hour)
	state, err := original.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if got := Start(t, WithSnapshot(state)).Clock().Now(); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("the copy's clock shows %s", got)
	}
	dir := t.TempDir()
	first, err := Open(Options{Dir: dir, Snapshot: state})
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if got := Start(t, WithDir(dir)).Clock().Now(); !got.Equal(at.Add(time.Hour)) {
		t.Errorf("after a restart the copy's clock shows %s", got)
	}
	if got := Start(t, WithSnapshot(state), WithClock(clock.NewFrozen(at))).Clock().Now(); !got.Equal(at) {
		t.Errorf("a clock of one's own was moved to %s", got)
	}
}

func TestASnapshotThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := Start(t).Snapshot(); !errors.Is(err, ErrNoSnapshots) {
		t.Errorf("of an AWS that keeps nothing: %v", err)
	}
	original := Start(t, WithSnapshots())
	createQueue(t, original, "q", nil)
	state, err := original.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir, Snapshot: state})
	if err != nil {
		t.Fatal(err)
	}
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	if aws, err = Open(Options{Dir: dir, Snapshot: state}); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("into a folder that holds an AWS: %v, %v", aws, err)
	}
}

// BenchmarkStartFromSnapshot measures a copy of a table of 1,000 items and its
// end, and how long taking the snapshot takes.
func BenchmarkStartFromSnapshot(b *testing.B) {
	aws := Start(b, WithSnapshots())
	benchPost(b, aws, "DynamoDB_20120810.CreateTable", `{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`)
	for i := range 1000 {
		benchPost(b, aws, "DynamoDB_20120810.PutItem", fmt.Sprintf(`{"TableName":"table","Item":{"pk":{"S":"%d"},"body":{"S":"%0500d"}}}`, i, i))
	}
	var took time.Duration
	for b.Loop() {
		began := time.Now()
		state, err := aws.Snapshot()
		took += time.Since(began)
		if err != nil {
			b.Fatal(err)
		}
		next, err := Open(Options{Snapshot: state})
		if err != nil {
			b.Fatal(err)
		}
		if err := next.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(took.Microseconds())/float64(b.N), "µs/snapshot")
}

// BenchmarkSnapshotFile writes and reads a snapshot of 10,000 items of 500 B,
// and starts an AWS from it.
func BenchmarkSnapshotFile(b *testing.B) {
	aws := Start(b, WithSnapshots())
	benchPost(b, aws, "DynamoDB_20120810.CreateTable", `{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}`)
	for i := range 10_000 {
		benchPost(b, aws, "DynamoDB_20120810.PutItem", fmt.Sprintf(`{"TableName":"table","Item":{"pk":{"S":"%d"},"body":{"S":"%0500d"}}}`, i, i))
	}
	state, err := aws.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	var file bytes.Buffer
	b.Run("write", func(b *testing.B) {
		for b.Loop() {
			file.Reset()
			if err := state.Write(&file); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read and start", func(b *testing.B) {
		for b.Loop() {
			back, err := ReadSnapshot(bytes.NewReader(file.Bytes()))
			if err != nil {
				b.Fatal(err)
			}
			next, err := Open(Options{Snapshot: back})
			if err != nil {
				b.Fatal(err)
			}
			if err := next.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
