package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Attributes of a person's read mark and preferences, in core.
const (
	attrIDs   = "ids"
	attrMuted = "muted"
)

// leaveMark replaces the person's read mark, in the transaction that marks:
// core has a stream, from which their other devices learn of it.
func (s ReadState) leaveMark(user cumin.UserID, head cumin.InboxHead, ids []cumin.EventID, by cumin.Change) types.TransactWriteItem {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = string(id)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &s.db.tables.Core,
		Key:       key(UserPK(user), SKReadMark),
		UpdateExpression: aws.String(
			"SET seq = :seq, unread = :unread, readUpTo = :upTo, ids = :ids, #by = :by, rid = :rid ADD version :one"),
		ExpressionAttributeNames: map[string]string{"#by": AttrBy},
		ExpressionAttributeValues: Item{
			":seq": attrN(head.Seq), ":unread": attrN(head.Unread), ":upTo": attrN(head.ReadUpTo), ":ids": attrList(texts),
			":by": attrS(string(by.By)), ":rid": attrS(by.RequestID), ":one": attrN(1),
		},
	}}
}

// DecodeReadMark reads the item, or the stream image, of a read mark.
func DecodeReadMark(it Item) (cumin.ReadMark, error) {
	r := reader{item: it}
	m := cumin.ReadMark{
		User:    cumin.UserID(r.id(PK, prefixUser)),
		Head:    cumin.InboxHead{Seq: r.num(AttrSeq), Unread: r.num(AttrUnread), ReadUpTo: r.num(AttrReadUpTo)},
		Version: r.num(AttrVersion),
		Last:    r.change(),
	}
	for _, id := range r.list(attrIDs) {
		m.IDs = append(m.IDs, cumin.EventID(id))
	}
	if r.err != nil {
		return cumin.ReadMark{}, fmt.Errorf("decode read mark: %w", r.err)
	}
	return m, nil
}

// Preferences is the cumin.PreferenceStore.
type Preferences struct{ db *DB }

// Preferences returns the store of what people want to be told.
func (db *DB) Preferences() Preferences { return Preferences{db} }

var _ cumin.PreferenceStore = Preferences{}

// Muted reads the muted kinds of some people.
func (s Preferences) Muted(ctx context.Context, users []cumin.UserID) (map[cumin.UserID][]cumin.NotificationKind, error) {
	keys := make([]Item, len(users))
	for i, u := range users {
		keys[i] = key(UserPK(u), SKPreferences)
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Core, keys)
	if err != nil {
		return nil, fmt.Errorf("read preferences: %w", err)
	}
	muted := make(map[cumin.UserID][]cumin.NotificationKind, len(items))
	for _, it := range items {
		r := reader{item: it}
		user := cumin.UserID(r.id(PK, prefixUser))
		for _, k := range r.list(attrMuted) {
			muted[user] = append(muted[user], cumin.NotificationKind(k))
		}
		if r.err != nil {
			return nil, fmt.Errorf("decode preferences: %w", r.err)
		}
	}
	return muted, nil
}

// Mute replaces a person's muted kinds.
func (s Preferences) Mute(ctx context.Context, user cumin.UserID, kinds []cumin.NotificationKind, by cumin.Change) error {
	it := key(UserPK(user), SKPreferences)
	texts := make([]string, len(kinds))
	for i, k := range kinds {
		texts[i] = string(k)
	}
	it[attrMuted] = attrList(texts)
	putChange(it, by)
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Core, Item: it})
	return wrapUnlessNil(err, "write preferences of user %s", user)
}
