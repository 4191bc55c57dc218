package cumin_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

const (
	todo  = cumin.StatusTodo
	doing = cumin.StatusInProgress
	done  = cumin.StatusDone
	gone  = cumin.StatusDeleted
)

func change(task string, version int64, from, to cumin.Status) cumin.StatusChange {
	return cumin.StatusChange{Project: "P", Task: cumin.TaskID(task), Version: version, From: from, To: to}
}

func marks(kv map[string]cumin.Marker) map[cumin.TaskRef]cumin.Marker {
	m := map[cumin.TaskRef]cumin.Marker{}
	for task, v := range kv {
		m[cumin.TaskRef{Project: "P", Task: cumin.TaskID(task)}] = v
	}
	return m
}

func TestPlanCounts(t *testing.T) {
	t.Parallel()
	one := func(m cumin.MarkerMove, todo, doing, done int64) []cumin.CountTransaction {
		return []cumin.CountTransaction{{Project: "P", Moves: []cumin.MarkerMove{m}, Todo: todo, InProgress: doing, Done: done}}
	}
	cases := map[string]struct {
		changes []cumin.StatusChange
		markers map[string]cumin.Marker
		want    []cumin.CountTransaction
	}{
		"a new task is counted": {
			changes: []cumin.StatusChange{change("a", 1, "", todo)},
			want:    one(cumin.MarkerMove{Task: "a", To: cumin.Marker{Version: 1, Status: todo}}, 1, 0, 0),
		},
		"a new title costs nothing": {
			changes: []cumin.StatusChange{change("a", 2, todo, todo)},
		},
		"a change counted before is not counted again": {
			changes: []cumin.StatusChange{change("a", 2, todo, done)},
			markers: map[string]cumin.Marker{"a": {Version: 2, Status: done}},
		},
		"an older change that comes late is not counted": {
			changes: []cumin.StatusChange{change("a", 2, todo, done)},
			markers: map[string]cumin.Marker{"a": {Version: 3, Status: todo}},
		},
		"what is taken away is what was counted, not the record's old image": {
			changes: []cumin.StatusChange{change("a", 5, doing, done)},
			markers: map[string]cumin.Marker{"a": {Version: 1, Status: todo}},
			want:    one(cumin.MarkerMove{Task: "a", Read: 1, To: cumin.Marker{Version: 5, Status: done}}, -1, 0, 1),
		},
		"there and back in one batch moves the marker and no count": {
			changes: []cumin.StatusChange{change("a", 2, todo, done), change("a", 3, done, todo)},
			markers: map[string]cumin.Marker{"a": {Version: 1, Status: todo}},
			want:    one(cumin.MarkerMove{Task: "a", Read: 1, To: cumin.Marker{Version: 3, Status: todo}}, 0, 0, 0),
		},
		"the newest wins in whatever order they come": {
			changes: []cumin.StatusChange{change("a", 3, doing, done), change("a", 2, todo, doing)},
			markers: map[string]cumin.Marker{"a": {Version: 1, Status: todo}},
			want:    one(cumin.MarkerMove{Task: "a", Read: 1, To: cumin.Marker{Version: 3, Status: done}}, -1, 0, 1),
		},
		"a deleted task counts as nothing": {
			changes: []cumin.StatusChange{change("a", 2, todo, gone)},
			markers: map[string]cumin.Marker{"a": {Version: 1, Status: todo}},
			want:    one(cumin.MarkerMove{Task: "a", Read: 1, To: cumin.Marker{Version: 2}}, -1, 0, 0),
		},
		"its removal after the TTL costs nothing": {
			changes: []cumin.StatusChange{change("a", 3, gone, "")},
			markers: map[string]cumin.Marker{"a": {Version: 2}},
		},
		"an unknown status counts as nothing": {
			changes: []cumin.StatusChange{change("a", 1, "", "frozen")},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, cumin.PlanCounts(c.changes, marks(c.markers)))
		})
	}
}

func TestATaskTakenAwayIsOneVersionAboveItsLast(t *testing.T) {
	t.Parallel()
	last := &cumin.Task{Project: "P", ID: "a", Version: 7, Status: doing}
	require.Equal(t, change("a", 8, doing, ""), cumin.StatusChangeOf(last, nil))
}

func TestAHundredNewTasksTakeTwoTransactions(t *testing.T) {
	t.Parallel()
	var changes []cumin.StatusChange
	for i := range 100 {
		changes = append(changes, change(fmt.Sprintf("t%03d", i), 1, "", todo))
	}
	plan := cumin.PlanCounts(changes, nil)
	require.Len(t, plan, 2)
	require.Len(t, plan[0].Moves, cumin.MaxMarkerMoves)
	require.EqualValues(t, 99, plan[0].Todo)
	require.Len(t, plan[1].Moves, 1)
	require.EqualValues(t, 1, plan[1].Todo)
}

func TestATaskThatMovesToAnotherProjectCountsOnBothSides(t *testing.T) {
	t.Parallel()
	left := cumin.StatusChange{Project: "A", Task: "t", Version: 4, From: todo}
	came := cumin.StatusChange{Project: "B", Task: "t", Version: 4, To: todo}
	markers := map[cumin.TaskRef]cumin.Marker{{Project: "A", Task: "t"}: {Version: 3, Status: todo}}
	plan := cumin.PlanCounts([]cumin.StatusChange{came, left}, markers)
	require.Len(t, plan, 2)
	require.Equal(t, cumin.ProjectID("A"), plan[0].Project)
	require.EqualValues(t, -1, plan[0].Todo)
	require.Equal(t, cumin.ProjectID("B"), plan[1].Project)
	require.EqualValues(t, 1, plan[1].Todo)
}
