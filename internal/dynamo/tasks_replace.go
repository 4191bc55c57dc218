package dynamo

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// optionalOfTask are the attributes that not every task has: those that a
// task's next version lacks are removed.
var optionalOfTask = [...]string{
	AttrDescription, AttrPriority, AttrAssignee, AttrDue, AttrLabels, AttrRequestID, AttrSameSince,
	AttrDeletedAt, AttrWas, TTL, AttrBoardPK, AttrRecentPK, AttrAssigneePK,
}

// Replace stores t if the stored task is on the board and has the version before.
func (s Tasks) Replace(ctx context.Context, t cumin.Task) error {
	met, failed, err := s.update(ctx, s.replacement(t, "#status <> :deleted"))
	if failed {
		return replaced(met, t)
	}
	return wrapUnlessNil(err, "write task %s", t.ID)
}

// Restore stores t if the stored task is deleted and has the version before.
func (s Tasks) Restore(ctx context.Context, t cumin.Task) error {
	met, failed, err := s.update(ctx, s.replacement(t, "#status = :deleted"))
	switch {
	case failed && wrote(met, t):
		return nil
	case failed:
		return cumin.ErrLostRace
	}
	return wrapUnlessNil(err, "restore task %s", t.ID)
}

// replacement writes a task over its version before: all of it but its Talk,
// which comments move at the same time.
func (s Tasks) replacement(t cumin.Task, met string) *types.Update {
	it := fieldsOf(EncodeTask(t))
	u := &types.Update{
		TableName:                           &s.db.tables.Tasks,
		Key:                                 key(ProjectPK(t.Project), TaskSK(t.ID)),
		ConditionExpression:                 aws.String("#version = :read AND " + met),
		ExpressionAttributeNames:            map[string]string{},
		ExpressionAttributeValues:           Item{":read": attrN(t.Version - 1), ":deleted": attrS(string(cumin.StatusDeleted))},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	var set, remove []string
	for _, name := range slices.Sorted(maps.Keys(it)) {
		if name == PK || name == SK {
			continue
		}
		set = append(set, "#"+name+" = :"+name)
		u.ExpressionAttributeNames["#"+name], u.ExpressionAttributeValues[":"+name] = name, it[name]
	}
	for _, name := range optionalOfTask {
		if it[name] == nil {
			remove = append(remove, "#"+name)
			u.ExpressionAttributeNames["#"+name] = name
		}
	}
	u.UpdateExpression = aws.String("SET " + strings.Join(set, ", ") + " REMOVE " + strings.Join(remove, ", "))
	return u
}

// update writes alone what could be part of a transaction; failed says that its
// condition did not hold, and met is the item it met.
func (s Tasks) update(ctx context.Context, u *types.Update) (met Item, failed bool, err error) {
	err = unlessConflict(ctx, func() error {
		_, err := s.db.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: u.TableName, Key: u.Key, UpdateExpression: u.UpdateExpression, ConditionExpression: u.ConditionExpression,
			ExpressionAttributeNames: u.ExpressionAttributeNames, ExpressionAttributeValues: u.ExpressionAttributeValues,
			ReturnValuesOnConditionCheckFailure: u.ReturnValuesOnConditionCheckFailure,
		})
		return err
	})
	met, failed = conditionFailed(err)
	return met, failed, err
}

// replaced says what it means that the replacement by t met another version
// than it wanted.
func replaced(met Item, t cumin.Task) error {
	if wrote(met, t) {
		return nil
	}
	current, err := liveTask(met)
	if err != nil {
		return err
	}
	return &cumin.VersionError[cumin.Task]{Current: current}
}

// wrote reports whether the item is t already: the first answer was lost and
// the SDK asked again.
func wrote(met Item, t cumin.Task) bool {
	return met != nil && reflect.DeepEqual(fieldsOf(met), fieldsOf(EncodeTask(t)))
}

// fieldsOf is a task's item without its Talk.
func fieldsOf(it Item) Item {
	it = maps.Clone(it)
	for _, name := range talkOfTask {
		delete(it, name)
	}
	return it
}

// talkWrite counts c, or with -1 its deletion, in its task's Talk; the task
// must be on the board. It wants no version: who comments at the same time waits
// only as long as transactions conflict.
func (db *DB) talkWrite(c cumin.Comment, more int64) types.TransactWriteItem {
	u := &types.Update{
		TableName:           &db.tables.Tasks,
		Key:                 key(ProjectPK(c.Project), TaskSK(c.Task)),
		UpdateExpression:    aws.String("ADD #comments :more, #talk :one SET #by = :by REMOVE #rid"),
		ConditionExpression: aws.String("attribute_exists(pk) AND #status <> :deleted"),
		ExpressionAttributeNames: map[string]string{
			"#comments": AttrComments, "#talk": AttrTalkVersion, "#by": AttrTalkBy, "#rid": AttrTalkRequest, "#status": AttrStatus,
		},
		ExpressionAttributeValues: Item{
			":more": attrN(more), ":one": attrN(1), ":by": attrS(string(c.Last.By)), ":deleted": attrS(string(cumin.StatusDeleted)),
		},
	}
	if c.Last.RequestID != "" {
		u.UpdateExpression = aws.String("ADD #comments :more, #talk :one SET #by = :by, #rid = :rid")
		u.ExpressionAttributeValues[":rid"] = attrS(c.Last.RequestID)
	}
	return types.TransactWriteItem{Update: u}
}
