// Package live shows that two people who look at one board see each other's
// changes at once, over WebSocket and over long polling, and that nobody else
// sees them.
package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{}) }

type task struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Status  string `json:"status"`
	Version int64  `json:"version"`
}

func (t task) etag() string { return fmt.Sprintf(`"v%d"`, t.Version) }

// board is a project that two people share.
type board struct {
	owner, editor *client.User
	id            string
}

func (b board) path() string { return "/api/v1/projects/" + b.id }

func newUser(t *testing.T, name string) *client.User {
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

func shared(t *testing.T) board {
	t.Helper()
	b := board{owner: newUser(t, "ada"), editor: newUser(t, "grace")}
	var project struct{ ID string }
	b.owner.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Shared"}, &project)
	b.id = project.ID
	b.owner.Admit(t, b.id, "editor", b.editor)
	return b
}

func is(kind cumin.EventType) func(cumin.Event) bool {
	return func(e cumin.Event) bool { return e.Type == kind }
}

func TestACardMovedByOneMovesForTheOther(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]sioclient.Transport{"over WebSocket": client.Upgrade, "over long polling": client.Polling} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := shared(t)
			viewer := b.editor.Connect(t, transport)
			viewer.Join(t, b.id)

			var card task
			b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": "Travels"}, &card)
			created := viewer.WaitEvent(t, "the new card", is(cumin.EventTaskCreated))
			b.owner.Must(t, http.MethodPost, b.path()+"/tasks/"+card.ID+"/move", map[string]string{"status": "done"}, &card,
				"If-Match", card.etag(), "X-Request-Id", "move-of-"+card.ID)

			moved := viewer.WaitEvent(t, "the move", is(cumin.EventTaskMoved))
			var seen task
			require.NoError(t, json.Unmarshal(moved.Data, &seen))
			require.Equal(t, card, seen, "the event carries the card as it is now")
			require.Equal(t, cumin.UserID(b.owner.ID), moved.Actor)
			require.Equal(t, "move-of-"+card.ID, moved.RequestID, "one request id from the click to the event")
			require.Greater(t, moved.Seq, created.Seq)

			viewer.WaitEvent(t, "the counts", func(e cumin.Event) bool {
				var data struct {
					Counts struct{ Todo, Done int }
				}
				return e.Type == cumin.EventProjectCounts && json.Unmarshal(e.Data, &data) == nil && data.Counts.Done == 1 && data.Counts.Todo == 0
			})
		})
	}
}

func TestNobodyElseMayWatch(t *testing.T) {
	t.Parallel()
	b := shared(t)
	stranger := newUser(t, "mallory").Connect(t, client.WebSocket)
	_, err := stranger.TryJoin(t.Context(), b.id)
	require.Equal(t, "not_found", client.CodeOf(err), "what is not yours does not exist")

	viewer := b.editor.Connect(t, client.WebSocket)
	viewer.Join(t, b.id)
	b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": "Secret"}, nil)
	viewer.WaitEvent(t, "the new card", is(cumin.EventTaskCreated))
	require.Empty(t, stranger.Events())
}

func TestARemovedMemberStopsSeeing(t *testing.T) {
	t.Parallel()
	b := shared(t)
	removed, owner := b.editor.Connect(t, client.WebSocket), b.owner.Connect(t, client.WebSocket)
	removed.Join(t, b.id)
	owner.Join(t, b.id)

	b.owner.Must(t, http.MethodDelete, b.path()+"/members/"+b.editor.ID, nil, nil)
	owner.WaitEvent(t, "the removal", is(cumin.EventMemberRemoved))
	b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": "Afterwards"}, nil)
	owner.WaitEvent(t, "the new card", is(cumin.EventTaskCreated))
	for _, e := range removed.Events() {
		require.NotEqual(t, cumin.EventTaskCreated, e.Type, "a card made after the removal reached the removed member")
	}
	_, err := removed.TryJoin(t.Context(), b.id)
	require.Equal(t, "not_found", client.CodeOf(err))
}

func TestAGapIsHealedFromTheFeed(t *testing.T) {
	t.Parallel()
	b := shared(t)
	viewer := b.editor.Connect(t, client.WebSocket)
	since := viewer.Join(t, b.id)
	viewer.Close()
	const missed = 5
	for i := range missed {
		b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": fmt.Sprint("missed ", i)}, nil)
	}
	stack.Eventually(t, 15*time.Second, func() error {
		var feed struct{ Events []cumin.Event }
		if err := b.editor.Do(t.Context(), http.MethodGet, fmt.Sprintf("%s/changes?since=%d", b.path(), since), nil, &feed); err != nil {
			return err
		}
		created := 0
		for _, e := range feed.Events {
			if e.Type == cumin.EventTaskCreated {
				created++
			}
		}
		if created != missed {
			return fmt.Errorf("%d of %d creations in the feed", created, missed)
		}
		return nil
	})
}

func TestAssigningSomebodyTellsThemOnce(t *testing.T) {
	t.Parallel()
	b := shared(t)
	device := b.editor.Connect(t, client.Upgrade)
	var card task
	b.owner.Must(t, http.MethodPost, b.path()+"/tasks", map[string]string{"title": "Yours", "assignee": b.editor.ID}, &card)
	n := device.WaitNotification(t, "the assignment", func(n cumin.Notification) bool { return n.Kind == cumin.NotifyAssigned })
	require.Equal(t, cumin.UserID(b.owner.ID), n.Actor)

	b.owner.Must(t, http.MethodPatch, b.path()+"/tasks/"+card.ID, map[string]string{"assignee": b.owner.ID}, &card, "If-Match", card.etag())
	var inbox struct{ Items []cumin.Notification }
	b.owner.Must(t, http.MethodGet, "/api/v1/notifications", nil, &inbox)
	for _, n := range inbox.Items {
		require.NotEqual(t, cumin.NotifyAssigned, n.Kind, "nobody is told of their own act")
	}
}
