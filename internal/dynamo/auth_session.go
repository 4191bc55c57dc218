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

// CreateSession stores a new session.
func (s Auth) CreateSession(ctx context.Context, se cumin.Session) error {
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Auth, Item: encodeSession(se)})
	if err != nil {
		return fmt.Errorf("create session %s: %w", se.ID, err)
	}
	return nil
}

// Session reads one session.
func (s Auth) Session(ctx context.Context, user cumin.UserID, id cumin.SessionID) (cumin.Session, error) {
	it, err := s.db.get(ctx, s.db.tables.Auth, key(UserPK(user), SessionSK(id)))
	if err != nil {
		return cumin.Session{}, fmt.Errorf("read session %s: %w", id, err)
	}
	if it == nil {
		return cumin.Session{}, cumin.ErrNotFound
	}
	return decodeSession(it)
}

// Sessions lists a user's sessions by their ids, which is by age. MaxSessions
// bounds the live ones; the others leave by TTL.
func (s Auth) Sessions(ctx context.Context, user cumin.UserID) ([]cumin.Session, error) {
	pages := dynamodb.NewQueryPaginator(s.db.client, &dynamodb.QueryInput{
		TableName:              &s.db.tables.Auth,
		ConsistentRead:         aws.Bool(true),
		KeyConditionExpression: aws.String(PK + " = :user AND begins_with(" + SK + ", :prefix)"),
		ExpressionAttributeValues: Item{
			":user": attrS(UserPK(user)), ":prefix": attrS(PrefixSession),
		},
	})
	var sessions []cumin.Session
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list sessions of %s: %w", user, err)
		}
		for _, it := range page.Items {
			se, err := decodeSession(it)
			if err != nil {
				return nil, err
			}
			sessions = append(sessions, se)
		}
	}
	return sessions, nil
}

// Rotate is the one conditional write of SECURITY §3.2. All that could forbid
// the rotation is in its condition, so refresh, logout, expiry and a second
// refresh have one winner between them, whatever their order.
func (s Auth) Rotate(ctx context.Context, r cumin.Rotation) error {
	_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.db.tables.Auth,
		Key:       key(UserPK(r.User), SessionSK(r.Session)),
		UpdateExpression: aws.String("SET #prevHash = #curHash, #salt = :salt, #curHash = :to, #gen = #gen + :one," +
			" #rotatedAt = :now, #lastSeen = :now, #idleUntil = :idle"),
		ConditionExpression: aws.String("#curHash = :from AND #gen = :gen AND attribute_not_exists(#revokedAt)" +
			" AND #idleUntil > :now AND #expiresAt > :now AND #epoch = :epoch AND #mode = :mode"),
		ExpressionAttributeNames: runNames(attrPrevious, attrCurrent, attrSalt, attrGen, attrRotatedAt, attrLastSeen,
			attrIdleUntil, attrRevokedAt, attrExpiresAt, attrEpoch, attrMode),
		ExpressionAttributeValues: Item{
			":salt": attrB(r.Salt), ":to": attrB(r.To), ":from": attrB(r.From), ":gen": attrN(int64(r.Gen)), ":one": attrN(1),
			":now": attrTime(r.Now), ":idle": attrTime(r.Now.Add(cumin.SessionIdle)), ":epoch": attrN(r.Epoch), ":mode": attrS(string(r.Mode)),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	met, failed := conditionFailed(err)
	switch {
	case !failed && err != nil:
		return fmt.Errorf("rotate session %s: %w", r.Session, err)
	case !failed:
		return nil
	case len(met) == 0:
		return cumin.ErrNotFound
	}
	stored, err := decodeSession(met)
	if err != nil {
		return err
	}
	return &cumin.VersionError[cumin.Session]{Current: stored}
}

// AdoptEpoch moves a live session to another epoch.
func (s Auth) AdoptEpoch(ctx context.Context, user cumin.UserID, id cumin.SessionID, epoch int64) error {
	_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &s.db.tables.Auth,
		Key:                       key(UserPK(user), SessionSK(id)),
		UpdateExpression:          aws.String("SET #epoch = :epoch"),
		ConditionExpression:       aws.String("attribute_exists(" + PK + ") AND attribute_not_exists(#revokedAt)"),
		ExpressionAttributeNames:  runNames(attrEpoch, attrRevokedAt),
		ExpressionAttributeValues: Item{":epoch": attrN(epoch)},
	})
	if _, over := conditionFailed(err); over {
		return cumin.ErrNotFound
	}
	return wrapUnlessNil(err, "move session %s to another epoch", id)
}

// EndSession revokes a live session.
func (s Auth) EndSession(ctx context.Context, user cumin.UserID, id cumin.SessionID, reason string, at time.Time) error {
	_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &s.db.tables.Auth,
		Key:                       key(UserPK(user), SessionSK(id)),
		UpdateExpression:          aws.String("SET #revokedAt = :at, #reason = :reason"),
		ConditionExpression:       aws.String("attribute_exists(" + PK + ") AND attribute_not_exists(#revokedAt)"),
		ExpressionAttributeNames:  runNames(attrRevokedAt, attrReason),
		ExpressionAttributeValues: Item{":at": attrTime(at), ":reason": attrS(reason)},
	})
	if _, over := conditionFailed(err); over {
		return nil
	}
	if err != nil {
		return fmt.Errorf("end session %s: %w", id, err)
	}
	return nil
}

func attrB(v []byte) types.AttributeValue { return &types.AttributeValueMemberB{Value: v} }

func encodeSession(s cumin.Session) Item {
	it := key(UserPK(s.User), SessionSK(s.ID))
	it[attrMode] = attrS(string(s.Mode))
	it[attrGen] = attrN(int64(s.Gen))
	it[attrTagKey] = attrB(s.TagKey)
	it[attrCurrent] = attrB(s.Current)
	if len(s.Previous) > 0 {
		it[attrPrevious], it[attrSalt] = attrB(s.Previous), attrB(s.Salt)
	}
	it[AttrCreatedAt] = attrTime(s.CreatedAt)
	it[attrRotatedAt] = attrTime(s.RotatedAt)
	it[attrLastSeen] = attrTime(s.LastSeen)
	it[attrIdleUntil] = attrTime(s.IdleExpires)
	it[attrExpiresAt] = attrTime(s.Expires)
	it[attrEpoch] = attrN(s.Epoch)
	putS(it, attrUserAgent, s.UserAgent)
	putS(it, attrIP, s.IP)
	putTime(it, attrRevokedAt, s.RevokedAt)
	putS(it, attrReason, s.Reason)
	it[TTL] = attrTTL(s.Expires.Add(cumin.SessionKept))
	return it
}

func decodeSession(it Item) (cumin.Session, error) {
	r := reader{item: it}
	s := cumin.Session{
		ID:          cumin.SessionID(r.id(SK, PrefixSession)),
		User:        cumin.UserID(r.id(PK, prefixUser)),
		Mode:        cumin.SessionMode(r.str(attrMode)),
		Gen:         uint32(r.num(attrGen)),
		TagKey:      r.bytes(attrTagKey),
		Current:     r.bytes(attrCurrent),
		CreatedAt:   r.time(AttrCreatedAt),
		RotatedAt:   r.time(attrRotatedAt),
		LastSeen:    r.time(attrLastSeen),
		IdleExpires: r.time(attrIdleUntil),
		Expires:     r.time(attrExpiresAt),
		Epoch:       r.num(attrEpoch),
		UserAgent:   r.optStr(attrUserAgent),
		IP:          r.optStr(attrIP),
		RevokedAt:   r.optTime(attrRevokedAt),
		Reason:      r.optStr(attrReason),
	}
	if it[attrPrevious] != nil {
		s.Previous, s.Salt = r.bytes(attrPrevious), r.bytes(attrSalt)
	}
	if r.err != nil {
		return cumin.Session{}, fmt.Errorf("decode session: %w", r.err)
	}
	return s, nil
}

// bytes reads a binary attribute that must be there.
func (r *reader) bytes(name string) []byte {
	v, ok := r.item[name].(*types.AttributeValueMemberB)
	if !ok {
		r.fail(name, "bytes")
		return nil
	}
	return v.Value
}
