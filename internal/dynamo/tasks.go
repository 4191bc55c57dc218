package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Tasks is the cumin.TaskStore. A task is always addressed under its project,
// so a task of another project is not found rather than filtered out. Get is
// consistent; lists come from indexes and may lag behind a write for a moment,
// which clients bridge with what they have just been answered and with events.
type Tasks struct{ db *DB }

// Tasks returns the store of tasks.
func (db *DB) Tasks() Tasks { return Tasks{db} }

var _ cumin.TaskStore = Tasks{}

// NextNumber adds one to the project's counter. It stands outside of the
// task's transaction: with it inside, people who create at the same time would
// conflict.
func (s Tasks) NextNumber(ctx context.Context, project cumin.ProjectID) (int64, error) {
	out, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                 &s.db.tables.Core,
		Key:                       key(ProjectPK(project), SKNumber),
		UpdateExpression:          aws.String("ADD #n :one"),
		ExpressionAttributeNames:  map[string]string{"#n": AttrCounter},
		ExpressionAttributeValues: Item{":one": attrN(1)},
		ReturnValues:              types.ReturnValueUpdatedNew,
	})
	if err != nil {
		return 0, fmt.Errorf("take a task number of project %s: %w", project, err)
	}
	r := reader{item: out.Attributes}
	n := r.num(AttrCounter)
	return n, r.err
}

// Create stores a new task; with an answer, both in one transaction. Without
// one a plain put does, at half a transaction's price.
func (s Tasks) Create(ctx context.Context, t cumin.Task, a *cumin.Answer) error {
	if a == nil {
		return wrapUnlessNil(s.put(ctx, t), "create task %s", t.ID)
	}
	put := s.db.putNew(s.db.tables.Tasks, EncodeTask(t))
	err := s.db.transact(ctx, append(s.db.answerWrites(a, t.CreatedAt), put))
	if answered(err, a) {
		return cumin.ErrAnswered
	}
	return wrapUnlessNil(err, "create task %s", t.ID)
}

func (s Tasks) put(ctx context.Context, t cumin.Task) error {
	put := s.db.putNew(s.db.tables.Tasks, EncodeTask(t)).Put
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: put.TableName, Item: put.Item, ConditionExpression: put.ConditionExpression,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if met, failed := conditionFailed(err); failed && met != nil {
		stored, err := DecodeTask(met)
		if err == nil && stored.Number == t.Number && stored.CreatedAt.Equal(t.CreatedAt) {
			return nil // the first answer was lost and the SDK asked again; it may have been changed since
		}
	}
	return err
}

// Get reads a task that is not deleted.
func (s Tasks) Get(ctx context.Context, project cumin.ProjectID, id cumin.TaskID) (cumin.Task, error) {
	it, err := s.db.get(ctx, s.db.tables.Tasks, key(ProjectPK(project), TaskSK(id)))
	if err != nil {
		return cumin.Task{}, fmt.Errorf("read task %s: %w", id, err)
	}
	return liveTask(it)
}

// liveTask decodes a task; ErrNotFound for none and for a deleted one.
func liveTask(it Item) (cumin.Task, error) {
	if it == nil {
		return cumin.Task{}, cumin.ErrNotFound
	}
	t, err := DecodeTask(it)
	if err == nil && t.Status == cumin.StatusDeleted {
		return cumin.Task{}, cumin.ErrNotFound
	}
	return t, err
}

// Stored reads a task, deleted or not.
func (s Tasks) Stored(ctx context.Context, project cumin.ProjectID, id cumin.TaskID) (cumin.Task, error) {
	it, err := s.db.get(ctx, s.db.tables.Tasks, key(ProjectPK(project), TaskSK(id)))
	if err != nil {
		return cumin.Task{}, fmt.Errorf("read task %s: %w", id, err)
	}
	if it == nil {
		return cumin.Task{}, cumin.ErrNotFound
	}
	return DecodeTask(it)
}

// RankAfter is the rank that follows in a column.
func (s Tasks) RankAfter(ctx context.Context, project cumin.ProjectID, column cumin.Status, rank string) (string, error) {
	return s.rank(ctx, project, column, "bpk = :pk AND #rank > :rank", rank, true)
}

// RankBefore is the rank that precedes in a column.
func (s Tasks) RankBefore(ctx context.Context, project cumin.ProjectID, column cumin.Status, rank string) (string, error) {
	if rank == "" {
		return s.rank(ctx, project, column, "bpk = :pk", "", false)
	}
	return s.rank(ctx, project, column, "bpk = :pk AND #rank < :rank", rank, false)
}

func (s Tasks) rank(ctx context.Context, project cumin.ProjectID, column cumin.Status, where, rank string, forward bool) (string, error) {
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Tasks,
		IndexName:                 aws.String(IndexBoard),
		KeyConditionExpression:    &where,
		ProjectionExpression:      aws.String("#rank"),
		ExpressionAttributeNames:  map[string]string{"#rank": AttrRank},
		ExpressionAttributeValues: Item{":pk": attrS(BoardPK(project, column))},
		ScanIndexForward:          &forward,
		Limit:                     aws.Int32(1),
	}
	if rank != "" {
		in.ExpressionAttributeValues[":rank"] = attrS(rank)
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return "", fmt.Errorf("find a neighbour in a column of project %s: %w", project, err)
	}
	if len(out.Items) == 0 {
		return "", nil
	}
	r := reader{item: out.Items[0]}
	found := r.str(AttrRank)
	return found, r.err
}
