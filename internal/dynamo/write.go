package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxTries bounds how often a write is repeated that met another transaction
// on the same item. With the back-off below the last try is about two seconds
// after the first.
const maxTries = 10

// errContended is the refusal after maxTries.
var errContended = cumin.Refuse(cumin.CodeUnavailable, "Too many changes at once. Please try again.")

// canceled is a transaction that did not happen because a condition did not
// hold. failed maps the index of each such write to the item it met (nil when
// there was none or the write did not ask for it).
type canceled struct{ failed map[int]Item }

func (e *canceled) Error() string {
	return fmt.Sprintf("transaction canceled: %d condition(s) did not hold", len(e.failed))
}

// transact writes all or nothing. It goes round on conflicts and throttles and
// returns *canceled when a condition did not hold.
func (db *DB) transact(ctx context.Context, writes []types.TransactWriteItem) error {
	for try := 1; ; try++ {
		_, err := db.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
		stop, ok := errors.AsType[*types.TransactionCanceledException](err)
		if !ok {
			return err
		}
		conditions := &canceled{failed: map[int]Item{}}
		transient := false
		for i, reason := range stop.CancellationReasons {
			switch aws.ToString(reason.Code) {
			case "ConditionalCheckFailed":
				conditions.failed[i] = reason.Item
			case "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
				transient = true
			}
		}
		switch {
		case len(conditions.failed) > 0:
			return conditions
		case !transient:
			return err
		case try == maxTries:
			return errContended
		}
		if err := backOff(ctx, try); err != nil {
			return err
		}
	}
}

// unlessConflict repeats a single write while it meets a transaction on its
// item; the SDK does not.
func unlessConflict(ctx context.Context, write func() error) error {
	for try := 1; ; try++ {
		err := write()
		if _, ok := errors.AsType[*types.TransactionConflictException](err); !ok {
			return err
		}
		if try == maxTries {
			return errContended
		}
		if err := backOff(ctx, try); err != nil {
			return err
		}
	}
}

// conditionFailed reports whether a single write failed on its condition, and
// the item it met if the write asked for it and there was one.
func conditionFailed(err error) (Item, bool) {
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return e.Item, true
	}
	return nil, false
}

// backOff waits before try n (from 1) goes round: a random time up to 5 ms
// doubled per try, at most 500 ms.
func backOff(ctx context.Context, n int) error {
	limit := min(5*time.Millisecond<<n, 500*time.Millisecond)
	timer := time.NewTimer(rand.N(limit))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
