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

// ranksTTL is how long the crowd of a column is kept after it was last used.
const ranksTTL = 30 * 24 * time.Hour

// Ranks is the cumin.RankStore.
type Ranks struct {
	db    *DB
	clock cumin.Clock
}

// Ranks returns the store that rewrites ranks.
func (db *DB) Ranks(clock cumin.Clock) Ranks { return Ranks{db, clock} }

var _ cumin.RankStore = Ranks{}

// Crowd reads how often ranks of a column were rewritten or relied on.
func (s Tasks) Crowd(ctx context.Context, project cumin.ProjectID, column cumin.Status) (int64, error) {
	return s.db.crowd(ctx, project, column)
}

func (db *DB) crowd(ctx context.Context, project cumin.ProjectID, column cumin.Status) (int64, error) {
	it, err := db.get(ctx, db.tables.Jobs, key(ProjectPK(project), RanksSK(column)))
	if err != nil {
		return 0, fmt.Errorf("read the crowd of a column of project %s: %w", project, err)
	}
	r := reader{item: it}
	n := r.optNum(AttrCounter)
	return n, r.err
}

// crowdWrite makes the crowd one more than it was read. From the record of one
// that is wanted the rebalancing begins.
func (db *DB) crowdWrite(project cumin.ProjectID, column cumin.Status, read int64, wanted bool, requestID string, at time.Time) types.TransactWriteItem {
	u := &types.Update{
		TableName:                &db.tables.Jobs,
		Key:                      key(ProjectPK(project), RanksSK(column)),
		UpdateExpression:         aws.String("SET #n = :next, #rid = :rid, #ttl = :ttl REMOVE #wanted"),
		ConditionExpression:      aws.String("#n = :read"),
		ExpressionAttributeNames: map[string]string{"#n": AttrCounter, "#rid": AttrRequestID, "#ttl": TTL, "#wanted": AttrWanted},
		ExpressionAttributeValues: Item{
			":read": attrN(read), ":next": attrN(read + 1), ":rid": attrS(requestID), ":ttl": attrTTL(at.Add(ranksTTL)),
		},
	}
	if wanted {
		u.UpdateExpression = aws.String("SET #n = :next, #wanted = :next, #rid = :rid, #ttl = :ttl")
	}
	if read == 0 {
		delete(u.ExpressionAttributeValues, ":read")
		u.ConditionExpression = aws.String("attribute_not_exists(#n)")
	}
	return types.TransactWriteItem{Update: u}
}

// ReplaceCrowded is Replace together with the crowd of t's column.
func (s Tasks) ReplaceCrowded(ctx context.Context, t cumin.Task, crowd int64, rebalance bool) error {
	err := s.db.transact(ctx, []types.TransactWriteItem{
		{Update: s.replacement(t, "#status <> :deleted")}, s.db.crowdWrite(t.Project, t.Status, crowd, rebalance, t.Last.RequestID, t.UpdatedAt),
	})
	failed, refused := failedConditions(err)
	if met, stale := failed[0]; stale {
		return replaced(met, t)
	}
	if refused {
		return cumin.ErrLostRace
	}
	return wrapUnlessNil(err, "write task %s", t.ID)
}

// WantsRebalance reports whether the image of a column's ranks, as this write
// left it, asks for the column to be rebalanced.
func WantsRebalance(it Item) (project cumin.ProjectID, column cumin.Status, requestID string, wanted bool, err error) {
	r := reader{item: it}
	project, column = cumin.ProjectID(r.id(PK, prefixProject)), cumin.Status(r.id(SK, PrefixRanks))
	requestID = r.optStr(AttrRequestID)
	wanted = r.num(AttrCounter) == r.optNum(AttrWanted)
	if r.err != nil {
		return "", "", "", false, fmt.Errorf("decode ranks: %w", r.err)
	}
	return project, column, requestID, wanted, nil
}

// Column reads the crowd of a column and then the places of its tasks, from
// the table itself: an index may not know yet what was dropped before.
func (s Ranks) Column(ctx context.Context, project cumin.ProjectID, column cumin.Status) ([]cumin.Ranked, int64, error) {
	crowd, err := s.db.crowd(ctx, project, column)
	if err != nil {
		return nil, 0, err
	}
	pages := dynamodb.NewQueryPaginator(s.db.client, &dynamodb.QueryInput{
		TableName:              &s.db.tables.Tasks,
		KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		FilterExpression:       aws.String("#status = :column OR #was = :column"),
		ProjectionExpression:   aws.String("sk, #rank"),
		ExpressionAttributeNames: map[string]string{
			"#status": AttrStatus, "#was": AttrWas, "#rank": AttrRank,
		},
		ExpressionAttributeValues: Item{":pk": attrS(ProjectPK(project)), ":prefix": attrS(PrefixTask), ":column": attrS(string(column))},
		ConsistentRead:            aws.Bool(true),
	})
	var tasks []cumin.Ranked
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, 0, fmt.Errorf("read the ranks of project %s: %w", project, err)
		}
		for _, it := range out.Items {
			r := reader{item: it}
			tasks = append(tasks, cumin.Ranked{ID: cumin.TaskID(r.id(SK, PrefixTask)), Rank: r.str(AttrRank)})
			if r.err != nil {
				return nil, 0, fmt.Errorf("decode a rank: %w", r.err)
			}
		}
	}
	return tasks, crowd, nil
}

// Rerank makes the steps and the crowd one more, or nothing. What people write
// into the tasks meanwhile does not stop it: only another rank does, which
// every move into or out of the column brings.
func (s Ranks) Rerank(ctx context.Context, project cumin.ProjectID, column cumin.Status, crowd int64, steps []cumin.RankStep, requestID string) error {
	writes := []types.TransactWriteItem{s.db.crowdWrite(project, column, crowd, false, requestID, s.clock.Now())}
	for _, step := range steps {
		writes = append(writes, types.TransactWriteItem{Update: &types.Update{
			TableName:           &s.db.tables.Tasks,
			Key:                 key(ProjectPK(project), TaskSK(step.ID)),
			UpdateExpression:    aws.String("SET #rank = :to, #since = if_not_exists(#since, #version), #version = #version + :one"),
			ConditionExpression: aws.String("#rank = :from"),
			ExpressionAttributeNames: map[string]string{
				"#rank": AttrRank, "#since": AttrSameSince, "#version": AttrVersion,
			},
			ExpressionAttributeValues: Item{":from": attrS(step.From), ":to": attrS(step.To), ":one": attrN(1)},
		}})
	}
	err := s.db.transact(ctx, writes)
	if _, refused := failedConditions(err); refused {
		return cumin.ErrLostRace
	}
	return wrapUnlessNil(err, "rewrite ranks of project %s", project)
}
