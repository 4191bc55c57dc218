package cumin

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// StatusChange is what one record of the tasks stream says about one task: at
// this version its status became To. Empty statuses mean that the task did not
// exist.
type StatusChange struct {
	Project  ProjectID
	Task     TaskID
	Version  int64
	From, To Status
}

// StatusChangeOf reads a record's images; one of them may be nil. A task that
// was removed, by its TTL or otherwise, has no version of its own: it counts
// as one above the last.
func StatusChangeOf(before, after *Task) StatusChange {
	if after == nil {
		return StatusChange{Project: before.Project, Task: before.ID, Version: before.Version + 1, From: before.Status}
	}
	c := StatusChange{Project: after.Project, Task: after.ID, Version: after.Version, To: after.Status}
	if before != nil {
		c.From = before.Status
	}
	return c
}

// countedAs is the column a status is counted in, or nothing.
func countedAs(s Status) Status {
	if s.Counted() {
		return s
	}
	return ""
}

// Marker says which version of a task was counted last, and as what. Markers
// and counts move in one transaction, so each count is at all times the number
// of markers with its status.
type Marker struct {
	Version int64
	Status  Status // empty: counted as nothing
}

// TaskRef names a task; a task that moves to another project is another task
// to the counts.
type TaskRef struct {
	Project ProjectID
	Task    TaskID
}

// MarkerMove replaces a task's marker if it still is the one that was read.
type MarkerMove struct {
	Task TaskID
	Read int64 // version of the marker read; 0: there was none
	To   Marker
}

// CountTransaction moves markers of one project and its counts together: all
// of it happens or none.
type CountTransaction struct {
	Project                ProjectID
	Moves                  []MarkerMove
	Todo, InProgress, Done int64 // added to the counts; may be negative
}

// Changes reports whether the transaction changes any count; moving markers
// alone does not.
func (t CountTransaction) Changes() bool { return t.Todo != 0 || t.InProgress != 0 || t.Done != 0 }

func (t *CountTransaction) add(s Status, n int64) {
	switch s {
	case StatusTodo:
		t.Todo += n
	case StatusInProgress:
		t.InProgress += n
	case StatusDone:
		t.Done += n
	}
}

// MaxMarkerMoves is how many markers fit into a transaction of DynamoDB's 100
// actions beside the count item.
const MaxMarkerMoves = 99

// CountStore keeps markers and count items.
type CountStore interface {
	// Markers reads the markers of a project's tasks as they are now. A task
	// without one is absent from the answer.
	Markers(ctx context.Context, p ProjectID, tasks []TaskID) (map[TaskID]Marker, error)
	// Apply carries out one transaction. ErrLostRace: a marker it would replace
	// is not the one that was read, or the items were busy; read and plan anew.
	Apply(ctx context.Context, tx CountTransaction, at time.Time) error
	// MarkDirty notes that a record of the project could not be read, so that
	// its counts want a recount.
	MarkDirty(ctx context.Context, p ProjectID, at time.Time) error
}

// CountedTasks are the tasks whose markers PlanCounts needs, in a fixed order.
func CountedTasks(changes []StatusChange) []TaskRef {
	kept := lastChanges(changes)
	refs := make([]TaskRef, len(kept))
	for i, c := range kept {
		refs[i] = c.ref()
	}
	return refs
}

// PlanCounts says what to write so that the counts follow the changes, given
// the markers of the tasks they name.
//
// The changes may come twice, in any order, and mixed with ones counted long
// ago. What a change takes away from a count is its marker's status, never its
// own From: only the marker knows what was counted. A change whose version is
// not above the marker's was counted already. Every other change moves its
// marker even where the status is the same, or an older change that comes late
// would win.
func PlanCounts(changes []StatusChange, markers map[TaskRef]Marker) []CountTransaction {
	var plan []CountTransaction
	for _, c := range lastChanges(changes) {
		m := markers[c.ref()]
		if c.Version <= m.Version {
			continue
		}
		last := len(plan) - 1
		if last < 0 || plan[last].Project != c.Project || len(plan[last].Moves) == MaxMarkerMoves {
			plan = append(plan, CountTransaction{Project: c.Project})
			last++
		}
		to := Marker{Version: c.Version, Status: countedAs(c.To)}
		plan[last].Moves = append(plan[last].Moves, MarkerMove{Task: c.Task, Read: m.Version, To: to})
		plan[last].add(m.Status, -1)
		plan[last].add(to.Status, +1)
	}
	return plan
}

func (c StatusChange) ref() TaskRef { return TaskRef{c.Project, c.Task} }

// lastChanges drops the changes that leave the task counted as it was (a new
// title costs nothing) and keeps the newest of each task, ordered by project
// and task. Dropping is safe: a dropped version counts as the one before it.
func lastChanges(changes []StatusChange) []StatusChange {
	newest := make(map[TaskRef]StatusChange, len(changes))
	for _, c := range changes {
		if countedAs(c.From) != countedAs(c.To) && c.Version > newest[c.ref()].Version {
			newest[c.ref()] = c
		}
	}
	kept := make([]StatusChange, 0, len(newest))
	for _, c := range newest {
		kept = append(kept, c)
	}
	slices.SortFunc(kept, func(a, b StatusChange) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Task, b.Task))
	})
	return kept
}
