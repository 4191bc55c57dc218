package clock

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// publisher is a clock's HTTP face: it answers at once without ?after, else
// when its state changes.
type publisher struct {
	mu      sync.Mutex
	current state
	changed chan struct{}
}

func (p *publisher) set(s state) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Rev = p.current.Rev + 1
	p.current = s
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	s, changed := p.current, p.changed
	p.mu.Unlock()
	if r.URL.Query().Get("after") == "1" && s.Rev == 1 {
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
		p.mu.Lock()
		s = p.current
		p.mu.Unlock()
	}
	_ = json.NewEncoder(w).Encode(s) // the test fails on what does not arrive
}

func TestFollowerShowsTheAdvancedTime(t *testing.T) {
	t.Parallel()
	p := &publisher{changed: make(chan struct{}), current: state{Rev: 1}}
	server := httptest.NewServer(p)
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()

	f, err := Follow(ctx, server.URL)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), f.Now(), time.Second)

	at := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	p.set(state{Now: at, Frozen: true})
	require.Eventually(t, func() bool { return f.Now().Equal(at) }, 5*time.Second, 2*time.Millisecond,
		"a frozen clock stands at the published time")
}

func TestFollowNamesAClockThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Follow(ctx, "http://127.0.0.1:1/clock")
	require.ErrorContains(t, err, "http://127.0.0.1:1/clock")
}
