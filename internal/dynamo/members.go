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

// Members is the cumin.MemberStore. A membership lies under its user, so one
// key answers whether this user may see that project; IndexMembers turns it
// round.
type Members struct{ db *DB }

// Members returns the store of memberships.
func (db *DB) Members() Members { return Members{db} }

var _ cumin.MemberStore = Members{}

// Member reads one membership.
func (s Members) Member(ctx context.Context, user cumin.UserID, project cumin.ProjectID) (cumin.Member, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(UserPK(user), MemberSK(project)))
	if err != nil {
		return cumin.Member{}, fmt.Errorf("read member %s of project %s: %w", user, project, err)
	}
	if it == nil {
		return cumin.Member{}, cumin.ErrNotFound
	}
	return DecodeMember(it)
}

// Among is those of some people who are members of a project, as it is now.
func (s Members) Among(ctx context.Context, project cumin.ProjectID, people []cumin.UserID) ([]cumin.UserID, error) {
	keys := make([]Item, len(people))
	for i, u := range people {
		keys[i] = key(UserPK(u), MemberSK(project))
	}
	items, err := s.db.batchGet(ctx, s.db.tables.Core, keys)
	if err != nil {
		return nil, fmt.Errorf("read %d members of project %s: %w", len(people), project, err)
	}
	members, err := decodeAll(items, DecodeMember)
	if err != nil {
		return nil, err
	}
	found := make([]cumin.UserID, len(members))
	for i, m := range members {
		found[i] = m.User
	}
	return found, nil
}

// List is all members of a project. MaxMembers of them fit into one answer.
func (s Members) List(ctx context.Context, project cumin.ProjectID) ([]cumin.Member, error) {
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		IndexName:                 aws.String(IndexMembers),
		KeyConditionExpression:    aws.String("gpk = :pk AND begins_with(gsk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(ProjectPK(project)), ":prefix": attrS(PrefixMember)},
	})
	if err != nil {
		return nil, fmt.Errorf("list members of project %s: %w", project, err)
	}
	return decodeAll(out.Items, DecodeMember)
}

// Add stores a membership, counts it, and uses up the invite.
func (s Members) Add(ctx context.Context, m cumin.Member, by *cumin.Invite) error {
	counts := memberCounts{project: m.Project, members: 1, change: m.Last, at: FormatTime(m.JoinedAt)}
	if m.Role == cumin.RoleOwner {
		counts.owners = 1
	}
	writes := []types.TransactWriteItem{s.db.putNew(s.db.tables.Core, EncodeMember(m)), counts.write(s.db.tables.Core)}
	if by != nil {
		writes = append(writes, useInvite(s.db.tables.Core, *by, m.JoinedAt))
	}
	err := s.db.transact(ctx, writes)
	failed, ok := failedConditions(err)
	if !ok {
		return wrapUnlessNil(err, "add member %s to project %s", m.User, m.Project)
	}
	if _, already := failed[0]; already {
		return cumin.ErrAlreadyMember
	}
	if met, full := failed[1]; full {
		return counts.refusal(met)
	}
	return cumin.ErrInviteOver
}

// SetRole changes a membership's role and, where that makes or unmakes an
// owner, the project's count of owners.
func (s Members) SetRole(ctx context.Context, m cumin.Member, role cumin.Role, at time.Time, by cumin.Change) (cumin.Member, error) {
	next := m
	next.Role, next.Version, next.Last = role, m.Version+1, by
	put := types.TransactWriteItem{Put: &types.Put{
		TableName:                 &s.db.tables.Core,
		Item:                      EncodeMember(next),
		ConditionExpression:       aws.String("version = :read"),
		ExpressionAttributeValues: Item{":read": attrN(m.Version)},
	}}
	counts := memberCounts{project: m.Project, owners: ownership(role) - ownership(m.Role), change: by, at: FormatTime(at)}
	return next, s.change(ctx, put, counts)
}

// Remove deletes a membership and counts it off. The item carries who removed
// it only in the project's change: a deleted item has no last writer.
func (s Members) Remove(ctx context.Context, m cumin.Member, at time.Time, by cumin.Change) error {
	del := types.TransactWriteItem{Delete: &types.Delete{
		TableName:                 &s.db.tables.Core,
		Key:                       key(UserPK(m.User), MemberSK(m.Project)),
		ConditionExpression:       aws.String("version = :read"),
		ExpressionAttributeValues: Item{":read": attrN(m.Version)},
	}}
	counts := memberCounts{project: m.Project, members: -1, owners: -ownership(m.Role), change: by, at: FormatTime(at)}
	return s.change(ctx, del, counts)
}

// change writes a membership that must be as it was read, and the counts.
func (s Members) change(ctx context.Context, member types.TransactWriteItem, counts memberCounts) error {
	err := s.db.transact(ctx, []types.TransactWriteItem{member, counts.write(s.db.tables.Core)})
	failed, ok := failedConditions(err)
	if !ok {
		return wrapUnlessNil(err, "change a member of project %s", counts.project)
	}
	if _, moved := failed[0]; moved {
		return cumin.ErrLostRace
	}
	return counts.refusal(failed[1])
}

// ownership is 1 for an owner, 0 for others.
func ownership(r cumin.Role) int {
	if r == cumin.RoleOwner {
		return 1
	}
	return 0
}

// wrapUnlessNil says what was being done when err happened.
func wrapUnlessNil(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
