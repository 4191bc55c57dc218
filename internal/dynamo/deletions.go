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

// encodeDeletion is the job that erases a deleted project, in jobs.
func encodeDeletion(d cumin.Deletion) Item {
	it := key(ProjectPK(d.Project), SKDeletion)
	it[AttrUser] = attrS(string(d.User))
	it[AttrState] = attrS(string(d.State))
	it[AttrRowsDone] = attrN(d.Done)
	it[AttrRowsTotal] = attrN(d.Total)
	it[AttrVersion] = attrN(d.Version)
	it[AttrCreatedAt] = attrTime(d.CreatedAt)
	putTime(it, AttrFinishedAt, d.FinishedAt)
	putChange(it, d.Last)
	it[TTL] = attrTTL(d.CreatedAt.Add(cumin.DeletionTTL))
	return it
}

// DecodeDeletion reads the item, or the stream image, of a deletion.
func DecodeDeletion(it Item) (cumin.Deletion, error) {
	r := reader{item: it}
	d := cumin.Deletion{
		Project:    cumin.ProjectID(r.id(PK, prefixProject)),
		User:       cumin.UserID(r.str(AttrUser)),
		State:      cumin.DeletionState(r.str(AttrState)),
		Done:       r.num(AttrRowsDone),
		Total:      r.num(AttrRowsTotal),
		Version:    r.num(AttrVersion),
		CreatedAt:  r.time(AttrCreatedAt),
		FinishedAt: r.optTime(AttrFinishedAt),
		Last:       r.change(),
	}
	if r.err != nil {
		return cumin.Deletion{}, fmt.Errorf("decode deletion: %w", r.err)
	}
	return d, nil
}

// Delete marks the project deleted and stores the job, from whose record in
// the stream the erasing begins: there is never one without the other.
func (s Projects) Delete(ctx context.Context, d cumin.Deletion) error {
	mark := types.TransactWriteItem{Update: &types.Update{
		TableName:                &s.db.tables.Core,
		Key:                      key(ProjectPK(d.Project), SKProject),
		UpdateExpression:         aws.String("SET deletedAt = :at, updatedAt = :at, #by = :by, rid = :rid ADD version :one"),
		ConditionExpression:      aws.String("attribute_exists(pk) AND attribute_not_exists(deletedAt)"),
		ExpressionAttributeNames: map[string]string{"#by": AttrBy},
		ExpressionAttributeValues: Item{
			":at": attrTime(d.CreatedAt), ":by": attrS(string(d.Last.By)), ":rid": attrS(d.Last.RequestID), ":one": attrN(1),
		},
	}}
	err := s.db.transact(ctx, []types.TransactWriteItem{mark, {Put: &types.Put{TableName: &s.db.tables.Jobs, Item: encodeDeletion(d)}}})
	if _, gone := failedConditions(err); gone {
		return cumin.ErrNotFound
	}
	return wrapUnlessNil(err, "delete project %s", d.Project)
}

// Deletion reads the job that erases a project.
func (s Projects) Deletion(ctx context.Context, id cumin.ProjectID) (cumin.Deletion, error) {
	it, err := s.db.get(ctx, s.db.tables.Jobs, key(ProjectPK(id), SKDeletion))
	if err != nil {
		return cumin.Deletion{}, fmt.Errorf("read the deletion of project %s: %w", id, err)
	}
	if it == nil {
		return cumin.Deletion{}, cumin.ErrNotFound
	}
	return DecodeDeletion(it)
}

// Erasure is what the purge function does to a deleted project. What it has
// erased is gone from the next read, so it needs no notes of how far it came.
type Erasure struct{ db *DB }

// Erasure returns the store that erases.
func (db *DB) Erasure() Erasure { return Erasure{db} }

// eraseBatch is how many items Tasks and Belongings erase at most.
const eraseBatch = 100

// Deleted reports whether the project is marked deleted, or gone.
func (s Erasure) Deleted(ctx context.Context, p cumin.ProjectID) (bool, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(ProjectPK(p), SKProject))
	if err != nil {
		return false, fmt.Errorf("read project %s: %w", p, err)
	}
	return it == nil || it[AttrDeletedAt] != nil, nil
}

// Tasks erases some tasks and returns how many; 0 when none is left.
func (s Erasure) Tasks(ctx context.Context, p cumin.ProjectID) (int, error) {
	n, err := s.erase(ctx, s.db.tables.Tasks, ProjectPK(p), PrefixTask)
	return n, wrapUnlessNil(err, "erase tasks of project %s", p)
}

// Belongings erases some of what lies beside the project (comments, invites)
// and returns how many; 0 when nothing is left.
func (s Erasure) Belongings(ctx context.Context, p cumin.ProjectID) (int, error) {
	for _, prefix := range []string{PrefixComment, PrefixInvite} {
		n, err := s.erase(ctx, s.db.tables.Core, ProjectPK(p), prefix)
		if n > 0 || err != nil {
			return n, wrapUnlessNil(err, "erase belongings of project %s", p)
		}
	}
	return 0, nil
}

func (s Erasure) erase(ctx context.Context, table, pk, prefix string) (int, error) {
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &table,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(pk), ":prefix": attrS(prefix)},
		ProjectionExpression:      aws.String("pk, sk"),
		ConsistentRead:            aws.Bool(true),
		Limit:                     aws.Int32(eraseBatch),
	})
	if err != nil {
		return 0, err
	}
	writes := make([]types.WriteRequest, len(out.Items))
	for i, it := range out.Items {
		writes[i] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: it}}
	}
	return len(writes), s.db.batchWrite(ctx, table, writes)
}

// Progress notes tasks erased.
func (s Erasure) Progress(ctx context.Context, p cumin.ProjectID, n int) error {
	return s.note(ctx, p, "ADD #rowsDone :n, #version :one", Item{":n": attrN(int64(n)), ":one": attrN(1)})
}

// Finish ends the job and gives the project's own items and its memberships,
// which others may still need to tell people of the end, their last days.
func (s Erasure) Finish(ctx context.Context, p cumin.ProjectID, at time.Time) error {
	members, err := Members(s).List(ctx, p)
	if err != nil {
		return err
	}
	fading := []Item{key(ProjectPK(p), SKProject), key(ProjectPK(p), SKCounts), key(ProjectPK(p), SKNumber)}
	for _, m := range members {
		fading = append(fading, key(UserPK(m.User), MemberSK(p)))
	}
	for _, k := range fading {
		if err := s.fade(ctx, k, at.Add(cumin.DeletionTTL)); err != nil {
			return fmt.Errorf("end the deletion of project %s: %w", p, err)
		}
	}
	return s.note(ctx, p, "SET #state = :done, #finishedAt = :at ADD #version :one", Item{
		":done": attrS(string(cumin.DeletionDone)), ":at": attrTime(at), ":one": attrN(1),
	})
}

// fade sets the ttl of an item that is there.
func (s Erasure) fade(ctx context.Context, k Item, expires time.Time) error {
	err := unlessConflict(ctx, func() error {
		_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.db.tables.Core, Key: k,
			UpdateExpression:          aws.String("SET #ttl = :ttl"),
			ConditionExpression:       aws.String("attribute_exists(pk)"),
			ExpressionAttributeNames:  map[string]string{"#ttl": TTL},
			ExpressionAttributeValues: Item{":ttl": attrTTL(expires)},
		})
		return err
	})
	if _, gone := conditionFailed(err); gone {
		return nil
	}
	return err
}

// note changes the job unless it is gone.
func (s Erasure) note(ctx context.Context, p cumin.ProjectID, update string, values Item) error {
	_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.db.tables.Jobs, Key: key(ProjectPK(p), SKDeletion),
		UpdateExpression:          &update,
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  namesIn([]string{update}),
		ExpressionAttributeValues: values,
	})
	if _, gone := conditionFailed(err); gone {
		return nil
	}
	return wrapUnlessNil(err, "note the deletion of project %s", p)
}
