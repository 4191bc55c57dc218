// Package view is the JSON that clients see of tasks, projects, members and
// exports, the same in an answer of the API and in a live event. The shapes
// are those of docs/contract.md; times are RFC 3339 in UTC with milliseconds,
// what has no value is null. The nullable tags tell the API's OpenAPI document
// what it cannot see in the types.
package view

import (
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Time is written with exactly three digits of milliseconds.
type Time time.Time

// MarshalText writes the time in UTC.
func (t Time) MarshalText() ([]byte, error) {
	return []byte(time.Time(t).UTC().Format("2006-01-02T15:04:05.000Z")), nil
}

// UnmarshalText reads what MarshalText wrote.
func (t *Time) UnmarshalText(b []byte) error {
	at, err := time.Parse(time.RFC3339, string(b))
	*t = Time(at)
	return err
}

// Task is one card.
type Task struct {
	ID          cumin.TaskID    `json:"id"`
	ProjectID   cumin.ProjectID `json:"projectId"`
	Number      int64           `json:"number"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Status      cumin.Status    `json:"status"`
	Priority    cumin.Priority  `json:"priority"`
	Assignee    *cumin.UserID   `json:"assignee"`
	Due         *string         `json:"due"`
	Labels      []string        `json:"labels" nullable:"false"`
	Rank        string          `json:"rank"`
	Version     int64           `json:"version"`
	CreatedAt   Time            `json:"createdAt"`
	UpdatedAt   Time            `json:"updatedAt"`
	CreatedBy   cumin.UserID    `json:"createdBy"`
	UpdatedBy   cumin.UserID    `json:"updatedBy"`
	Comments    int64           `json:"comments" doc:"How many there are"`
	TalkVersion int64           `json:"talkVersion" doc:"Grows with each comment made or deleted, which are no new version of the task"`
}

// OfTask is how clients see t.
func OfTask(t cumin.Task) Task {
	labels := t.Labels
	if labels == nil {
		labels = []string{}
	}
	return Task{
		ID: t.ID, ProjectID: t.Project, Number: t.Number, Title: t.Title, Description: t.Description,
		Status: t.Status, Priority: t.Priority, Assignee: orNull(t.Assignee), Due: orNull(t.Due), Labels: labels,
		Rank: t.Rank, Version: t.Version, CreatedAt: Time(t.CreatedAt), UpdatedAt: Time(t.UpdatedAt),
		CreatedBy: t.CreatedBy, UpdatedBy: t.Last.By,
		Comments:    max(0, t.Talk.Comments), // below, when one was deleted that is from before they were counted
		TalkVersion: t.Talk.Version,
	}
}

// Talk is the data of a task.talk event.
type Talk struct {
	ID          cumin.TaskID `json:"id"`
	Comments    int64        `json:"comments"`
	TalkVersion int64        `json:"talkVersion"`
}

// OfTalk is how clients see the Talk of t.
func OfTalk(t cumin.Task) Talk {
	seen := OfTask(t)
	return Talk{ID: seen.ID, Comments: seen.Comments, TalkVersion: seen.TalkVersion}
}

// Counts is the number of tasks per column.
type Counts struct {
	Todo       int64 `json:"todo"`
	InProgress int64 `json:"inProgress"`
	Done       int64 `json:"done"`
}

// OfCounts is how clients see c; when it last changed stands beside it.
func OfCounts(c cumin.Counts) Counts {
	return Counts{Todo: c.Todo, InProgress: c.InProgress, Done: c.Done}
}

// Project is a board. Role is the reader's own and absent where there are many
// readers, as in an event.
type Project struct {
	ID          cumin.ProjectID  `json:"id"`
	Name        string           `json:"name"`
	Description string           `json:"description"`
	Key         cumin.ProjectKey `json:"key" example:"WS" doc:"What people call its tasks by: task 12 is WS-12. Not unique"`
	Archived    bool             `json:"archived"`
	Role        cumin.Role       `json:"role,omitempty"`
	Counts      Counts           `json:"counts"`
	CountsAsOf  *Time            `json:"countsAsOf" nullable:"true"`
	Members     int              `json:"members"`
	Version     int64            `json:"version"`
	CreatedAt   Time             `json:"createdAt"`
	UpdatedAt   Time             `json:"updatedAt"`
}

// OfProject is how a member with the given role sees p.
func OfProject(p cumin.Project, role cumin.Role, c cumin.Counts) Project {
	return Project{
		ID: p.ID, Name: p.Name, Description: p.Description, Key: p.Key, Archived: p.Archived, Role: role,
		Counts: OfCounts(c), CountsAsOf: timeOrNull(c.AsOf), Members: p.Members, Version: p.Version,
		CreatedAt: Time(p.CreatedAt), UpdatedAt: Time(p.UpdatedAt),
	}
}

// Deletion is a background job as who deleted the project sees it.
type Deletion struct {
	ProjectID  cumin.ProjectID     `json:"projectId"`
	State      cumin.DeletionState `json:"state"`
	Done       int64               `json:"done"`
	Total      int64               `json:"total"`
	CreatedAt  Time                `json:"createdAt"`
	FinishedAt *Time               `json:"finishedAt" nullable:"true"`
}

// OfDeletion is how clients see d, which counts some tasks twice after a crash.
func OfDeletion(d cumin.Deletion) Deletion {
	return Deletion{
		ProjectID: d.Project, State: d.State, Done: min(d.Done, d.Total), Total: d.Total,
		CreatedAt: Time(d.CreatedAt), FinishedAt: timeOrNull(d.FinishedAt),
	}
}

// CountsChange is the data of a project.counts event.
type CountsChange struct {
	Counts     Counts `json:"counts"`
	CountsAsOf *Time  `json:"countsAsOf" nullable:"true"`
}

// OfCountsChange is how clients see that counts are now c.
func OfCountsChange(c cumin.Counts) CountsChange {
	return CountsChange{Counts: OfCounts(c), CountsAsOf: timeOrNull(c.AsOf)}
}

// Member is one person's place in a project.
type Member struct {
	UserID   cumin.UserID `json:"userId"`
	Name     string       `json:"name"`
	Role     cumin.Role   `json:"role"`
	Version  int64        `json:"version"`
	JoinedAt Time         `json:"joinedAt"`
}

// OfMember is how members see m, whose public name is name.
func OfMember(m cumin.Member, name string) Member {
	return Member{UserID: m.User, Name: name, Role: m.Role, Version: m.Version, JoinedAt: Time(m.JoinedAt)}
}

// Comment is what somebody said about a task.
type Comment struct {
	ID        cumin.CommentID `json:"id"`
	TaskID    cumin.TaskID    `json:"taskId"`
	ProjectID cumin.ProjectID `json:"projectId"`
	Author    cumin.UserID    `json:"author"`
	Body      string          `json:"body"`
	Mentions  []cumin.UserID  `json:"mentions" nullable:"false"`
	Version   int64           `json:"version"`
	CreatedAt Time            `json:"createdAt"`
	UpdatedAt Time            `json:"updatedAt"`
	Edited    bool            `json:"edited"`
}

// OfComment is how members see c.
func OfComment(c cumin.Comment) Comment {
	mentions := c.Mentions
	if mentions == nil {
		mentions = []cumin.UserID{}
	}
	return Comment{
		ID: c.ID, TaskID: c.Task, ProjectID: c.Project, Author: c.Author, Body: c.Body, Mentions: mentions,
		Version: c.Version, CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt), Edited: c.Version > 1,
	}
}

// Invite is an open invitation as the project's owners see it.
type Invite struct {
	ID        cumin.InviteID  `json:"id"`
	ProjectID cumin.ProjectID `json:"projectId"`
	Email     *string         `json:"email"`
	Role      cumin.Role      `json:"role"`
	CreatedBy cumin.UserID    `json:"createdBy"`
	CreatedAt Time            `json:"createdAt"`
	ExpiresAt Time            `json:"expiresAt"`
	Token     string          `json:"token,omitempty" doc:"Opens the invite; only in the answer that made it"`
}

// OfInvite is how owners see i.
func OfInvite(i cumin.Invite) Invite {
	return Invite{
		ID: i.ID, ProjectID: i.Project, Email: orNull(i.Email), Role: i.Role,
		CreatedBy: i.Last.By, CreatedAt: Time(i.CreatedAt), ExpiresAt: Time(i.ExpiresAt),
	}
}

// Export is a background job as its owner sees it.
type Export struct {
	ID         cumin.ExportID     `json:"id"`
	ProjectID  cumin.ProjectID    `json:"projectId"`
	Format     cumin.ExportFormat `json:"format"`
	Filter     cumin.TaskFilter   `json:"filter"`
	State      cumin.ExportState  `json:"state"`
	RowsDone   int64              `json:"rowsDone"`
	RowsTotal  int64              `json:"rowsTotal"`
	Bytes      int64              `json:"bytes"`
	Error      *string            `json:"error"`
	CreatedAt  Time               `json:"createdAt"`
	UpdatedAt  Time               `json:"updatedAt"`
	FinishedAt *Time              `json:"finishedAt" nullable:"true"`
	RequestID  string             `json:"requestId"`
}

// OfExport is how the owner sees e at now.
func OfExport(e cumin.Export, now time.Time) Export {
	return Export{
		ID: e.ID, ProjectID: e.Project, Format: e.Format, Filter: e.Filter, State: e.StateAt(now),
		RowsDone: e.RowsDone, RowsTotal: e.RowsTotal, Bytes: e.Bytes, Error: orNull(e.Error),
		CreatedAt: Time(e.CreatedAt), UpdatedAt: Time(e.UpdatedAt), FinishedAt: timeOrNull(e.FinishedAt),
		RequestID: e.Last.RequestID,
	}
}

// ReadMark is the data of a notification.read event.
type ReadMark struct {
	Unread   int64           `json:"unread"`
	Seq      int64           `json:"seq"`
	ReadUpTo int64           `json:"readUpTo"`
	IDs      []cumin.EventID `json:"ids,omitempty"`
}

// OfReadMark is how a person's devices see m.
func OfReadMark(m cumin.ReadMark) ReadMark {
	return ReadMark{Unread: m.Head.Unread, Seq: m.Head.Seq, ReadUpTo: m.Head.ReadUpTo, IDs: m.IDs}
}

// Deleted is the data of task.deleted, project.deleted and, with the task,
// comment.deleted.
type Deleted struct {
	ID     string       `json:"id"`
	TaskID cumin.TaskID `json:"taskId,omitempty"`
}

func orNull[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	v := Time(t)
	return &v
}
