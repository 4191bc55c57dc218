package nginx

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/httpapi"
)

// startService runs a service in the real shell, guard included.
func startService(t *testing.T, routes func(*fiber.App)) (address string) {
	t.Helper()
	shell, err := httpapi.New(httpapi.Config{Log: slog.New(slog.DiscardHandler), Origins: []string{"https://localhost"}})
	require.NoError(t, err)
	routes(shell.App())
	ln, err := httpapi.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- shell.Run(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return ln.Addr().String()
}

func TestWhatNginxSendsPassesTheServicesGuard(t *testing.T) {
	t.Parallel()
	address := startService(t, func(app *fiber.App) {
		app.Post("/api/echo", func(c *fiber.Ctx) error {
			return c.SendString(httpapi.ClientIP(c.UserContext()) + " " + httpapi.RequestID(c.UserContext()) + " " + string(c.Body()))
		})
	})
	s := start(t, func(s *Settings) { s.API = address })

	res, body := s.do(t, "POST", "/api/echo", "over HTTP/2", "X-Request-Id", "req-12345678", "X-Real-IP", "6.6.6.6")
	require.Equal(t, "127.0.0.1 req-12345678 over HTTP/2", body)
	require.Equal(t, []string{"req-12345678"}, res.Header.Values("X-Request-Id"))

	answer := s.raw(t, "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nchunked\r\n0\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 200"), answer)
	require.True(t, strings.HasSuffix(answer, "chunked"), answer)

	res, body = s.do(t, "GET", "/api/nowhere", "")
	require.Equal(t, 404, res.StatusCode)
	require.Contains(t, body, "you are not a member", "a service's own problem is passed on as it is")

	res, body = s.do(t, "POST", "/api/echo", "{}", "Sec-Fetch-Site", "cross-site")
	require.Equal(t, 403, res.StatusCode)
	require.Contains(t, body, "origin_forbidden")
}

func TestKeptConnectionsSurviveALoad(t *testing.T) {
	t.Parallel()
	var served atomic.Int64
	address := startService(t, func(app *fiber.App) {
		app.All("/api/*", func(c *fiber.Ctx) error {
			served.Add(1)
			return c.SendString(c.Params("*") + string(c.Body()))
		})
	})
	s := start(t, func(s *Settings) { s.API = address })
	s.client.Transport.(*http.Transport).MaxConnsPerHost = 8

	const workers, each = 20, 50
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				name := string(rune('a' + w))
				req, err := http.NewRequestWithContext(t.Context(), "POST", "https://"+s.address(s.settings.HTTPSPort)+"/api/"+name, strings.NewReader("-"+name))
				require.NoError(t, err)
				res, err := s.client.Do(req)
				require.NoError(t, err)
				b, err := io.ReadAll(res.Body)
				res.Body.Close()
				require.NoError(t, err)
				require.Equal(t, name+"-"+name, string(b), "no answer goes to another request")
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, workers*each, served.Load(), "each once: no POST is repeated")
}
