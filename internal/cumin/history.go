package cumin

import (
	"context"
	"slices"
	"time"
)

// HistoryTTL is how long the activity of a project is kept.
const HistoryTTL = 365 * 24 * time.Hour

// EntryType names what an entry of the history is about: the words of live
// events, and two more.
type EntryType string

// The entries that live events tell otherwise: a deleted task that came back
// (as created), and a new project (as its owner joining).
const (
	EntryTaskRestored   EntryType = "task.restored"
	EntryProjectCreated EntryType = "project.created"
)

// EntryTypes are all of them.
var EntryTypes = [...]EntryType{
	EntryType(EventTaskCreated), EntryType(EventTaskUpdated), EntryType(EventTaskMoved), EntryType(EventTaskDeleted), EntryTaskRestored,
	EntryType(EventCommentAdded), EntryType(EventCommentDeleted), EntryProjectCreated, EntryType(EventProjectUpdated),
	EntryType(EventMemberAdded), EntryType(EventMemberUpdated), EntryType(EventMemberRemoved),
}

// Entry is one line of a project's or a task's history: enough to be read
// when what it tells about is gone.
type Entry struct {
	ID        EventID       `json:"id"`
	Type      EntryType     `json:"type"`
	At        time.Time     `json:"at"`
	Actor     UserID        `json:"actor,omitempty"`
	ActorName string        `json:"actorName"`
	TaskID    TaskID        `json:"taskId,omitempty"`
	Number    int64         `json:"number,omitempty"`
	Title     string        `json:"title,omitempty"`
	Changes   []FieldChange `json:"changes,omitempty" nullable:"false"`
	CommentID CommentID     `json:"commentId,omitempty"`
	Excerpt   string        `json:"excerpt,omitempty"`
	UserID    UserID        `json:"userId,omitempty"` // of the member it is about
	Name      string        `json:"name,omitempty"`
	Role      Role          `json:"role,omitempty"`
}

// FieldChange is one field of a task, project or member that became another.
// Long texts are not told.
type FieldChange struct {
	Field string `json:"field"`
	From  any    `json:"from,omitempty"`
	To    any    `json:"to,omitempty"`
}

// Entry is an activity as a line of the history; false when it is none: counts,
// exports, cards that only changed places. Names are the caller's to fill in.
func (a Activity) Entry() (Entry, bool) {
	e := Entry{ID: a.EventID(), Type: EntryType(a.Type), At: a.At, Actor: a.Actor}
	switch {
	case a.Task != nil:
		return e.ofTask(a.WasTask, a.Task)
	case a.Comment != nil:
		e.TaskID, e.Number, e.Title, e.CommentID = a.Comment.Task, a.Comment.Number, a.Comment.Title, a.Comment.ID
		e.Excerpt = a.Comment.Excerpt()
		return e, a.Type != EventCommentUpdated
	case a.Board != nil:
		if a.WasBoard == nil || a.Type != EventProjectUpdated {
			return Entry{}, false
		}
		e.changed("name", a.WasBoard.Name, a.Board.Name)
		e.changed("key", a.WasBoard.Key, a.Board.Key)
		e.changed("archived", a.WasBoard.Archived, a.Board.Archived)
		if a.WasBoard.Description != a.Board.Description {
			e.Changes = append(e.Changes, FieldChange{Field: "description"})
		}
		return e, len(e.Changes) > 0
	case a.Member != nil:
		e.UserID, e.Role = a.Member.User, a.Member.Role
		if a.WasMember != nil && a.Type == EventMemberUpdated {
			e.changed("role", a.WasMember.Role, a.Member.Role)
		}
		if a.Type == EventMemberAdded && a.Member.User == a.Actor && a.Member.Inviter == "" {
			return Entry{ID: e.ID, Type: EntryProjectCreated, At: e.At, Actor: e.Actor}, true // nobody else joins without an invite
		}
		return e, true
	}
	return Entry{}, false
}

func (e Entry) ofTask(was, t *Task) (Entry, bool) {
	e.TaskID, e.Number, e.Title = t.ID, t.Number, t.Title
	if was == nil || e.Type == EntryType(EventTaskDeleted) {
		return e, true
	}
	if was.Status == StatusDeleted {
		e.Type = EntryTaskRestored
		return e, true
	}
	e.changed("title", was.Title, t.Title)
	e.changed("status", was.Status, t.Status)
	e.changed("priority", was.Priority, t.Priority)
	e.changed("assignee", was.Assignee, t.Assignee)
	e.changed("due", was.Due, t.Due)
	if !slices.Equal(was.Labels, t.Labels) {
		e.Changes = append(e.Changes, FieldChange{Field: "labels", From: append([]string{}, was.Labels...), To: append([]string{}, t.Labels...)})
	}
	if was.Description != t.Description {
		e.Changes = append(e.Changes, FieldChange{Field: "description"})
	}
	return e, len(e.Changes) > 0
}

// changed notes a field that is another now; what is empty is left out.
func (e *Entry) changed(field string, from, to any) {
	if from != to {
		e.Changes = append(e.Changes, FieldChange{Field: field, From: orNothing(from), To: orNothing(to)})
	}
}

func orNothing(v any) any {
	if v == UserID("") || v == "" {
		return nil
	}
	return v
}

// HistoryStore reads what the activity function wrote.
type HistoryStore interface {
	// OfProject is a project's entries, newest first, after a position.
	OfProject(ctx context.Context, project ProjectID, limit int, after *EventID) (Page[Entry, EventID], error)
	// OfTask is a task's entries, newest first, after a position.
	OfTask(ctx context.Context, project ProjectID, task TaskID, limit int, after *EventID) (Page[Entry, EventID], error)
}

// History tells members what happened.
type History struct {
	Access AccessStore
	Tasks  TaskStore
	Store  HistoryStore
}

// OfProject is what happened in a project, newest first, also to what is gone.
func (s History) OfProject(ctx context.Context, by UserID, project ProjectID, limit int, after *EventID) (Page[Entry, EventID], error) {
	if _, err := admit(ctx, s.Access, by, project, RoleViewer); err != nil {
		return Page[Entry, EventID]{}, err
	}
	return s.Store.OfProject(ctx, project, limit, after)
}

// OfTask is what happened to a task, newest first, also to one that was
// deleted, as long as it can be brought back.
func (s History) OfTask(ctx context.Context, by UserID, project ProjectID, task TaskID, limit int, after *EventID) (Page[Entry, EventID], error) {
	if _, err := admit(ctx, s.Access, by, project, RoleViewer); err != nil {
		return Page[Entry, EventID]{}, err
	}
	if !ValidID(string(task)) {
		return Page[Entry, EventID]{}, ErrNotFound
	}
	if _, err := s.Tasks.Stored(ctx, project, task); err != nil {
		return Page[Entry, EventID]{}, err
	}
	return s.Store.OfTask(ctx, project, task, limit, after)
}
