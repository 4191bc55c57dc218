package cumin

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFilterMeansTasksOfWhichAllItsFieldsHold(t *testing.T) {
	t.Parallel()
	const today, ann = "2026-11-22", UserID("01JZ0000000000000000000ANN")
	task := Task{
		Number: 12, Title: "Buy Cumin", Description: "from the Market", Status: StatusTodo, Priority: PriorityHigh,
		Assignee: ann, Due: "2026-11-20", Labels: []string{"Shop"},
	}
	for name, c := range map[string]struct {
		filter TaskFilter
		want   bool
	}{
		"none at all":                          {TaskFilter{}, true},
		"its status":                           {TaskFilter{Status: StatusTodo}, true},
		"another status":                       {TaskFilter{Status: StatusDone}, false},
		"another priority":                     {TaskFilter{Priority: PriorityLow}, false},
		"its assignee":                         {TaskFilter{Assignee: ann}, true},
		"nobody":                               {TaskFilter{Assignee: AssigneeNone}, false},
		"its label in another case":            {TaskFilter{Label: "shop"}, true},
		"a part of its label":                  {TaskFilter{Label: "sho"}, false},
		"overdue":                              {TaskFilter{Due: DueOverdue}, true},
		"without a date":                       {TaskFilter{Due: DueNone}, false},
		"due within a range, ends included":    {TaskFilter{Due: "2026-11-20..2026-11-20"}, true},
		"due from a later day":                 {TaskFilter{Due: "2026-11-21.."}, false},
		"due until a later day":                {TaskFilter{Due: "..2026-11-21"}, true},
		"text in the title, any case":          {TaskFilter{Text: " cUMIN "}, true},
		"text in the description":              {TaskFilter{Text: "market"}, true},
		"text in a label":                      {TaskFilter{Text: "sho"}, true},
		"its number":                           {TaskFilter{Text: "12"}, true},
		"its number as it is shown":            {TaskFilter{Text: "WS-12"}, true},
		"its number behind an older key":       {TaskFilter{Text: "cum-12"}, true},
		"another number behind a key":          {TaskFilter{Text: "WS-13"}, false},
		"its number behind what is no key":     {TaskFilter{Text: "x-12"}, false},
		"a number that is none":                {TaskFilter{Text: "-12"}, false},
		"a part of its number":                 {TaskFilter{Text: "1"}, false},
		"one that holds and one that does not": {TaskFilter{Text: "cumin", Priority: PriorityLow}, false},
	} {
		require.Equal(t, c.want, c.filter.Match(task, today), name)
	}
	done := task
	done.Status = StatusDone
	require.False(t, TaskFilter{Due: DueOverdue}.Match(done, today), "what is done is not overdue")
	require.False(t, TaskFilter{Due: DueOverdue}.Match(task, task.Due), "nor what is due today")
}

func TestAFilterThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for _, f := range []TaskFilter{
		{Status: "x"}, {Status: StatusDeleted}, {Priority: "x"}, {Assignee: "x"}, {Due: "soon"}, {Due: ".."}, {Due: "2026-13-01.."}, {Due: "2026-01-01"},
	} {
		var wrong fields
		f.check(&wrong, "query")
		require.Error(t, wrong.err(), "%+v", f)
	}
}
