package queue

import (
	"context"
	"errors"
	"time"
)

// ErrOutOfTime is the cause of work stopped before its function is killed.
var ErrOutOfTime = errors.New("the function's time is nearly over")

// stopBefore is how long before its function is killed work ends, or after
// three quarters of the time if that is later.
const stopBefore = 5 * time.Second

// BeforeDeadline is ctx that ends, with ErrOutOfTime as its cause, early
// enough to clean up.
func BeforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	at, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadlineCause(ctx, at.Add(-min(stopBefore, time.Until(at)/4)), ErrOutOfTime)
}
