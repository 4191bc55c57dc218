package dynamo

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// ReadState is the cumin.InboxStore: what a person does to the inbox. A row is
// read when it is marked or when the head's readUpTo reaches it, and the head's
// unread is, at any moment, the number of rows that are not. Every write below
// moves rows and head in one transaction that holds only if the head is still
// the one read, so neither marking twice nor an append in between miscounts.
// Rows that expire unread after 90 days stay in the count until the next
// MarkReadUpTo above them, which counts anew.
type ReadState struct{ db *DB }

// ReadState returns the store of what people have read.
func (db *DB) ReadState() ReadState { return ReadState{db} }

var _ cumin.InboxStore = ReadState{}

// Head reads the counters.
func (s ReadState) Head(ctx context.Context, user cumin.UserID) (cumin.InboxHead, error) {
	it, err := s.db.get(ctx, s.db.tables.Inbox, key(UserPK(user), SKHead))
	if err != nil {
		return cumin.InboxHead{}, fmt.Errorf("read the inbox of user %s: %w", user, err)
	}
	return decodeInboxHead(it)
}

func decodeInboxHead(it Item) (cumin.InboxHead, error) {
	r := reader{item: it}
	h := cumin.InboxHead{Seq: r.optNum(AttrSeq), Unread: r.optNum(AttrUnread), ReadUpTo: r.optNum(AttrReadUpTo)}
	if r.err != nil {
		return cumin.InboxHead{}, fmt.Errorf("decode inbox head: %w", r.err)
	}
	return h, nil
}

// List reads rows from the newest down.
func (s ReadState) List(ctx context.Context, user cumin.UserID, limit int, below int64) (cumin.Page[cumin.Notification, int64], error) {
	var page cumin.Page[cumin.Notification, int64]
	in := s.rows(user)
	in.ScanIndexForward = aws.Bool(false)
	in.Limit = aws.Int32(int32(limit))
	if below > 0 {
		in.ExclusiveStartKey = key(UserPK(user), NotificationSK(below))
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return page, fmt.Errorf("list the inbox of user %s: %w", user, err)
	}
	if page.Items, err = decodeAll(out.Items, DecodeNotification); err != nil {
		return page, err
	}
	if len(out.LastEvaluatedKey) > 0 && len(page.Items) > 0 {
		page.Next = &page.Items[len(page.Items)-1].Seq
	}
	return page, nil
}

// maxUnreadAhead bounds the rows read for one page of unread ones.
const maxUnreadAhead = 1_000

// ListUnread reads rows from the newest down to the read pointer and drops
// those that are marked.
func (s ReadState) ListUnread(ctx context.Context, user cumin.UserID, readUpTo int64, limit int, below int64) (cumin.Page[cumin.Notification, int64], error) {
	var page cumin.Page[cumin.Notification, int64]
	for read := 0; ; {
		next, err := s.List(ctx, user, limit, below)
		if err != nil {
			return page, err
		}
		for _, n := range next.Items {
			if n.Seq <= readUpTo {
				return page, nil // and so are all below
			}
			if below = n.Seq; n.Read {
				continue
			}
			if page.Items = append(page.Items, n); len(page.Items) == limit {
				page.Next = &below
				return page, nil
			}
		}
		if next.Next == nil {
			return page, nil
		}
		if read += len(next.Items); read >= maxUnreadAhead {
			page.Next = &below
			return page, nil
		}
	}
}

// rows asks for all of a person's notifications.
func (s ReadState) rows(user cumin.UserID) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Inbox,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(UserPK(user)), ":prefix": attrS(PrefixNotification)},
		ConsistentRead:            aws.Bool(true),
	}
}

// MarkRead finds the rows by their events' markers and marks those that are
// unread.
func (s ReadState) MarkRead(ctx context.Context, user cumin.UserID, ids []cumin.EventID, by cumin.Change) (cumin.InboxHead, error) {
	rows, err := s.find(ctx, user, ids)
	if err != nil {
		return cumin.InboxHead{}, fmt.Errorf("find notifications of user %s: %w", user, err)
	}
	return s.onHead(ctx, user, ids, by, func(head cumin.InboxHead) (cumin.InboxHead, []types.TransactWriteItem, error) {
		items, err := s.db.batchGet(ctx, s.db.tables.Inbox, rows)
		if err != nil {
			return head, nil, err
		}
		var marks []types.TransactWriteItem
		for _, it := range items {
			n, err := DecodeNotification(it)
			if err != nil {
				return head, nil, err
			}
			if !n.Read && n.Seq > head.ReadUpTo {
				marks = append(marks, s.mark(user, n.Seq))
			}
		}
		head.Unread -= int64(len(marks))
		return head, marks, nil
	})
}

// find returns the keys of the rows that these events were written to.
func (s ReadState) find(ctx context.Context, user cumin.UserID, ids []cumin.EventID) ([]Item, error) {
	var markers []Item
	asked := map[cumin.EventID]bool{}
	for _, id := range ids {
		if !asked[id] && id != "" {
			asked[id] = true
			markers = append(markers, key(UserPK(user), EventSK(id)))
		}
	}
	found, err := s.db.batchGet(ctx, s.db.tables.Inbox, markers)
	if err != nil {
		return nil, err
	}
	rows := make([]Item, len(found))
	for i, it := range found {
		r := reader{item: it}
		rows[i] = key(UserPK(user), NotificationSK(r.num(AttrSeq)))
		if r.err != nil {
			return nil, fmt.Errorf("decode event marker: %w", r.err)
		}
	}
	return rows, nil
}

func (s ReadState) mark(user cumin.UserID, seq int64) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName:                 &s.db.tables.Inbox,
		Key:                       key(UserPK(user), NotificationSK(seq)),
		UpdateExpression:          aws.String("SET #read = :yes"),
		ConditionExpression:       aws.String("attribute_exists(pk) AND #read <> :yes"),
		ExpressionAttributeNames:  map[string]string{"#read": AttrRead},
		ExpressionAttributeValues: Item{":yes": attrBool(true)},
	}}
}

// MarkReadUpTo moves the read pointer; unread becomes the number of unread
// rows above it, which for "all" is none and costs no read.
func (s ReadState) MarkReadUpTo(ctx context.Context, user cumin.UserID, seq int64, by cumin.Change) (cumin.InboxHead, error) {
	return s.onHead(ctx, user, nil, by, func(head cumin.InboxHead) (cumin.InboxHead, []types.TransactWriteItem, error) {
		to := min(seq, head.Seq)
		if to <= head.ReadUpTo {
			return head, nil, nil
		}
		unread, err := s.unreadAbove(ctx, user, to, head.Seq)
		head.ReadUpTo, head.Unread = to, unread
		return head, nil, err
	})
}

// unreadAbove counts the unread rows from seq+1 to newest.
func (s ReadState) unreadAbove(ctx context.Context, user cumin.UserID, seq, newest int64) (int64, error) {
	if seq >= newest {
		return 0, nil
	}
	in := s.rows(user)
	in.KeyConditionExpression = aws.String("pk = :pk AND sk BETWEEN :from AND :to")
	in.FilterExpression = aws.String("#read <> :yes")
	in.ExpressionAttributeNames = map[string]string{"#read": AttrRead}
	in.ExpressionAttributeValues = Item{
		":pk": attrS(UserPK(user)), ":from": attrS(NotificationSK(seq + 1)), ":to": attrS(NotificationSK(newest)),
		":yes": attrBool(true),
	}
	in.Select = types.SelectCount
	var n int64
	for {
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return 0, err
		}
		n += int64(out.Count)
		if len(out.LastEvaluatedKey) == 0 {
			return n, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// onHead reads the head, lets plan say what it becomes and which rows change
// with it, and writes that, and the mark that tells of it, if the head has not
// moved meanwhile; else it goes round.
func (s ReadState) onHead(ctx context.Context, user cumin.UserID, ids []cumin.EventID, by cumin.Change,
	plan func(cumin.InboxHead) (cumin.InboxHead, []types.TransactWriteItem, error),
) (cumin.InboxHead, error) {
	for try := 1; try <= maxTries; try++ {
		head, err := s.Head(ctx, user)
		if err != nil {
			return head, err
		}
		next, rows, err := plan(head)
		if err != nil {
			return head, fmt.Errorf("mark notifications of user %s as read: %w", user, err)
		}
		if next == head {
			return head, nil
		}
		err = s.db.transact(ctx, append(rows, s.moveHead(user, head, next), s.leaveMark(user, next, ids, by)))
		if _, moved := failedConditions(err); !moved {
			return next, wrapUnlessNil(err, "mark notifications of user %s as read", user)
		}
		if err := backOff(ctx, try); err != nil {
			return head, err
		}
	}
	return cumin.InboxHead{}, errContended
}

// moveHead writes the head if it is the one read. Within one seq and readUpTo
// unread only falls, so the three together name one state.
func (s ReadState) moveHead(user cumin.UserID, read, next cumin.InboxHead) types.TransactWriteItem {
	condition := "seq = :seq AND unread = :unread AND readUpTo = :upTo"
	if read.ReadUpTo == 0 {
		condition = "seq = :seq AND unread = :unread AND (attribute_not_exists(readUpTo) OR readUpTo = :upTo)"
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName:           &s.db.tables.Inbox,
		Key:                 key(UserPK(user), SKHead),
		UpdateExpression:    aws.String("SET unread = :newUnread, readUpTo = :newUpTo"),
		ConditionExpression: &condition,
		ExpressionAttributeValues: Item{
			":seq": attrN(read.Seq), ":unread": attrN(read.Unread), ":upTo": attrN(read.ReadUpTo),
			":newUnread": attrN(next.Unread), ":newUpTo": attrN(next.ReadUpTo),
		},
	}}
}

// DecodeNotification reads a row. Its Read is the row's own mark only; the
// head's pointer is the caller's to add.
func DecodeNotification(it Item) (cumin.Notification, error) {
	r := reader{item: it}
	n := cumin.Notification{
		User:      cumin.UserID(r.id(PK, prefixUser)),
		Seq:       r.num(AttrSeq),
		ID:        cumin.EventID(r.str(AttrID)),
		Kind:      cumin.NotificationKind(r.str(AttrKind)),
		ProjectID: cumin.ProjectID(r.optStr(AttrSubject)),
		Actor:     cumin.UserID(r.optStr(AttrActor)),
		At:        r.time(AttrAt),
		RequestID: r.optStr(AttrRequestID),
		Data:      json.RawMessage(r.optStr(AttrData)),
		Read:      r.flag(AttrRead),
	}
	if r.err != nil {
		return cumin.Notification{}, fmt.Errorf("decode notification: %w", r.err)
	}
	return n, nil
}
