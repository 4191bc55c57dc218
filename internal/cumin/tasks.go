package cumin

import (
	"context"
	"errors"
	"slices"
	"time"
)

// NewTask is what a person says about a task they add. Empty fields take their
// defaults: the first column, no priority, nobody, no date.
type NewTask struct {
	Title       string
	Description string
	Status      Status
	Priority    Priority
	Assignee    UserID
	Due         string
	Labels      []string
}

// TaskPatch changes the fields that are not nil; an empty Assignee or Due takes
// the value away. A task changes its column by Move.
type TaskPatch struct {
	Title       *string
	Description *string
	Priority    *Priority
	Assignee    *UserID
	Due         *string
	Labels      *[]string
}

// Move says where a task goes: into a column, behind the task After and before
// the task Before, either of which may be empty or may have vanished.
type Move struct {
	Status Status
	After  TaskID
	Before TaskID
}

// Tasks are the cards of a project: viewers read, editors write. A version of
// what is changed must be named; *VersionError[Task] tells that it is stale.
type Tasks struct {
	Access  AccessStore
	Members MemberStore
	Store   TaskStore
	Clock   Clock
	NewID   IDSource
	Pick    Pick
}

// Create adds a task at the end of its column.
func (s Tasks) Create(ctx context.Context, by Actor, project ProjectID, in NewTask, once *Once[Task]) (Task, error) {
	if _, err := admitWorker(ctx, s.Access, by.User, project); err != nil {
		return Task{}, err
	}
	now := moment(s.Clock)
	t, err := in.task()
	if err != nil {
		return Task{}, err
	}
	if err := s.checkAssignee(ctx, project, t.Assignee); err != nil {
		return Task{}, err
	}
	t.Project, t.ID, t.Version = project, TaskID(s.NewID(now)), 1
	t.CreatedAt, t.UpdatedAt, t.CreatedBy, t.Last = now, now, by.User, by.Change()
	if err := together(ctx, []func(context.Context) error{
		func(ctx context.Context) (err error) {
			t.Rank, err = s.endOf(ctx, project, t.Status)
			return err
		},
		func(ctx context.Context) (err error) {
			t.Number, err = s.Store.NextNumber(ctx, project)
			return err
		},
	}); err != nil {
		return Task{}, err
	}
	answer, err := once.answer(t, now)
	if err != nil {
		return Task{}, err
	}
	return t, s.Store.Create(ctx, t, answer)
}

// Get is one task.
func (s Tasks) Get(ctx context.Context, by UserID, project ProjectID, id TaskID) (Task, error) {
	return s.read(ctx, project, id, func(ctx context.Context) error {
		_, err := admit(ctx, s.Access, by, project, RoleViewer)
		return err
	})
}

// read admits the user and reads the task at the same time; who is not
// admitted does not learn whether there is such a task.
func (s Tasks) read(ctx context.Context, project ProjectID, id TaskID, admission func(context.Context) error) (Task, error) {
	if !ValidID(string(project)) {
		return Task{}, ErrNotFound
	}
	var (
		t      Task
		unread error
	)
	refusal := together(ctx, []func(context.Context) error{
		admission,
		func(ctx context.Context) error {
			t, unread = s.get(ctx, project, id)
			return nil // whether it may be said is the other's to decide
		},
	})
	if refusal != nil {
		return Task{}, refusal
	}
	return t, unread
}

// List pages through a project's tasks.
func (s Tasks) List(ctx context.Context, by UserID, project ProjectID, q TaskQuery, limit int, after *TaskPosition) (Page[Task, TaskPosition], error) {
	if _, err := admit(ctx, s.Access, by, project, RoleViewer); err != nil {
		return Page[Task, TaskPosition]{}, err
	}
	var wrong fields
	q.check(&wrong, "query")
	if err := wrong.err(); err != nil {
		return Page[Task, TaskPosition]{}, err
	}
	q.Today = Today(s.Clock.Now())
	return s.Store.List(ctx, project, q, limit, after)
}

// Update applies a patch to the version named. A patch that changes nothing
// spends no version.
func (s Tasks) Update(ctx context.Context, by Actor, project ProjectID, id TaskID, patch TaskPatch, version int64) (Task, error) {
	return s.change(ctx, by, project, id, version, func(t Task) (Task, error) {
		next, err := patch.apply(t)
		if err != nil {
			return Task{}, err
		}
		if next.same(t) {
			return t, nil
		}
		if next.Assignee != t.Assignee {
			if err := s.checkAssignee(ctx, project, next.Assignee); err != nil {
				return Task{}, err
			}
		}
		return s.write(ctx, by, next)
	})
}

// Delete takes the version named of a task off the board; it can be brought
// back for DeletedTaskTTL.
func (s Tasks) Delete(ctx context.Context, by Actor, project ProjectID, id TaskID, version int64) error {
	_, err := s.change(ctx, by, project, id, version, func(t Task) (Task, error) {
		return s.write(ctx, by, s.deleted(t))
	})
	return err
}

// deleted is t off the board.
func (s Tasks) deleted(t Task) Task {
	t.Was, t.Status, t.DeletedAt = t.Status, StatusDeleted, moment(s.Clock)
	return t
}

// Restore puts a deleted task back where it was; one that is on the board
// stays as it is. ErrNotFound once DeletedTaskTTL is over.
func (s Tasks) Restore(ctx context.Context, by Actor, project ProjectID, id TaskID) (Task, error) {
	if _, err := admitWorker(ctx, s.Access, by.User, project); err != nil {
		return Task{}, err
	}
	if !ValidID(string(id)) {
		return Task{}, ErrNotFound
	}
	for range maxStale {
		t, err := s.Store.Stored(ctx, project, id)
		if err != nil || t.Status != StatusDeleted {
			return t, err
		}
		now := moment(s.Clock)
		if now.Sub(t.DeletedAt) >= DeletedTaskTTL { // DynamoDB deletes late
			return Task{}, ErrNotFound
		}
		if t.Status = t.Was; !t.Status.Counted() {
			t.Status = StatusTodo
		}
		t.Was, t.DeletedAt = "", time.Time{}
		t = s.next(by, t)
		if err = s.Store.Restore(ctx, t); !errors.Is(err, ErrLostRace) {
			return t, err
		}
	}
	return Task{}, errBusy
}

// errBusy refuses what others keep changing.
var errBusy = Refuse(CodeUnavailable, "This is being changed by others. Please try again.")

// Move puts the version named of a task elsewhere. Only this task is written.
// A neighbour that has vanished, or is not in the column any more, is passed
// over; with none left the task goes to the column's end.
func (s Tasks) Move(ctx context.Context, by Actor, project ProjectID, id TaskID, to Move, version int64) (Task, error) {
	return s.change(ctx, by, project, id, version, func(t Task) (Task, error) {
		var f fields
		f.column("/status", to.Status)
		if err := f.err(); err != nil {
			return Task{}, err
		}
		return s.drop(ctx, by, t, to)
	})
}

// change lets an editor write what make makes of the version named, again
// while ranks are rewritten meanwhile.
func (s Tasks) change(ctx context.Context, by Actor, project ProjectID, id TaskID, version int64, make func(Task) (Task, error)) (Task, error) {
	for range maxStale {
		t, err := s.open(ctx, by.User, project, id, version)
		if err != nil {
			return Task{}, err
		}
		t, err = make(t)
		stale, lost := errors.AsType[*VersionError[Task]](err)
		if errors.Is(err, ErrLostRace) || lost && stale.Current.is(version) {
			continue
		}
		return t, err
	}
	return Task{}, errBusy
}

// open admits an editor and reads the task, which must have the version named.
func (s Tasks) open(ctx context.Context, by UserID, project ProjectID, id TaskID, version int64) (Task, error) {
	t, err := s.read(ctx, project, id, func(ctx context.Context) error {
		_, err := admitWorker(ctx, s.Access, by, project)
		return err
	})
	if err != nil {
		return Task{}, err
	}
	if !t.is(version) {
		return Task{}, &VersionError[Task]{Current: t}
	}
	return t, nil
}

func (s Tasks) get(ctx context.Context, project ProjectID, id TaskID) (Task, error) {
	if !ValidID(string(id)) {
		return Task{}, ErrNotFound
	}
	return s.Store.Get(ctx, project, id)
}

func (s Tasks) write(ctx context.Context, by Actor, t Task) (Task, error) {
	t = s.next(by, t)
	return t, s.Store.Replace(ctx, t)
}

// next is t as its next version.
func (s Tasks) next(by Actor, t Task) Task {
	t.Version, t.SameSince = t.Version+1, 0
	t.UpdatedAt, t.Last = moment(s.Clock), by.Change()
	return t
}

// checkAssignee wants a member of the project, or nobody.
func (s Tasks) checkAssignee(ctx context.Context, project ProjectID, user UserID) error {
	if user == "" {
		return nil
	}
	err := error(ErrNotFound)
	if ValidID(string(user)) {
		_, err = s.Members.Member(ctx, user, project)
	}
	if errors.Is(err, ErrNotFound) {
		return refuseField("/assignee", "not_allowed", "Tasks are assigned to members of the project.")
	}
	return err
}

// task checks a new task's fields and fills in the defaults.
func (n NewTask) task() (Task, error) {
	var f fields
	t := Task{
		Title: f.line("/title", n.Title, MaxTitle), Description: f.text("/description", n.Description, MaxDescription),
		Status: n.Status, Priority: n.Priority, Assignee: n.Assignee, Due: n.Due, Labels: f.labels("/labels", n.Labels),
	}
	if t.Status == "" {
		t.Status = StatusTodo
	}
	if t.Priority == "" {
		t.Priority = PriorityNone
	}
	f.column("/status", t.Status)
	f.priority("/priority", t.Priority)
	f.due("/due", t.Due)
	return t, f.err()
}

// apply is t with the patch's fields, checked.
func (p TaskPatch) apply(t Task) (Task, error) {
	var f fields
	if p.Title != nil {
		t.Title = f.line("/title", *p.Title, MaxTitle)
	}
	if p.Description != nil {
		t.Description = f.text("/description", *p.Description, MaxDescription)
	}
	if p.Priority != nil {
		t.Priority = *p.Priority
		f.priority("/priority", t.Priority)
	}
	if p.Assignee != nil {
		t.Assignee = *p.Assignee
	}
	if p.Due != nil {
		t.Due = *p.Due
		f.due("/due", t.Due)
	}
	if p.Labels != nil {
		t.Labels = f.labels("/labels", *p.Labels)
	}
	return t, f.err()
}

// same reports whether a person would see no difference.
func (t Task) same(o Task) bool {
	return t.Title == o.Title && t.Description == o.Description && t.Status == o.Status && t.Priority == o.Priority &&
		t.Assignee == o.Assignee && t.Due == o.Due && slices.Equal(t.Labels, o.Labels) && t.Rank == o.Rank
}
