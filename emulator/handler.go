package emulator

import (
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/power"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ServeHTTP answers one AWS request: it finds out who asks which service, gives
// the request an id and a cause, asks whether a function's role allows it, and
// hands it on. Every service may rely on the Identity and the cause in the
// request's context.
func (a *AWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, adminPrefix) {
		if fromPage(r) && !fromConsole(r) {
			refusePage(w)
			return
		}
		a.admin.ServeHTTP(w, r)
		return
	}
	a.clock.Enter()
	defer a.clock.Leave()
	begin := a.clock.Now()
	id := wire.ParseIdentity(r)
	id.RequestID = newRequestID()
	who := a.callerOf(id.AccessKey)
	if who.known {
		id.Account, id.Principal = who.Account, who.ARN
	}
	if who.function {
		defer a.lambda.Called(id.AccessKey)
	}
	name := serviceOf(r, id)
	if name != serviceS3 && fromPage(r) {
		refusePage(w)
		return
	}
	ctx := cause.With(wire.WithIdentity(r.Context(), id), id.RequestID)
	r = r.WithContext(ctx)
	rec := &recorder{ResponseWriter: w, power: a.power}
	service, ok := a.services[name]
	if !ok {
		service = a.unknownService(name, r)
	}
	asked := operation(service, r)
	a.traceRequest(r, id.RequestID, name, asked, who.cause)
	watched := a.watch(w, r, id.RequestID, name+"."+asked)
	rec.ResponseWriter = watched
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			panic(p) // a service cuts its connection on purpose
		default:
			a.log.ErrorContext(ctx, "panic", slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			if rec.status == 0 {
				rec.WriteHeader(http.StatusInternalServerError)
			}
		}
		watched.answered("unanswered", 0)
		a.log.DebugContext(ctx, "request", slog.String("aws_service", name), slog.String("operation", asked),
			slog.Int("status", rec.status), slog.Duration("took", a.clock.Now().Sub(begin)), slog.String("request_id", id.RequestID))
	}()
	if who.known && !a.authorize(rec, r, who, service, name) {
		return
	}
	if a.misbehave(rec, r, service, name+"."+asked) {
		return
	}
	service.ServeHTTP(rec, r)
}

// namer is a service that can say which operation a request is for.
type namer interface{ Operation(*http.Request) string }

// operation names what was asked, in AWS's words where they can be had without
// serving the request, else as METHOD /path.
func operation(service http.Handler, r *http.Request) string {
	if _, name, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		return name
	}
	if n, ok := service.(namer); ok {
		if name := n.Operation(r); name != "" {
			return name
		}
	}
	if action := formValue(r, "Action"); action != "" {
		return action
	}
	return r.Method + " " + r.URL.Path
}

// recorder remembers the status for the access log.
type recorder struct {
	http.ResponseWriter
	power  *power.Supply
	status int
}

func (r *recorder) WriteHeader(status int) {
	if !r.power.On() {
		panic(http.ErrAbortHandler) // a machine without power answers nothing
	}
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(b)
}

// ReadFrom lets a file go to the connection without passing through the process.
func (r *recorder) ReadFrom(from io.Reader) (int64, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return io.Copy(r.ResponseWriter, from)
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// newRequestID returns a random UUID (version 4), the form of AWS's request ids.
func newRequestID() string {
	hi, lo := rand.Uint64(), rand.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", uint32(hi>>32), uint16(hi>>16), hi&0xfff, 0x8000|uint16(lo>>48)&0x3fff, lo&0xffffffffffff)
}
