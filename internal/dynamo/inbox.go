package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// FeedTTL is how far back a project's feed reaches.
const FeedTTL = 7 * 24 * time.Hour

// The attributes of the items of inbox; docs/contract.md lists them per item.
const (
	AttrSeq      = "seq"
	AttrUnread   = "unread"
	AttrReadUpTo = "readUpTo"
	AttrID       = "id"
	AttrKind     = "kind"
	AttrSubject  = "projectId"
	AttrActor    = "actor"
	AttrAt       = "at"
	AttrData     = "data"
	AttrRead     = "read"
	AttrEvent    = "event"
)

// Limits of one append: a row and its event marker per entry beside the head
// in 100 actions, and well below a transaction's 4 MB.
const (
	maxAppendRows  = 49
	maxAppendBytes = 1 << 20
)

// Inbox appends to people's notifications and projects' feeds. Each is a
// collection with a head that holds its last sequence; an append takes the
// next numbers, writes the rows and marks the events as written in one
// transaction, so a repeated append neither skips a number nor writes a row
// twice.
type Inbox struct{ db *DB }

// Inbox returns the store of notifications and feeds.
func (db *DB) Inbox() Inbox { return Inbox{db} }

// entry is one row to be, of either kind.
type entry struct {
	id   cumin.EventID
	size int
	seq  int64     // given by append
	at   time.Time // when it happened; zero for what only follows from something else
	row  func(seq int64) (Item, error)
}

// AppendFeed appends the events, in their order, to a project's feed, and
// returns them with their sequences. Events written before keep theirs.
func (s Inbox) AppendFeed(ctx context.Context, p cumin.ProjectID, all []cumin.Event, now time.Time) ([]cumin.Event, error) {
	entries := make([]entry, len(all))
	for i, e := range all {
		entries[i] = entry{id: e.ID, size: len(e.Data), at: happened(e), row: func(seq int64) (Item, error) {
			e.Seq = seq
			body, err := json.Marshal(e)
			if err != nil {
				return nil, fmt.Errorf("encode event %s: %w", e.ID, err)
			}
			it := key(ProjectPK(p), FeedSK(seq))
			it[AttrEvent] = attrS(string(body))
			it[AttrAt] = attrTime(now) // of the row, not of the event: it rises with the sequence
			return it, nil
		}}
	}
	if err := s.append(ctx, ProjectPK(p), entries, false, now.Add(FeedTTL)); err != nil {
		return nil, fmt.Errorf("append to the feed of project %s: %w", p, err)
	}
	for i := range all {
		all[i].Seq = entries[i].seq
	}
	return all, nil
}

// happened is when work was done that an event tells of: zero for events that
// the stream makes, at its own time, of what others tell of.
func happened(e cumin.Event) time.Time {
	if e.Type == cumin.EventProjectCounts || e.Type == cumin.EventTaskTalk {
		return time.Time{}
	}
	return e.At
}

// AppendNotifications appends to a person's inbox and counts the new rows as
// unread. It returns the notifications with their sequences; those written
// before keep theirs and are not counted again.
func (s Inbox) AppendNotifications(ctx context.Context, u cumin.UserID, all []cumin.Notification, now time.Time) ([]cumin.Notification, error) {
	entries := make([]entry, len(all))
	for i, n := range all {
		entries[i] = entry{id: n.ID, size: len(n.Data), at: n.At, row: func(seq int64) (Item, error) {
			n.User, n.Seq = u, seq
			return EncodeNotification(n), nil
		}}
	}
	if err := s.append(ctx, UserPK(u), entries, true, now.Add(cumin.NotificationTTL)); err != nil {
		return nil, fmt.Errorf("append to the inbox of user %s: %w", u, err)
	}
	for i := range all {
		all[i].User, all[i].Seq = u, entries[i].seq
	}
	return all, nil
}

// EncodeNotification is the row of a notification, without its ttl.
func EncodeNotification(n cumin.Notification) Item {
	it := key(UserPK(n.User), NotificationSK(n.Seq))
	it[AttrSeq] = attrN(n.Seq)
	it[AttrID] = attrS(string(n.ID))
	it[AttrKind] = attrS(string(n.Kind))
	putS(it, AttrSubject, n.ProjectID)
	putS(it, AttrActor, n.Actor)
	it[AttrAt] = attrTime(n.At)
	putS(it, AttrRequestID, n.RequestID)
	putS(it, AttrData, string(n.Data))
	it[AttrRead] = attrBool(n.Read)
	return it
}

// append writes the entries in chunks, each chunk in one transaction, and sets
// their sequences.
func (s Inbox) append(ctx context.Context, pk string, entries []entry, unread bool, expires time.Time) error {
	for len(entries) > 0 {
		n, size := 0, 0
		for n < len(entries) && n < maxAppendRows && (n == 0 || size+entries[n].size <= maxAppendBytes) {
			size += entries[n].size
			n++
		}
		if err := s.appendChunk(ctx, pk, entries[:n], unread, expires); err != nil {
			return err
		}
		entries = entries[n:]
	}
	return nil
}

// appendChunk reads head and markers, then writes if the head is still the one
// it read; when another append came first it goes round.
func (s Inbox) appendChunk(ctx context.Context, pk string, chunk []entry, unread bool, expires time.Time) error {
	for try := 1; ; try++ {
		head, written, err := s.readHead(ctx, pk, chunk)
		if err != nil {
			return err
		}
		next := head
		var writes []types.TransactWriteItem
		for i := range chunk {
			e := &chunk[i]
			if seq, ok := written[e.id]; ok {
				e.seq = seq
				continue
			}
			next.seq++
			if e.at.After(next.at) {
				next.at = e.at
			}
			e.seq = next.seq
			written[e.id] = next.seq
			row, err := e.row(next.seq)
			if err != nil {
				return err
			}
			row[AttrSeq], row[TTL] = attrN(next.seq), attrTTL(expires)
			writes = append(writes, s.put(row, ""), s.put(eventMarker(pk, *e, expires), "attribute_not_exists(pk)"))
		}
		if len(writes) == 0 {
			return nil
		}
		err = s.db.transact(ctx, append(writes, s.moveHead(pk, head, next, unread)))
		if _, lost := errors.AsType[*canceled](err); !lost {
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

// head is the last sequence of a collection and when the newest of what its
// rows tell of happened: rows are written as their stream brings them, which
// may be long after.
type head struct {
	seq int64
	at  time.Time
}

// readHead returns the collection's head and, of the chunk's events, the
// sequences of those already written.
func (s Inbox) readHead(ctx context.Context, pk string, chunk []entry) (head, map[cumin.EventID]int64, error) {
	keys := []Item{key(pk, SKHead)}
	asked := make(map[cumin.EventID]bool, len(chunk))
	for _, e := range chunk {
		if !asked[e.id] { // keys of a batch must be distinct
			asked[e.id] = true
			keys = append(keys, key(pk, EventSK(e.id)))
		}
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Inbox, keys)
	if err != nil {
		return head{}, nil, err
	}
	var last head
	written := make(map[cumin.EventID]int64, len(items))
	for _, it := range items {
		r := reader{item: it}
		seq := r.optNum(AttrSeq)
		if _, sk := ItemKey(it); sk == SKHead {
			last = head{seq, r.optTime(AttrAt)}
		} else {
			written[cumin.EventID(r.id(SK, PrefixEvent))] = seq
		}
		if r.err != nil {
			return head{}, nil, fmt.Errorf("decode head or event marker: %w", r.err)
		}
	}
	return last, written, nil
}

func eventMarker(pk string, e entry, expires time.Time) Item {
	it := key(pk, EventSK(e.id))
	it[AttrSeq], it[TTL] = attrN(e.seq), attrTTL(expires)
	return it
}

func (s Inbox) put(it Item, condition string) types.TransactWriteItem {
	put := &types.Put{TableName: &s.db.tables.Inbox, Item: it}
	if condition != "" {
		put.ConditionExpression = &condition
	}
	return types.TransactWriteItem{Put: put}
}

// moveHead moves the head, if it still is as it was read; unread rows are
// counted.
func (s Inbox) moveHead(pk string, was, next head, unread bool) types.TransactWriteItem {
	up := &types.Update{
		TableName:                 &s.db.tables.Inbox,
		Key:                       key(pk, SKHead),
		UpdateExpression:          aws.String("SET seq = :next"),
		ConditionExpression:       aws.String("seq = :last"),
		ExpressionAttributeValues: Item{":next": attrN(next.seq), ":last": attrN(was.seq)},
	}
	if was.seq == 0 {
		up.ConditionExpression = aws.String("attribute_not_exists(seq)")
		delete(up.ExpressionAttributeValues, ":last")
	}
	if !next.at.IsZero() {
		*up.UpdateExpression += ", #at = :at"
		up.ExpressionAttributeNames = map[string]string{"#at": AttrAt}
		up.ExpressionAttributeValues[":at"] = attrTime(next.at)
	}
	if unread {
		*up.UpdateExpression += " ADD unread :new"
		up.ExpressionAttributeValues[":new"] = attrN(next.seq - was.seq)
	}
	return types.TransactWriteItem{Update: up}
}
