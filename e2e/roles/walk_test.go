package roles

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

const (
	api      = "/api/v1"
	patience = 30 * time.Second
)

type thing struct {
	ID, Token, State string
	Version          int64
}

func (v thing) etag() string { return fmt.Sprintf(`"v%d"`, v.Version) }

// walk is everything that people do, once.
func walk(t *testing.T, s *stack.Stack) {
	ada := client.NewUser(t, s.SecureURL(), s.Authority(), "ada")
	grace := client.NewUser(t, s.SecureURL(), s.Authority(), "grace")
	account(t, ada)
	path := project(t, ada, grace)
	tasks(t, ada, grace, path)
	inbox(t, grace)
	export(t, ada, path)
	erase(t, ada, path)
}

func account(t *testing.T, u *client.User) {
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	other := u.Elsewhere(t)
	other.Must(t, http.MethodGet, "/auth/sessions", nil, nil)
	other.Must(t, http.MethodPost, "/auth/logout", nil, nil)
	u.Must(t, http.MethodPatch, "/auth/me", map[string]string{"email": "new." + u.Email, "password": u.Password}, nil)
	err := u.Raw(http.MethodPost, "/auth/login", map[string]string{"email": "new." + u.Email, "password": "not the password"}, nil)
	require.Error(t, err)
	u.Must(t, http.MethodDelete, "/auth/sessions?others=true", nil, nil)
}

func project(t *testing.T, ada, grace *client.User) string {
	var made thing
	ada.Must(t, http.MethodPost, api+"/projects", map[string]string{"name": "Roles"}, &made, "Idempotency-Key", "one-of-a-kind")
	path := api + "/projects/" + made.ID
	var invite thing
	ada.Must(t, http.MethodPost, path+"/invites", map[string]string{"role": "viewer", "email": grace.Email}, &invite)
	grace.Must(t, http.MethodPost, api+"/invites/preview", map[string]string{"token": invite.Token}, nil)
	grace.Must(t, http.MethodPost, api+"/invites/accept", map[string]string{"token": invite.Token}, nil)
	ada.Must(t, http.MethodPost, path+"/invites", map[string]string{"role": "viewer"}, &invite)
	ada.Must(t, http.MethodGet, path+"/invites", nil, nil)
	ada.Must(t, http.MethodDelete, path+"/invites/"+invite.ID, nil, nil)
	ada.Must(t, http.MethodPut, path+"/members/"+grace.ID, map[string]string{"role": "editor"}, nil)
	ada.Must(t, http.MethodGet, path+"/members", nil, nil)
	ada.Must(t, http.MethodGet, api+"/projects?q=roles", nil, nil)
	ada.Must(t, http.MethodPatch, path, map[string]string{"description": "who may do what"}, nil)
	return path
}

func tasks(t *testing.T, ada, grace *client.User, path string) {
	device := grace.Connect(t, client.Upgrade)
	device.Join(t, path[len(api+"/projects/"):])
	cursor := int64(0)
	grace.Device(t, client.WebSocket, &cursor)

	var task, other, comment thing
	ada.Must(t, http.MethodPost, path+"/tasks", map[string]any{"title": "One", "assignee": grace.ID, "due": "2030-01-01", "priority": "high"}, &task, "Idempotency-Key", "just-this-one")
	ada.Must(t, http.MethodPost, path+"/tasks", map[string]any{"title": "One", "assignee": grace.ID, "due": "2030-01-01", "priority": "high"}, nil, "Idempotency-Key", "just-this-one")
	ada.Must(t, http.MethodPost, path+"/tasks", map[string]any{"title": "Two"}, &other)
	ada.Must(t, http.MethodPatch, path+"/tasks/"+task.ID, map[string]string{"title": "First"}, &task, "If-Match", task.etag())
	ada.Must(t, http.MethodPost, path+"/tasks/"+task.ID+"/move", map[string]string{"status": "todo", "after": other.ID}, &task, "If-Match", task.etag())
	ada.Must(t, http.MethodDelete, path+"/tasks/"+other.ID, nil, nil, "If-Match", other.etag())
	ada.Must(t, http.MethodPost, path+"/tasks/"+other.ID+"/restore", nil, &other)
	ada.Must(t, http.MethodPost, path+"/tasks/bulk", map[string]any{"items": []map[string]string{{"id": task.ID}, {"id": other.ID}}, "set": map[string]string{"status": "done"}}, nil)

	comments := path + "/tasks/" + task.ID + "/comments"
	ada.Must(t, http.MethodPost, comments, map[string]string{"body": "See, @[grace](" + grace.ID + ")"}, &comment)
	ada.Must(t, http.MethodPatch, comments+"/"+comment.ID, map[string]string{"body": "Look, @[grace](" + grace.ID + ")"}, &comment, "If-Match", comment.etag())
	ada.Must(t, http.MethodGet, comments, nil, nil)
	ada.Must(t, http.MethodDelete, comments+"/"+comment.ID, nil, nil, "If-Match", comment.etag())
	ada.Must(t, http.MethodPost, comments, map[string]string{"body": "It stays, to be erased"}, nil)

	for _, what := range []string{"", "/board", "/activity", "/changes?since=0", "/tasks/" + task.ID, "/tasks/" + task.ID + "/history"} {
		ada.Must(t, http.MethodGet, path+what, nil, nil)
	}
	for _, sort := range []string{"rank", "-updatedAt", "createdAt", "-createdAt", "dueDate", "-priority"} {
		var page struct{ NextCursor string }
		ada.Must(t, http.MethodGet, path+"/tasks?limit=1&sort="+sort, nil, &page)
		if page.NextCursor != "" {
			ada.Must(t, http.MethodGet, path+"/tasks?limit=1&sort="+sort+"&cursor="+page.NextCursor, nil, nil)
		}
	}
	device.WaitEvent(t, "the last comment", func(e cumin.Event) bool { return e.Type == cumin.EventCommentDeleted })
}

func inbox(t *testing.T, u *client.User) {
	var box struct{ Items []cumin.Notification }
	stack.Eventually(t, patience, func() error {
		u.Must(t, http.MethodGet, api+"/notifications", nil, &box)
		if len(box.Items) < 3 {
			return fmt.Errorf("%d notifications", len(box.Items))
		}
		return nil
	})
	u.Must(t, http.MethodGet, api+"/notifications?unread=true&limit=1", nil, nil)
	u.Must(t, http.MethodPost, api+"/notifications/read", map[string]any{"ids": []cumin.EventID{box.Items[0].ID}}, nil)
	u.Must(t, http.MethodPost, api+"/notifications/read", map[string]any{"upTo": box.Items[0].Seq}, nil)
	u.Must(t, http.MethodGet, api+"/notifications/unread-count", nil, nil)
	u.Must(t, http.MethodPut, api+"/notifications/preferences", map[string]any{"muted": []string{"task.assigned"}}, nil)
	u.Must(t, http.MethodGet, api+"/notifications/preferences", nil, nil)
}

// export makes one file, and takes another export back.
func export(t *testing.T, u *client.User, path string) {
	var e thing
	u.Must(t, http.MethodPost, path+"/exports", map[string]string{"format": "csv"}, &e)
	stack.Eventually(t, patience, func() error {
		u.Must(t, http.MethodGet, api+"/exports/"+e.ID, nil, &e)
		if e.State != "succeeded" {
			return fmt.Errorf("the export is %s", e.State)
		}
		return nil
	})
	var link struct{ URL string }
	u.Must(t, http.MethodPost, api+"/exports/"+e.ID+"/download", map[string]string{}, &link)
	resp, err := http.Get(link.URL)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
	stack.Eventually(t, patience, func() error { // the file may be faster than the change of mind
		if err := u.Do(t.Context(), http.MethodPost, path+"/exports", map[string]string{"format": "jsonl"}, &e); err != nil {
			return err
		}
		u.Must(t, http.MethodPost, api+"/exports/"+e.ID+"/cancel", nil, &e)
		if e.State != "canceled" {
			return fmt.Errorf("the export is %s", e.State)
		}
		return nil
	})
	u.Must(t, http.MethodGet, api+"/exports", nil, nil)
}

// erase deletes the project and waits until all that it held is gone.
func erase(t *testing.T, u *client.User, path string) {
	u.Must(t, http.MethodDelete, path, nil, nil)
	stack.Eventually(t, patience, func() error {
		var d struct{ State string }
		u.Must(t, http.MethodGet, api+"/deletions"+path[len(api+"/projects"):], nil, &d)
		if d.State != "done" {
			return fmt.Errorf("the deletion is %s", d.State)
		}
		return nil
	})
}
