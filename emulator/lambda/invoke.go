package lambda

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Result is how one invocation ended, whether the function liked it or not.
type Result struct {
	RequestID string
	Version   string // that ran
	Payload   []byte
	Failed    bool   // AWS's X-Amz-Function-Error: Unhandled
	Tail      []byte // last 4 KB of log
}

// errLost is internal: no environment took the invocation in several tries.
var errLost = errors.New("the function's processes die before they take their event")

// maxLost bounds how often an invocation is moved to another environment.
const maxLost = 3

// execute runs an event on the function and waits. The error is Lambda's
// refusal to run it (throttled, stopping, another machine's code); a failure of
// the function is in the Result. Cancelling ctx ends the waiting for a free
// environment, not the run.
func (s *Service) execute(ctx context.Context, c callee, id string, payload []byte, clientContext string) (Result, error) {
	if !s.enter() {
		return Result{}, errShuttingDown()
	}
	defer s.wg.Done()
	s.cfg.Clock.Enter()
	defer s.cfg.Clock.Leave()
	pool, err := s.pick(c)
	if err != nil {
		return Result{}, err
	}
	if err := checkArchitecture(pool.function()); err != nil {
		return Result{}, err
	}
	if err := c.e.share.enter(); err != nil {
		return Result{}, err
	}
	defer c.e.share.leave()
	inv := &invocation{id: id, arn: c.arn(), payload: payload, clientContext: clientContext, run: s.noteRun(ctx, pool.function(), id), tail: &tail{}}
	for range maxLost {
		sb, fn, err := pool.acquire(ctx)
		if err != nil {
			s.cfg.Trace.End(inv.run, outcomeOf(err), 0)
			return Result{}, err
		}
		o := s.runIn(ctx, sb, fn, inv)
		pool.release(sb, fn)
		if !o.lost {
			s.noteEnd(fn, inv, o)
			return Result{RequestID: id, Version: fn.Version, Payload: o.payload, Failed: o.failed, Tail: inv.tail.bytes()}, nil
		}
	}
	return Result{}, fmt.Errorf("invoke %s: %w", c.arn(), errLost)
}

// runIn runs in one environment and writes the platform's log lines around it.
func (s *Service) runIn(ctx context.Context, sb sandbox, fn *Function, inv *invocation) outcome {
	stream := sb.logStream()
	platform := func(format string, args ...any) {
		line := fmt.Sprintf(format, args...)
		inv.tail.add([]byte(line))
		s.cfg.Logs.Put(fn.Account, fn.Region, fn.LogGroup, stream, s.cfg.Clock.Now(), line)
	}
	inv.begin = sync.OnceFunc(func() { platform("START RequestId: %s Version: %s", inv.id, fn.Version) })
	o := sb.run(inv)
	if o.lost {
		return o
	}
	if o.initFailed {
		platform("INIT_REPORT Init Duration: %s ms\tPhase: init\t%s", durationMS(o.init), o.status())
	}
	inv.begin() // unless it has: an init that failed has no START of its own
	if o.timedOut {
		platform("%s %s %s", s.cfg.Clock.Now().Format("2006-01-02T15:04:05.000Z"), inv.id, timeoutText(time.Duration(fn.Timeout)*time.Second))
	} else if o.errorKind != "" {
		if text := errorMessage(o.payload); strings.HasPrefix(text, "RequestId: ") { // else the runtime has said it itself
			platform("%s", text)
		}
		platform("%s", errorTypeOf(o.payload))
	}
	platform("END RequestId: %s", inv.id)
	platform("%s", reportLine(fn, inv.id, o))
	if o.failed {
		s.log.WarnContext(ctx, "function failed", "function", fn.Name, "aws_request_id", inv.id, "answer", clip(o.payload))
	}
	return o
}

// reportLine is the REPORT line of CloudWatch Logs. Init is billed too since
// August 2025.
func reportLine(fn *Function, id string, o outcome) string {
	line := fmt.Sprintf("REPORT RequestId: %s\tDuration: %s ms\tBilled Duration: %d ms\tMemory Size: %d MB\tMax Memory Used: %d MB\t",
		id, durationMS(o.took), o.billedMS(), fn.MemorySize, o.peakMB)
	if o.init > 0 && !o.initFailed {
		line += "Init Duration: " + durationMS(o.init) + " ms\t"
	}
	return line + o.status()
}

func clip(b []byte) string {
	const limit = 2048
	if len(b) > limit {
		return string(b[:limit]) + "…"
	}
	return string(b)
}

// checkArchitecture refuses functions this machine cannot run.
func checkArchitecture(fn *Function) error {
	if wants, has := fn.Architectures[0], machine(); fn.Runtime != inProcess && wants != has {
		return errArchitecture(fn.Name, wants, has)
	}
	return nil
}
