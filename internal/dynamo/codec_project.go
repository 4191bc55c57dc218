package dynamo

import (
	"cmp"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Prefixes of partition keys that decoders read ids from.
const (
	prefixUser    = "USER#"
	prefixProject = "PROJECT#"
	prefixJob     = "JOB#"
)

// EncodeProject is the item of a project.
func EncodeProject(p cumin.Project) Item {
	it := key(ProjectPK(p.ID), SKProject)
	it[AttrName] = attrS(p.Name)
	putS(it, AttrDescription, p.Description)
	putS(it, AttrKey, p.Key)
	it[AttrArchived] = attrBool(p.Archived)
	it[AttrOwners] = attrN(int64(p.Owners))
	it[AttrMembers] = attrN(int64(p.Members))
	it[AttrVersion] = attrN(p.Version)
	it[AttrCreatedAt] = attrTime(p.CreatedAt)
	it[AttrUpdatedAt] = attrTime(p.UpdatedAt)
	putChange(it, p.Last)
	putTime(it, AttrDeletedAt, p.DeletedAt)
	return it
}

// DecodeProject reads the item, or the stream image, of a project. A deleted
// project still decodes; its DeletedAt says so. One from before there were keys
// has the default one.
func DecodeProject(it Item) (cumin.Project, error) {
	r := reader{item: it}
	p := cumin.Project{
		ID:          cumin.ProjectID(r.id(PK, prefixProject)),
		Name:        r.str(AttrName),
		Description: r.optStr(AttrDescription),
		Key:         cmp.Or(cumin.ProjectKey(r.optStr(AttrKey)), cumin.DefaultKey),
		Archived:    r.flag(AttrArchived),
		Owners:      int(r.num(AttrOwners)),
		Members:     int(r.num(AttrMembers)),
		Version:     r.num(AttrVersion),
		CreatedAt:   r.time(AttrCreatedAt),
		UpdatedAt:   r.time(AttrUpdatedAt),
		Last:        r.change(),
		DeletedAt:   r.optTime(AttrDeletedAt),
	}
	if r.err != nil {
		return cumin.Project{}, fmt.Errorf("decode project: %w", r.err)
	}
	return p, nil
}

// EncodeMember is the item of a membership, stored under its user and indexed
// under its project.
func EncodeMember(m cumin.Member) Item {
	it := key(UserPK(m.User), MemberSK(m.Project))
	it[AttrMembersPK] = attrS(ProjectPK(m.Project))
	it[AttrMembersSK] = attrS(MemberIndexSK(m.User))
	it[AttrRole] = attrS(string(m.Role))
	it[AttrVersion] = attrN(m.Version)
	it[AttrJoinedAt] = attrTime(m.JoinedAt)
	putS(it, AttrInviter, m.Inviter)
	putChange(it, m.Last)
	return it
}

// DecodeMember reads the item, or the stream image, of a membership.
func DecodeMember(it Item) (cumin.Member, error) {
	r := reader{item: it}
	m := cumin.Member{
		User:     cumin.UserID(r.id(PK, prefixUser)),
		Project:  cumin.ProjectID(r.id(SK, PrefixMember)),
		Role:     cumin.Role(r.str(AttrRole)),
		Version:  r.num(AttrVersion),
		JoinedAt: r.time(AttrJoinedAt),
		Inviter:  cumin.UserID(r.optStr(AttrInviter)),
		Last:     r.change(),
	}
	if r.err == nil && !m.Role.Valid() {
		r.fail(AttrRole, "a role")
	}
	if r.err != nil {
		return cumin.Member{}, fmt.Errorf("decode member: %w", r.err)
	}
	return m, nil
}

// EncodeProfile is a person's public profile, keyed by their id.
func EncodeProfile(p cumin.Profile) Item {
	it := key(UserPK(p.ID), SKProfile)
	it[AttrName] = attrS(p.Name)
	return it
}

// DecodeProfile reads a person's public profile.
func DecodeProfile(it Item) (cumin.Profile, error) {
	r := reader{item: it}
	p := cumin.Profile{ID: cumin.UserID(r.id(PK, prefixUser)), Name: r.str(AttrName)}
	if r.err != nil {
		return cumin.Profile{}, fmt.Errorf("decode profile: %w", r.err)
	}
	return p, nil
}

// EncodeAddress says which person may be added to projects under an e-mail
// address.
func EncodeAddress(address string, id cumin.UserID) Item {
	it := key(EmailPK(address), SKProfile)
	it[AttrUser] = attrS(string(id))
	return it
}

// DecodeAddress reads whose address it is.
func DecodeAddress(it Item) (cumin.UserID, error) {
	r := reader{item: it}
	id := cumin.UserID(r.str(AttrUser))
	if r.err != nil {
		return "", fmt.Errorf("decode address: %w", r.err)
	}
	return id, nil
}

// CountAttr is the attribute of the count item that counts tasks of a status;
// only for statuses that are counted.
func CountAttr(s cumin.Status) string { return string(s) }

// DecodeCounts reads a project's count item, or its stream image. No item is
// no count yet: all zero, never counted.
func DecodeCounts(it Item) (cumin.Counts, error) {
	if it == nil {
		return cumin.Counts{}, nil
	}
	r := reader{item: it}
	c := cumin.Counts{
		Todo:       r.optNum(CountAttr(cumin.StatusTodo)),
		InProgress: r.optNum(CountAttr(cumin.StatusInProgress)),
		Done:       r.optNum(CountAttr(cumin.StatusDone)),
		AsOf:       r.optTime(AttrAsOf),
	}
	if r.err != nil {
		return cumin.Counts{}, fmt.Errorf("decode counts: %w", r.err)
	}
	return c, nil
}
