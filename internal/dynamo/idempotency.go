package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Attributes of the answer under an idempotency key, in ephemeral.
const (
	attrHash = "hash"
	attrBody = "body"
)

// Answers is the cumin.AnswerStore.
type Answers struct {
	db    *DB
	clock cumin.Clock
}

// Answers returns the store of answers under idempotency keys.
func (db *DB) Answers(clock cumin.Clock) Answers { return Answers{db, clock} }

var _ cumin.AnswerStore = Answers{}

// Answer reads the answer under a key.
func (s Answers) Answer(ctx context.Context, k cumin.IdempotencyKey) (cumin.Answer, error) {
	it, err := s.db.get(ctx, s.db.tables.Ephemeral, answerKey(k))
	if err != nil {
		return cumin.Answer{}, fmt.Errorf("read an idempotency key: %w", err)
	}
	if it == nil {
		return cumin.Answer{}, cumin.ErrNotFound
	}
	r := reader{item: it}
	a := cumin.Answer{Key: k, Hash: r.str(attrHash), Body: []byte(r.str(attrBody)), ExpiresAt: time.Unix(r.num(TTL), 0).UTC()}
	if r.err != nil {
		return cumin.Answer{}, fmt.Errorf("decode answer: %w", r.err)
	}
	if !a.ExpiresAt.After(s.clock.Now()) { // DynamoDB deletes late
		return cumin.Answer{}, cumin.ErrNotFound
	}
	return a, nil
}

func answerKey(k cumin.IdempotencyKey) Item {
	return key(IdempotencyPK(k.User, k.Route, k.Key), SKIdem)
}

// answerWrites is what a creation's transaction begins with: the answer, if
// the key has none or an expired one. Empty for nil. Always first, so that
// answered knows where to look.
func (db *DB) answerWrites(a *cumin.Answer, now time.Time) []types.TransactWriteItem {
	if a == nil {
		return nil
	}
	it := answerKey(a.Key)
	it[attrHash], it[attrBody], it[TTL] = attrS(a.Hash), attrS(string(a.Body)), attrTTL(a.ExpiresAt)
	return []types.TransactWriteItem{{Put: &types.Put{
		TableName:                 &db.tables.Ephemeral,
		Item:                      it,
		ConditionExpression:       aws.String("attribute_not_exists(pk) OR #ttl <= :now"),
		ExpressionAttributeNames:  map[string]string{"#ttl": TTL},
		ExpressionAttributeValues: Item{":now": attrTTL(now)},
	}}}
}

// answered reports whether a transaction that began with answerWrites failed
// because the key had an answer.
func answered(err error, a *cumin.Answer) bool {
	failed, ok := failedConditions(err)
	if !ok || a == nil {
		return false
	}
	_, first := failed[0]
	return first
}
