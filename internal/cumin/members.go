package cumin

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// NamedMember is a member with the public name.
type NamedMember struct {
	Member
	Name string
}

// Members are the people of a project. Owners manage them; everybody may
// leave, except the last owner.
type Members struct {
	Access   AccessStore
	Store    MemberStore
	Profiles ProfileStore
	Clock    Clock
}

// maxStale bounds how often a change goes round when somebody else changed
// the same membership in between.
const maxStale = 5

// List is everybody in the project, owners first, then by name.
func (s Members) List(ctx context.Context, by UserID, project ProjectID) ([]NamedMember, error) {
	a, err := admit(ctx, s.Access, by, project, RoleViewer)
	if err != nil {
		return nil, err
	}
	return s.list(ctx, a.Member)
}

// list is everybody in the asking member's project. The list comes from an
// index; who asks is in it as just read, however far the index lags.
func (s Members) list(ctx context.Context, asking Member) ([]NamedMember, error) {
	members, err := s.Store.List(ctx, asking.Project)
	if err != nil {
		return nil, err
	}
	members = append(slices.DeleteFunc(members, func(m Member) bool { return m.User == asking.User }), asking)
	ids := make([]UserID, len(members))
	for i, m := range members {
		ids[i] = m.User
	}
	profiles, err := s.Profiles.Profiles(ctx, ids)
	if err != nil {
		return nil, err
	}
	named := make([]NamedMember, len(members))
	for i, m := range members {
		named[i] = NamedMember{Member: m, Name: profiles[m.User].Name}
	}
	slices.SortStableFunc(named, func(a, b NamedMember) int {
		if by := b.Role.rank() - a.Role.rank(); by != 0 {
			return by
		}
		return strings.Compare(a.Name, b.Name)
	})
	return named, nil
}

// SetRole gives a member another role, for owners. ErrLastOwner.
func (s Members) SetRole(ctx context.Context, by Actor, project ProjectID, user UserID, role Role) (NamedMember, error) {
	if _, err := admit(ctx, s.Access, by.User, project, RoleOwner); err != nil {
		return NamedMember{}, err
	}
	var f fields
	f.role("/role", role)
	if err := f.err(); err != nil {
		return NamedMember{}, err
	}
	var changed Member
	err := s.onMember(ctx, project, user, func(m Member) (err error) {
		changed = m
		if m.Role == role {
			return nil // already so: no version is spent
		}
		changed, err = s.Store.SetRole(ctx, m, role, moment(s.Clock), by.Change())
		return err
	})
	if err != nil {
		return NamedMember{}, err
	}
	profiles, err := s.Profiles.Profiles(ctx, []UserID{user})
	return NamedMember{Member: changed, Name: profiles[user].Name}, err
}

// Remove takes a member out: owners take anybody, everybody themselves.
// ErrLastOwner.
func (s Members) Remove(ctx context.Context, by Actor, project ProjectID, user UserID) error {
	need := RoleOwner
	if user == by.User {
		need = RoleViewer
	}
	if _, err := admit(ctx, s.Access, by.User, project, need); err != nil {
		return err
	}
	return s.onMember(ctx, project, user, func(m Member) error {
		return s.Store.Remove(ctx, m, moment(s.Clock), by.Change())
	})
}

// onMember reads a membership and lets change write it, again while somebody
// else was faster.
func (s Members) onMember(ctx context.Context, project ProjectID, user UserID, change func(Member) error) error {
	if !ValidID(string(user)) {
		return ErrNotFound
	}
	for range maxStale {
		m, err := s.Store.Member(ctx, user, project)
		if err != nil {
			return err
		}
		if err = change(m); !errors.Is(err, ErrLostRace) {
			return err
		}
	}
	return errBusy
}
