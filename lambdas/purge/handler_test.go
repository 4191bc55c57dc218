package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
)

const (
	project = cumin.ProjectID("01JZ00000000000000000000P1")
	other   = cumin.ProjectID("01JZ00000000000000000000P2")
	owner   = cumin.UserID("01JZ00000000000000000000V1")
)

var start = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

type fixed struct{}

func (fixed) Now() time.Time { return start.Add(time.Hour) }

// world is two projects of one owner with tasks in both.
type world struct {
	*awstest.AWS
	t      *testing.T
	h      *Handler
	parked string
}

func newWorld(t *testing.T, tasks int) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t), t: t}
	for _, p := range []cumin.ProjectID{project, other} {
		by := cumin.Change{By: owner}
		require.NoError(t, w.DB.Projects().Create(t.Context(),
			cumin.Project{ID: p, Name: "Spices", Owners: 1, Members: 1, Version: 1, CreatedAt: start, UpdatedAt: start, Last: by},
			cumin.Member{Project: p, User: owner, Role: cumin.RoleOwner, Version: 1, JoinedAt: start, Last: by}, nil))
		for i := range tasks {
			require.NoError(t, w.DB.Tasks().Create(t.Context(), cumin.Task{
				Project: p, ID: cumin.TaskID(fmt.Sprintf("01JZ0000000000000000%06d", i)), Number: int64(i + 1), Title: "x", Status: cumin.StatusTodo,
				Priority: cumin.PriorityNone, Rank: "i", Version: 1, CreatedAt: start, UpdatedAt: start, CreatedBy: owner, Last: by,
			}, nil))
		}
	}
	w.parked = w.NewQueue("parked")
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	sender := queue.NewSender(w.Config)
	w.h = &Handler{
		Store: w.DB.Erasure(), Queue: sender, URL: w.NewQueue("purge"),
		Park: queue.Park{Sender: sender, URL: w.parked, Function: "purge", Log: log}, Clock: fixed{}, Log: log,
	}
	return w
}

func (w *world) delete() {
	w.t.Helper()
	require.NoError(w.t, w.DB.Projects().Delete(w.t.Context(), cumin.Deletion{
		Project: project, User: owner, State: cumin.DeletionRunning, Total: 250, Version: 1, CreatedAt: start, Last: cumin.Change{By: owner},
	}))
}

func (w *world) handle(ctx context.Context, body string) events.SQSEventResponse {
	w.t.Helper()
	answer, err := w.h.Handle(ctx, events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: body}}})
	require.NoError(w.t, err)
	return answer
}

func message() string {
	b, _ := json.Marshal(queue.PurgeMessage{ProjectID: project, RequestID: "req-00001"})
	return string(b)
}

func (w *world) tasks(p cumin.ProjectID) int {
	w.t.Helper()
	found, next, err := w.DB.TaskScan().Page(w.t.Context(), p, "")
	require.NoError(w.t, err)
	require.Empty(w.t, next)
	return len(found)
}

func TestADeletedProjectIsErasedAndNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 250)
	w.delete()
	for range 2 { // delivered twice
		require.Empty(t, w.handle(t.Context(), message()).BatchItemFailures)
	}
	require.Zero(t, w.tasks(project))
	require.Equal(t, 250, w.tasks(other))
	d, err := w.DB.Projects().Deletion(t.Context(), project)
	require.NoError(t, err)
	require.Equal(t, cumin.DeletionDone, d.State)
	require.EqualValues(t, 250, d.Done)
	require.Equal(t, fixed{}.Now(), d.FinishedAt)
}

func TestALivingProjectIsNeverErased(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	require.Empty(t, w.handle(t.Context(), message()).BatchItemFailures)
	require.Equal(t, 3, w.tasks(project))
	require.Len(t, w.Take(w.parked), 1, "somebody should look")
}

func TestWhatIsNoMessageIsParked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	for _, body := range []string{"{", `{"projectId":"../x"}`} {
		require.Empty(t, w.handle(t.Context(), body).BatchItemFailures)
	}
	require.Len(t, w.Take(w.parked), 2)
}

func TestARunOutOfTimePassesTheWorkOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 250)
	w.delete()
	w.h.Pause = time.Hour // longer than the run may take
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	require.Empty(t, w.handle(ctx, message()).BatchItemFailures)
	require.Equal(t, 150, w.tasks(project))
	next := w.Take(w.h.URL)
	require.Len(t, next, 1)
	w.h.Pause = 0
	require.Empty(t, w.handle(t.Context(), *next[0].Body).BatchItemFailures)
	require.Zero(t, w.tasks(project))
}

func TestARunThatDiesLeavesTheRestToTheNextDelivery(t *testing.T) {
	t.Parallel()
	for after := range 12 {
		w := newWorld(t, 120)
		w.delete()
		cfg, _ := w.Killed(after)
		whole := w.h.Store
		w.h.Store = dynamo.Open(cfg, w.Tables).Erasure()
		w.handle(t.Context(), message())
		w.h.Store = whole
		require.Empty(t, w.handle(t.Context(), message()).BatchItemFailures)
		require.Zero(t, w.tasks(project), "killed after %d calls", after)
	}
}
