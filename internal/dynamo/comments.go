package dynamo

import (
	"context"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Attributes of a comment beside those it shares with tasks.
const (
	attrAuthor   = "author"
	attrMentions = "mentions"
)

// commentSK is the sort key of a comment, under its project and task.
func commentSK(task cumin.TaskID, id cumin.CommentID) string {
	return PrefixComment + string(task) + "#" + string(id)
}

// EncodeComment is the item of a comment.
func EncodeComment(c cumin.Comment) Item {
	it := key(ProjectPK(c.Project), commentSK(c.Task, c.ID))
	it[AttrNumber] = attrN(c.Number)
	it[AttrTitle] = attrS(c.Title)
	it[attrAuthor] = attrS(string(c.Author))
	putS(it, attrBody, c.Body)
	if len(c.Mentions) > 0 {
		people := make([]string, len(c.Mentions))
		for i, u := range c.Mentions {
			people[i] = string(u)
		}
		it[attrMentions] = attrList(people)
	}
	it[AttrVersion] = attrN(c.Version)
	it[AttrCreatedAt] = attrTime(c.CreatedAt)
	it[AttrUpdatedAt] = attrTime(c.UpdatedAt)
	putChange(it, c.Last)
	if !c.DeletedAt.IsZero() {
		it[AttrDeletedAt] = attrTime(c.DeletedAt)
		it[TTL] = attrTTL(c.DeletedAt.Add(cumin.DeletedTaskTTL))
	}
	return it
}

// DecodeComment reads the item, or the stream image, of a comment.
func DecodeComment(it Item) (cumin.Comment, error) {
	r := reader{item: it}
	ids := r.id(SK, PrefixComment) // tid#cid, ULIDs both
	c := cumin.Comment{
		Project:   cumin.ProjectID(r.id(PK, prefixProject)),
		Number:    r.num(AttrNumber),
		Title:     r.str(AttrTitle),
		Author:    cumin.UserID(r.str(attrAuthor)),
		Body:      r.optStr(attrBody),
		Version:   r.num(AttrVersion),
		CreatedAt: r.time(AttrCreatedAt),
		UpdatedAt: r.time(AttrUpdatedAt),
		Last:      r.change(),
		DeletedAt: r.optTime(AttrDeletedAt),
	}
	for _, u := range r.list(attrMentions) {
		c.Mentions = append(c.Mentions, cumin.UserID(u))
	}
	if len(ids) != 2*26+1 {
		r.fail(SK, "a task's and a comment's id")
	}
	if r.err != nil {
		return cumin.Comment{}, fmt.Errorf("decode comment: %w", r.err)
	}
	c.Task, c.ID = cumin.TaskID(ids[:26]), cumin.CommentID(ids[27:])
	return c, nil
}

// Comments is the cumin.CommentStore. A comment is addressed under its project
// and its task, so one of another is not found rather than filtered out.
type Comments struct{ db *DB }

// Comments returns the store of comments.
func (db *DB) Comments() Comments { return Comments{db} }

var _ cumin.CommentStore = Comments{}

// Create stores a new comment, its task's Talk and the answer in one
// transaction.
func (s Comments) Create(ctx context.Context, c cumin.Comment, a *cumin.Answer) error {
	writes := append(s.db.answerWrites(a, c.CreatedAt), s.db.putNew(s.db.tables.Core, EncodeComment(c)), s.db.talkWrite(c, +1))
	err := s.db.transact(ctx, writes)
	if answered(err, a) {
		return cumin.ErrAnswered
	}
	failed, _ := failedConditions(err)
	if _, gone := failed[len(writes)-1]; gone {
		return cumin.ErrNotFound
	}
	return wrapUnlessNil(err, "create comment %s", c.ID)
}

// Get reads a comment that is not deleted.
func (s Comments) Get(ctx context.Context, project cumin.ProjectID, task cumin.TaskID, id cumin.CommentID) (cumin.Comment, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(ProjectPK(project), commentSK(task, id)))
	if err != nil {
		return cumin.Comment{}, fmt.Errorf("read comment %s: %w", id, err)
	}
	return liveComment(it)
}

// liveComment decodes a comment; ErrNotFound for none and for a deleted one.
func liveComment(it Item) (cumin.Comment, error) {
	if it == nil {
		return cumin.Comment{}, cumin.ErrNotFound
	}
	c, err := DecodeComment(it)
	if err == nil && !c.DeletedAt.IsZero() {
		return cumin.Comment{}, cumin.ErrNotFound
	}
	return c, err
}

// Replace puts the whole item if the stored one has the version before.
func (s Comments) Replace(ctx context.Context, c cumin.Comment) error {
	put := s.replacement(c)
	err := unlessConflict(ctx, func() error {
		_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: put.TableName, Item: put.Item, ConditionExpression: put.ConditionExpression,
			ExpressionAttributeValues:           put.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: put.ReturnValuesOnConditionCheckFailure,
		})
		return err
	})
	if met, failed := conditionFailed(err); failed {
		if reflect.DeepEqual(met, put.Item) {
			return nil // the first answer was lost and the SDK asked again
		}
		return metComment(met)
	}
	return wrapUnlessNil(err, "write comment %s", c.ID)
}

// Delete replaces the comment by c, which is deleted, and counts it off its
// task in one transaction.
func (s Comments) Delete(ctx context.Context, c cumin.Comment) error {
	err := s.db.transact(ctx, []types.TransactWriteItem{{Put: s.replacement(c)}, s.db.talkWrite(c, -1)})
	failed, refused := failedConditions(err)
	if met, stale := failed[0]; stale {
		return metComment(met)
	}
	if refused {
		return cumin.ErrNotFound // the task is gone
	}
	return wrapUnlessNil(err, "delete comment %s", c.ID)
}

// replacement is the write of a comment over its version before.
func (s Comments) replacement(c cumin.Comment) *types.Put {
	return &types.Put{
		TableName:                           &s.db.tables.Core,
		Item:                                EncodeComment(c),
		ConditionExpression:                 aws.String("version = :read AND attribute_not_exists(deletedAt)"),
		ExpressionAttributeValues:           Item{":read": attrN(c.Version - 1)},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
}

// metComment says what it means that a write met another version than it wanted.
func metComment(met Item) error {
	current, err := liveComment(met)
	if err != nil {
		return err
	}
	return &cumin.VersionError[cumin.Comment]{Current: current}
}

// List reads a task's comments from the newest down; deleted ones are passed
// over.
func (s Comments) List(ctx context.Context, project cumin.ProjectID, task cumin.TaskID, limit int, after *cumin.CommentID) (cumin.Page[cumin.Comment, cumin.CommentID], error) {
	var page cumin.Page[cumin.Comment, cumin.CommentID]
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(ProjectPK(project)), ":prefix": attrS(commentSK(task, ""))},
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(false),
	}
	if after != nil {
		in.ExclusiveStartKey = key(ProjectPK(project), commentSK(task, *after))
	}
	for {
		in.Limit = aws.Int32(int32(limit - len(page.Items)))
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return page, fmt.Errorf("list comments of task %s: %w", task, err)
		}
		comments, err := decodeAll(out.Items, DecodeComment)
		if err != nil {
			return page, err
		}
		for _, c := range comments {
			if c.DeletedAt.IsZero() {
				page.Items = append(page.Items, c)
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			return page, nil
		}
		if len(page.Items) == limit {
			page.Next = &page.Items[limit-1].ID
			return page, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}
