package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
)

// Who and what the recorded events are about.
const (
	project = cumin.ProjectID("01KQRZ5V8T0000000000000PRJ")
	ann     = cumin.UserID("01KQRZ5V8T0000000000000ANN")
	jobID   = cumin.ExportID("01KQRZ5V8T0000000000000EXP")
	bucket  = "exports"
	deadARN = "arn:aws:sqs:eu-central-1:123456789012:cumin-exports-dead"
	key     = "exports/" + string(ann) + "/" + string(jobID) + ".csv"
)

var morning = time.Date(2026, 5, 4, 8, 10, 0, 0, time.UTC)

// hand is a clock that tests move.
type hand struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// world is a test's AWS with a project of Ann's, a queued export of it and the
// handler.
type world struct {
	*awstest.AWS
	*Handler
	files          *s3.Client
	exports, parks string
	clock          *hand
	t              *testing.T
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t), t: t, clock: &hand{now: morning}}
	w.files, w.exports, w.parks = w.NewBucket(bucket), w.NewQueue("exports"), w.NewQueue("parked")
	w.Handler = w.handler(w.Config, "worker-1")
	by := cumin.Change{By: ann, RequestID: "req-00009"}
	p := cumin.Project{ID: project, Name: "Roastery", Owners: 1, Members: 1, Version: 1, CreatedAt: morning, UpdatedAt: morning, Last: by}
	require.NoError(t, w.DB.Projects().Create(t.Context(), p, cumin.Member{Project: project, User: ann, Role: cumin.RoleOwner, Version: 1, JoinedAt: morning, Last: by}, nil))
	w.put(w.Tables.Core, dynamo.EncodeProfile(cumin.Profile{ID: ann, Name: "Ann"}))
	w.queueJob()
	return w
}

func (w *world) queueJob() {
	w.t.Helper()
	_, err := w.DB.Exports().Create(w.t.Context(), cumin.Export{
		ID: jobID, Project: project, User: ann, Format: cumin.FormatCSV, State: cumin.ExportQueued, Version: 1,
		CreatedAt: morning, UpdatedAt: morning, Last: cumin.Change{By: ann, RequestID: "req-00009"},
	}, nil)
	require.NoError(w.t, err)
}

func (w *world) handler(cfg aws.Config, holder string) *Handler {
	db, log := dynamo.Open(cfg, w.Tables), slog.New(slog.DiscardHandler)
	return &Handler{
		Runs: db.ExportRuns(), Access: db.Projects(), Tasks: db.TaskScan(), People: db.Profiles(),
		Bucket:  Bucket{Client: awsenv.S3(cfg), Name: bucket},
		Queue:   Messages{Client: sqs.NewFromConfig(cfg), Sender: queue.NewSender(cfg), URL: w.exports},
		DeadARN: deadARN,
		Park:    queue.Park{Sender: queue.NewSender(cfg), URL: w.parks, Function: "exports", Log: log},
		Holder:  func() string { return holder },
		Clock:   w.clock, Log: log,
	}
}

func (w *world) put(table string, it dynamo.Item) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.Config).PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: it})
	require.NoError(w.t, err)
}

func task(n int, edit ...func(*cumin.Task)) cumin.Task {
	t := cumin.Task{
		Project: project, ID: cumin.TaskID(fmt.Sprintf("01KQRZ5V8T%016d", n)), Number: int64(n), Title: fmt.Sprintf("Task %d", n),
		Status: cumin.StatusTodo, Priority: cumin.PriorityNone, Rank: "m", Version: 1, CreatedAt: morning, UpdatedAt: morning,
		CreatedBy: ann, Last: cumin.Change{By: ann},
	}
	for _, e := range edit {
		e(&t)
	}
	return t
}

// fill stores tasks, 25 a request.
func (w *world) fill(tasks ...cumin.Task) {
	w.t.Helper()
	client := dynamodb.NewFromConfig(w.Config)
	for from := 0; from < len(tasks); from += 25 {
		var puts []types.WriteRequest
		for _, t := range tasks[from:min(from+25, len(tasks))] {
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: dynamo.EncodeTask(t)}})
		}
		out, err := client.BatchWriteItem(w.t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.Tables.Tasks: puts}})
		require.NoError(w.t, err)
		require.Empty(w.t, out.UnprocessedItems)
	}
}

// deliver sends the recorded message through the real queue, so that its
// receipt handle is real, and returns the ids that must come back.
func (w *world) deliver(h *Handler, file string) []events.SQSBatchItemFailure {
	w.t.Helper()
	out, err := h.Handle(w.t.Context(), w.message(file))
	require.NoError(w.t, err)
	return out.BatchItemFailures
}

func (w *world) message(file string) events.SQSEvent {
	w.t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(w.t, err)
	var e events.SQSEvent
	require.NoError(w.t, json.Unmarshal(raw, &e))
	client := sqs.NewFromConfig(w.Config)
	_, err = client.SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &w.exports, MessageBody: &e.Records[0].Body})
	require.NoError(w.t, err)
	got := w.Receive(w.exports)
	require.Len(w.t, got, 1)
	e.Records[0].ReceiptHandle = *got[0].ReceiptHandle
	return e
}

func (w *world) job() cumin.Export {
	w.t.Helper()
	e, err := w.DB.Exports().Get(w.t.Context(), jobID)
	require.NoError(w.t, err)
	return e
}

// file is the finished file's records, the header aside; nil when there is no
// file.
func (w *world) file() (raw string, records [][]string) {
	w.t.Helper()
	k := key
	out, err := w.files.GetObject(w.t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &k})
	if code(err) == "NoSuchKey" {
		return "", nil
	}
	require.NoError(w.t, err)
	body, err := io.ReadAll(out.Body)
	require.NoError(w.t, err)
	records, err = csv.NewReader(bytes.NewReader(body)).ReadAll()
	require.NoError(w.t, err)
	require.Equal(w.t, columns, records[0])
	return string(body), records[1:]
}

// free reports whether the owner may start another export of this project.
func (w *world) free() bool {
	w.t.Helper()
	out, err := dynamodb.NewFromConfig(w.Config).Query(w.t.Context(), &dynamodb.QueryInput{
		TableName: &w.Tables.Jobs, KeyConditionExpression: aws.String("pk = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: dynamo.Item{":pk": &types.AttributeValueMemberS{Value: dynamo.UserPK(ann)}},
	})
	require.NoError(w.t, err)
	return len(out.Items) == 0
}

func TestAnExportIsAFileOfTheProjectsTasks(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(
		task(1, func(t *cumin.Task) {
			t.Title, t.Assignee, t.Due, t.Labels = `=cmd|"x"`, ann, "2026-06-01", []string{"bug", "a,b"}
			t.Description = "one\ntwo"
		}),
		task(2, func(t *cumin.Task) { t.Status, t.DeletedAt = cumin.StatusDeleted, morning }),
		task(3, func(t *cumin.Task) { t.Status, t.Assignee = cumin.StatusDone, "01KQRZ5V8T000000000000GONE" }),
	)
	require.Empty(t, w.deliver(w.Handler, "job.json"))

	raw, rows := w.file()
	require.Len(t, rows, 2, "deleted tasks are left out")
	require.Equal(t, []string{"1", `'=cmd|"x"`, "todo", "none", "Ann", "2026-06-01", `bug,"a,b"`, "one\ntwo"}, rows[0][:8])
	require.Equal(t, "", rows[1][4], "who has no profile has no name")
	e := w.job()
	require.Equal(t, cumin.ExportSucceeded, e.State)
	require.EqualValues(t, 2, e.RowsDone)
	require.EqualValues(t, 2, e.RowsTotal)
	require.EqualValues(t, len(raw), e.Bytes)
	require.Equal(t, key, e.Key)
	require.Equal(t, morning, e.FinishedAt)
	require.Equal(t, "req-00009", e.Last.RequestID, "the request that asked for it")
	require.Empty(t, e.Lease)
	require.True(t, w.free())
}

func TestAMessageThatComesAgainChangesNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	before := w.job()
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	require.Equal(t, before, w.job())
}

func TestOnlyTasksOfTheStatusAskedFor(t *testing.T) {
	t.Parallel()
	only := cumin.Export{Filter: cumin.TaskFilter{Status: cumin.StatusDone}}
	require.True(t, exported(only, task(1, func(t *cumin.Task) { t.Status = cumin.StatusDone })))
	require.False(t, exported(only, task(1)))
}

func TestWhileAnotherWorkerIsAtItAMessageComesBackWhenItsLeaseCouldLapse(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.Runs.Claim(t.Context(), jobID, "another", morning)
	require.NoError(t, err)
	require.Len(t, w.deliver(w.Handler, "job.json"), 1)
	require.Equal(t, 1, w.job().Attempts)

	w.Advance(cumin.ExportLease + leaseGrace - 2*time.Second)
	require.Empty(t, w.Take(w.exports), "not before the lease lapses")
	w.Advance(3 * time.Second)
	require.Len(t, w.Take(w.exports), 1)

	w.clock.move(cumin.ExportLease + time.Second)
	require.Empty(t, w.deliver(w.Handler, "job.json"), "the lease lapsed: its job is anybody's")
	require.Equal(t, cumin.ExportSucceeded, w.job().State)
}

func TestAWorkerThatWasPausedWritesNothingMore(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	w.Tasks = paused{w, func() {
		w.clock.move(cumin.ExportLease + time.Second)
		require.Empty(t, w.deliver(w.handler(w.Config, "worker-2"), "job.json"))
	}}
	require.Empty(t, w.deliver(w.Handler, "job.json"), "it finds the job ended")
	require.Equal(t, 2, w.job().Attempts)
	require.Equal(t, cumin.ExportSucceeded, w.job().State)
}

// paused does something before the first page, while the job is claimed.
type paused struct {
	w    *world
	then func()
}

func (p paused) Page(ctx context.Context, id cumin.ProjectID, after cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	p.then()
	return p.w.DB.TaskScan().Page(ctx, id, after)
}

func TestACanceledExportStopsAndLeavesNoFile(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	w.Tasks = paused{w, func() {
		_, err := w.DB.Exports().Cancel(t.Context(), jobID, w.clock.Now(), cumin.Change{By: ann})
		require.NoError(t, err)
	}}
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	require.Equal(t, cumin.ExportCanceled, w.job().State)
	raw, _ := w.file()
	require.Empty(t, raw)
	require.True(t, w.free())
}

func TestAJobGivenUpOnFailsAndFreesItsSlots(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.Empty(t, w.deliver(w.Handler, "dead.json"))
	e := w.job()
	require.Equal(t, cumin.ExportFailed, e.State)
	require.Equal(t, whyGaveUp, e.Error)
	require.True(t, w.free())
}

func TestAJobWhoseOwnerLeftTheProjectFails(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.NoError(t, w.DB.Projects().Delete(t.Context(), cumin.Deletion{Project: project, CreatedAt: morning, Last: cumin.Change{By: ann}}))
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	require.Equal(t, cumin.ExportFailed, w.job().State)
	require.Equal(t, whyNoAccess, w.job().Error)
}

func TestAMessageThatCannotBeReadIsParked(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.Empty(t, w.deliver(w.Handler, "unreadable.json"))
	require.Len(t, w.Take(w.parks), 1)
}

func TestARunOutOfTimeHandsTheJobBackAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	w.Tasks = endless{}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	out, err := w.Handle(ctx, w.message("job.json"))
	require.NoError(t, err)
	require.Len(t, out.BatchItemFailures, 1)
	require.NoError(t, ctx.Err(), "it stopped before its function would be killed")
	require.True(t, w.job().LeaseUntil.Before(morning))

	w.Advance(resumeBefore + time.Second)
	require.Len(t, w.Take(w.exports), 1)
	require.Empty(t, w.deliver(w.handler(w.Config, "worker-2"), "job.json"))
	require.Equal(t, cumin.ExportSucceeded, w.job().State)
}

// endless is a project that never ends: its page comes when the run must stop.
type endless struct{}

func (endless) Page(ctx context.Context, _ cumin.ProjectID, _ cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	<-ctx.Done()
	return nil, "", ctx.Err()
}

func TestARunKilledBetweenAnyTwoCallsEndsInOneFile(t *testing.T) {
	t.Parallel()
	var want string
	for after := 0; ; after++ {
		w := start(t)
		w.fill(task(1), task(2, func(t *cumin.Task) { t.Assignee = ann }))
		cfg, made := w.Killed(after)
		_, err := w.handler(cfg, "worker-1").Handle(t.Context(), w.message("job.json"))
		require.NoError(t, err)
		done := made.Load() <= int64(after)

		w.clock.move(cumin.ExportLease + time.Second)
		require.Empty(t, w.deliver(w.handler(w.Config, "worker-2"), "job.json"))
		raw, rows := w.file()
		require.Len(t, rows, 2)
		if want == "" {
			want = raw
		}
		require.Equal(t, want, raw, "the same data is the same bytes")
		e := w.job()
		require.Equal(t, cumin.ExportSucceeded, e.State, "killed after %d calls", after)
		require.EqualValues(t, 2, e.RowsDone)
		require.EqualValues(t, len(raw), e.Bytes)
		require.True(t, w.free())
		if done {
			require.Greater(t, after, 4, "calls of a whole run")
			return
		}
	}
}

func TestTwoWorkersOnOneJobAreOneFile(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	messages := []events.SQSEvent{w.message("job.json"), w.message("job.json")}
	var back [2]int
	var wg sync.WaitGroup
	for i, m := range messages {
		wg.Go(func() {
			out, err := w.handler(w.Config, fmt.Sprintf("worker-%d", i)).Handle(t.Context(), m)
			if err != nil {
				t.Error(err)
			}
			back[i] = len(out.BatchItemFailures)
		})
	}
	wg.Wait()
	require.LessOrEqual(t, back[0]+back[1], 1, "at most the one that came second waits")
	require.Equal(t, 1, w.job().Attempts)
	require.Equal(t, cumin.ExportSucceeded, w.job().State)
}

func TestAFileThatAnotherRunCompletedIsKept(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.fill(task(1))
	theirs := strings.Join(columns, ",") + "\r\n"
	k := key
	w.Tasks = paused{w, func() {
		_, err := w.files.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &k, Body: strings.NewReader(theirs)})
		require.NoError(t, err)
	}}
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	raw, _ := w.file()
	require.Equal(t, theirs, raw)
	require.EqualValues(t, len(theirs), w.job().Bytes)
	require.Equal(t, cumin.ExportSucceeded, w.job().State)
}

func TestAnAttemptThatFailedReleasesTheJobAndComesBackLater(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.Tasks = failing{}
	require.Len(t, w.deliver(w.Handler, "job.json"), 1)
	require.True(t, w.job().LeaseUntil.Before(morning))
	require.Equal(t, cumin.ExportRunning, w.job().State)
	w.Advance(retryAfter + time.Second)
	require.Len(t, w.Take(w.exports), 1)
}

type failing struct{}

func (failing) Page(context.Context, cumin.ProjectID, cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	return nil, "", errors.New("throttled")
}
