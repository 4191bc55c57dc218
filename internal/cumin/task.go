package cumin

import (
	"slices"
	"time"
)

// Status is a task's column, or deleted.
type Status string

// A deleted task keeps its item for DeletedTaskTTL, is in no index and is
// counted nowhere.
const (
	StatusTodo       Status = "todo"
	StatusInProgress Status = "in_progress"
	StatusDone       Status = "done"
	StatusDeleted    Status = "deleted"
)

// Columns are the statuses a board shows, in its order.
var Columns = [...]Status{StatusTodo, StatusInProgress, StatusDone}

// Counted reports whether tasks of this status appear in Counts. Unknown
// statuses count as nothing.
func (s Status) Counted() bool {
	return s == StatusTodo || s == StatusInProgress || s == StatusDone
}

// Priority orders tasks by urgency.
type Priority string

// The priorities; PriorityNone is the default.
const (
	PriorityNone   Priority = "none"
	PriorityLow    Priority = "low"
	PriorityMedium Priority = "medium"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// Priorities are all of them, the least urgent first.
var Priorities = [...]Priority{PriorityNone, PriorityLow, PriorityMedium, PriorityHigh, PriorityUrgent}

// Valid reports whether p is one of the priorities.
func (p Priority) Valid() bool { return slices.Contains(Priorities[:], p) }

// Limits of a task's fields, in characters (not bytes) and items.
const (
	MaxTitle       = 200
	MaxDescription = 20_000
	MaxLabels      = 10
	MaxLabel       = 40
)

// DeletedTaskTTL is how long a deleted task can be brought back. Its marker in
// the counted table lives CountMarkerGrace longer.
const (
	DeletedTaskTTL   = 30 * 24 * time.Hour
	CountMarkerGrace = 7 * 24 * time.Hour
)

// Task is one card.
type Task struct {
	Project     ProjectID
	ID          TaskID
	Number      int64 // the 123 of WS-123; unique within the project, gaps are allowed
	Title       string
	Description string
	Status      Status
	Priority    Priority
	Assignee    UserID // empty: nobody
	Due         string // YYYY-MM-DD, or empty
	Labels      []string
	Rank        string // place in the column; compared as bytes
	Version     int64  // 1 at creation, +1 with each write
	CreatedAt   time.Time
	UpdatedAt   time.Time
	CreatedBy   UserID
	Last        Change
	DeletedAt   time.Time
	Was         Status // of a deleted task: its column
	// SameSince is the first version from which on only the rank is another, by
	// rebalancing; 0 when a person wrote the last one.
	SameSince int64
	// Talk is kept by the CommentStore: whoever writes a task leaves it alone.
	Talk Talk
}

// Talk is how many comments a task has. It has a version of its own: a comment
// is no reason to refuse what somebody else changes at the same time.
type Talk struct {
	Comments int64
	Version  int64 // +1 with each comment made or deleted
	Last     Change
}

// is reports whether who names a version means t as it is: nobody is told that
// a task has changed when its rank was rewritten in its place.
func (t Task) is(version int64) bool {
	return version == t.Version || t.SameSince != 0 && version >= t.SameSince && version < t.Version
}
