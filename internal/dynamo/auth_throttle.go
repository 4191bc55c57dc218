package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// skThrottle is the sort key of a throttle.
const skThrottle = "THR"

// ThrottlePK is the partition of a throttle. The key is a hash: addresses are
// not readable in it.
func ThrottlePK(key string) string { return "THR#" + key }

// notBlocked is what both writes of a throttle want: nobody has to wait.
const notBlocked = "(attribute_not_exists(#until) OR #until <= :now)"

// CountAttempt is one ADD; parallel attempts each get a number of their own.
func (s Auth) CountAttempt(ctx context.Context, name string, now, forget time.Time) (int64, error) {
	out, err := s.updateThrottle(ctx, name, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET #ttl = :forget ADD #n :one"),
		ConditionExpression:       aws.String(notBlocked),
		ExpressionAttributeNames:  runNames(attrUntil, TTL, AttrCounter),
		ExpressionAttributeValues: Item{":now": attrTime(now), ":forget": attrTTL(forget), ":one": attrN(1)},
	})
	if err != nil {
		return 0, err
	}
	r := reader{item: out}
	n := r.num(AttrCounter)
	if r.err != nil {
		return 0, fmt.Errorf("decode throttle: %w", r.err)
	}
	return n, nil
}

// BlockAttempts takes the one attempt that is free now and blocks the next
// until until.
func (s Auth) BlockAttempts(ctx context.Context, name string, now, until time.Time) error {
	_, err := s.updateThrottle(ctx, name, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET #until = :until"),
		ConditionExpression:       aws.String(notBlocked),
		ExpressionAttributeNames:  runNames(attrUntil),
		ExpressionAttributeValues: Item{":now": attrTime(now), ":until": attrTime(until)},
	})
	return err
}

func (s Auth) updateThrottle(ctx context.Context, name string, in *dynamodb.UpdateItemInput) (Item, error) {
	in.TableName, in.Key = &s.db.tables.Auth, key(ThrottlePK(name), skThrottle)
	in.ReturnValues = types.ReturnValueAllNew
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	out, err := s.db.client.UpdateItem(ctx, in)
	if met, failed := conditionFailed(err); failed {
		r := reader{item: met}
		until := r.time(attrUntil)
		if r.err != nil {
			return nil, fmt.Errorf("decode throttle: %w", r.err)
		}
		return nil, &cumin.ThrottleBlocked{Until: until}
	}
	if err != nil {
		return nil, fmt.Errorf("update throttle: %w", err)
	}
	return out.Attributes, nil
}

// ClearAttempts deletes the counter.
func (s Auth) ClearAttempts(ctx context.Context, name string) error {
	_, err := s.db.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.db.tables.Auth, Key: key(ThrottlePK(name), skThrottle)})
	if err != nil {
		return fmt.Errorf("clear throttle: %w", err)
	}
	return nil
}
