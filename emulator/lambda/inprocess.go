package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Handler is a function inside the hosting process, for tests: no binary and
// no Runtime API, but the same pool, timeouts, retries, mappings and faults. An
// error or a panic is answered as Lambda answers a function's. ctx ends with
// the function's timeout and when its environment is killed.
type Handler func(ctx context.Context, event []byte) ([]byte, error)

// HandleFunc adds a function that runs h, or gives an existing in-process one
// another handler; versions published before keep theirs. It is not kept across
// restarts. Its timeout is 30 s and its ARN is returned.
func (s *Service) HandleFunc(name string, h Handler) (arn string, err error) {
	ref, err := parseReference(name, wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion})
	if err != nil {
		return "", err
	}
	fn := &Function{
		Name: ref.Name, ARN: ref.arn(), Version: latest, Account: ref.Account, Region: ref.Region, Runtime: inProcess, Handler: "go",
		Role: "arn:aws:iam::" + ref.Account + ":role/in-process", Timeout: 30, MemorySize: minMemoryMB,
		Architectures: []string{machine()}, LogGroup: "/aws/lambda/" + ref.Name,
		LastModified: s.cfg.Clock.Now(), RevisionID: s.cfg.NewID(), CodeSha256: sumOf([]byte(s.cfg.NewID())), // other code than any before
	}
	start := func(fn *Function) sandbox {
		ctx, cancel := context.WithCancel(s.ctx)
		return &goSandbox{s: s, fn: fn, handler: h, ctx: ctx, cancel: cancel}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.functions[fn.ARN]
	if old != nil && old.pool.function().Runtime != inProcess {
		return "", errFunctionExists(fn.Name)
	}
	e := s.entryWith(fn, start)
	if old != nil {
		was := old.pool.function()
		fn.Published, fn.Reserved, fn.AsyncConfigs, fn.Policies = was.Published, was.Reserved, was.AsyncConfigs, was.Policies
		e.share, e.versions, e.aliases = old.share, old.versions, old.aliases
		old.pool.close()
	}
	s.functions[fn.ARN] = e
	return fn.ARN, nil
}

// goSandbox runs a Handler.
type goSandbox struct {
	s       *Service
	fn      *Function
	handler Handler
	ctx     context.Context // ends when it is killed
	cancel  context.CancelFunc
	calls   atomic.Int64 // AWS calls of the present invocation, as Transport counts them
}

type (
	sandboxKey struct{} // the *goSandbox a handler runs in
	runKey     struct{} // the run's event in the trace
)

// Transport is for the AWS clients of a Handler: it tells the calls that are
// made under the handler's context, so that the trace knows whose they are and
// faults can kill it after its n-th, as with processes, whose calls are known by
// their access keys. A handler that is killed does not see the answer.
func Transport(next http.RoundTripper) http.RoundTripper { return callCounter{next} }

type callCounter struct{ next http.RoundTripper }

func (c callCounter) RoundTrip(r *http.Request) (*http.Response, error) {
	g, ok := r.Context().Value(sandboxKey{}).(*goSandbox)
	if run, _ := r.Context().Value(runKey{}).(string); run != "" {
		r = r.Clone(r.Context())
		r.Header.Set("X-Amzn-Trace-Id", "Parent="+run)
	}
	answer, err := c.next.RoundTrip(r)
	if err != nil || !ok || !g.healthy() || !g.s.cfg.Faults.HitCall(g.fn.Name, int(g.calls.Add(1))) {
		return answer, err
	}
	g.stop()
	_ = answer.Body.Close() // nobody is left to read it
	return nil, context.Canceled
}

func (g *goSandbox) healthy() bool     { return g.ctx.Err() == nil }
func (g *goSandbox) stop()             { g.cancel() }
func (g *goSandbox) logStream() string { return "in-process" }

// run implements sandbox. A handler that outlives its timeout goes on in the
// background: Go cannot kill it, and its answer is dropped.
func (g *goSandbox) run(inv *invocation) outcome {
	inv.begin()
	timeout := time.Duration(g.fn.Timeout) * time.Second
	ctx, cancel := context.WithTimeout(context.WithValue(context.WithValue(g.ctx, sandboxKey{}, g), runKey{}, inv.run), timeout)
	defer cancel()
	g.calls.Store(0)
	begin := wallNow()
	answered := make(chan answer, 1)
	go func() { answered <- g.call(ctx, inv.payload) }()
	if g.s.cfg.Faults.Hit(fault.Kill, g.fn.Name, fault.Start) {
		g.stop()
	}
	var o outcome
	select {
	case a := <-answered:
		o.payload, o.failed = a.payload, a.failed
		if g.s.cfg.Faults.Hit(fault.Kill, g.fn.Name, fault.End) {
			g.stop()
			o.broke(exitError, failure(inv.id, exitError, "Runtime exited with error: signal: killed"))
		}
	case <-ctx.Done():
		if g.healthy() {
			o.late(inv.id, timeout)
			g.stop()
		} else {
			o.broke(exitError, failure(inv.id, exitError, "Runtime exited with error: signal: killed"))
		}
	}
	o.took = wallNow().Sub(begin)
	return o
}

func (g *goSandbox) call(ctx context.Context, event []byte) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{failureBody("panic", fmt.Sprint(p)), true}
		}
	}()
	out, err := g.handler(ctx, event)
	if err != nil {
		return answer{failureBody(fmt.Sprintf("%T", err), err.Error()), true}
	}
	if len(out) == 0 {
		out = json.RawMessage("null")
	}
	return answer{out, false}
}
