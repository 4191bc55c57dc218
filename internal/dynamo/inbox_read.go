package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Replay reads what the sockets service needs of inbox: the notifications
// after a sequence, and where a person's inbox or a project's feed stands. All
// reads are consistent: whoever was registered before such a read misses
// nothing that is written after it.
type Replay struct{ db *DB }

// Replay returns the sockets service's view of inboxes and feeds.
func (db *DB) Replay() Replay { return Replay{db} }

// After is a person's notifications with a sequence above seq, oldest first,
// at most limit; head is the inbox as it stood before. Fewer than limit are all
// there were.
func (s Replay) After(ctx context.Context, user cumin.UserID, seq int64, limit int) (found []cumin.Notification, head cumin.InboxHead, err error) {
	if head, err = s.Head(ctx, user); err != nil {
		return nil, head, err
	}
	in := &dynamodb.QueryInput{
		TableName:              &s.db.tables.Inbox,
		ConsistentRead:         aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		ExpressionAttributeValues: Item{
			":pk":   attrS(UserPK(user)),
			":from": attrS(NotificationSK(seq + 1)),
			":to":   attrS(PrefixNotification + "~"), // above every digit
		},
	}
	for len(found) < limit {
		in.Limit = aws.Int32(int32(limit - len(found)))
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return nil, head, fmt.Errorf("read the inbox of user %s: %w", user, err)
		}
		page, err := decodeAll(out.Items, DecodeNotification)
		if err != nil {
			return nil, head, err
		}
		for _, n := range page {
			n.Read = n.Read || n.Seq <= head.ReadUpTo
			found = append(found, n)
		}
		if len(out.LastEvaluatedKey) == 0 {
			break
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
	return found, head, nil
}

// Head reads the counters of a person's inbox; zero for an empty one.
func (s Replay) Head(ctx context.Context, user cumin.UserID) (cumin.InboxHead, error) {
	return s.db.ReadState().Head(ctx, user)
}

// FeedSeq is the sequence of a project's newest live event, 0 when there never
// was one.
func (s Replay) FeedSeq(ctx context.Context, project cumin.ProjectID) (int64, error) {
	return Feed{db: s.db}.newest(ctx, project)
}
