package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ProblemType is the media type of every error body.
const ProblemType = "application/problem+json"

// Problem is the body of every error (RFC 9457).
type Problem struct {
	Type      string         `json:"type" format:"uri-reference" example:"/api/v1/docs/problems#not_found" doc:"Where this kind of problem is explained"`
	Title     string         `json:"title" example:"Not Found" doc:"The status in words"`
	Status    int            `json:"status" example:"404" doc:"HTTP status"`
	Detail    string         `json:"detail,omitempty" doc:"A sentence for a person"`
	Code      cumin.Code     `json:"code" example:"not_found" doc:"Stable reason for a program"`
	RequestID string         `json:"requestId" doc:"Quote it when asking for help; the logs carry it"`
	Errors    []ProblemField `json:"errors,omitempty" doc:"What was wrong where"`
	Current   any            `json:"current,omitempty" doc:"With version_mismatch: what is stored now"`

	retryAfter time.Duration
}

// ProblemField points at one part of the request: an RFC 6901 pointer into the
// body ("/labels/3"), or "query/limit", "path/id", "header/Name".
type ProblemField struct {
	Pointer string `json:"pointer" example:"/title"`
	Code    string `json:"code" example:"too_long"`
	Message string `json:"message"`
}

// Error makes a Problem an error; Huma wants it.
func (p *Problem) Error() string { return string(p.Code) + ": " + p.Detail }

// GetStatus is the HTTP status, for Huma.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType turns JSON into problem+json, for Huma.
func (p *Problem) ContentType(string) string { return ProblemType }

// StaleError is a write refused because If-Match named another version. The
// handler puts what is stored, in its wire form, into Current.
type StaleError struct{ Current any }

func (e *StaleError) Error() string { return "If-Match does not name the stored version" }

// RetryError is a refusal that names when to come back, in Retry-After.
type RetryError struct {
	Err   *cumin.Error
	After time.Duration // rounded up to whole seconds, at least 1
}

func (e *RetryError) Error() string { return e.Err.Error() }

func (e *RetryError) Unwrap() error { return e.Err }

// ProblemOf is what a client may see of err where it is a part of an answer;
// it names no request, the answer does.
func ProblemOf(err error) *Problem { return problemOf(context.Background(), err) }

// problemOf turns any error into what the client may see of it.
func problemOf(ctx context.Context, err error) *Problem {
	refusal := refusalOf(err)
	p := &Problem{
		Type:      typeOf(refusal.Code),
		Status:    StatusOf(refusal.Code),
		Detail:    refusal.Message,
		Code:      refusal.Code,
		RequestID: RequestID(ctx),
	}
	p.Title = http.StatusText(p.Status)
	for _, f := range refusal.Fields {
		p.Errors = append(p.Errors, ProblemField(f))
	}
	if stale, ok := errors.AsType[*StaleError](err); ok {
		p.Current = stale.Current
	}
	if retry, ok := errors.AsType[*RetryError](err); ok {
		p.retryAfter = retry.After
	} else if p.Status == http.StatusServiceUnavailable {
		p.retryAfter = time.Second
	}
	return p
}

// refusalOf finds the refusal in err; what is none becomes "internal", whose
// cause stays with us.
func refusalOf(err error) *cumin.Error {
	if refusal, ok := errors.AsType[*cumin.Error](err); ok {
		return refusal
	}
	if _, ok := errors.AsType[*StaleError](err); ok {
		return cumin.Refuse(cumin.CodeVersion, "Somebody changed this meanwhile.")
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		if refusal, ok := transport[e.Code]; ok {
			return refusal
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &cumin.Error{Code: cumin.CodeUnavailable, Message: "This took too long. Please try again.", Err: err}
	}
	return &cumin.Error{Code: cumin.CodeInternal, Message: "Something went wrong on our side.", Err: err}
}

// headers are what a problem adds to its answer.
func (p *Problem) headers(set func(name, value string)) {
	set(fiber.HeaderCacheControl, "no-store")
	if challenge := challengeOf(p.Code); challenge != "" {
		set(fiber.HeaderWWWAuthenticate, challenge)
	}
	if p.retryAfter > 0 {
		set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
}

// challengeOf is the WWW-Authenticate of a 401 (RFC 6750 §3). Answers of the
// login and refresh endpoints carry the plain challenge too: RFC 9110 §15.5.2
// wants one on every 401.
func challengeOf(code cumin.Code) string {
	switch code {
	case cumin.CodeTokenExpired, cumin.CodeTokenInvalid, cumin.CodeSessionRevoked:
		return `Bearer realm="cumin", error="invalid_token"`
	}
	if StatusOf(code) == http.StatusUnauthorized {
		return `Bearer realm="cumin"`
	}
	return ""
}

// writeProblem answers with err and leaves it in the request's record for the
// access line.
func writeProblem(c *fiber.Ctx, err error) error {
	p := problemOf(c.UserContext(), err)
	recordOf(c.UserContext()).refuse(p, err)
	p.headers(c.Set)
	return c.Status(p.Status).JSON(p, ProblemType)
}

// logCause logs why a request failed; refusals that carry no cause need no
// line besides the access line.
func logCause(ctx context.Context, log *slog.Logger, p *Problem, err error) {
	attrs := []slog.Attr{slog.String("code", string(p.Code)), slog.String("request_id", p.RequestID), slog.Any("err", err)}
	if p.Status >= http.StatusInternalServerError {
		log.LogAttrs(ctx, slog.LevelError, "request failed", attrs...)
		return
	}
	if refusal, ok := errors.AsType[*cumin.Error](err); ok && refusal.Err != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "request refused", attrs...)
	}
}
