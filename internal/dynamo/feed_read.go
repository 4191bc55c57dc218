package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Feed is the cumin.FeedStore: reading what Inbox.AppendFeed wrote.
type Feed struct {
	db    *DB
	clock cumin.Clock
}

// Feed returns the reader of projects' feeds.
func (db *DB) Feed(clock cumin.Clock) Feed { return Feed{db, clock} }

var _ cumin.FeedStore = Feed{}

// feedPage is how many rows SeqAt reads before it searches.
const feedPage = 20

// Since reads the events after a sequence. Rows leave by their ttl, late and in
// any order, so a row counts as kept only before its ttl, and every answer is
// checked to follow on without a gap.
func (s Feed) Since(ctx context.Context, project cumin.ProjectID, seq int64, limit int) ([]cumin.Event, int64, error) {
	newest, err := s.newest(ctx, project)
	if err != nil {
		return nil, 0, err
	}
	switch {
	case seq > newest: // from another life of this feed
		return nil, 0, cumin.ErrSeqTooOld
	case seq == newest:
		return nil, newest, nil
	}
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:              &s.db.tables.Inbox,
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: Item{
			":pk": attrS(ProjectPK(project)), ":from": attrS(FeedSK(seq + 1)), ":to": attrS(FeedSK(newest)),
		},
		ConsistentRead: aws.Bool(true),
		Limit:          aws.Int32(int32(limit)),
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read the feed of project %s: %w", project, err)
	}
	if len(out.Items) == 0 {
		return nil, 0, cumin.ErrSeqTooOld
	}
	events := make([]cumin.Event, len(out.Items))
	for i, it := range out.Items {
		r := reader{item: it}
		at, ttl, body := r.num(AttrSeq), r.num(TTL), r.str(AttrEvent)
		if r.err != nil {
			return nil, 0, fmt.Errorf("decode feed row: %w", r.err)
		}
		if at != seq+1+int64(i) || ttl <= s.clock.Now().Unix() {
			return nil, 0, cumin.ErrSeqTooOld
		}
		if err := json.Unmarshal([]byte(body), &events[i]); err != nil {
			return nil, 0, fmt.Errorf("decode event %d of project %s: %w", at, project, err)
		}
		events[i].Seq = at
	}
	return events, newest, nil
}

// SeqAt reads the newest rows, among which the answer usually is. When more was
// written since than a page, it searches: in steps that double, then by halves,
// so that a burst of n events costs about 2·log n reads.
func (s Feed) SeqAt(ctx context.Context, project cumin.ProjectID, at time.Time) (int64, error) {
	newest, err := s.newest(ctx, project)
	if err != nil || newest == 0 {
		return 0, err
	}
	limit := FormatTime(at)
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:              &s.db.tables.Inbox,
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: Item{
			":pk": attrS(ProjectPK(project)), ":from": attrS(FeedSK(1)), ":to": attrS(FeedSK(newest)),
		},
		ProjectionExpression:     aws.String("#seq, #at"),
		ExpressionAttributeNames: map[string]string{"#seq": AttrSeq, "#at": AttrAt},
		ConsistentRead:           aws.Bool(true),
		ScanIndexForward:         aws.Bool(false),
		Limit:                    aws.Int32(feedPage),
	})
	if err != nil {
		return 0, fmt.Errorf("read the feed of project %s: %w", project, err)
	}
	young := newest + 1 // everything from here on was written after the limit
	for _, it := range out.Items {
		r := reader{item: it}
		row, written := r.num(AttrSeq), r.str(AttrAt)
		if r.err != nil {
			return 0, fmt.Errorf("decode feed row: %w", r.err)
		}
		if written <= limit {
			return row, nil
		}
		young = row
	}
	if len(out.LastEvaluatedKey) == 0 {
		return young - 1, nil
	}
	return s.search(ctx, project, young, limit)
}

// search finds the newest row below young that was written by the limit.
func (s Feed) search(ctx context.Context, project cumin.ProjectID, young int64, limit string) (int64, error) {
	old := int64(0)
	for step := int64(feedPage); young-step > 0; step *= 2 {
		is, err := s.writtenBy(ctx, project, young-step, limit)
		if err != nil {
			return 0, err
		}
		if is {
			old = young - step
			break
		}
		young -= step
	}
	for young-old > 1 {
		middle := old + (young-old)/2
		is, err := s.writtenBy(ctx, project, middle, limit)
		if err != nil {
			return 0, err
		}
		if is {
			old = middle
		} else {
			young = middle
		}
	}
	return old, nil
}

// writtenBy reports whether a row was written by the limit; one that has left
// by its ttl was.
func (s Feed) writtenBy(ctx context.Context, project cumin.ProjectID, seq int64, limit string) (bool, error) {
	it, err := s.db.get(ctx, s.db.tables.Inbox, key(ProjectPK(project), FeedSK(seq)))
	if err != nil {
		return false, fmt.Errorf("read event %d of project %s: %w", seq, project, err)
	}
	if it == nil {
		return true, nil
	}
	r := reader{item: it}
	written := r.str(AttrAt)
	return written <= limit, r.err
}

// newest is the sequence of the feed's last row, 0 when it never had one.
func (s Feed) newest(ctx context.Context, project cumin.ProjectID) (int64, error) {
	it, err := s.db.get(ctx, s.db.tables.Inbox, key(ProjectPK(project), SKHead))
	if err != nil {
		return 0, fmt.Errorf("read the feed of project %s: %w", project, err)
	}
	r := reader{item: it}
	seq := r.optNum(AttrSeq)
	return seq, r.err
}
