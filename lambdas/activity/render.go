package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/view"
)

// wanted lists what rendering the activities looks up, each id once.
func wanted(all []cumin.Activity) (w dynamo.Wanted) {
	p, c, u, e := set[cumin.ProjectID]{}, set[cumin.ProjectID]{}, set[cumin.UserID]{}, set[string]{}
	for _, a := range all {
		if a.Gone {
			p.add(&w.Projects, a.Project)
		}
		if len(a.Notes) > 0 {
			p.add(&w.Projects, a.Project)
			u.add(&w.People, a.Actor)
		}
		if _, told := a.Entry(); told {
			u.add(&w.People, a.Actor)
		}
		for _, n := range a.Notes {
			e.add(&w.Addresses, strings.ToLower(n.Email))
		}
		if a.Member != nil {
			u.add(&w.People, a.Member.User)
		}
		if a.Type == cumin.EventProjectUpdated {
			c.add(&w.Counts, a.Project)
		}
	}
	return w
}

type set[T ~string] map[T]bool

func (s set[T]) add(list *[]T, v T) {
	if v != "" && !s[v] {
		s[v] = true
		*list = append(*list, v)
	}
}

// event is the live event of an activity; the feed gives it its sequence.
func event(a cumin.Activity, n dynamo.Names, now time.Time) (cumin.Event, error) {
	data, err := json.Marshal(subject(a, n, now))
	if err != nil {
		return cumin.Event{}, fmt.Errorf("encode data of %s: %w", a.Type, err)
	}
	return cumin.Event{
		ID: a.EventID(), V: 1, Type: a.Type, ProjectID: a.Project, Actor: a.Actor,
		At: a.At, Version: a.Version, RequestID: a.RequestID, Data: data,
	}, nil
}

// subject is the data of an event as docs/contract.md has it.
func subject(a cumin.Activity, n dynamo.Names, now time.Time) any {
	switch {
	case a.Type == cumin.EventTaskDeleted:
		return view.Deleted{ID: string(a.Task.ID)}
	case a.Type == cumin.EventProjectDeleted:
		return view.Deleted{ID: string(a.Project)}
	case a.Type == cumin.EventCommentDeleted:
		return view.Deleted{ID: string(a.Comment.ID), TaskID: a.Comment.Task}
	case a.Comment != nil:
		return view.OfComment(*a.Comment)
	case a.Task != nil:
		return view.OfTask(*a.Task)
	case a.Talk != nil:
		return view.OfTalk(*a.Talk)
	case a.Board != nil:
		return view.OfProject(*a.Board, "", n.Counts[a.Project])
	case a.Member != nil:
		return view.OfMember(*a.Member, n.People[a.Member.User].Name)
	case a.Counts != nil:
		return view.OfCountsChange(*a.Counts)
	case a.Read != nil:
		return view.OfReadMark(*a.Read)
	default:
		return view.OfExport(*a.Export, now)
	}
}

// entry is an activity as a line of the history, with names; false when it is
// none.
func entry(a cumin.Activity, n dynamo.Names) (cumin.Entry, bool) {
	e, told := a.Entry()
	e.ActorName = n.People[a.Actor].Name
	if e.UserID != "" {
		e.Name = n.People[e.UserID].Name
	}
	return e, told
}

// note is the data of a notification: what its one line of text needs, so that
// it can be shown after the task or the project is gone.
type note struct {
	ProjectName string           `json:"projectName,omitempty"`
	ActorName   string           `json:"actorName,omitempty"`
	TaskID      cumin.TaskID     `json:"taskId,omitempty"`
	ProjectKey  cumin.ProjectKey `json:"projectKey,omitempty"` // with Number, as it was then
	Number      int64            `json:"number,omitempty"`
	Title       string           `json:"title,omitempty"`
	CommentID   cumin.CommentID  `json:"commentId,omitempty"`
	Excerpt     string           `json:"excerpt,omitempty"`
	Role        cumin.Role       `json:"role,omitempty"`
	InviteID    cumin.InviteID   `json:"inviteId,omitempty"`
	ExportID    cumin.ExportID   `json:"exportId,omitempty"`
	Rows        *int64           `json:"rows,omitempty"`
	Bytes       *int64           `json:"bytes,omitempty"`
	Error       string           `json:"error,omitempty"`
	UserAgent   string           `json:"userAgent,omitempty"`
	Address     string           `json:"address,omitempty"`
}

// notification is the inbox row of an activity; the inbox gives it its
// sequence.
func notification(a cumin.Activity, kind cumin.NotificationKind, n dynamo.Names) (cumin.Notification, error) {
	d := note{ProjectName: n.Projects[a.Project].Name, ActorName: n.People[a.Actor].Name}
	switch {
	case a.Task != nil:
		d.TaskID, d.Number, d.Title = a.Task.ID, a.Task.Number, a.Task.Title
		d.ProjectKey = n.Projects[a.Project].Key
	case a.Comment != nil:
		d.TaskID, d.Number, d.Title = a.Comment.Task, a.Comment.Number, a.Comment.Title
		d.ProjectKey = n.Projects[a.Project].Key
		d.CommentID, d.Excerpt = a.Comment.ID, a.Comment.Excerpt()
	case a.Member != nil:
		d.Role = a.Member.Role
	case a.Invite != nil:
		d.Role, d.InviteID = a.Invite.Role, a.Invite.ID
	case a.Export != nil:
		d.ExportID, d.Error = a.Export.ID, a.Export.Error
		if kind == cumin.NotifyExportSucceeded {
			d.Rows, d.Bytes = &a.Export.RowsDone, &a.Export.Bytes
		}
	case a.Reuse != nil:
		d.UserAgent, d.Address = a.Reuse.UserAgent, a.Reuse.IP
	}
	data, err := json.Marshal(d)
	if err != nil {
		return cumin.Notification{}, fmt.Errorf("encode data of %s: %w", kind, err)
	}
	return cumin.Notification{
		ID: a.NotificationID(kind), Kind: kind, ProjectID: a.Project, Actor: a.Actor,
		At: a.At, RequestID: a.RequestID, Data: data,
	}, nil
}

// created is the push that follows an inbox row.
func created(n cumin.Notification) (cumin.Event, error) {
	data, err := json.Marshal(n)
	if err != nil {
		return cumin.Event{}, fmt.Errorf("encode notification %s: %w", n.ID, err)
	}
	return cumin.Event{
		ID: n.ID, V: 1, Seq: n.Seq, Type: cumin.EventNotification, ProjectID: n.ProjectID, Actor: n.Actor,
		At: n.At, RequestID: n.RequestID, Data: data,
	}, nil
}
