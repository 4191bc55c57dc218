package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"
)

// Defaults of Config, and settings no service needs to change.
const (
	defaultBodyLimit = 1 << 20          // bytes; nginx allows less
	defaultDeadline  = 10 * time.Second // of a handler
	defaultGrace     = 10 * time.Second // of a shutdown
	readTimeout      = 20 * time.Second
	idleTimeout      = 120 * time.Second // above nginx's upstream keep-alive of 60 s, or nginx writes into a closing connection
	readBufferBytes  = 16 << 10          // bounds the header section
)

// Config is what the shell needs to know of its service.
type Config struct {
	Log            *slog.Logger
	Origins        []string      // public origins, exact ("https://localhost:8443"); others are refused on unsafe methods
	TrustedProxies []string      // whose X-Real-IP is believed; empty: loopback
	BodyLimit      int           // bytes; 0: 1 MiB
	Deadline       time.Duration // of each request's context; 0: 10 s
	Grace          time.Duration // for running requests at shutdown; 0: 10 s
	Ready          []Check
	Gauges         []Gauge // shown by /metrics beside the requests'
}

// Server is a Fiber app in the shell. Build with New, add routes to App (or
// through NewAPI), then Run.
type Server struct {
	app      *fiber.App
	cfg      Config
	draining atomic.Bool
}

// New builds the app with its middleware and the health routes.
func New(cfg Config) (*Server, error) {
	if cfg.Log == nil {
		return nil, errors.New("httpapi: a logger is required")
	}
	if err := checkOrigins(cfg.Origins); err != nil {
		return nil, fmt.Errorf("httpapi: %w", err)
	}
	cfg.BodyLimit = orDefault(cfg.BodyLimit, defaultBodyLimit)
	cfg.Deadline = orDefault(cfg.Deadline, defaultDeadline)
	cfg.Grace = orDefault(cfg.Grace, defaultGrace)
	for _, proxy := range cfg.TrustedProxies {
		// Fiber would print a line and believe nobody, or read it as an address that never matches.
		if _, _, err := net.ParseCIDR(proxy); err != nil && net.ParseIP(proxy) == nil {
			return nil, fmt.Errorf("httpapi: trusted proxy %q is neither an address nor a network", proxy)
		}
	}
	if len(cfg.TrustedProxies) == 0 {
		cfg.TrustedProxies = []string{"127.0.0.1", "::1"}
	}
	s := &Server{cfg: cfg}
	s.app = fiber.New(fiber.Config{
		Immutable:               true, // or a stored path parameter becomes another request's
		StrictRouting:           true,
		CaseSensitive:           true,
		BodyLimit:               cfg.BodyLimit,
		ReadTimeout:             readTimeout,
		IdleTimeout:             idleTimeout,
		ReadBufferSize:          readBufferBytes,
		EnableTrustedProxyCheck: true,
		TrustedProxies:          cfg.TrustedProxies,
		ProxyHeader:             "X-Real-IP",
		EnableIPValidation:      true,
		DisableStartupMessage:   true,
		ErrorHandler:            s.refuseUnread,
	})
	s.app.Server().NoDefaultServerHeader = true
	m := newMetrics(cfg.Gauges)
	s.app.Use(m.count, observe(cfg.Log, cfg.Deadline), sameOrigin(cfg.Origins))
	s.health()
	s.app.Get("/metrics", m.serve)
	return s, nil
}

// checkOrigins wants origins as browsers send them; another spelling (a slash
// at the end, a wildcard) would never match and lock everybody out.
func checkOrigins(origins []string) error {
	if len(origins) == 0 {
		return errors.New("at least one origin is required")
	}
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+strings.ToLower(u.Host) != origin || strings.Contains(u.Host, "*") {
			return fmt.Errorf("%q is not an exact origin like https://cumin.example:8443", origin)
		}
	}
	return nil
}

// App is where routes are added, before Run.
func (s *Server) App() *fiber.App { return s.app }

// refuseUnread answers what fasthttp could not parse into a request; such a
// request never reaches the middleware and gets its record here.
func (s *Server) refuseUnread(c *fiber.Ctx, err error) error {
	if RequestID(c.UserContext()) == "" {
		r := newRecord(c)
		c.SetUserContext(context.WithValue(context.Background(), recordKey{}, r))
		c.Set(HeaderRequestID, r.id)
		defer func() { logAccess(c.UserContext(), s.cfg.Log, c, r) }()
	}
	return writeProblem(c, err)
}

// Listen opens addr behind GuardListener.
func Listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return GuardListener(ln), nil
}

// Run serves ln until ctx is done, then drains: /readyz turns 503, the drain
// functions run in order (a sockets hub closes its connections here), running
// requests finish within the grace. It returns when everything it started has
// stopped, nil after an orderly stop.
func (s *Server) Run(ctx context.Context, ln net.Listener, drain ...func(context.Context) error) error {
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := s.app.Listener(ln); err != nil && gctx.Err() == nil {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		defer ln.Close() // Shutdown alone would leave a server that has not begun to serve
		s.draining.Store(true)
		down, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.Grace)
		defer cancel()
		var errs []error
		for _, f := range drain {
			errs = append(errs, f(down))
		}
		return errors.Join(append(errs, s.app.ShutdownWithContext(down))...)
	})
	return g.Wait()
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
