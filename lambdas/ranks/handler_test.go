package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
)

const project = cumin.ProjectID("01JZ00000000000000000000P1")

type fixed struct{}

func (fixed) Now() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// world is a column of 250 cards, all but the outer ones dropped into one gap.
type world struct {
	*awstest.AWS
	t      *testing.T
	h      *Handler
	parked string
	order  []cumin.TaskID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t), t: t}
	at := fixed{}.Now()
	for i := range 250 {
		id := cumin.TaskID(fmt.Sprintf("01JZ0000000000000000%06d", i))
		rank := "8000000000" + strings.Repeat("0", cumin.LongRank) + fmt.Sprintf("%04d1", i)
		switch i {
		case 0:
			rank = "8000000000"
		case 249:
			rank = "9000000000"
		}
		require.NoError(t, w.DB.Tasks().Create(t.Context(), cumin.Task{
			Project: project, ID: id, Number: int64(i + 1), Title: "x", Status: cumin.StatusDone, Priority: cumin.PriorityNone,
			Rank: rank, Version: 1, CreatedAt: at, UpdatedAt: at, CreatedBy: "01U", Last: cumin.Change{By: "01U"},
		}, nil))
		w.order = append(w.order, id)
	}
	w.parked = w.NewQueue("parked")
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	w.h = &Handler{
		Ranks: cumin.Ranks{Store: w.DB.Ranks(fixed{})}, Log: log,
		Park: queue.Park{Sender: queue.NewSender(w.Config), URL: w.parked, Function: "ranks", Log: log},
	}
	return w
}

func (w *world) handle(body string) []events.SQSBatchItemFailure {
	w.t.Helper()
	answer, err := w.h.Handle(w.t.Context(), events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: body}}})
	require.NoError(w.t, err)
	return answer.BatchItemFailures
}

func message() string {
	b, _ := json.Marshal(queue.RanksMessage{ProjectID: project, Column: cumin.StatusDone, RequestID: "req-00001"})
	return string(b)
}

// column is the order of the column, its longest rank and its highest version.
func (w *world) column() (order []cumin.TaskID, longest int, version int64) {
	w.t.Helper()
	page, err := w.DB.Tasks().List(w.t.Context(), project, cumin.TaskQuery{Sort: cumin.SortRank}, 1000, nil)
	require.NoError(w.t, err)
	for _, task := range page.Items {
		order, longest, version = append(order, task.ID), max(longest, len(task.Rank)), max(version, task.Version)
	}
	return order, longest, version
}

func TestARunKilledBetweenAnyTwoCallsKeepsTheOrderAndTheNextEndsIt(t *testing.T) {
	t.Parallel()
	for after := 0; ; after++ {
		w := newWorld(t)
		cfg, _ := w.Killed(after)
		whole := w.h.Ranks
		w.h.Ranks = cumin.Ranks{Store: dynamo.Open(cfg, w.Tables).Ranks(fixed{})}
		died := len(w.handle(message())) > 0
		w.h.Ranks = whole
		order, _, _ := w.column()
		require.Equal(t, w.order, order, "killed after %d calls", after)
		for range 2 { // delivered again, twice
			require.Empty(t, w.handle(message()))
		}
		order, longest, version := w.column()
		require.Equal(t, w.order, order)
		require.LessOrEqual(t, longest, cumin.PlainRank)
		require.EqualValues(t, 2, version, "no rank is rewritten twice")
		if !died {
			require.GreaterOrEqual(t, after, 4, "the crowd, the column and three transactions")
			return
		}
	}
}

func TestWhatIsNoMessageIsParked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, body := range []string{"{", `{"projectId":"../x","column":"done"}`, fmt.Sprintf(`{"projectId":%q,"column":"deleted"}`, project)} {
		require.Empty(t, w.handle(body))
	}
	require.Len(t, w.Take(w.parked), 3)
	_, longest, _ := w.column()
	require.Greater(t, longest, cumin.LongRank)
}
