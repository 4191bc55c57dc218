package httpapi

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Gauge is a number of the service that /metrics shows as it is when asked.
type Gauge struct {
	Name  string // snake case, with its unit: "cumin_sockets_connections"
	Help  string
	Value func() float64
}

// buckets are the upper bounds of the histogram of durations, in seconds.
var buckets = [...]float64{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10}

// metrics counts requests by route, never by path: an attacker cannot make
// series. The text is Prometheus' exposition format 0.0.4; a client library
// would bring more packages than it has lines.
type metrics struct {
	gauges []Gauge

	mu       sync.Mutex // guards what follows
	requests map[series]int64
	spans    map[route]*histogram
	running  int
}

type route struct{ method, path string }

type series struct {
	route
	status int
}

type histogram struct {
	counts [len(buckets)]int64 // not cumulative
	sum    float64
	n      int64
}

func newMetrics(gauges []Gauge) *metrics {
	return &metrics{gauges: gauges, requests: map[series]int64{}, spans: map[route]*histogram{}}
}

// count is a middleware.
func (m *metrics) count(c *fiber.Ctx) error {
	start := time.Now()
	m.run(1)
	defer m.run(-1)
	err := c.Next() // observe, inside of this, has turned errors into answers
	m.add(route{c.Method(), c.Route().Path}, c.Response().StatusCode(), time.Since(start))
	return err
}

func (m *metrics) run(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running += n
}

func (m *metrics) add(r route, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[series{r, status}]++
	h := m.spans[r]
	if h == nil {
		h = &histogram{}
		m.spans[r] = h
	}
	h.n++
	h.sum += took.Seconds()
	if i, _ := slices.BinarySearch(buckets[:], took.Seconds()); i < len(buckets) {
		h.counts[i]++
	}
}

// serve answers GET /metrics. nginx does not route it.
func (m *metrics) serve(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, "text/plain; version=0.0.4; charset=utf-8")
	return c.Send(m.text())
}

func (m *metrics) text() []byte {
	var b bytes.Buffer
	for _, g := range append(processGauges(), m.gauges...) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s %v\n", g.Name, g.Help, g.Name, g.Name, g.Value())
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(&b, "# HELP http_requests_running Requests being answered.\n# TYPE http_requests_running gauge\nhttp_requests_running %d\n", m.running)
	b.WriteString("# HELP http_requests_total Requests by route and status.\n# TYPE http_requests_total counter\n")
	all := slices.SortedFunc(maps.Keys(m.requests), func(x, y series) int {
		return cmp.Or(x.route.compare(y.route), cmp.Compare(x.status, y.status))
	})
	for _, s := range all {
		fmt.Fprintf(&b, "http_requests_total{%s,status=\"%d\"} %d\n", s.labels(), s.status, m.requests[s])
	}
	b.WriteString("# HELP http_request_duration_seconds Time to answer, by route.\n# TYPE http_request_duration_seconds histogram\n")
	for _, r := range slices.SortedFunc(maps.Keys(m.spans), route.compare) {
		h, below := m.spans[r], int64(0)
		for i, n := range h.counts {
			below += n
			fmt.Fprintf(&b, "http_request_duration_seconds_bucket{%s,le=\"%s\"} %d\n", r.labels(), strconv.FormatFloat(buckets[i], 'g', -1, 64), below)
		}
		fmt.Fprintf(&b, "http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %d\n", r.labels(), h.n)
		fmt.Fprintf(&b, "http_request_duration_seconds_sum{%s} %g\nhttp_request_duration_seconds_count{%s} %d\n", r.labels(), h.sum, r.labels(), h.n)
	}
	return b.Bytes()
}

func (r route) labels() string { return fmt.Sprintf("method=%q,route=%q", r.method, r.path) }

func (r route) compare(o route) int {
	return cmp.Or(cmp.Compare(r.path, o.path), cmp.Compare(r.method, o.method))
}

// processGauges are what every service has.
func processGauges() []Gauge {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return []Gauge{
		{Name: "go_goroutines", Help: "Goroutines that exist.", Value: func() float64 { return float64(runtime.NumGoroutine()) }},
		{Name: "go_memstats_heap_alloc_bytes", Help: "Heap in use.", Value: func() float64 { return float64(memory.HeapAlloc) }},
		{Name: "go_memstats_sys_bytes", Help: "Memory obtained from the system.", Value: func() float64 { return float64(memory.Sys) }},
	}
}
