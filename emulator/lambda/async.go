package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// asyncEvent is an event accepted for later (InvocationType Event). It is kept
// until it succeeded or was given up, so a killed emulator runs it again: at
// least once, as on AWS.
type asyncEvent struct {
	ID       string
	Function string // ARN, with the qualifier it was invoked by
	Payload  []byte
	Cause    string
	Accepted time.Time
	Failures int // by the function; throttles do not count
}

// Retries of asynchronous invocations (Developer Guide, "Error handling for
// asynchronous invocation"): two, after one and two minutes; throttles and
// Lambda's own errors are retried for up to six hours, from one second apart
// to five minutes.
var asyncDelays = []time.Duration{time.Minute, 2 * time.Minute}

const (
	asyncMaxAge      = 6 * time.Hour
	asyncFirstDelay  = time.Second
	asyncLongestWait = 5 * time.Minute
)

// enqueue accepts an event; it returns when the event is kept.
func (s *Service) enqueue(ctx context.Context, c callee, id string, payload []byte) error {
	ev := &asyncEvent{ID: id, Function: c.arn(), Payload: payload, Cause: cause.From(ctx), Accepted: s.cfg.Clock.Now()}
	if err := kept(s.saveAsync(ev)); err != nil {
		return err
	}
	s.background(func() { s.deliver(ev, asyncFirstDelay) })
	return nil
}

// deliver tries an event once and arranges what follows. backoff is the wait
// should Lambda itself refuse.
func (s *Service) deliver(ev *asyncEvent, backoff time.Duration) {
	c, err := s.calleeAt(ev.Function)
	if err != nil {
		s.finishAsync(ev) // the function was deleted
		return
	}
	config := asyncOf(c)
	if s.cfg.Clock.Now().Sub(ev.Accepted) > config.maxAge() {
		s.conclude(c, ev, Result{}, eventAgeExceeded)
		return
	}
	result, err := s.execute(cause.With(s.ctx, ev.Cause), c, ev.ID, ev.Payload, "")
	switch {
	case s.ctx.Err() != nil:
		return // stays in the store
	case err != nil && !isArchitecture(err):
		s.again(ev, backoff, min(2*backoff, asyncLongestWait))
	case err == nil && result.Failed && ev.Failures < config.retries():
		delay := asyncDelays[ev.Failures]
		ev.Failures++
		if err := kept(s.saveAsync(ev)); err != nil {
			s.log.Error("keep an asynchronous event", "err", err)
		}
		s.again(ev, delay, asyncFirstDelay)
	case err != nil || result.Failed:
		s.conclude(c, ev, result, retriesExhausted)
	default:
		s.conclude(c, ev, result, succeeded)
	}
}

func (s *Service) again(ev *asyncEvent, delay, backoff time.Duration) {
	s.cfg.Clock.AfterFunc(delay, func() {
		s.cfg.Clock.Enter()
		s.background(func() {
			defer s.cfg.Clock.Leave()
			s.deliver(ev, backoff)
		})
	})
}

func (s *Service) finishAsync(ev *asyncEvent) {
	if err := kept(s.dropAsync(ev.ID)); err != nil {
		s.log.Error("drop an asynchronous event", "err", err)
	}
}

func isArchitecture(err error) bool {
	e, ok := errors.AsType[*wire.Error](err)
	return ok && e.Code == "InvalidRuntimeException"
}

func checkJSON(payload []byte) error {
	if len(payload) == 0 {
		return nil
	}
	var v json.RawMessage
	if err := json.Unmarshal(payload, &v); err != nil {
		return errNotJSON(err)
	}
	return nil
}
