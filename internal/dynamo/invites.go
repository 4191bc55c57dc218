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

// attrExpires is an invite's end. Its gpk is INVITE#iid, so that IndexMembers
// finds it by its id alone.
const attrExpires = "expiresAt"

// inviteGSK is an invite's place in its partition of IndexMembers.
const inviteGSK = "INVITE"

// EncodeInvite is the item of an open invite.
func EncodeInvite(i cumin.Invite) Item {
	it := key(ProjectPK(i.Project), PrefixInvite+string(i.ID))
	it[AttrMembersPK], it[AttrMembersSK] = attrS(PrefixInvite+string(i.ID)), attrS(inviteGSK)
	putS(it, attrEmail, i.Email)
	it[AttrRole] = attrS(string(i.Role))
	it[attrHash] = attrB(i.Hash)
	it[AttrCreatedAt] = attrTime(i.CreatedAt)
	it[attrExpires] = attrTime(i.ExpiresAt)
	it[TTL] = attrTTL(i.ExpiresAt)
	putChange(it, i.Last)
	return it
}

// DecodeInvite reads the item, or the stream image, of an invite.
func DecodeInvite(it Item) (cumin.Invite, error) {
	r := reader{item: it}
	i := cumin.Invite{
		ID:        cumin.InviteID(r.id(SK, PrefixInvite)),
		Project:   cumin.ProjectID(r.id(PK, prefixProject)),
		Email:     r.optStr(attrEmail),
		Role:      cumin.Role(r.str(AttrRole)),
		Hash:      r.bytes(attrHash),
		CreatedAt: r.time(AttrCreatedAt),
		ExpiresAt: r.time(attrExpires),
		Last:      r.change(),
	}
	if r.err != nil {
		return cumin.Invite{}, fmt.Errorf("decode invite: %w", r.err)
	}
	return i, nil
}

// Invites is the cumin.InviteStore.
type Invites struct{ db *DB }

// Invites returns the store of invites.
func (db *DB) Invites() Invites { return Invites{db} }

var _ cumin.InviteStore = Invites{}

// Create stores a new invite. Its id is new, so a put repeated by the SDK
// stores the same again.
func (s Invites) Create(ctx context.Context, i cumin.Invite) error {
	_, err := s.db.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.db.tables.Core, Item: EncodeInvite(i)})
	return wrapUnlessNil(err, "create invite %s", i.ID)
}

// Get reads an invite.
func (s Invites) Get(ctx context.Context, project cumin.ProjectID, id cumin.InviteID) (cumin.Invite, error) {
	it, err := s.db.get(ctx, s.db.tables.Core, key(ProjectPK(project), PrefixInvite+string(id)))
	if err != nil {
		return cumin.Invite{}, fmt.Errorf("read invite %s: %w", id, err)
	}
	if it == nil {
		return cumin.Invite{}, cumin.ErrNotFound
	}
	return DecodeInvite(it)
}

// Find reads an invite by its id alone.
func (s Invites) Find(ctx context.Context, id cumin.InviteID) (cumin.Invite, error) {
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		IndexName:                 aws.String(IndexMembers),
		KeyConditionExpression:    aws.String("gpk = :pk AND gsk = :sk"),
		ExpressionAttributeValues: Item{":pk": attrS(PrefixInvite + string(id)), ":sk": attrS(inviteGSK)},
	})
	if err != nil {
		return cumin.Invite{}, fmt.Errorf("find invite %s: %w", id, err)
	}
	if len(out.Items) == 0 {
		return cumin.Invite{}, cumin.ErrNotFound
	}
	return DecodeInvite(out.Items[0])
}

// List reads a project's invites; MaxInvites and what has expired within the
// last days fit into one answer.
func (s Invites) List(ctx context.Context, project cumin.ProjectID) ([]cumin.Invite, error) {
	out, err := s.db.client.Query(ctx, &dynamodb.QueryInput{
		TableName:                 &s.db.tables.Core,
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: Item{":pk": attrS(ProjectPK(project)), ":prefix": attrS(PrefixInvite)},
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(false),
	})
	if err != nil {
		return nil, fmt.Errorf("list invites of project %s: %w", project, err)
	}
	return decodeAll(out.Items, DecodeInvite)
}

// Delete removes an invite.
func (s Invites) Delete(ctx context.Context, project cumin.ProjectID, id cumin.InviteID) error {
	out, err := s.db.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.db.tables.Core, Key: key(ProjectPK(project), PrefixInvite+string(id)), ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil {
		return fmt.Errorf("delete invite %s: %w", id, err)
	}
	if len(out.Attributes) == 0 {
		return cumin.ErrNotFound
	}
	return nil
}

// useInvite removes an invite in the transaction that adds the member: it
// opens once, and not after its time.
func useInvite(table string, i cumin.Invite, at time.Time) types.TransactWriteItem {
	return types.TransactWriteItem{Delete: &types.Delete{
		TableName:                 &table,
		Key:                       key(ProjectPK(i.Project), PrefixInvite+string(i.ID)),
		ConditionExpression:       aws.String("attribute_exists(pk) AND expiresAt > :at"),
		ExpressionAttributeValues: Item{":at": attrTime(at)},
	}}
}
