// Package product walks the longer ways through the product on the real stack,
// each of which crosses a stream and a function: what one person does is found
// by another, or is gone.
package product

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{}) }

const (
	api      = "/api/v1"
	patience = 30 * time.Second
)

func newUser(t *testing.T, name string) *client.User {
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

type thing struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

func newProject(t *testing.T, u *client.User, name string) string {
	t.Helper()
	var p thing
	u.Must(t, http.MethodPost, api+"/projects", map[string]string{"name": name}, &p)
	return api + "/projects/" + p.ID
}

// inbox waits for a notification of a kind.
func inbox(t *testing.T, u *client.User, kind cumin.NotificationKind) cumin.Notification {
	t.Helper()
	var found cumin.Notification
	stack.Eventually(t, patience, func() error {
		var box struct{ Items []cumin.Notification }
		u.Must(t, http.MethodGet, api+"/notifications?unread=true", nil, &box)
		for _, n := range box.Items {
			if n.Kind == kind {
				found = n
				return nil
			}
		}
		return fmt.Errorf("%s has no %s yet", u.Name, kind)
	})
	return found
}

func TestAnInvitedPersonJoinsFromTheInboxAndIsMentioned(t *testing.T) {
	t.Parallel()
	ada, grace := newUser(t, "ada"), newUser(t, "grace")
	project := newProject(t, ada, "Compilers")
	var invite thing
	ada.Must(t, http.MethodPost, project+"/invites", map[string]string{"email": grace.Email, "role": "editor"}, &invite)
	require.Contains(t, string(inbox(t, grace, cumin.NotifyInvited).Data), invite.ID)
	grace.Must(t, http.MethodPost, api+"/invites/"+invite.ID+"/accept", nil, nil)
	inbox(t, ada, cumin.NotifyAccepted)

	var task, comment thing
	ada.Must(t, http.MethodPost, project+"/tasks", map[string]string{"title": "Parse"}, &task)
	comments := project + "/tasks/" + task.ID + "/comments"
	ada.Must(t, http.MethodPost, comments, map[string]string{"body": "Can you, @[grace](" + grace.ID + ")?"}, &comment)
	n := inbox(t, grace, cumin.NotifyMentioned)
	require.Contains(t, string(n.Data), `"excerpt":"Can you, @grace?"`)

	device := grace.Connect(t, client.WebSocket)
	grace.Must(t, http.MethodPost, api+"/notifications/read", map[string]any{"ids": []cumin.EventID{n.ID}}, nil)
	device.WaitEvent(t, "that it was read elsewhere", func(e cumin.Event) bool { return e.Type == cumin.EventNotificationRead })

	stack.Eventually(t, patience, func() error {
		var history struct{ Items []cumin.Entry }
		grace.Must(t, http.MethodGet, project+"/activity", nil, &history)
		var types []cumin.EntryType
		for _, e := range history.Items {
			types = append(types, e.Type)
		}
		if len(types) < 4 {
			return fmt.Errorf("the history so far: %v", types)
		}
		require.ElementsMatch(t, []cumin.EntryType{"comment.added", "task.created", "member.added", "project.created"}, types)
		return nil
	})
}

func TestADeletedProjectIsErasedWithAllItHeld(t *testing.T) {
	t.Parallel()
	ada := newUser(t, "ada")
	project := newProject(t, ada, "Short-lived")
	for i := range 5 {
		var task thing
		ada.Must(t, http.MethodPost, project+"/tasks", map[string]string{"title": fmt.Sprint(i)}, &task)
		ada.Must(t, http.MethodPost, project+"/tasks/"+task.ID+"/comments", map[string]string{"body": "x"}, nil)
	}
	stack.Eventually(t, patience, func() error {
		var p struct{ Counts struct{ Todo int } }
		ada.Must(t, http.MethodGet, project, nil, &p)
		if p.Counts.Todo != 5 {
			return fmt.Errorf("counted %d of 5", p.Counts.Todo)
		}
		return nil
	})
	ada.Must(t, http.MethodDelete, project, nil, nil)
	require.Equal(t, "not_found", client.CodeOf(ada.Do(t.Context(), http.MethodGet, project, nil, nil)))
	job := api + "/deletions" + project[len(api+"/projects"):]
	stack.Eventually(t, patience, func() error {
		var d struct {
			State       string
			Done, Total int
		}
		ada.Must(t, http.MethodGet, job, nil, &d)
		if d.State != "done" {
			return fmt.Errorf("%s: %d of %d", d.State, d.Done, d.Total)
		}
		require.Equal(t, []int{5, 5}, []int{d.Done, d.Total})
		return nil
	})
}

func TestAnExportOfWhatIsMeantIsLinesOfJSON(t *testing.T) {
	t.Parallel()
	ada := newUser(t, "ada")
	project := newProject(t, ada, "Library")
	for _, title := range []string{"Read", "Write", "Reread"} {
		ada.Must(t, http.MethodPost, project+"/tasks", map[string]string{"title": title}, nil)
	}
	var export thing
	ada.Must(t, http.MethodPost, project+"/exports", map[string]any{"format": "jsonl", "filter": map[string]string{"q": "READ"}}, &export)
	stack.Eventually(t, patience, func() error {
		var e struct {
			State    string
			RowsDone int
		}
		ada.Must(t, http.MethodGet, api+"/exports/"+export.ID, nil, &e)
		if e.State != "succeeded" {
			return fmt.Errorf("the export is %s", e.State)
		}
		require.Equal(t, 2, e.RowsDone)
		return nil
	})
}
