package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awstest"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

type world struct {
	*awstest.AWS
	*Handler
	exports, purge, ranks, parked string
}

func start(t *testing.T) *world {
	t.Helper()
	w := &world{AWS: awstest.Start(t)}
	w.exports, w.purge, w.ranks, w.parked = w.NewQueue("exports"), w.NewQueue("purge"), w.NewQueue("ranks"), w.NewQueue("parked")
	sender, log := queue.NewSender(w.Config), slog.New(slog.DiscardHandler)
	w.Handler = &Handler{
		Queue: sender, Exports: w.exports, Purge: w.purge, Ranks: w.ranks,
		Park: queue.Park{Sender: sender, URL: w.parked, Function: "dispatch", Log: log}, Log: log,
	}
	return w
}

func recorded(t *testing.T, file string) stream.Batch {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var b stream.Batch
	require.NoError(t, json.Unmarshal(raw, &b))
	return b
}

func TestAQueuedJobIsSentWithTheRequestThatMadeIt(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"queued.json", "queued_again.json"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			w := start(t)
			out, err := w.Handle(t.Context(), recorded(t, file))
			require.NoError(t, err)
			require.Empty(t, out.BatchItemFailures)
			sent := w.Take(w.exports)
			require.Len(t, sent, 1, "slots, a start and an expiry send nothing")
			require.JSONEq(t, `{"exportId":"01KQRZ5V8T0000000000000EXP","requestId":"req-00009"}`, *sent[0].Body)
			require.Equal(t, "req-00009", *sent[0].MessageAttributes[queue.AttributeRequestID].StringValue)
			require.Empty(t, w.Take(w.parked))
		})
	}
}

func TestARecordDeliveredAgainIsSentAgain(t *testing.T) {
	t.Parallel()
	w := start(t)
	for range 2 {
		_, err := w.Handle(t.Context(), recorded(t, "queued.json"))
		require.NoError(t, err)
	}
	require.Len(t, w.Take(w.exports), 2, "the exports function claims before it works")
}

func TestADeletedProjectIsSentToBeErasedOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.Handle(t.Context(), recorded(t, "deletion.json")) // its beginning, and a note of progress
	require.NoError(t, err)
	sent := w.Take(w.purge)
	require.Len(t, sent, 1)
	require.JSONEq(t, `{"projectId":"01KQRZ5V8T00000000000000PR","requestId":"req-00010"}`, *sent[0].Body)
	require.Empty(t, w.Take(w.exports))
	require.Empty(t, w.Take(w.parked))
}

func TestAColumnIsSentToBeRebalancedWhenItIsWanted(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.Handle(t.Context(), recorded(t, "ranks.json")) // relied on, wanted, rewritten, gone
	require.NoError(t, err)
	sent := w.Take(w.ranks)
	require.Len(t, sent, 1)
	require.JSONEq(t, `{"projectId":"01KQRZ5V8T00000000000000PR","column":"todo","requestId":"req-00002"}`, *sent[0].Body)
	require.Empty(t, w.Take(w.parked))
}

func TestAJobThatCannotBeReadIsParked(t *testing.T) {
	t.Parallel()
	w := start(t)
	out, err := w.Handle(t.Context(), recorded(t, "unreadable.json"))
	require.NoError(t, err)
	require.Empty(t, out.BatchItemFailures)
	require.Empty(t, w.Take(w.exports))
	require.Len(t, w.Take(w.parked), 1)
}

// closed is a queue that takes nothing.
type closed struct{}

func (closed) Send(context.Context, string, string, string) error { return errors.New("closed") }

func TestTheShardResumesAtTheJobThatCouldNotBeSent(t *testing.T) {
	t.Parallel()
	h := &Handler{Queue: closed{}, Log: slog.New(slog.DiscardHandler)}
	out, err := h.Handle(t.Context(), recorded(t, "queued.json"))
	require.NoError(t, err)
	require.Len(t, out.BatchItemFailures, 1)
	require.Equal(t, "100000000000000000002", out.BatchItemFailures[0].ItemIdentifier, "the job's record, after its slot's")
}
