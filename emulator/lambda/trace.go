package lambda

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// noteRun puts a run into the trace and returns its event.
func (s *Service) noteRun(ctx context.Context, fn *Function, id string) string {
	run := trace.Event{ID: id, Kind: trace.Run, Name: fn.Name, At: s.cfg.Clock.Now()}
	if id == cause.From(ctx) { // the Invoke request's id is the run's too
		run.ID = "run-" + id
	}
	run.Causes = []string{cause.From(ctx)}
	return s.cfg.Trace.Add(run, nil)
}

// noteEnd says how a run ended and what it costs.
func (s *Service) noteEnd(fn *Function, inv *invocation, o outcome) {
	s.cfg.Trace.Charge(inv.run, trace.Bill{Invocations: 1, MemoryMS: o.billedMS() * int64(fn.MemorySize)})
	how := trace.OK
	switch {
	case o.timedOut:
		how = "timeout"
	case o.failed:
		how = "error"
	}
	s.cfg.Trace.End(inv.run, how, o.took+o.init)
}

// billedMS is the time that is paid for: whole milliseconds, init included.
func (o outcome) billedMS() int64 {
	return int64(math.Ceil(float64(o.took+o.init) / float64(time.Millisecond)))
}

// noteBatch puts a delivery by the mapping into the trace and returns its event.
func (m *mapping) noteBatch(what string, causes []string, bill trace.Bill) string {
	if m.s.cfg.Trace == nil {
		return ""
	}
	count := len(causes) // Add may drop some
	return m.s.cfg.Trace.Add(trace.Event{
		ID: "batch-" + m.s.cfg.NewID(), Kind: trace.Batch, Name: m.functionName(), At: m.s.cfg.Clock.Now(), Causes: causes, Bill: bill,
	}, func() string { return fmt.Sprintf("of %d %s", count, what) })
}

// endBatch says how a delivery ended: as the run, or as the refusal to run.
func (m *mapping) endBatch(batch string, res Result, err error) {
	outcome := trace.OK
	switch {
	case err != nil:
		outcome = outcomeOf(err)
	case res.Failed:
		outcome = "error"
	}
	m.s.cfg.Trace.End(batch, outcome, 0)
}

// outcomeOf is AWS's code of a refusal.
func outcomeOf(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e.Code
	}
	return "refused"
}

// requestsFor is what it costs to receive or to delete n messages: requests of
// up to ten each.
func requestsFor(n int) trace.Bill {
	return trace.Bill{QueueRequests: (n + maxReceive - 1) / maxReceive}
}
