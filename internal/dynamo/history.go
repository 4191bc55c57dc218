package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// attrEntry is an entry of the history, as JSON.
const attrEntry = "entry"

// PrefixEntry starts the sort key of an entry; the event's id follows, which
// begins with its time.
const PrefixEntry = "A#"

func projectHistoryPK(p cumin.ProjectID) string { return "ACT#" + string(p) }

func taskHistoryPK(p cumin.ProjectID, t cumin.TaskID) string {
	return projectHistoryPK(p) + "#" + string(t)
}

// History keeps the history of projects and tasks in inbox. An entry lies
// under its project and, if it is about a task, once more under the task. Its
// key is its cause's, so writing it again writes the same, in whatever order
// entries come.
type History struct{ db *DB }

// History returns the store of histories.
func (db *DB) History() History { return History{db} }

var _ cumin.HistoryStore = History{}

// Append writes entries; some may be written when it fails.
func (s History) Append(ctx context.Context, p cumin.ProjectID, entries []cumin.Entry, now time.Time) error {
	var writes []types.WriteRequest
	put := map[cumin.EventID]bool{} // a batch must not name a key twice
	for _, e := range entries {
		if put[e.ID] {
			continue
		}
		put[e.ID] = true
		body, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("encode entry %s: %w", e.ID, err)
		}
		places := []string{projectHistoryPK(p)}
		if e.TaskID != "" {
			places = append(places, taskHistoryPK(p, e.TaskID))
		}
		for _, pk := range places {
			it := key(pk, PrefixEntry+string(e.ID))
			it[attrEntry], it[TTL] = attrS(string(body)), attrTTL(now.Add(cumin.HistoryTTL))
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
	}
	return wrapUnlessNil(s.db.batchWrite(ctx, s.db.tables.Inbox, writes), "append to the history of project %s", p)
}

// OfProject reads a project's entries from the newest down.
func (s History) OfProject(ctx context.Context, p cumin.ProjectID, limit int, after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error) {
	return s.page(ctx, projectHistoryPK(p), limit, after)
}

// OfTask reads a task's entries from the newest down.
func (s History) OfTask(ctx context.Context, p cumin.ProjectID, t cumin.TaskID, limit int, after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error) {
	return s.page(ctx, taskHistoryPK(p, t), limit, after)
}

func (s History) page(ctx context.Context, pk string, limit int, after *cumin.EventID) (cumin.Page[cumin.Entry, cumin.EventID], error) {
	var page cumin.Page[cumin.Entry, cumin.EventID]
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Inbox,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(pk), ":prefix": attrS(PrefixEntry)},
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(int32(limit)),
	}
	if after != nil {
		in.ExclusiveStartKey = key(pk, PrefixEntry+string(*after))
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return page, fmt.Errorf("read the history %s: %w", pk, err)
	}
	for _, it := range out.Items {
		r := reader{item: it}
		body := r.str(attrEntry)
		if r.err != nil {
			return page, fmt.Errorf("decode entry: %w", r.err)
		}
		var e cumin.Entry
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return page, fmt.Errorf("decode entry of %s: %w", pk, err)
		}
		page.Items = append(page.Items, e)
	}
	if len(out.LastEvaluatedKey) > 0 && len(page.Items) > 0 {
		page.Next = &page.Items[len(page.Items)-1].ID
	}
	return page, nil
}
