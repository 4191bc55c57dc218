package cumin

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// CommentStore keeps comments. A deleted one is not found, except by its
// stream.
type CommentStore interface {
	// Create stores a new comment and the answer (may be nil), and counts it in
	// its task's Talk. ErrAnswered; ErrNotFound when the task is gone.
	Create(ctx context.Context, c Comment, a *Answer) error
	// Get reads a comment, consistently; ErrNotFound.
	Get(ctx context.Context, project ProjectID, task TaskID, id CommentID) (Comment, error)
	// Replace stores c, whose version is one above the stored one.
	// *VersionError[Comment] when it is not; ErrNotFound.
	Replace(ctx context.Context, c Comment) error
	// Delete is Replace by a deleted comment; it counts it off its task's Talk.
	Delete(ctx context.Context, c Comment) error
	// List is a task's comments, newest first, after a position, consistently.
	List(ctx context.Context, project ProjectID, task TaskID, limit int, after *CommentID) (Page[Comment, CommentID], error)
}

// Comments are what members say about tasks: viewers read, editors write,
// authors change what they wrote, owners may take anything away.
type Comments struct {
	Access  AccessStore
	Tasks   TaskStore
	Members MemberStore
	Store   CommentStore
	Clock   Clock
	NewID   IDSource
}

// List is the comments of a task, newest first.
func (s Comments) List(ctx context.Context, by UserID, project ProjectID, task TaskID, limit int, after *CommentID) (Page[Comment, CommentID], error) {
	if _, err := admit(ctx, s.Access, by, project, RoleViewer); err != nil {
		return Page[Comment, CommentID]{}, err
	}
	if _, err := s.task(ctx, project, task); err != nil {
		return Page[Comment, CommentID]{}, err
	}
	return s.Store.List(ctx, project, task, limit, after)
}

// Create adds a comment; members whom it mentions are told.
func (s Comments) Create(ctx context.Context, by Actor, project ProjectID, task TaskID, body string, once *Once[Comment]) (Comment, error) {
	if _, err := admitWorker(ctx, s.Access, by.User, project); err != nil {
		return Comment{}, err
	}
	t, err := s.task(ctx, project, task)
	if err != nil {
		return Comment{}, err
	}
	now := moment(s.Clock)
	c := Comment{
		Project: project, Task: task, ID: CommentID(s.NewID(now)), Number: t.Number, Title: t.Title, Author: by.User,
		Version: 1, CreatedAt: now, UpdatedAt: now, Last: by.Change(),
	}
	if err := s.write(ctx, &c, body); err != nil {
		return Comment{}, err
	}
	answer, err := once.answer(c, now)
	if err != nil {
		return Comment{}, err
	}
	return c, s.Store.Create(ctx, c, answer)
}

// Update changes the version named of one's own comment; people it mentions
// anew are told.
func (s Comments) Update(ctx context.Context, by Actor, project ProjectID, task TaskID, id CommentID, body string, version int64) (Comment, error) {
	c, _, err := s.open(ctx, by, project, task, id, version)
	if err != nil {
		return Comment{}, err
	}
	if c.Author != by.User {
		return Comment{}, ErrForbidden
	}
	if c.Body == body {
		return c, nil
	}
	if err := s.write(ctx, &c, body); err != nil {
		return Comment{}, err
	}
	c.Version, c.UpdatedAt, c.Last = c.Version+1, moment(s.Clock), by.Change()
	return c, s.Store.Replace(ctx, c)
}

// Delete takes the version named of a comment away, for its author and for
// owners. Its text is gone at once.
func (s Comments) Delete(ctx context.Context, by Actor, project ProjectID, task TaskID, id CommentID, version int64) error {
	c, role, err := s.open(ctx, by, project, task, id, version)
	if err != nil {
		return err
	}
	if c.Author != by.User && role != RoleOwner {
		return ErrForbidden
	}
	now := moment(s.Clock)
	c.Body, c.Mentions, c.Version, c.UpdatedAt, c.DeletedAt, c.Last = "", nil, c.Version+1, now, now, by.Change()
	return s.Store.Delete(ctx, c)
}

// open admits an editor and reads the comment, which must have the version
// named.
func (s Comments) open(ctx context.Context, by Actor, project ProjectID, task TaskID, id CommentID, version int64) (Comment, Role, error) {
	a, err := admitWorker(ctx, s.Access, by.User, project)
	if err != nil {
		return Comment{}, "", err
	}
	if _, err := s.task(ctx, project, task); err != nil {
		return Comment{}, "", err
	}
	if !ValidID(string(id)) {
		return Comment{}, "", ErrNotFound
	}
	c, err := s.Store.Get(ctx, project, task, id)
	if err == nil && c.Version != version {
		err = &VersionError[Comment]{Current: c}
	}
	return c, a.Member.Role, err
}

func (s Comments) task(ctx context.Context, project ProjectID, id TaskID) (Task, error) {
	if !ValidID(string(id)) {
		return Task{}, ErrNotFound
	}
	return s.Tasks.Get(ctx, project, id)
}

// write checks a body and finds the members it mentions.
func (s Comments) write(ctx context.Context, c *Comment, body string) error {
	var f fields
	if strings.TrimSpace(body) == "" {
		f.add("/body", "required", "It must not be empty.")
	}
	c.Body = f.text("/body", body, MaxComment)
	if err := f.err(); err != nil {
		return err
	}
	people := mentioned(body)
	members := make([]bool, len(people))
	reads := make([]func(context.Context) error, len(people))
	for i, id := range people {
		reads[i] = func(ctx context.Context) error {
			_, err := s.Members.Member(ctx, id, c.Project)
			members[i] = err == nil
			if errors.Is(err, ErrNotFound) {
				return nil // it stays text
			}
			return err
		}
	}
	if err := together(ctx, reads); err != nil {
		return err
	}
	c.Mentions = nil
	for i, id := range people {
		if members[i] {
			c.Mentions = append(c.Mentions, id)
		}
	}
	return nil
}

// CommentActivity reads a change of a comment. Whoever it mentions and did not
// before is told, unless they wrote it.
func CommentActivity(before, after *Comment) (Activity, bool) {
	if before != nil && !before.DeletedAt.IsZero() {
		return Activity{}, false
	}
	if after == nil {
		a := commentActivity(EventCommentDeleted, before)
		a.Version, a.Actor, a.RequestID, a.Gone = before.Version+1, "", "", true
		return a, true
	}
	if before != nil && after.Version <= before.Version {
		return Activity{}, false
	}
	if !after.DeletedAt.IsZero() {
		return commentActivity(EventCommentDeleted, after), before != nil
	}
	a, known := commentActivity(EventCommentAdded, after), []UserID(nil)
	if before != nil {
		a.Type, known = EventCommentUpdated, before.Mentions
	}
	for _, u := range after.Mentions {
		if u != a.Actor && !slices.Contains(known, u) {
			a.Notes = append(a.Notes, Note{To: u, Kind: NotifyMentioned})
		}
	}
	return a, true
}

func commentActivity(t EventType, c *Comment) Activity {
	return Activity{
		Type: t, Subject: string(c.ID), Project: c.Project, Actor: c.Last.By,
		At: c.UpdatedAt, Version: c.Version, RequestID: c.Last.RequestID, Comment: c,
	}
}
