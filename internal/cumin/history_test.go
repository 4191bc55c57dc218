package cumin

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatTheHistorySaysOfAChange(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	was := Task{Project: "P", ID: "T", Number: 7, Title: "Old", Description: "long", Status: StatusTodo, Priority: PriorityNone, Rank: "a", Version: 1, Labels: []string{"x"}}
	with := func(change func(*Task)) *Task {
		next := was
		next.Version, next.Last.By = 2, "U"
		change(&next)
		return &next
	}
	gone := with(func(t *Task) { t.Status = StatusDeleted })
	back := *gone
	back.Version, back.Status = 3, StatusTodo
	for name, c := range map[string]struct {
		before, after *Task
		want          EntryType
		changes       []FieldChange
	}{
		"a new task":          {nil, &was, "task.created", nil},
		"a title":             {&was, with(func(t *Task) { t.Title = "New" }), "task.updated", []FieldChange{{"title", "Old", "New"}}},
		"another column":      {&was, with(func(t *Task) { t.Status, t.Rank = StatusDone, "b" }), "task.moved", []FieldChange{{"status", StatusTodo, StatusDone}}},
		"a date, from none":   {&was, with(func(t *Task) { t.Due = "2026-12-24" }), "task.updated", []FieldChange{{"due", nil, "2026-12-24"}}},
		"somebody, of nobody": {&was, with(func(t *Task) { t.Assignee = "V" }), "task.updated", []FieldChange{{"assignee", nil, UserID("V")}}},
		"labels":              {&was, with(func(t *Task) { t.Labels = nil }), "task.updated", []FieldChange{{"labels", []string{"x"}, []string{}}}},
		"a long text":         {&was, with(func(t *Task) { t.Description = "longer" }), "task.updated", []FieldChange{{Field: "description"}}},
		"another place only":  {&was, with(func(t *Task) { t.Rank = "b" }), "", nil},
		"deleted":             {&was, gone, "task.deleted", nil},
		"brought back":        {gone, &back, EntryTaskRestored, nil},
	} {
		a, ok := TaskActivity(c.before, c.after, at)
		require.True(t, ok, name)
		e, told := a.Entry()
		require.Equal(t, c.want != "", told, name)
		if told {
			require.Equal(t, []any{c.want, TaskID("T"), int64(7), c.changes}, []any{e.Type, e.TaskID, e.Number, e.Changes}, name)
		}
	}
}

func TestWhatTheHistorySaysOfMembers(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	first := Member{Project: "P", User: "U", Role: RoleOwner, Version: 1, JoinedAt: at, Last: Change{By: "U"}}
	joined := Member{Project: "P", User: "V", Role: RoleEditor, Version: 1, JoinedAt: at, Inviter: "U", Last: Change{By: "V"}}
	changed := joined
	changed.Role, changed.Version, changed.Last.By = RoleViewer, 2, "U"
	for name, c := range map[string]struct {
		before, after *Member
		want          EntryType
		changes       []FieldChange
	}{
		"the creator":         {nil, &first, EntryProjectCreated, nil},
		"somebody invited":    {nil, &joined, "member.added", nil},
		"another role":        {&joined, &changed, "member.updated", []FieldChange{{"role", RoleEditor, RoleViewer}}},
		"somebody who leaves": {&changed, nil, "member.removed", nil},
	} {
		a, ok := MemberActivity(c.before, c.after, at)
		require.True(t, ok, name)
		e, told := a.Entry()
		require.True(t, told, name)
		require.Equal(t, []any{c.want, c.changes}, []any{e.Type, e.Changes}, name)
	}
}

func TestACommentsNewsAndWhomItTells(t *testing.T) {
	t.Parallel()
	c := Comment{Project: "P", Task: "T", ID: "C", Author: "U", Body: "x", Mentions: []UserID{"U", "V"}, Version: 1, Last: Change{By: "U"}}
	edited := c
	edited.Version, edited.Mentions = 2, []UserID{"V", "W"}
	gone := edited
	gone.Version, gone.DeletedAt = 3, time.Unix(1, 0)
	for name, s := range map[string]struct {
		before, after *Comment
		want          EventType
		told          []UserID
	}{
		"made":                         {nil, &c, EventCommentAdded, []UserID{"V"}},
		"changed":                      {&c, &edited, EventCommentUpdated, []UserID{"W"}},
		"deleted":                      {&edited, &gone, EventCommentDeleted, nil},
		"erased with its project":      {&edited, nil, EventCommentDeleted, nil},
		"removed long after its end":   {&gone, nil, "", nil},
		"delivered again, out of turn": {&edited, &c, "", nil},
	} {
		a, ok := CommentActivity(s.before, s.after)
		require.Equal(t, s.want != "", ok, name)
		require.Equal(t, s.want, a.Type, name)
		var told []UserID
		for _, n := range a.Notes {
			require.Equal(t, NotifyMentioned, n.Kind)
			told = append(told, n.To)
		}
		require.Equal(t, s.told, told, name)
	}
}

func TestAnExcerptIsOneShortLineWithNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Ask @Ann Lee about it", Comment{Body: "Ask\n\n@[Ann Lee](01JZ0000000000000000000ANN)  about it "}.Excerpt())
	for body, want := range map[string]string{
		"## Where?\n\n- **Oak**, see [the shop](https://example.com/oak)\n* [x] ~~stone~~\n1. first": "Where? Oak, see the shop stone 1. first",
		"> said\n\n```go\nrun `it` _now_ (*please*)\n```":                                            "said run it now (please)",
		"2*3*4, snake_case_name, a-b - c, [1], C:\\_x":                                               "2*3*4, snake_case_name, a-b - c, [1], C:\\_x",
	} {
		require.Equal(t, want, Comment{Body: body}.Excerpt())
	}
	long := Comment{Body: strings.Repeat("ü", 500)}.Excerpt()
	require.Len(t, []rune(long), MaxExcerpt)
	require.True(t, strings.HasSuffix(long, "…"))
}
