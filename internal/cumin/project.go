package cumin

import (
	"slices"
	"time"
)

// Role is what a member may do in a project.
type Role string

// A viewer reads, an editor also writes tasks and exports, an owner also
// manages the project and its members.
const (
	RoleViewer Role = "viewer"
	RoleEditor Role = "editor"
	RoleOwner  Role = "owner"
)

// Roles are all of them, each with everything that those before it may do.
var Roles = [...]Role{RoleViewer, RoleEditor, RoleOwner}

// Allows reports whether r includes everything that need does.
func (r Role) Allows(need Role) bool { return r.rank() >= need.rank() && r.rank() > 0 }

// Valid reports whether r is one of the three roles.
func (r Role) Valid() bool { return r.rank() > 0 }

// rank is 0 for what is no role.
func (r Role) rank() int { return slices.Index(Roles[:], r) + 1 }

// Project is a board that people share.
type Project struct {
	ID          ProjectID
	Name        string // 1–100 characters
	Description string // up to 2,000 characters
	Key         ProjectKey
	Archived    bool
	Owners      int // members with RoleOwner; never 0, conditioned in the transaction of each role change
	Members     int
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Last        Change // who wrote this version
	DeletedAt   time.Time
}

// Deletion is the background job that erases what a deleted project held.
type Deletion struct {
	Project    ProjectID
	User       UserID // who deleted it; the only one who sees the job
	State      DeletionState
	Done       int64 // tasks erased; after a crash some may be counted twice
	Total      int64 // tasks there were, by the counts
	Version    int64
	CreatedAt  time.Time
	FinishedAt time.Time
	Last       Change
}

// DeletionState is where a deletion stands. The project itself is out of
// everybody's reach from the beginning.
type DeletionState string

// running → done
const (
	DeletionRunning DeletionState = "running"
	DeletionDone    DeletionState = "done"
)

// Limits of deletions.
const (
	DeletionTTL = 30 * 24 * time.Hour // of the job, and of what is left of the project's own items
	// BigDeletion is the number of tasks above which a client is told to wait.
	BigDeletion = 1_000
)

// Change names who wrote a version of an item and under which request. It is
// stored on the item, so that the stream's consumers know both.
type Change struct {
	By        UserID
	RequestID string
}

// Member is one person's place in a project.
type Member struct {
	Project  ProjectID
	User     UserID
	Role     Role
	Version  int64
	JoinedAt time.Time
	Inviter  UserID // whose invite was accepted; empty: none was needed
	Last     Change
}

// Profile is what members of a shared project may know of a person.
type Profile struct {
	ID   UserID
	Name string
}

// Counts is the number of tasks per status, kept by the statuscounts function
// and never computed by a query.
type Counts struct {
	Todo       int64
	InProgress int64
	Done       int64
	AsOf       time.Time // when the counts last changed; zero when they never did
}
