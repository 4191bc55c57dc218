package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/queue"
)

// interests is a registry that was asked.
type interests struct {
	users    map[cumin.UserID][]string
	projects map[cumin.ProjectID][]string
}

func (i interests) UserQueues(_ context.Context, u cumin.UserID) ([]string, error) {
	return i.users[u], nil
}

func (i interests) ProjectQueues(_ context.Context, p cumin.ProjectID) ([]string, error) {
	return i.projects[p], nil
}

// queues keeps what was sent where; fail names what goes wrong with a queue.
type queues struct {
	mu   sync.Mutex
	sent map[string][]string
	fail map[string]error
}

func (q *queues) Send(_ context.Context, url, body, _ string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.fail[url]; err != nil {
		return err
	}
	if q.sent == nil {
		q.sent = map[string][]string{}
	}
	q.sent[url] = append(q.sent[url], body)
	return nil
}

func happened(n, bytes int) []cumin.Event {
	all := make([]cumin.Event, n)
	for i := range all {
		all[i] = cumin.Event{ID: cumin.EventID(fmt.Sprintf("e%d", i)), V: 1, Type: cumin.EventTaskUpdated, RequestID: "req-00001",
			Data: []byte(`"` + strings.Repeat("x", bytes) + `"`)}
	}
	return all
}

func TestEveryInterestedInstanceGetsTheMessage(t *testing.T) {
	t.Parallel()
	q := &queues{}
	p := notify.Pusher{Queue: q, Registry: interests{
		users:    map[cumin.UserID][]string{"ann": {"a"}},
		projects: map[cumin.ProjectID][]string{"P": {"a", "b"}},
	}}
	require.NoError(t, p.Push(t.Context(), notify.Message{Project: "P", Events: happened(2, 10)}))
	require.NoError(t, p.Push(t.Context(), notify.Message{User: "ann", Events: happened(1, 10)}))
	require.NoError(t, p.Push(t.Context(), notify.Message{User: "bob", Events: happened(1, 10)}), "nobody is connected")
	require.Len(t, q.sent["a"], 2)
	require.Len(t, q.sent["b"], 1)
	m, err := notify.Decode(q.sent["b"][0])
	require.NoError(t, err)
	require.Equal(t, cumin.ProjectID("P"), m.Project)
	require.Len(t, m.Events, 2)
}

func TestAnInstanceWhoseQueueIsGoneIsPassedOver(t *testing.T) {
	t.Parallel()
	q := &queues{fail: map[string]error{"gone": fmt.Errorf("send: %w", queue.ErrNoQueue)}}
	p := notify.Pusher{Queue: q, Registry: interests{projects: map[cumin.ProjectID][]string{"P": {"gone", "b"}}}}
	require.NoError(t, p.Push(t.Context(), notify.Message{Project: "P", Events: happened(1, 10)}))
	require.Len(t, q.sent["b"], 1)
}

func TestAnyOtherFailureIsTheCallersToRepeat(t *testing.T) {
	t.Parallel()
	broken := errors.New("throttled")
	q := &queues{fail: map[string]error{"a": broken}}
	p := notify.Pusher{Queue: q, Registry: interests{projects: map[cumin.ProjectID][]string{"P": {"a"}}}}
	require.ErrorIs(t, p.Push(t.Context(), notify.Message{Project: "P", Events: happened(1, 10)}), broken)
}

func TestALargeMessageIsSentInPartsThatSQSTakes(t *testing.T) {
	t.Parallel()
	q := &queues{}
	p := notify.Pusher{Queue: q, Registry: interests{projects: map[cumin.ProjectID][]string{"P": {"a"}}}}
	require.NoError(t, p.Push(t.Context(), notify.Message{Project: "P", Events: happened(10, 80_000)}))
	require.Len(t, q.sent["a"], 5, "two of 80 kB each")
	var ids []cumin.EventID
	for _, b := range q.sent["a"] {
		require.Less(t, len(b), 256<<10)
		m, err := notify.Decode(b)
		require.NoError(t, err)
		for _, e := range m.Events {
			ids = append(ids, e.ID)
		}
	}
	require.Len(t, ids, 10)
	require.IsIncreasing(t, ids)
}
