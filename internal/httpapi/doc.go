// Package httpapi is the HTTP shell that auth, api and sockets share: a Fiber
// app with safe settings, one request record (id, client address, deadline),
// one error form, one access line per request, the CSRF rule, strict JSON, and
// the OpenAPI layer (Huma) on top.
//
// It knows no business rule, and no route but those of its own pages (health,
// metrics, documentation). Handlers return errors; an
// *cumin.Error becomes application/problem+json (RFC 9457) through the one
// table in status.go, anything else becomes "internal" with a fixed sentence
// and its cause is logged once, with the request id.
//
// Sizes are bytes, durations time.Duration. Sources: RFC 9110, 9112, 9457,
// 6750; OWASP CSRF Prevention cheat sheet (Fetch Metadata first, then exact
// Origin); Fiber 2.52 and fasthttp 1.77 as read in 2026-11.
package httpapi
