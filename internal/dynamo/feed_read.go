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

// feedPage is how many rows SeqAt reads at a time.
const feedPage = 100

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

// SeqAt walks back from the newest row to one that is old enough: as many rows
// as were written since.
func (s Feed) SeqAt(ctx context.Context, project cumin.ProjectID, at time.Time) (int64, error) {
	newest, err := s.newest(ctx, project)
	if err != nil || newest == 0 {
		return 0, err
	}
	limit := FormatTime(at)
	in := &dynamodb.QueryInput{
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
	}
	for seq := newest; ; {
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return 0, fmt.Errorf("read the feed of project %s: %w", project, err)
		}
		for _, it := range out.Items {
			r := reader{item: it}
			row, written := r.num(AttrSeq), r.str(AttrAt)
			if r.err != nil {
				return 0, fmt.Errorf("decode feed row: %w", r.err)
			}
			if written <= limit {
				return row, nil
			}
			seq = row - 1
		}
		if len(out.LastEvaluatedKey) == 0 {
			return seq, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
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
