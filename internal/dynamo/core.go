package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// access reads the project and the user's membership in one consistent batch,
// and with them the counts if they are wanted.
func (db *DB) access(ctx context.Context, user cumin.UserID, project cumin.ProjectID, counted bool) (a cumin.Access, counts cumin.Counts, err error) {
	keys := []Item{key(ProjectPK(project), SKProject), key(UserPK(user), MemberSK(project))}
	if counted {
		keys = append(keys, key(ProjectPK(project), SKCounts))
	}
	items, err := db.batchGet(ctx, db.tables.Core, keys)
	if err != nil {
		return a, counts, fmt.Errorf("read access of user %s to project %s: %w", user, project, err)
	}
	var exists, member bool
	for _, it := range items {
		switch _, sk := ItemKey(it); sk {
		case SKProject:
			a.Project, err = DecodeProject(it)
			exists = a.Project.DeletedAt.IsZero()
		case SKCounts:
			counts, err = DecodeCounts(it)
		default:
			a.Member, err = DecodeMember(it)
			member = true
		}
		if err != nil {
			return cumin.Access{}, cumin.Counts{}, err
		}
	}
	if !exists || !member {
		return cumin.Access{}, cumin.Counts{}, cumin.ErrNotFound
	}
	return a, counts, nil
}

// memberCounts moves the project's counts of members and owners, and with them
// its version, unless the project is gone or would lose its last owner.
type memberCounts struct {
	project cumin.ProjectID
	members int // +1, 0 or -1
	owners  int
	change  cumin.Change
	at      string // FormatTime
}

// write is what goes into the transaction with the membership: the update of
// the project item or, when neither count moves, a check that it is there.
func (m memberCounts) write(table string) types.TransactWriteItem {
	if m.members == 0 && m.owners == 0 {
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName:                           &table,
			Key:                                 key(ProjectPK(m.project), SKProject),
			ConditionExpression:                 aws.String("attribute_exists(pk) AND attribute_not_exists(deletedAt)"),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}}
	}
	values := Item{
		":members": attrN(int64(m.members)), ":owners": attrN(int64(m.owners)), ":one": attrN(1),
		":at": attrS(m.at), ":by": attrS(string(m.change.By)), ":rid": attrS(m.change.RequestID),
	}
	conditions := []string{"attribute_exists(pk)", "attribute_not_exists(deletedAt)"}
	if m.owners < 0 {
		conditions = append(conditions, "owners > :one")
	}
	if m.members > 0 {
		conditions = append(conditions, "members < :most")
		values[":most"] = attrN(cumin.MaxMembers)
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &table,
		Key:       key(ProjectPK(m.project), SKProject),
		UpdateExpression: aws.String(
			"SET updatedAt = :at, #by = :by, rid = :rid ADD members :members, owners :owners, version :one"),
		ConditionExpression:                 aws.String(strings.Join(conditions, " AND ")),
		ExpressionAttributeNames:            map[string]string{"#by": AttrBy},
		ExpressionAttributeValues:           values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// refusal says which of write's conditions the project item did not meet.
func (m memberCounts) refusal(met Item) error {
	if met == nil {
		return cumin.ErrNotFound
	}
	p, err := DecodeProject(met)
	switch {
	case err != nil:
		return err
	case !p.DeletedAt.IsZero():
		return cumin.ErrNotFound
	case m.members > 0:
		return cumin.ErrProjectFull
	}
	return cumin.ErrLastOwner
}

// failedConditions is which writes of a transaction met another item than
// their conditions wanted; false when err is something else.
func failedConditions(err error) (map[int]Item, bool) {
	if e, ok := errors.AsType[*canceled](err); ok {
		return e.failed, true
	}
	return nil, false
}
