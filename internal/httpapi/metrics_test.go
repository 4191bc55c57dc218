package httpapi

import (
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestMetricsCountByRouteAndNeverByPath(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	s.App().Get("/things/:id", func(c *fiber.Ctx) error {
		if c.Params("id") == "none" {
			return cumin.ErrNotFound
		}
		return c.SendStatus(http.StatusNoContent)
	})
	for _, path := range []string{"/things/a", "/things/b", "/things/none", "/nowhere/x", "/nowhere/y"} {
		do(t, s, "GET", path, "")
	}
	res, body := do(t, s, "GET", "/metrics", "")
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, res.Header.Get("Content-Type"), "text/plain; version=0.0.4")
	for _, line := range []string{
		`http_requests_total{method="GET",route="/things/:id",status="204"} 2`,
		`http_requests_total{method="GET",route="/things/:id",status="404"} 1`,
		`http_request_duration_seconds_count{method="GET",route="/things/:id"} 3`,
		`http_request_duration_seconds_bucket{method="GET",route="/things/:id",le="+Inf"} 3`,
		"http_requests_running 1",
		"# TYPE go_goroutines gauge",
	} {
		require.Contains(t, body, line+"\n")
	}
	require.NotContains(t, body, "nowhere")
}

func TestDurationsFallIntoTheirBuckets(t *testing.T) {
	t.Parallel()
	m := newMetrics([]Gauge{{Name: "x_total", Help: "X.", Value: func() float64 { return 1.5 }}})
	r := route{"GET", "/a"}
	for _, d := range []time.Duration{time.Millisecond, 3 * time.Millisecond, time.Minute} {
		m.add(r, 200, d)
	}
	text := string(m.text())
	for _, line := range []string{
		`http_request_duration_seconds_bucket{method="GET",route="/a",le="0.001"} 1`,
		`http_request_duration_seconds_bucket{method="GET",route="/a",le="0.005"} 2`,
		`http_request_duration_seconds_bucket{method="GET",route="/a",le="10"} 2`,
		`http_request_duration_seconds_bucket{method="GET",route="/a",le="+Inf"} 3`,
		"x_total 1.5",
	} {
		require.Contains(t, text, line+"\n")
	}
}
