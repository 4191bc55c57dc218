package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// TaskScan reads all tasks of a project, deleted ones too, in the order of
// their creation.
type TaskScan struct{ db *DB }

// TaskScan returns the reader of whole projects.
func (db *DB) TaskScan() TaskScan { return TaskScan{db} }

// Page reads up to 1 MB of tasks after the one named (empty: from the first),
// from the table itself and consistently. It returns the position to go on
// from, empty at the end; a page may hold no task and yet not be the last.
func (s TaskScan) Page(ctx context.Context, p cumin.ProjectID, after cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Tasks,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(ProjectPK(p)), ":prefix": attrS(PrefixTask)},
		ConsistentRead:            aws.Bool(true),
	}
	if after != "" {
		in.ExclusiveStartKey = key(ProjectPK(p), TaskSK(after))
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return nil, "", fmt.Errorf("read tasks of project %s: %w", p, err)
	}
	tasks, err := decodeAll(out.Items, DecodeTask)
	if err != nil {
		return nil, "", err
	}
	if len(out.LastEvaluatedKey) == 0 {
		return tasks, "", nil
	}
	r := reader{item: out.LastEvaluatedKey}
	next := cumin.TaskID(r.id(SK, PrefixTask))
	return tasks, next, r.err
}
