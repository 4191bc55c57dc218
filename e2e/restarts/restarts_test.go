// Package restarts shows that any one process may be killed at any moment: it
// comes back, and nothing that was acknowledged is lost.
package restarts

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{Durable: true}) }

// patience bounds how long a person retries one change.
const patience = 30 * time.Second

// writer makes tasks, one after the other, retrying each under its idempotency
// key until it is acknowledged, as the web client does.
type writer struct {
	user    *client.User
	project string

	mu    sync.Mutex // guards acked
	acked []string   // ids of tasks whose creation was answered 201
}

func (w *writer) run(ctx context.Context, name string) error {
	for i := 0; ctx.Err() == nil; i++ {
		if err := w.create(fmt.Sprintf("%s-%d", name, i)); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) create(key string) error {
	deadline := time.Now().Add(patience)
	for {
		var made struct{ ID string }
		err := w.user.Do(context.Background(), http.MethodPost, "/api/v1/projects/"+w.project+"/tasks",
			map[string]string{"title": key}, &made, "Idempotency-Key", key)
		if err == nil {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.acked = append(w.acked, made.ID)
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s was not accepted within %s: %w", key, patience, err)
		}
		time.Sleep(50 * time.Millisecond) // a person's retry; nothing to wait for
	}
}

func (w *writer) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acked)
}

func TestAnyProcessMayBeKilled(t *testing.T) {
	s := stack.Use(t)
	for _, victim := range []string{"api", "auth", "sockets", "nginx", "aws"} {
		t.Run(victim, func(t *testing.T) {
			if victim == "aws" {
				stack.Needs(t, stack.Restart)
			}
			u := client.NewUser(t, s.SecureURL(), s.Authority(), "ada")
			other := client.NewUser(t, s.SecureURL(), s.Authority(), "grace")
			var project struct{ ID string }
			u.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Survives"}, &project)
			device := other.Connect(t, client.Upgrade)

			w := &writer{user: u, project: project.ID}
			ctx, stop := context.WithCancel(t.Context())
			errs := make(chan error, 4)
			for i := range cap(errs) {
				go func() { errs <- w.run(ctx, fmt.Sprint(victim, i)) }()
			}
			stack.Eventually(t, patience, func() error { return atLeast(w, 40) })
			require.NoError(t, s.Kill(victim))
			// Somebody is told of something while the process is away.
			u.Until(t, patience, http.MethodPost, "/api/v1/projects/"+project.ID+"/invites", map[string]string{"email": other.Email, "role": "viewer"})
			at := w.count()
			stack.Eventually(t, patience, func() error { return atLeast(w, at+40) })
			stop()
			for range cap(errs) {
				require.NoError(t, <-errs)
			}
			require.NoError(t, s.WaitReady(t.Context(), victim))

			exist := map[string]bool{}
			for _, id := range tasks(t, u, project.ID) {
				exist[id] = true
			}
			for _, id := range w.acked {
				require.True(t, exist[id], "task %s was acknowledged and is gone", id)
			}
			require.Len(t, exist, len(w.acked), "a retried creation made one task")
			stack.Eventually(t, patience, func() error {
				var shown struct{ Counts struct{ Todo int } }
				if err := u.Do(t.Context(), http.MethodGet, "/api/v1/projects/"+project.ID, nil, &shown); err != nil {
					return err
				}
				if shown.Counts.Todo != len(exist) {
					return fmt.Errorf("shown %d, there are %d", shown.Counts.Todo, len(exist))
				}
				return nil
			})
			device.WaitNotification(t, "the invite", func(n cumin.Notification) bool {
				return n.Kind == cumin.NotifyInvited && string(n.ProjectID) == project.ID
			})
			t.Logf("figure: %d tasks acknowledged around the kill of %s, none lost", len(w.acked), victim)
		})
	}
}

func atLeast(w *writer, n int) error {
	if got := w.count(); got < n {
		return fmt.Errorf("%d of %d tasks made", got, n)
	}
	return nil
}

// tasks lists the ids of all tasks of a project, page by page.
func tasks(t *testing.T, u *client.User, project string) []string {
	t.Helper()
	var ids []string
	path := "/api/v1/projects/" + project + "/tasks?limit=100"
	for next := path; next != ""; {
		var page struct {
			Items      []struct{ ID string }
			NextCursor string
		}
		u.Must(t, http.MethodGet, next, nil, &page)
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		next = ""
		if page.NextCursor != "" {
			next = path + "&cursor=" + page.NextCursor
		}
	}
	return ids
}
