package dynamo

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Projects is the cumin.ProjectStore. All its reads are consistent: who has
// just made, renamed or left a project sees it so.
type Projects struct{ db *DB }

// Projects returns the store of projects.
func (db *DB) Projects() Projects { return Projects{db} }

var _ cumin.ProjectStore = Projects{}

// Access reads the project and the user's membership.
func (s Projects) Access(ctx context.Context, user cumin.UserID, project cumin.ProjectID) (cumin.Access, error) {
	a, _, err := s.db.access(ctx, user, project, false)
	return a, err
}

// View reads the project, the user's membership and the counts.
func (s Projects) View(ctx context.Context, user cumin.UserID, project cumin.ProjectID) (cumin.Access, cumin.Counts, error) {
	return s.db.access(ctx, user, project, true)
}

// Create stores the project, its first member and the answer in one
// transaction.
func (s Projects) Create(ctx context.Context, p cumin.Project, first cumin.Member, a *cumin.Answer) error {
	writes := append(s.db.answerWrites(a, p.CreatedAt),
		s.db.putNew(s.db.tables.Core, EncodeProject(p)),
		s.db.putNew(s.db.tables.Core, EncodeMember(first)),
	)
	err := s.db.transact(ctx, writes)
	if answered(err, a) {
		return cumin.ErrAnswered
	}
	if err != nil {
		return fmt.Errorf("create project %s: %w", p.ID, err)
	}
	return nil
}

// List asks for the memberships of a page and then, in one batch, for each
// one's project and counts; the cost does not depend on the number of tasks.
// A deleted project keeps its memberships (its members are still to be told);
// they are passed over here.
func (s Projects) List(ctx context.Context, user cumin.UserID, limit int, after *cumin.ProjectID) (cumin.Page[cumin.ProjectView, cumin.ProjectID], error) {
	var page cumin.Page[cumin.ProjectView, cumin.ProjectID]
	for {
		members, more, err := s.memberships(ctx, user, limit-len(page.Items), after)
		if err != nil {
			return page, fmt.Errorf("list projects of user %s: %w", user, err)
		}
		views, err := s.views(ctx, members)
		if err != nil {
			return page, fmt.Errorf("list projects of user %s: %w", user, err)
		}
		page.Items = append(page.Items, views...)
		if !more {
			return page, nil
		}
		after = &members[len(members)-1].Project
		if len(page.Items) == limit {
			page.Next = after
			return page, nil
		}
	}
}

// memberships is at most limit of the user's memberships, newest project
// first, and whether there may be more.
func (s Projects) memberships(ctx context.Context, user cumin.UserID, limit int, after *cumin.ProjectID) ([]cumin.Member, bool, error) {
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(UserPK(user)), ":prefix": attrS(PrefixMember)},
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(int32(limit)),
	}
	if after != nil {
		in.ExclusiveStartKey = key(UserPK(user), MemberSK(*after))
	}
	out, err := s.db.client.Query(ctx, in)
	if err != nil {
		return nil, false, err
	}
	members, err := decodeAll(out.Items, DecodeMember)
	return members, len(out.LastEvaluatedKey) > 0 && len(members) > 0, err
}

// views reads what the cards of some memberships show, in their order.
func (s Projects) views(ctx context.Context, members []cumin.Member) ([]cumin.ProjectView, error) {
	var keys []Item
	for _, m := range members {
		keys = append(keys, key(ProjectPK(m.Project), SKProject), key(ProjectPK(m.Project), SKCounts))
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Core, keys)
	if err != nil {
		return nil, err
	}
	found := make(map[string]Item, len(items))
	for _, it := range items {
		pk, sk := ItemKey(it)
		found[pk+sk] = it
	}
	var views []cumin.ProjectView
	for _, m := range members {
		it := found[ProjectPK(m.Project)+SKProject]
		if it == nil {
			continue
		}
		p, err := DecodeProject(it)
		if err != nil {
			return nil, err
		}
		counts, err := DecodeCounts(found[ProjectPK(m.Project)+SKCounts])
		if err != nil {
			return nil, err
		}
		if p.DeletedAt.IsZero() {
			views = append(views, cumin.ProjectView{Project: p, Role: m.Role, Counts: counts})
		}
	}
	return views, nil
}

// Counts reads the project's count item.
func (s Projects) Counts(ctx context.Context, id cumin.ProjectID) (cumin.Counts, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(ProjectPK(id), SKCounts))
	if err != nil {
		return cumin.Counts{}, fmt.Errorf("read counts of project %s: %w", id, err)
	}
	return DecodeCounts(it)
}

// Update sets the patch's fields only, so that a member added meanwhile stays
// counted.
func (s Projects) Update(ctx context.Context, id cumin.ProjectID, patch cumin.ProjectPatch, version int64, at time.Time, by cumin.Change) (cumin.Project, error) {
	sets, values := []string{}, Item{}
	set := func(name string, v types.AttributeValue) {
		sets = append(sets, fmt.Sprintf("#%s = :%s", name, name))
		values[":"+name] = v
	}
	if patch.Name != nil {
		set(AttrName, attrS(*patch.Name))
	}
	if patch.Description != nil {
		set(AttrDescription, attrS(*patch.Description))
	}
	if patch.Archived != nil {
		set(AttrArchived, attrBool(*patch.Archived))
	}
	return s.write(ctx, id, sets, values, version, at, by)
}

// Delete marks the project deleted.
func (s Projects) Delete(ctx context.Context, id cumin.ProjectID, at time.Time, by cumin.Change) error {
	_, err := s.write(ctx, id, []string{"#deletedAt = :deletedAt"}, Item{":deletedAt": attrTime(at)}, 0, at, by)
	return err
}

// write updates a project that is not deleted and has the version given (0:
// any).
func (s Projects) write(ctx context.Context, id cumin.ProjectID, sets []string, values Item, version int64, at time.Time, by cumin.Change) (cumin.Project, error) {
	sets = append(sets, "#updatedAt = :updatedAt", "#by = :by", "#rid = :rid")
	values[":updatedAt"], values[":by"], values[":rid"] = attrTime(at), attrS(string(by.By)), attrS(by.RequestID)
	written := maps.Clone(values)
	values[":one"] = attrN(1)
	conditions := []string{"attribute_exists(pk)", "attribute_not_exists(#deletedAt)"}
	if version != 0 {
		conditions = append(conditions, "#version = :version")
		values[":version"] = attrN(version)
	}
	in := &dynamodb.UpdateItemInput{
		TableName:                           &s.db.tables.Core,
		Key:                                 key(ProjectPK(id), SKProject),
		UpdateExpression:                    aws.String("SET " + strings.Join(sets, ", ") + " ADD #version :one"),
		ConditionExpression:                 aws.String(strings.Join(conditions, " AND ")),
		ExpressionAttributeNames:            namesIn(append(sets, conditions...), "#version"),
		ExpressionAttributeValues:           values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	var out *dynamodb.UpdateItemOutput
	err := unlessConflict(ctx, func() (err error) {
		out, err = s.db.client.UpdateItem(ctx, in)
		return err
	})
	if met, failed := conditionFailed(err); failed {
		if holds(met, written) {
			return DecodeProject(met) // the first answer was lost and the SDK asked again
		}
		return cumin.Project{}, projectRefusal(met)
	}
	if err != nil {
		return cumin.Project{}, fmt.Errorf("write project %s: %w", id, err)
	}
	return DecodeProject(out.Attributes)
}

// holds reports whether an item has every attribute as these values of an
// expression set it.
func holds(it, values Item) bool {
	for name, v := range values {
		if !reflect.DeepEqual(it[strings.TrimPrefix(name, ":")], v) {
			return false
		}
	}
	return len(it) > 0
}

func projectRefusal(met Item) error {
	if met == nil {
		return cumin.ErrNotFound
	}
	p, err := DecodeProject(met)
	if err != nil {
		return err
	}
	if !p.DeletedAt.IsZero() {
		return cumin.ErrNotFound
	}
	return &cumin.VersionError[cumin.Project]{Current: p}
}

// namesIn maps each #name that the expressions use to its attribute; DynamoDB
// refuses names that no expression uses.
func namesIn(expressions []string, more ...string) map[string]string {
	names := map[string]string{}
	for _, e := range append(slices.Clone(expressions), more...) {
		for _, word := range strings.FieldsFunc(e, func(r rune) bool { return strings.ContainsRune(" =(),<>", r) }) {
			if name, ok := strings.CutPrefix(word, "#"); ok {
				names[word] = name
			}
		}
	}
	return names
}

// decodeAll decodes the items of one answer.
func decodeAll[T any](items []Item, decode func(Item) (T, error)) ([]T, error) {
	out := make([]T, len(items))
	for i, it := range items {
		var err error
		if out[i], err = decode(it); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// putNew puts an item whose key must be free.
func (db *DB) putNew(table string, it Item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &table, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}
}
