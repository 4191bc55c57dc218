package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

var morning = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)

type fixed time.Time

func (f fixed) Now() time.Time { return time.Time(f) }

// world is a test's AWS with the handler in it.
type world struct {
	*awstest.AWS
	*Handler
	parked string
	t      *testing.T
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t), t: t}
	w.parked = w.NewQueue("parked")
	w.Handler = w.handler(w.Config)
	return w
}

func (w *world) handler(cfg aws.Config) *Handler {
	log := slog.New(slog.DiscardHandler)
	return &Handler{
		Store: dynamo.Open(cfg, w.Tables).Counts(),
		Park:  queue.Park{Sender: queue.NewSender(cfg), URL: w.parked, Function: counter, Log: log},
		Clock: fixed(morning),
		Log:   log,
	}
}

// deliver hands a batch over and demands that all of it succeeds.
func (w *world) deliver(b stream.Batch) {
	w.t.Helper()
	out, err := w.Handle(w.t.Context(), b)
	require.NoError(w.t, err)
	require.Empty(w.t, out.BatchItemFailures)
}

func (w *world) counts(p cumin.ProjectID) [3]int64 {
	w.t.Helper()
	c, err := w.DB.Projects().Counts(w.t.Context(), p)
	require.NoError(w.t, err)
	return [3]int64{c.Todo, c.InProgress, c.Done}
}

func recorded(t *testing.T, file string) stream.Batch {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var b stream.Batch
	require.NoError(t, json.Unmarshal(raw, &b))
	return b
}

// id is a canonical ULID that ends in n.
func id(n int) string { return fmt.Sprintf("01KQRZ5V8T%016d", n) }

const recordedProject = cumin.ProjectID("01KQRZ5V8T0000000000000PRJ")

// history makes the records of what happens to the tasks of one project.
type history struct {
	project cumin.ProjectID
	tasks   map[int]cumin.Task
	records []stream.Record
}

// set puts a task into a column; version and sequence follow.
func (h *history) set(n int, s cumin.Status) {
	before, existed := h.tasks[n]
	after := before
	after.Project, after.ID, after.Version, after.Status = h.project, cumin.TaskID(id(n)), before.Version+1, s
	after.Title, after.Priority, after.Rank, after.CreatedBy, after.Last.By = "t", cumin.PriorityNone, "m", "ann", "ann"
	after.CreatedAt, after.UpdatedAt, after.DeletedAt = morning, morning, morning
	h.tasks[n] = after
	r := stream.Record{
		PK: dynamo.ProjectPK(h.project), SK: dynamo.TaskSK(after.ID), New: dynamo.EncodeTask(after),
		Sequence: fmt.Sprintf("%s%06d", h.project[len(h.project)-2:], len(h.records)+1), Raw: []byte(`{}`),
	}
	if existed {
		r.Old = dynamo.EncodeTask(before)
	}
	h.records = append(h.records, r)
}

func newHistory(project int) *history {
	return &history{project: cumin.ProjectID(id(project)), tasks: map[int]cumin.Task{}}
}

func (h *history) want() [3]int64 {
	var n [3]int64
	for _, t := range h.tasks {
		for i, s := range cumin.Columns {
			if t.Status == s {
				n[i]++
			}
		}
	}
	return n
}

func batchOf(h *history) stream.Batch { return stream.Batch{Records: h.records} }

func TestRecordedEventsAreCountedOnceHoweverOftenTheyCome(t *testing.T) {
	t.Parallel()
	w := start(t)
	steps := []struct {
		file string
		want [3]int64
	}{
		{"created.json", [3]int64{1, 0, 0}},
		{"created.json", [3]int64{1, 0, 0}},
		{"moved.json", [3]int64{0, 0, 1}},
		{"created.json", [3]int64{0, 0, 1}},
		{"retitled.json", [3]int64{0, 0, 1}},
		{"moved.json", [3]int64{0, 0, 1}},
		{"removed_by_ttl.json", [3]int64{0, 0, 1}}, // from deleted to nothing: counted when it was deleted
	}
	for i, s := range steps {
		w.deliver(recorded(t, s.file))
		require.Equal(t, s.want, w.counts(recordedProject), "step %d, %s", i, s.file)
	}
	require.Empty(t, w.Take(w.parked))
}

func TestARecordThatCannotBeReadIsParkedAndItsProjectMarked(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.deliver(recorded(t, "unreadable.json"))
	require.Equal(t, [3]int64{1, 0, 0}, w.counts(recordedProject), "the other record is counted")

	messages := w.Take(w.parked)
	require.Len(t, messages, 1)
	var p queue.Parked
	require.NoError(t, json.Unmarshal([]byte(*messages[0].Body), &p))
	require.Equal(t, counter, p.Function)
	require.Contains(t, p.Reason, "version")
	require.Contains(t, string(p.Record), "Buy beans")
	require.NotEmpty(t, p.Sequence)
	require.Contains(t, w.countItem(recordedProject), dynamo.AttrDirty)
}

func TestARecordThatCannotBeParkedComesBack(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.parked = w.NoQueue()
	out, err := w.handler(w.Config).Handle(t.Context(), recorded(t, "unreadable.json"))
	require.NoError(t, err)
	require.Equal(t, []events.DynamoDBBatchItemFailure{{ItemIdentifier: "100000000000000000002"}}, out.BatchItemFailures)
}

func TestARunKilledBetweenAnyTwoCallsLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	w := start(t)
	for after := 0; ; after++ {
		h := newHistory(after + 1)
		for n := range 230 {
			h.set(n, cumin.Columns[n%3])
		}
		for n := range 40 {
			h.set(n, cumin.StatusDone)
		}
		batch := stream.Batch{Records: h.records}
		cfg, made := w.Killed(after)
		_, err := w.handler(cfg).Handle(t.Context(), batch)
		require.NoError(t, err)
		w.deliver(batch)
		require.Equal(t, h.want(), w.counts(h.project), "killed after %d calls", after)
		if made.Load() <= int64(after) {
			require.Greater(t, after, 3, "calls of a whole run")
			return
		}
	}
}

func TestTwoRunsAtOnceCountOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	h := newHistory(1)
	for n := range 120 {
		h.set(n, cumin.StatusTodo)
	}
	for n := range 60 {
		h.set(n, cumin.StatusInProgress)
	}
	var wg sync.WaitGroup
	for _, part := range [][]stream.Record{h.records, h.records[50:], h.records[:150], h.records} {
		wg.Go(func() {
			out, err := w.Handle(t.Context(), stream.Batch{Records: part})
			if err != nil || len(out.BatchItemFailures) > 0 {
				t.Errorf("failed: %v %v", out, err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, h.want(), w.counts(h.project))
}

// overtaken is a store whose first reader is overtaken before it writes.
type overtaken struct {
	cumin.CountStore
	rival func()
}

func (s *overtaken) Markers(ctx context.Context, p cumin.ProjectID, tasks []cumin.TaskID) (map[cumin.TaskID]cumin.Marker, error) {
	read, err := s.CountStore.Markers(ctx, p, tasks)
	if rival := s.rival; rival != nil {
		s.rival = nil
		rival()
	}
	return read, err
}

func TestARunThatIsOvertakenReadsAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	h := newHistory(1)
	h.set(1, cumin.StatusTodo)
	h.set(2, cumin.StatusTodo)
	w.deliver(batchOf(h))
	h.set(1, cumin.StatusInProgress)
	h.set(2, cumin.StatusDone)
	early := batchOf(h)
	h.set(1, cumin.StatusDone)

	run := w.handler(w.Config)
	run.Store = &overtaken{run.Store, func() { w.deliver(batchOf(h)) }}
	out, err := run.Handle(t.Context(), early)
	require.NoError(t, err)
	require.Empty(t, out.BatchItemFailures)
	require.Equal(t, [3]int64{0, 0, 2}, w.counts(h.project))
}

// TestHistoriesThroughTheRealStore is the planner's simulation once more, on
// tables: random stretches, repeated and overlapping, then all of it.
func TestHistoriesThroughTheRealStore(t *testing.T) {
	t.Parallel()
	w := start(t)
	for seed := range uint64(10) {
		rng := rand.New(rand.NewPCG(seed, 3))
		h := newHistory(int(seed) + 1)
		statuses := []cumin.Status{cumin.StatusTodo, cumin.StatusInProgress, cumin.StatusDone, cumin.StatusDeleted}
		for range 80 {
			h.set(rng.IntN(15), statuses[rng.IntN(len(statuses))])
		}
		for range 12 {
			from := rng.IntN(len(h.records))
			part := append([]stream.Record(nil), h.records[from:min(len(h.records), from+1+rng.IntN(30))]...)
			rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			w.deliver(stream.Batch{Records: part})
			for _, n := range w.counts(h.project) {
				require.GreaterOrEqual(t, n, int64(0), "seed %d", seed)
			}
		}
		w.deliver(stream.Batch{Records: h.records})
		require.Equal(t, h.want(), w.counts(h.project), "seed %d", seed)
	}
}

// troubled is a store that fails for one project.
type troubled struct {
	cumin.CountStore
	project cumin.ProjectID
	err     error
}

func (s troubled) Apply(ctx context.Context, tx cumin.CountTransaction, at time.Time) error {
	if tx.Project == s.project {
		return s.err
	}
	return s.CountStore.Apply(ctx, tx, at)
}

func TestAProjectInTroubleDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{"broken": errors.New("throttled"), "always overtaken": cumin.ErrLostRace} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			good, bad := newHistory(1), newHistory(2)
			good.set(1, cumin.StatusTodo)
			bad.set(1, cumin.StatusTodo)
			bad.set(2, cumin.StatusTodo)
			w.Store = troubled{w.Store, bad.project, err}
			out, handleErr := w.Handle(t.Context(), stream.Batch{Records: append(good.records, bad.records...)})
			require.NoError(t, handleErr)
			require.Equal(t, []events.DynamoDBBatchItemFailure{{ItemIdentifier: bad.records[0].Sequence}}, out.BatchItemFailures)
			require.Equal(t, [3]int64{1, 0, 0}, w.counts(good.project))
		})
	}
}
