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
	"golang.org/x/sync/errgroup"

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

// View reads the project, the user's membership and the counts, and when the
// project's feed last grew.
func (s Projects) View(ctx context.Context, user cumin.UserID, project cumin.ProjectID) (cumin.Member, cumin.ProjectView, error) {
	var view cumin.ProjectView
	var member cumin.Member
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		a, counts, err := s.db.access(ctx, user, project, true)
		member, view.Project, view.Role, view.Counts = a.Member, a.Project, a.Member.Role, counts
		return err
	})
	var worked map[cumin.ProjectID]time.Time
	g.Go(func() (err error) {
		worked, err = s.worked(ctx, []cumin.ProjectID{project})
		return err
	})
	if err := g.Wait(); err != nil {
		return cumin.Member{}, cumin.ProjectView{}, err
	}
	view.WorkedAt = worked[project]
	return member, view, nil
}

// worked is when the projects' feeds last grew.
func (s Projects) worked(ctx context.Context, projects []cumin.ProjectID) (map[cumin.ProjectID]time.Time, error) {
	keys := make([]Item, len(projects))
	for i, p := range projects {
		keys[i] = key(ProjectPK(p), SKHead)
	}
	heads, err := s.db.batchGet(ctx, s.db.tables.Inbox, keys)
	if err != nil {
		return nil, fmt.Errorf("read the heads of feeds: %w", err)
	}
	worked := make(map[cumin.ProjectID]time.Time, len(heads))
	for _, it := range heads {
		r := reader{item: it}
		worked[cumin.ProjectID(r.id(PK, prefixProject))] = r.optTime(AttrAt)
		if r.err != nil {
			return nil, fmt.Errorf("decode the head of a feed: %w", r.err)
		}
	}
	return worked, nil
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

// List asks for the user's memberships and then, in batches, for each one's
// project, counts and head of the feed; the cost does not depend on what the
// projects hold. A deleted project keeps its memberships for a while (its
// members are still to be told); they are passed over here.
func (s Projects) List(ctx context.Context, user cumin.UserID) ([]cumin.ProjectView, error) {
	members, err := s.memberships(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list projects of user %s: %w", user, err)
	}
	var views []cumin.ProjectView
	var worked map[cumin.ProjectID]time.Time
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		views, err = s.views(ctx, members)
		return err
	})
	g.Go(func() (err error) {
		ids := make([]cumin.ProjectID, len(members))
		for i, m := range members {
			ids[i] = m.Project
		}
		worked, err = s.worked(ctx, ids)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("list projects of user %s: %w", user, err)
	}
	for i := range views {
		views[i].WorkedAt = worked[views[i].Project.ID]
	}
	return views, nil
}

// memberships is all of the user's memberships.
func (s Projects) memberships(ctx context.Context, user cumin.UserID) ([]cumin.Member, error) {
	in := &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(UserPK(user)), ":prefix": attrS(PrefixMember)},
		ConsistentRead:            aws.Bool(true),
	}
	var all []cumin.Member
	for {
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return nil, err
		}
		members, err := decodeAll(out.Items, DecodeMember)
		if err != nil {
			return nil, err
		}
		all = append(all, members...)
		if len(out.LastEvaluatedKey) == 0 {
			return all, nil
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
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
	if patch.Key != nil {
		set(AttrKey, attrS(string(*patch.Key)))
	}
	if patch.Archived != nil {
		set(AttrArchived, attrBool(*patch.Archived))
	}
	return s.write(ctx, id, sets, values, version, at, by)
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
