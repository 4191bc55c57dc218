package emulator

import (
	"context"
	"log/slog"
	"time"
)

// WithAutoAdvance lets time pass by itself: whenever no request is being
// answered, no function runs and no batch is ready, the clock jumps to the next
// timer. So a visibility timeout of twelve hours, a retry with backoff or a time
// to live ends at once, in order. The client's own pauses count as nothing going
// on: begin with AWS.Clock().SetAuto(true) when all is in place.
func WithAutoAdvance() Option { return func(o *Options) { o.AutoAdvance = true } }

// autoTick is how often an auto-advancing AWS looks whether it is idle, in real
// time. It jumps when it was so twice, with nothing in between.
const autoTick = time.Millisecond

// autoAdvance moves an auto-advancing clock until ctx ends.
func (a *AWS) autoAdvance(ctx context.Context) {
	for ctx.Err() == nil {
		state, changed := a.clock.State()
		if !state.Auto {
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		a.jumpWhenIdle(ctx)
	}
}

// jump moves the clock to the next timer, if there is one worth it, and keeps
// where it is.
func (a *AWS) jump(ctx context.Context) {
	if !a.clock.Jump() {
		return
	}
	state, _ := a.clock.State()
	if err := a.keepClock(state); err != nil {
		a.log.ErrorContext(ctx, "keep the clock", slog.Any("err", err))
	}
}

// jumpWhenIdle waits until nothing goes on and jumps; it gives up when the clock
// changes otherwise.
func (a *AWS) jumpWhenIdle(ctx context.Context) {
	_, changed := a.clock.State()
	tick := time.NewTicker(autoTick)
	defer tick.Stop()
	before, quiet := uint64(0), 0
	for {
		select {
		case <-tick.C:
		case <-changed:
			return
		case <-ctx.Done():
			return
		}
		busy, entered := a.clock.Work()
		if busy > 0 || entered != before || !a.lambda.Idle() || !a.s3.Idle() {
			before, quiet = entered, 0
			continue
		}
		if quiet++; quiet >= 2 {
			a.jump(ctx)
			quiet = 0
		}
	}
}
