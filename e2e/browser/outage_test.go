//go:build browser

package browser

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/e2e/stack"
)

// outages lets journeys take a process away with POST url/NAME, and have it
// back with DELETE url/NAME. The platform starts again whatever dies, so the
// process is killed each time it comes, until it may stay.
func outages(t *testing.T) (url string) {
	t.Helper()
	s := stack.Use(t)
	var (
		killers sync.WaitGroup
		mu      sync.Mutex
		ends    = map[string]context.CancelFunc{}
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		name := r.URL.Path[1:]
		if _, ok := s.State().Processes[name]; !ok {
			http.Error(w, "no process is named "+name, http.StatusNotFound)
			return
		}
		if end, ok := ends[name]; ok {
			end()
			delete(ends, name)
		}
		if r.Method == http.MethodPost {
			ctx, end := context.WithCancel(t.Context())
			ends[name] = end
			killers.Go(func() { keepDead(ctx, s, name) })
		}
	}))
	t.Cleanup(func() {
		server.Close()
		killers.Wait()
	})
	return server.URL
}

// keepDead kills the process whenever there is one, until ctx ends.
func keepDead(ctx context.Context, s *stack.Stack, name string) {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for ctx.Err() == nil {
		// An error: it is dead already, and not started again yet.
		_ = s.Kill(name)
		select {
		case <-ctx.Done():
		case <-again.C:
		}
	}
}
