package cumin

import "context"

// Limits of a project's fields, in characters, and of its members.
const (
	MaxProjectName        = 100
	MaxProjectDescription = 2_000
	MaxMembers            = 200 // so that a board can show all of them
)

// NewProject is what a person says about a project they start.
type NewProject struct {
	Name        string
	Description string
	Key         ProjectKey // empty: KeyOf its name
}

// Projects are the boards that people share. Each method checks that its actor
// may do it: a stranger gets ErrNotFound, a member who lacks the role
// ErrForbidden.
type Projects struct {
	Store ProjectStore
	Clock Clock
	NewID IDSource
}

// Create starts a project with its creator as the owner. ErrAnswered when the
// key already has an answer.
func (s Projects) Create(ctx context.Context, by Actor, in NewProject, once *Once[ProjectView]) (ProjectView, error) {
	var f fields
	in.Name = f.line("/name", in.Name, MaxProjectName)
	in.Description = f.text("/description", in.Description, MaxProjectDescription)
	if in.Key == "" {
		in.Key = KeyOf(in.Name)
	}
	f.key("/key", in.Key)
	if err := f.err(); err != nil {
		return ProjectView{}, err
	}
	now := moment(s.Clock)
	p := Project{
		ID: ProjectID(s.NewID(now)), Name: in.Name, Description: in.Description, Key: in.Key, Owners: 1, Members: 1, Version: 1,
		CreatedAt: now, UpdatedAt: now, Last: by.Change(),
	}
	owner := Member{Project: p.ID, User: by.User, Role: RoleOwner, Version: 1, JoinedAt: now, Last: by.Change()}
	view := ProjectView{Project: p, Role: RoleOwner}
	answer, err := once.answer(view, now)
	if err != nil {
		return ProjectView{}, err
	}
	return view, s.Store.Create(ctx, p, owner, answer)
}

// Get is one project as the actor sees it.
func (s Projects) Get(ctx context.Context, by UserID, id ProjectID) (ProjectView, error) {
	_, view, err := s.open(ctx, by, id)
	return view, err
}

// open is what a member sees of a project, and the membership.
func (s Projects) open(ctx context.Context, by UserID, id ProjectID) (Member, ProjectView, error) {
	if !ValidID(string(id)) {
		return Member{}, ProjectView{}, ErrNotFound
	}
	return s.Store.View(ctx, by, id)
}

// Update changes a project, for its owners. A version of 0 changes whatever
// is stored; with another, *VersionError[ProjectView] tells that it is stale.
// A patch that changes nothing spends no version.
func (s Projects) Update(ctx context.Context, by Actor, id ProjectID, patch ProjectPatch, version int64) (ProjectView, error) {
	a, err := admit(ctx, s.Store, by.User, id, RoleOwner)
	if err != nil {
		return ProjectView{}, err
	}
	var f fields
	if patch.Name != nil {
		name := f.line("/name", *patch.Name, MaxProjectName)
		patch.Name = &name
	}
	if patch.Description != nil {
		f.text("/description", *patch.Description, MaxProjectDescription)
	}
	if patch.Key != nil {
		f.key("/key", *patch.Key)
	}
	if err := f.err(); err != nil {
		return ProjectView{}, err
	}
	if patch.same(a.Project) && (version == 0 || version == a.Project.Version) {
		return s.Get(ctx, by.User, id)
	}
	p, err := s.Store.Update(ctx, id, patch, version, moment(s.Clock), by.Change())
	if stale, ok := staleOf[Project](err); ok {
		current, err := s.Get(ctx, by.User, id)
		if err != nil {
			return ProjectView{}, err
		}
		current.Project = stale
		return ProjectView{}, &VersionError[ProjectView]{Current: current}
	}
	if err != nil {
		return ProjectView{}, err
	}
	counts, err := s.Store.Counts(ctx, id)
	return ProjectView{Project: p, Role: a.Member.Role, Counts: counts}, err // its change is its newest work
}

// same reports whether the patch leaves p as it is.
func (p ProjectPatch) same(o Project) bool {
	return (p.Name == nil || *p.Name == o.Name) && (p.Description == nil || *p.Description == o.Description) &&
		(p.Key == nil || *p.Key == o.Key) && (p.Archived == nil || *p.Archived == o.Archived)
}

// Delete ends a project, for its owners: it is out of everybody's reach at
// once, and the job returned erases what it held.
func (s Projects) Delete(ctx context.Context, by Actor, id ProjectID) (Deletion, error) {
	if _, err := admit(ctx, s.Store, by.User, id, RoleOwner); err != nil {
		return Deletion{}, err
	}
	counts, err := s.Store.Counts(ctx, id)
	if err != nil {
		return Deletion{}, err
	}
	d := Deletion{
		Project: id, User: by.User, State: DeletionRunning, Total: counts.Of(""), Version: 1, CreatedAt: moment(s.Clock), Last: by.Change(),
	}
	return d, s.Store.Delete(ctx, d)
}

// Deletion is how far the erasing of a project has come that the actor
// deleted.
func (s Projects) Deletion(ctx context.Context, by UserID, id ProjectID) (Deletion, error) {
	if !ValidID(string(id)) {
		return Deletion{}, ErrNotFound
	}
	d, err := s.Store.Deletion(ctx, id)
	if err == nil && d.User != by {
		return Deletion{}, ErrNotFound
	}
	return d, err
}

// admitWorker admits somebody who is to change tasks or comments, which an
// archived project lets nobody do.
func admitWorker(ctx context.Context, store AccessStore, user UserID, project ProjectID) (Access, error) {
	a, err := admit(ctx, store, user, project, RoleEditor)
	if err == nil && a.Project.Archived {
		return Access{}, ErrArchived
	}
	return a, err
}

// admit reads what the user may do in a project and refuses less than need.
func admit(ctx context.Context, store AccessStore, user UserID, project ProjectID, need Role) (Access, error) {
	if !ValidID(string(project)) {
		return Access{}, ErrNotFound
	}
	a, err := store.Access(ctx, user, project)
	if err != nil {
		return Access{}, err
	}
	if !a.Member.Role.Allows(need) {
		return Access{}, ErrForbidden
	}
	return a, nil
}
