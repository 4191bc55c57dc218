package cumin

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
)

// Invites bring people into projects: an owner makes one, somebody accepts it.
// What an owner is answered does not depend on who has registered.
type Invites struct {
	Projects ProjectStore
	Members  MemberStore
	Profiles ProfileStore
	Store    InviteStore
	Clock    Clock
	NewID    IDSource
}

// InviteStore keeps open invites; accepting one is MemberStore.Add.
type InviteStore interface {
	// Create stores a new invite.
	Create(ctx context.Context, i Invite) error
	// Get reads one, consistently; ErrNotFound.
	Get(ctx context.Context, project ProjectID, id InviteID) (Invite, error)
	// Find is Get by id alone, by an index: a new one may take a moment to show.
	Find(ctx context.Context, id InviteID) (Invite, error)
	// List is a project's invites, newest first, consistently; some may have
	// expired.
	List(ctx context.Context, project ProjectID) ([]Invite, error)
	// Delete removes an invite; ErrNotFound.
	Delete(ctx context.Context, project ProjectID, id InviteID) error
}

// NewInvite is whom an owner wants in the project. An empty Email leaves it to
// who gets the link.
type NewInvite struct {
	Email string
	Role  Role
}

// Create makes an invite and returns its token, which is not kept: it is shown
// this once. Whoever has registered with the address finds it in the inbox.
func (s Invites) Create(ctx context.Context, by Actor, project ProjectID, in NewInvite) (Invite, InviteToken, error) {
	if _, err := admit(ctx, s.Projects, by.User, project, RoleOwner); err != nil {
		return Invite{}, InviteToken{}, err
	}
	var f fields
	f.role("/role", in.Role)
	if in.Email = strings.TrimSpace(in.Email); in.Email != "" && !PlainLine(in.Email) {
		f.add("/email", "wrong_format", "This is not an e-mail address.")
	}
	if err := f.err(); err != nil {
		return Invite{}, InviteToken{}, err
	}
	open, err := s.open(ctx, project)
	if err != nil {
		return Invite{}, InviteToken{}, err
	}
	if len(open) >= MaxInvites {
		return Invite{}, InviteToken{}, ErrTooManyInvites
	}
	now := moment(s.Clock)
	token := InviteToken{Project: project, Invite: InviteID(s.NewID(now)), Secret: make([]byte, secretBytes)}
	rand.Read(token.Secret) // never fails (crypto/rand, Go 1.24)
	i := Invite{
		ID: token.Invite, Project: project, Email: in.Email, Role: in.Role, Hash: token.Hash(),
		CreatedAt: now, ExpiresAt: now.Add(InviteTTL), Last: by.Change(),
	}
	return i, token, s.Store.Create(ctx, i)
}

// List is the open invites of a project, for its owners, newest first.
func (s Invites) List(ctx context.Context, by UserID, project ProjectID) ([]Invite, error) {
	if _, err := admit(ctx, s.Projects, by, project, RoleOwner); err != nil {
		return nil, err
	}
	return s.open(ctx, project)
}

func (s Invites) open(ctx context.Context, project ProjectID) ([]Invite, error) {
	all, err := s.Store.List(ctx, project)
	if err != nil {
		return nil, err
	}
	var open []Invite
	for _, i := range all {
		if s.Clock.Now().Before(i.ExpiresAt) {
			open = append(open, i)
		}
	}
	return open, nil
}

// Revoke takes an invite back, for owners.
func (s Invites) Revoke(ctx context.Context, by UserID, project ProjectID, id InviteID) error {
	if _, err := admit(ctx, s.Projects, by, project, RoleOwner); err != nil {
		return err
	}
	if !ValidID(string(id)) {
		return ErrNotFound
	}
	return s.Store.Delete(ctx, project, id)
}

// InvitePreview is what somebody with a link is told before they join.
type InvitePreview struct {
	Invite  Invite
	Project Project
	By      Profile
}

// Preview tells what a token opens. ErrInviteOver.
func (s Invites) Preview(ctx context.Context, token string) (InvitePreview, error) {
	i, err := s.byToken(ctx, token)
	if err != nil {
		return InvitePreview{}, err
	}
	a, err := s.Projects.Access(ctx, i.Last.By, i.Project)
	if errors.Is(err, ErrNotFound) { // deleted, or whoever invited has left
		return InvitePreview{}, ErrInviteOver
	}
	if err != nil {
		return InvitePreview{}, err
	}
	profiles, err := s.Profiles.Profiles(ctx, []UserID{i.Last.By})
	return InvitePreview{Invite: i, Project: a.Project, By: profiles[i.Last.By]}, err
}

// Accept makes the actor a member by a token. Who is one already stays as they
// are, and so does the invite. ErrInviteOver.
func (s Invites) Accept(ctx context.Context, by Actor, token string) (ProjectView, error) {
	t, err := ParseInviteToken(token)
	if err != nil {
		return ProjectView{}, err
	}
	return s.join(ctx, by, t.Project, func() (Invite, error) { return s.byToken(ctx, token) })
}

// AcceptMine makes the actor a member by an invite that was meant for their
// address. ErrNotFound when it was not, ErrInviteOver.
func (s Invites) AcceptMine(ctx context.Context, by Actor, id InviteID) (ProjectView, error) {
	if !ValidID(string(id)) {
		return ProjectView{}, ErrNotFound
	}
	i, err := s.Store.Find(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return ProjectView{}, ErrInviteOver
	}
	if err != nil {
		return ProjectView{}, err
	}
	meant, err := s.Profiles.ByEmail(ctx, i.Email)
	if errors.Is(err, ErrNotFound) || err == nil && meant.ID != by.User {
		return ProjectView{}, ErrNotFound
	}
	if err != nil {
		return ProjectView{}, err
	}
	return s.join(ctx, by, i.Project, func() (Invite, error) { return i, s.good(i) })
}

// join lets the actor in by an invite, unless they are in already: a repeated
// acceptance whose first answer was lost finds the invite used.
func (s Invites) join(ctx context.Context, by Actor, project ProjectID, invite func() (Invite, error)) (ProjectView, error) {
	if _, view, err := s.Projects.View(ctx, by.User, project); !errors.Is(err, ErrNotFound) {
		return view, err
	}
	i, err := invite()
	if err != nil {
		return ProjectView{}, err
	}
	m := Member{Project: i.Project, User: by.User, Role: i.Role, Version: 1, JoinedAt: moment(s.Clock), Inviter: i.Last.By, Last: by.Change()}
	switch err := s.Members.Add(ctx, m, &i); {
	case errors.Is(err, ErrNotFound): // the project is gone
		return ProjectView{}, ErrInviteOver
	case err != nil && !errors.Is(err, ErrAlreadyMember):
		return ProjectView{}, err
	}
	_, view, err := s.Projects.View(ctx, by.User, project)
	return view, err
}

// byToken is the open invite of a token.
func (s Invites) byToken(ctx context.Context, token string) (Invite, error) {
	t, err := ParseInviteToken(token)
	if err != nil {
		return Invite{}, err
	}
	i, err := s.Store.Get(ctx, t.Project, t.Invite)
	if errors.Is(err, ErrNotFound) || err == nil && !i.Opens(t) {
		return Invite{}, ErrInviteOver
	}
	if err != nil {
		return Invite{}, err
	}
	return i, s.good(i)
}

// good refuses an invite that has expired.
func (s Invites) good(i Invite) error {
	if !s.Clock.Now().Before(i.ExpiresAt) { // DynamoDB deletes late
		return ErrInviteOver
	}
	return nil
}
