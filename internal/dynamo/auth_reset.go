package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// PutReset stores a reset; an account has one place for it.
func (s Auth) PutReset(ctx context.Context, r cumin.Reset) error {
	it := key(UserPK(r.User), SKReset)
	it[attrHash] = attrB(r.Hash)
	it[AttrCreatedAt] = attrTime(r.CreatedAt)
	it[attrExpiresAt] = attrTime(r.ExpiresAt)
	it[TTL] = attrTTL(r.ExpiresAt)
	err := unlessConflict(ctx, func() error {
		_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Auth, Item: it})
		return err
	})
	return wrapUnlessNil(err, "put reset of %s", r.User)
}

// Reset reads an account's reset.
func (s Auth) Reset(ctx context.Context, id cumin.UserID) (cumin.Reset, error) {
	it, err := s.db.get(ctx, s.db.tables.Auth, key(UserPK(id), SKReset))
	if err != nil {
		return cumin.Reset{}, fmt.Errorf("read reset of %s: %w", id, err)
	}
	if it == nil {
		return cumin.Reset{}, cumin.ErrNotFound
	}
	r := reader{item: it}
	reset := cumin.Reset{User: id, Hash: r.bytes(attrHash), CreatedAt: r.time(AttrCreatedAt), ExpiresAt: r.time(attrExpiresAt)}
	if r.err != nil {
		return cumin.Reset{}, fmt.Errorf("decode reset: %w", r.err)
	}
	return reset, nil
}

// ResetPassword deletes the reset and changes the account in one transaction:
// of two callers with one token one gets through, and no crash lies between.
func (s Auth) ResetPassword(ctx context.Context, id cumin.UserID, token []byte, hash string, now time.Time) error {
	err := s.db.transact(ctx, []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName:                 &s.db.tables.Auth,
			Key:                       key(UserPK(id), SKReset),
			ConditionExpression:       aws.String("#hash = :token AND #expiresAt > :now"),
			ExpressionAttributeNames:  runNames(attrHash, attrExpiresAt),
			ExpressionAttributeValues: Item{":token": attrB(token), ":now": attrTime(now)},
		}},
		{Update: &types.Update{
			TableName:                 &s.db.tables.Auth,
			Key:                       key(UserPK(id), SKProfile),
			UpdateExpression:          aws.String("SET #pwHash = :hash ADD #epoch :one"),
			ConditionExpression:       aws.String("attribute_exists(" + PK + ")"),
			ExpressionAttributeNames:  runNames(attrPassword, attrEpoch),
			ExpressionAttributeValues: Item{":hash": attrS(hash), ":one": attrN(1)},
		}},
	})
	if _, over := errors.AsType[*canceled](err); over {
		return cumin.ErrResetOver
	}
	return wrapUnlessNil(err, "reset the password of %s", id)
}
