package cumin

import (
	"encoding/json"
	"time"
)

// EventType names what happened. The same words travel over SQS and the
// socket, and the client switches on them.
type EventType string

// Live events belong to a project's viewers, except export.progress and the
// notification events, which belong to one person.
const (
	EventTaskCreated      EventType = "task.created"
	EventTaskUpdated      EventType = "task.updated"
	EventTaskMoved        EventType = "task.moved"
	EventTaskDeleted      EventType = "task.deleted"
	EventTaskTalk         EventType = "task.talk"
	EventProjectUpdated   EventType = "project.updated"
	EventProjectDeleted   EventType = "project.deleted"
	EventProjectCounts    EventType = "project.counts"
	EventMemberAdded      EventType = "member.added"
	EventMemberUpdated    EventType = "member.updated"
	EventMemberRemoved    EventType = "member.removed"
	EventCommentAdded     EventType = "comment.added"
	EventCommentUpdated   EventType = "comment.updated"
	EventCommentDeleted   EventType = "comment.deleted"
	EventExportProgress   EventType = "export.progress"
	EventExportFinished   EventType = "export.finished"
	EventPresenceJoined   EventType = "presence.joined"
	EventPresenceLeft     EventType = "presence.left"
	EventNotification     EventType = "notification.created"
	EventNotificationRead EventType = "notification.read"
)

// EventTypes are all of them.
var EventTypes = [...]EventType{
	EventTaskCreated, EventTaskUpdated, EventTaskMoved, EventTaskDeleted, EventTaskTalk, EventProjectUpdated,
	EventProjectDeleted, EventProjectCounts, EventMemberAdded, EventMemberUpdated, EventMemberRemoved,
	EventCommentAdded, EventCommentUpdated, EventCommentDeleted, EventExportProgress, EventExportFinished, EventNotification,
	EventNotificationRead, EventPresenceJoined, EventPresenceLeft,
}

// Event is the envelope of everything pushed to a client.
type Event struct {
	ID        EventID         `json:"id"` // derived from its cause, so a redelivery has the same id
	V         int             `json:"v"`  // envelope version, 1
	Seq       int64           `json:"seq,omitempty"`
	Type      EventType       `json:"type"`
	ProjectID ProjectID       `json:"projectId,omitempty"`
	Actor     UserID          `json:"actor,omitempty"`
	At        time.Time       `json:"at"`
	Version   int64           `json:"version,omitempty"` // of the item it tells about; older than the cached one: drop
	RequestID string          `json:"requestId,omitempty"`
	Skipped   []int64         `json:"skipped,omitempty" nullable:"false"` // sequences of events that this one replaced on its way
	Data      json.RawMessage `json:"data,omitempty"`
}

// NotificationKind is why a person is told something.
type NotificationKind string

// The kinds; never for one's own act, except for one's own exports.
const (
	NotifyExportSucceeded NotificationKind = "export.succeeded"
	NotifyExportFailed    NotificationKind = "export.failed"
	NotifyAssigned        NotificationKind = "task.assigned"
	NotifyMentioned       NotificationKind = "task.mentioned"
	NotifyMemberAdded     NotificationKind = "member.added"
	NotifyRoleChanged     NotificationKind = "member.role_changed"
	NotifyInvited         NotificationKind = "invite.received"
	NotifyAccepted        NotificationKind = "invite.accepted"
	NotifyProjectDeleted  NotificationKind = "project.deleted"
	NotifySessionReuse    NotificationKind = "session.reuse_detected"
)

// NotificationKinds are all of them.
var NotificationKinds = [...]NotificationKind{
	NotifyExportSucceeded, NotifyExportFailed, NotifyAssigned, NotifyMentioned, NotifyMemberAdded, NotifyRoleChanged, NotifyInvited, NotifyAccepted,
	NotifyProjectDeleted, NotifySessionReuse,
}

// NotificationTTL is how long an inbox row lives.
const NotificationTTL = 90 * 24 * time.Hour

// Notification is one row of a person's inbox. The row is the truth; the push
// that follows it is only a hint to look.
type Notification struct {
	User      UserID           `json:"-"`
	Seq       int64            `json:"seq"` // 1, 2, 3 … per user without gaps; the client's cursor
	ID        EventID          `json:"id"`  // of the event that caused it; unique per user
	Kind      NotificationKind `json:"kind"`
	ProjectID ProjectID        `json:"projectId,omitempty"`
	Actor     UserID           `json:"actor,omitempty"`
	At        time.Time        `json:"at"`
	RequestID string           `json:"requestId,omitempty"`
	Data      json.RawMessage  `json:"data,omitempty"` // e.g. {"exportId":…,"projectName":…} or {"taskId":…,"title":…,"number":…}
	Read      bool             `json:"read"`           // derived on read from the head's pointer and the row's own mark
}

// InboxHead is the counter item of a person's inbox.
type InboxHead struct {
	Seq      int64 // of the newest row
	Unread   int64
	ReadUpTo int64 // every row up to this one counts as read
}
