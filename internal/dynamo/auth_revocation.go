package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// revocationTTL is longer than a revocation matters: cleaning only.
const revocationTTL = 15 * time.Minute

// PrefixReuse starts the sort key of a reuse notice in core, under its owner;
// the activity function turns its insertion into a notification.
const PrefixReuse = "REUSE#"

// reuseNoticeTTL leaves activity a week to catch up.
const reuseNoticeTTL = 7 * 24 * time.Hour

// PutRevocation publishes a revocation in the minute of its time. Its key
// names what is revoked, so that again is the same item.
func (s Auth) PutRevocation(ctx context.Context, r cumin.Revocation) error {
	it := key(RevocationPK(r.At), FormatTime(r.At)+"#"+string(r.Session)+string(r.User))
	it[attrAt] = attrTime(r.At)
	putS(it, attrSession, r.Session)
	putS(it, AttrUser, r.User)
	putTime(it, attrNotBefore, r.NotBefore)
	it[TTL] = attrTTL(r.At.Add(revocationTTL))
	if _, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Auth, Item: it}); err != nil {
		return fmt.Errorf("put revocation: %w", err)
	}
	return nil
}

// Revocations reads one minute, consistently: 0.5 read units when it is empty.
func (s Auth) Revocations(ctx context.Context, at time.Time) ([]cumin.Revocation, error) {
	pages := dynamodb.NewQueryPaginator(s.db.client, &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Auth,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String(PK + " = :minute"),
		ExpressionAttributeValues: Item{":minute": attrS(RevocationPK(at))},
	})
	var found []cumin.Revocation
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read revocations: %w", err)
		}
		for _, it := range page.Items {
			r := reader{item: it}
			found = append(found, cumin.Revocation{
				At:        r.time(attrAt),
				Session:   cumin.SessionID(r.optStr(attrSession)),
				User:      cumin.UserID(r.optStr(AttrUser)),
				NotBefore: r.optTime(attrNotBefore),
			})
			if r.err != nil {
				return nil, fmt.Errorf("decode revocation: %w", r.err)
			}
		}
	}
	return found, nil
}

// PutReuseNotice writes the notice under the session's id, so that reuse seen
// many times is one item and one notification.
func (s Auth) PutReuseNotice(ctx context.Context, n cumin.ReuseNotice) error {
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Core, Item: EncodeReuseNotice(n),
		ConditionExpression: aws.String("attribute_not_exists(" + PK + ")")})
	if _, noticed := conditionFailed(err); noticed {
		return nil
	}
	if err != nil {
		return fmt.Errorf("put reuse notice: %w", err)
	}
	return nil
}

// EncodeReuseNotice is the item of a notice in core.
func EncodeReuseNotice(n cumin.ReuseNotice) Item {
	it := key(UserPK(n.User), PrefixReuse+string(n.Session))
	it[AttrCreatedAt] = attrTime(n.At)
	putS(it, attrUserAgent, n.UserAgent)
	putS(it, attrIP, n.IP)
	putChange(it, n.Last)
	it[TTL] = attrTTL(n.At.Add(reuseNoticeTTL))
	return it
}

// DecodeReuseNotice reads the item, or the stream image, of a notice.
func DecodeReuseNotice(it Item) (cumin.ReuseNotice, error) {
	r := reader{item: it}
	n := cumin.ReuseNotice{
		User:      cumin.UserID(r.id(PK, prefixUser)),
		Session:   cumin.SessionID(r.id(SK, PrefixReuse)),
		At:        r.time(AttrCreatedAt),
		UserAgent: r.optStr(attrUserAgent),
		IP:        r.optStr(attrIP),
		Last:      r.change(),
	}
	if r.err != nil {
		return cumin.ReuseNotice{}, fmt.Errorf("decode reuse notice: %w", r.err)
	}
	return n, nil
}
