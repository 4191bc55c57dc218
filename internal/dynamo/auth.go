package dynamo

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// The attributes of the items in auth (* = may be absent).
//
//	account     email name pwHash epoch createdAt
//	address     uid
//	session     mode gen tagKey curHash prevHash* salt* createdAt rotatedAt lastSeen idleUntil expiresAt
//	            epoch userAgent* ip* revokedAt* reason* ttl
//	reset       hash createdAt expiresAt ttl
//	throttle    n until* ttl
//	revocation  at sid | uid notBefore; ttl
const (
	attrEmail     = "email"
	attrPassword  = "pwHash"
	attrEpoch     = "epoch"
	attrMode      = "mode"
	attrGen       = "gen"
	attrTagKey    = "tagKey"
	attrCurrent   = "curHash"
	attrPrevious  = "prevHash"
	attrSalt      = "salt"
	attrRotatedAt = "rotatedAt"
	attrLastSeen  = "lastSeen"
	attrIdleUntil = "idleUntil"
	attrExpiresAt = "expiresAt"
	attrUserAgent = "userAgent"
	attrIP        = "ip"
	attrRevokedAt = "revokedAt"
	attrReason    = "reason"
	attrUntil     = "until"
	attrAt        = "at"
	attrSession   = "sid"
	attrNotBefore = "notBefore"
)

// Auth is the cumin.AuthStore. Session items are only ever written one at a
// time, never in a transaction: a plain write that meets a transaction fails
// with TransactionConflict, and a hundred tabs refreshing at once would meet.
type Auth struct{ db *DB }

// Auth returns the store of accounts, sessions, resets, throttles and
// revocations.
func (db *DB) Auth() Auth { return Auth{db} }

var _ cumin.AuthStore = Auth{}

// CreateAccount writes the account, the lock on its address, and what others
// may know of it, in one transaction over auth and core.
func (s Auth) CreateAccount(ctx context.Context, a cumin.Account) error {
	fresh := func(table string, it Item) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: &table, Item: it,
			ConditionExpression: aws.String("attribute_not_exists(" + PK + ")")}}
	}
	lock := key(EmailPK(a.Email), SKEmail)
	lock[AttrUser] = attrS(string(a.ID))
	err := s.db.transact(ctx, []types.TransactWriteItem{
		fresh(s.db.tables.Auth, encodeAccount(a)),
		fresh(s.db.tables.Auth, lock),
		fresh(s.db.tables.Core, EncodeProfile(cumin.Profile{ID: a.ID, Name: a.Name})),
		fresh(s.db.tables.Core, EncodeAddress(a.Email, a.ID)),
	})
	if _, taken := errors.AsType[*canceled](err); taken {
		return errEmailTaken
	}
	if err != nil {
		return fmt.Errorf("create account %s: %w", a.ID, err)
	}
	return nil
}

var errEmailTaken = cumin.Refuse(cumin.CodeEmailTaken, "There is an account with this e-mail address already.")

// Account reads one account.
func (s Auth) Account(ctx context.Context, id cumin.UserID) (cumin.Account, error) {
	it, err := s.db.get(ctx, s.db.tables.Auth, key(UserPK(id), SKProfile))
	if err != nil {
		return cumin.Account{}, fmt.Errorf("read account %s: %w", id, err)
	}
	if it == nil {
		return cumin.Account{}, cumin.ErrNotFound
	}
	return decodeAccount(it)
}

// AccountByEmail reads the address lock, then the account it names. The
// address itself is in no error: errors are logged.
func (s Auth) AccountByEmail(ctx context.Context, email string) (cumin.Account, error) {
	it, err := s.db.get(ctx, s.db.tables.Auth, key(EmailPK(email), SKEmail))
	if err != nil {
		return cumin.Account{}, fmt.Errorf("read an address: %w", err)
	}
	if it == nil {
		return cumin.Account{}, cumin.ErrNotFound
	}
	id, err := DecodeAddress(it)
	if err != nil {
		return cumin.Account{}, err
	}
	return s.Account(ctx, id)
}

// SetPassword replaces the hash if it still is old.
func (s Auth) SetPassword(ctx context.Context, id cumin.UserID, old, hash string) error {
	return s.updateAccount(ctx, id, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET #pwHash = :hash"),
		ConditionExpression:       aws.String("#pwHash = :old"),
		ExpressionAttributeNames:  runNames(attrPassword),
		ExpressionAttributeValues: Item{":hash": attrS(hash), ":old": attrS(old)},
	})
}

// RaiseEpoch adds one to the account's epoch.
func (s Auth) RaiseEpoch(ctx context.Context, id cumin.UserID) error {
	return s.updateAccount(ctx, id, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("ADD #epoch :one"),
		ConditionExpression:       aws.String("attribute_exists(" + PK + ")"),
		ExpressionAttributeNames:  runNames(attrEpoch),
		ExpressionAttributeValues: Item{":one": attrN(1)},
	})
}

// updateAccount writes one account; a condition that does not hold means that
// there is nothing to do any more.
func (s Auth) updateAccount(ctx context.Context, id cumin.UserID, in *dynamodb.UpdateItemInput) error {
	in.TableName, in.Key = &s.db.tables.Auth, key(UserPK(id), SKProfile)
	err := unlessConflict(ctx, func() error {
		_, err := s.db.client.UpdateItem(ctx, in)
		return err
	})
	if _, moot := conditionFailed(err); moot {
		return nil
	}
	if err != nil {
		return fmt.Errorf("update account %s: %w", id, err)
	}
	return nil
}

func encodeAccount(a cumin.Account) Item {
	it := key(UserPK(a.ID), SKProfile)
	it[attrEmail] = attrS(a.Email)
	it[AttrName] = attrS(a.Name)
	it[attrPassword] = attrS(a.Password)
	it[attrEpoch] = attrN(a.Epoch)
	it[AttrCreatedAt] = attrTime(a.CreatedAt)
	return it
}

func decodeAccount(it Item) (cumin.Account, error) {
	r := reader{item: it}
	a := cumin.Account{
		ID:        cumin.UserID(r.id(PK, prefixUser)),
		Email:     r.str(attrEmail),
		Name:      r.str(AttrName),
		Password:  r.str(attrPassword),
		Epoch:     r.num(attrEpoch),
		CreatedAt: r.time(AttrCreatedAt),
	}
	if r.err != nil {
		return cumin.Account{}, fmt.Errorf("decode account: %w", r.err)
	}
	return a, nil
}
