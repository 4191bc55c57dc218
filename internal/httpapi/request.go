package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/requestid"
)

// HeaderRequestID carries the one id that a request has in every part.
const HeaderRequestID = "X-Request-Id"

// record is what the shell knows of one request. It lives in the request's
// context; handlers run one at a time on it.
type record struct {
	id      string
	ip      string
	agent   string
	browser bool
	start   time.Time
	p       *Problem // what was answered instead of success
	cause   error    // why
}

func (r *record) refuse(p *Problem, err error) { r.p, r.cause = p, err }

type recordKey struct{}

// recordOf never returns nil: a context of no request has an empty record.
func recordOf(ctx context.Context) *record {
	if r, ok := ctx.Value(recordKey{}).(*record); ok {
		return r
	}
	return &record{}
}

// RequestID is the request's id; empty outside of a request.
func RequestID(ctx context.Context) string { return recordOf(ctx).id }

// ClientIP is the address of the client as the trusted proxy saw it.
func ClientIP(ctx context.Context) string { return recordOf(ctx).ip }

// UserAgent is what the client calls itself, at most 200 bytes.
func UserAgent(ctx context.Context) string { return recordOf(ctx).agent }

// FromBrowser reports whether the request carries a header that only browsers
// send and that a script in a page cannot leave out.
func FromBrowser(ctx context.Context) bool { return recordOf(ctx).browser }

// observe is the outermost middleware: it gives the request its record and
// deadline, turns errors and panics into problems, and writes the access line.
func observe(log *slog.Logger, deadline time.Duration) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r := newRecord(c)
		ctx, cancel := context.WithTimeout(requestid.With(context.WithValue(context.Background(), recordKey{}, r), r.id), deadline)
		defer cancel()
		c.SetUserContext(ctx)
		c.Set(HeaderRequestID, r.id)

		if err := caught(c.Next); err != nil {
			if err := writeProblem(c, err); err != nil {
				return fmt.Errorf("write problem: %w", err)
			}
		}
		if r.p != nil {
			logCause(ctx, log, r.p, r.cause)
		}
		logAccess(ctx, log, c, r)
		return nil
	}
}

// newRecord takes the proxy's request id when it is well formed and mints one
// otherwise. The strings are copies: Fiber runs with Immutable.
func newRecord(c *fiber.Ctx) *record {
	id := c.Get(HeaderRequestID)
	if !validRequestID(id) {
		id = newRequestID()
	}
	agent := c.Get(fiber.HeaderUserAgent)
	return &record{id: id, ip: c.IP(), agent: agent[:min(len(agent), maxAgentBytes)], browser: isBrowser(c), start: time.Now()}
}

const maxAgentBytes = 200

// validRequestID reports whether id matches [A-Za-z0-9._-]{8,64}, as nginx has it.
func validRequestID(id string) bool {
	if len(id) < 8 || len(id) > 64 {
		return false
	}
	for i := range len(id) {
		switch b := id[i]; {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9', b == '.', b == '_', b == '-':
		default:
			return false
		}
	}
	return true
}

func newRequestID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails (crypto/rand, Go 1.24)
	return hex.EncodeToString(b[:])
}

// caught runs next and turns a panic into an error with its stack: a broken
// invariant costs one request, not the process.
func caught(next func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return next()
}

// logAccess writes the one line of a request. No query string: tokens and
// addresses travel there by mistake. Health checks are debug lines.
func logAccess(ctx context.Context, log *slog.Logger, c *fiber.Ctx, r *record) {
	level := slog.LevelInfo
	if p := c.Path(); p == "/healthz" || p == "/readyz" || p == "/metrics" {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("request_id", r.id),
		slog.String("method", c.Method()),
		slog.String("path", c.Path()),
		slog.Int("status", c.Response().StatusCode()),
		slog.Float64("duration_ms", float64(time.Since(r.start).Microseconds())/1000),
		slog.String("ip", r.ip),
	}
	if r.p != nil {
		attrs = append(attrs, slog.String("code", string(r.p.Code)))
	}
	log.LogAttrs(ctx, level, "request", attrs...)
}
