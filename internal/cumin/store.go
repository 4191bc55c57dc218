package cumin

import (
	"context"
	"time"
)

// Page is a part of a list and where the next one begins (nil: this was the
// last). A position names the last item by its sort key and id, so it stays
// good when items come and go.
type Page[T, P any] struct {
	Items []T
	Next  *P
}

// Access is a project and the place that the asking user has in it.
type Access struct {
	Project Project
	Member  Member
}

// ProjectView is a project as one member sees it on a card.
type ProjectView struct {
	Project Project
	Role    Role
	Counts  Counts
	// WorkedAt is when the project's feed last grew; zero when it never did.
	WorkedAt time.Time
}

// ProjectPatch changes the fields that are not nil.
type ProjectPatch struct {
	Name        *string
	Description *string
	Key         *ProjectKey
	Archived    *bool
}

// AccessStore answers who may do what; every use of a project begins here.
type AccessStore interface {
	// Access reads the project and the user's membership, consistently.
	// ErrNotFound when there is no such project, it is deleted, or the user is
	// not a member.
	Access(ctx context.Context, user UserID, project ProjectID) (Access, error)
}

// ProjectStore keeps projects.
type ProjectStore interface {
	AccessStore
	// Create stores the project, its first member and the answer (may be nil)
	// together. ErrAnswered when the key already has one.
	Create(ctx context.Context, p Project, first Member, a *Answer) error
	// List is all of the user's projects, in no particular order.
	List(ctx context.Context, user UserID) ([]ProjectView, error)
	// View is Access with what a card shows beside it. Errors as Access.
	View(ctx context.Context, user UserID, id ProjectID) (Member, ProjectView, error)
	// Counts reads the project's count item; zero when nothing was counted yet.
	Counts(ctx context.Context, id ProjectID) (Counts, error)
	// Update applies the patch to the version given (0: to any) and returns the
	// new state. *VersionError[Project], ErrNotFound.
	Update(ctx context.Context, id ProjectID, patch ProjectPatch, version int64, at time.Time, by Change) (Project, error)
	// Delete marks the project deleted and stores the job, together; the project
	// and all in it are then out of reach. ErrNotFound when it already is.
	Delete(ctx context.Context, d Deletion) error
	// Deletion reads the job; ErrNotFound.
	Deletion(ctx context.Context, id ProjectID) (Deletion, error)
}

// MemberStore keeps who belongs to which project. The project item counts
// members and owners; each write here moves those counts in its transaction.
type MemberStore interface {
	// Member reads one membership, consistently; ErrNotFound.
	Member(ctx context.Context, user UserID, project ProjectID) (Member, error)
	// List is all members of a project, by user id; an index, so a change may
	// take a moment to show.
	List(ctx context.Context, project ProjectID) ([]Member, error)
	// Add stores a membership and uses up the invite (may be nil) together.
	// ErrInviteOver, ErrAlreadyMember, ErrProjectFull, ErrNotFound (the project is
	// gone).
	Add(ctx context.Context, m Member, by *Invite) error
	// SetRole changes m, as it was read, to the role and returns the new state.
	// ErrLastOwner; ErrLostRace when m is no longer as it was read; ErrNotFound.
	SetRole(ctx context.Context, m Member, role Role, at time.Time, by Change) (Member, error)
	// Remove ends m, as it was read. ErrLastOwner, ErrLostRace, ErrNotFound.
	Remove(ctx context.Context, m Member, at time.Time, by Change) error
}

// ProfileStore reads what members may know of each other. The auth service
// writes it.
type ProfileStore interface {
	// Profiles reads the profiles of many people; who has none is absent.
	Profiles(ctx context.Context, ids []UserID) (map[UserID]Profile, error)
	// ByEmail finds the person who registered with an address; ErrNotFound.
	ByEmail(ctx context.Context, address string) (Profile, error)
}

// TaskSort orders a list of tasks.
type TaskSort string

// The orders: a board's columns from top to bottom, the last changed first, by
// age, by due date or by priority. Whichever way they go, tasks without a date
// and tasks without a priority come last, the oldest first. Tasks of one date
// or one priority are in no promised order among themselves.
const (
	SortRank       TaskSort = "rank"
	SortRecent     TaskSort = "-updatedAt"
	SortOldest     TaskSort = "createdAt"
	SortNewest     TaskSort = "-createdAt"
	SortDueFirst   TaskSort = "dueDate"
	SortDueLast    TaskSort = "-dueDate"
	SortLeastFirst TaskSort = "priority" // low, medium, high, urgent
	SortMostFirst  TaskSort = "-priority"
)

// TaskSorts are all of them.
var TaskSorts = [...]TaskSort{
	SortRank, SortRecent, SortOldest, SortNewest, SortDueFirst, SortDueLast, SortLeastFirst, SortMostFirst,
}

// TaskQuery says which tasks of a project to list, and how.
type TaskQuery struct {
	TaskFilter
	Sort  TaskSort
	Today string // the date that overdue tasks are before
}

// TaskPosition is where a list of tasks was left.
type TaskPosition struct {
	Part string // of a list that is read in parts: the column, the priority, dated or not
	Key  string // what the part is sorted by; empty when it is age
	ID   TaskID // empty: where the part begins
}

// TaskStore keeps tasks. A deleted task is not found, except by its stream.
type TaskStore interface {
	// NextNumber gives out the project's next task number. A number whose task
	// is never stored leaves a gap.
	NextNumber(ctx context.Context, project ProjectID) (int64, error)
	// Create stores a new task and the answer (may be nil). ErrAnswered.
	Create(ctx context.Context, t Task, a *Answer) error
	// Get reads a task, consistently; ErrNotFound.
	Get(ctx context.Context, project ProjectID, id TaskID) (Task, error)
	// Replace stores t but for its Talk. Its version is one above the stored one;
	// *VersionError[Task] when it is not; ErrNotFound.
	Replace(ctx context.Context, t Task) error
	// Crowd reads, consistently, how often ranks were rewritten, or tasks dropped
	// beside ranks that may be, in a column; see RankStore.
	Crowd(ctx context.Context, project ProjectID, column Status) (int64, error)
	// ReplaceCrowded is Replace that makes the crowd of t's column one more; with
	// rebalance it asks for the column to be. ErrLostRace when the crowd is
	// another.
	ReplaceCrowded(ctx context.Context, t Task, crowd int64, rebalance bool) error
	// Stored reads a task, deleted or not, consistently; ErrNotFound.
	Stored(ctx context.Context, project ProjectID, id TaskID) (Task, error)
	// Restore stores t but for its Talk. Its version is one above the stored,
	// deleted one.
	// ErrLostRace when it is not.
	Restore(ctx context.Context, t Task) error
	// List pages through a project's tasks; an index, except when sorted by age,
	// so a change may take a moment to show. A page may be short and yet not be
	// the last, when it passes over many that are not meant or, at the end of an
	// order, over many that have the date or the priority which others lack.
	List(ctx context.Context, project ProjectID, q TaskQuery, limit int, after *TaskPosition) (Page[Task, TaskPosition], error)
	// RankAfter is the rank that follows rank in a column, empty at its end.
	RankAfter(ctx context.Context, project ProjectID, column Status, rank string) (string, error)
	// RankBefore is the rank that precedes rank in a column, empty at its
	// start. An empty rank is the column's end.
	RankBefore(ctx context.Context, project ProjectID, column Status, rank string) (string, error)
}

// ExportStore keeps export jobs and the slots that bound them.
type ExportStore interface {
	// Create stores a job with its slots and the answer (may be nil), and
	// returns it with the slot it got. ErrAnswered, *ExportRunningError,
	// ErrTooManyExports.
	Create(ctx context.Context, e Export, a *Answer) (Export, error)
	// Get reads a job, consistently; ErrNotFound.
	Get(ctx context.Context, id ExportID) (Export, error)
	// List is the user's jobs, newest first, after a position.
	List(ctx context.Context, user UserID, limit int, after *ExportID) (Page[Export, ExportID], error)
	// Cancel ends a live job and frees its slots; a job that is no longer live
	// is returned as it is. ErrNotFound.
	Cancel(ctx context.Context, id ExportID, at time.Time, by Change) (Export, error)
}

// InboxStore reads notifications and keeps what was read. The activity
// function writes the rows.
type InboxStore interface {
	// Head reads the counters, consistently; zero for an empty inbox.
	Head(ctx context.Context, user UserID) (InboxHead, error)
	// List is the user's notifications, newest first, below a sequence
	// (0: from the top).
	List(ctx context.Context, user UserID, limit int, below int64) (Page[Notification, int64], error)
	// ListUnread is List of those above readUpTo that are not marked; a page may
	// be short and yet not be the last.
	ListUnread(ctx context.Context, user UserID, readUpTo int64, limit int, below int64) (Page[Notification, int64], error)
	// MarkRead marks the notifications with these ids, unknown ones aside, and
	// returns the new head. It leaves a ReadMark, as does the next.
	MarkRead(ctx context.Context, user UserID, ids []EventID, by Change) (InboxHead, error)
	// MarkReadUpTo marks all up to a sequence and returns the new head.
	MarkReadUpTo(ctx context.Context, user UserID, seq int64, by Change) (InboxHead, error)
}

// FeedStore reads a project's live events. The activity function writes them.
type FeedStore interface {
	// Since is the events after a sequence, oldest first, at most limit, and the
	// newest sequence there is. ErrSeqTooOld when some are no longer kept.
	Since(ctx context.Context, project ProjectID, seq int64, limit int) ([]Event, int64, error)
	// SeqAt is the sequence of the newest event kept that was written at or
	// before the time.
	SeqAt(ctx context.Context, project ProjectID, at time.Time) (int64, error)
}

// AnswerStore finds the answers kept under idempotency keys.
type AnswerStore interface {
	// Answer reads the answer under a key; ErrNotFound when there is none or it
	// is too old.
	Answer(ctx context.Context, key IdempotencyKey) (Answer, error)
}
