package engineio

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

const patience = 10 * time.Second

// recorder is a Receiver that a test asks what happened.
type recorder struct {
	conn     *Conn
	messages chan string
	reason   chan Reason
}

func (r recorder) Message(m Message)  { r.messages <- string(m.Data) }
func (r recorder) Closed(why Reason)  { r.reason <- why }
func (r recorder) waits(t *testing.T) { await(t, func() bool { return r.polling() }) }
func (r recorder) polling() bool {
	r.conn.mu.Lock()
	defer r.conn.mu.Unlock()
	return r.conn.poll != nil
}

func await(t *testing.T, met func() bool) {
	t.Helper()
	require.Eventually(t, met, patience, time.Millisecond)
}

// path is a server on a port of its own and one polling session.
type path struct {
	url     string
	session recorder
}

func open(t *testing.T, cfg Config, readTimeout time.Duration) path {
	t.Helper()
	opened := make(chan recorder, 1)
	cfg.Log = slog.New(slog.DiscardHandler)
	cfg.Open = func(c *Conn) Receiver {
		r := recorder{conn: c, messages: make(chan string, 10), reason: make(chan Reason, 2)}
		opened <- r
		return r
	}
	s := New(cfg)
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, ReadTimeout: readTimeout})
	app.All("/engine.io/", s.Handler())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go app.Listener(ln)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, s.Close(ctx))
		require.NoError(t, app.ShutdownWithContext(ctx))
	})
	base := "http://" + ln.Addr().String() + "/engine.io/?EIO=4&transport=polling"
	status, body := request(t, t.Context(), http.MethodGet, base, "")
	require.Equal(t, http.StatusOK, status)
	var terms struct{ SID string }
	require.NoError(t, json.Unmarshal([]byte(body[1:]), &terms))
	return path{url: base + "&sid=" + terms.SID, session: <-opened}
}

// request returns the answer; status 0 when there was none.
func request(t *testing.T, ctx context.Context, method, url, body string) (int, string) {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	require.NoError(t, err)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, string(b)
}

func TestAPollerThatLeavesIsNoticed(t *testing.T) {
	t.Parallel()
	p := open(t, Config{}, 0)
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		request(t, ctx, http.MethodGet, p.url, "")
	}()
	p.session.waits(t)
	leave()
	<-gone
	require.Equal(t, ReasonGone, <-p.session.reason)
	require.ErrorIs(t, p.session.conn.Send(Message{Data: []byte("x")}), ErrClosed)
}

func TestAPollOutlastsTheServersReadTimeout(t *testing.T) {
	t.Parallel()
	const readTimeout = 30 * time.Millisecond
	p := open(t, Config{}, readTimeout)
	answer := make(chan string, 1)
	go func() {
		_, body := request(t, t.Context(), http.MethodGet, p.url, "")
		answer <- body
	}()
	p.session.waits(t)
	time.Sleep(3 * readTimeout) // the timeout is the network's; no clock can be moved here
	require.NoError(t, p.session.conn.Send(Message{Data: []byte("late")}))
	require.Equal(t, "4late", <-answer)
	require.Empty(t, p.session.reason)
}

func TestWhatWaitsForASlowPollerIsBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg  Config
		size int
		fit  int
	}{
		"by messages": {Config{QueueMessages: 3}, 1, 3},
		"by bytes":    {Config{QueueBytes: 3003}, 1000, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t, c.cfg, 0)
			m := Message{Data: make([]byte, c.size)}
			for range c.fit {
				require.NoError(t, p.session.conn.Send(m))
			}
			require.ErrorIs(t, p.session.conn.Send(m), ErrClosed)
			require.Equal(t, ReasonSlow, <-p.session.reason)
		})
	}
}

func TestAClosedPollerGetsWhatWasQueuedThenTheClose(t *testing.T) {
	t.Parallel()
	p := open(t, Config{}, 0)
	require.NoError(t, p.session.conn.Send(Message{Data: []byte("last")}))
	p.session.conn.Close()
	require.ErrorIs(t, p.session.conn.Send(Message{Data: []byte("too late")}), ErrClosed)
	_, body := request(t, t.Context(), http.MethodGet, p.url, "")
	require.Equal(t, "4last\x1e1", body)
	require.Equal(t, ReasonServer, <-p.session.reason)
	status, _ := request(t, t.Context(), http.MethodGet, p.url, "")
	require.Equal(t, http.StatusBadRequest, status)
}

func TestABodyThatIsTooLargeEndsTheSession(t *testing.T) {
	t.Parallel()
	p := open(t, Config{MaxPayload: 100}, 0)
	status, _ := request(t, t.Context(), http.MethodPost, p.url, "4"+strings.Repeat("x", 100))
	require.Equal(t, http.StatusRequestEntityTooLarge, status)
	require.Equal(t, ReasonProtocol, <-p.session.reason)
}
