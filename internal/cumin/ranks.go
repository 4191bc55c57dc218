package cumin

import (
	"context"
	"errors"
	"slices"
)

// RankStore rewrites ranks. The crowd of a column is a number that goes up
// with every drop beside a rank that may be rewritten, and with every
// rewriting: as long as it stays, what was read of such ranks holds.
type RankStore interface {
	// Column reads the crowd and then, consistently, the places of all tasks of a
	// column, of the deleted that can be brought back into it too.
	Column(ctx context.Context, project ProjectID, column Status) ([]Ranked, int64, error)
	// Rerank makes the steps together, each with a new version of its task that
	// differs in rank only, and the crowd one more. ErrLostRace when the crowd or
	// a rank is another than was read.
	Rerank(ctx context.Context, project ProjectID, column Status, crowd int64, steps []RankStep, requestID string) error
}

// maxSteps is how many tasks are rewritten together; DynamoDB takes 100 writes.
const maxSteps = 99

// Ranks shortens the ranks of columns.
type Ranks struct{ Store RankStore }

// Rebalance shortens a column's ranks if it has long ones, and returns how
// many it rewrote. The order of the tasks is the same at every moment. Of two
// at once one goes round and finds nothing left to do; one that was stopped is
// finished by the next.
func (r Ranks) Rebalance(ctx context.Context, project ProjectID, column Status, requestID string) (int, error) {
	rewritten := 0
	for range maxStale {
		tasks, crowd, err := r.Store.Column(ctx, project, column)
		if err != nil {
			return rewritten, err
		}
		steps, err := PlanRanks(tasks)
		if err != nil {
			return rewritten, err
		}
		for some := range slices.Chunk(steps, maxSteps) {
			if err = r.Store.Rerank(ctx, project, column, crowd, some, requestID); err != nil {
				break
			}
			crowd++
			rewritten += len(some)
		}
		if !errors.Is(err, ErrLostRace) {
			return rewritten, err
		}
	}
	return rewritten, errBusy
}
