package cumin

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wrong is "pointer code" of everything that err found.
func wrong(t *testing.T, err error) []string {
	t.Helper()
	var out []string
	if err != nil {
		require.Equal(t, CodeInvalid, CodeOf(err))
		refused, _ := errors.AsType[*Error](err)
		for _, f := range refused.Fields {
			out = append(out, f.Pointer+" "+f.Code)
		}
	}
	return out
}

func TestANewTasksFieldsAreChecked(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("ü", n) }
	cases := map[string]struct {
		in   NewTask
		want []string
	}{
		"only a title":                  {NewTask{Title: "a"}, nil},
		"everything at its limit":       {NewTask{Title: long(MaxTitle), Description: long(MaxDescription), Labels: labels(MaxLabels), Due: "2028-02-29"}, nil},
		"no title":                      {NewTask{Title: " \u00a0"}, []string{"/title required"}},
		"a title that is too long":      {NewTask{Title: long(MaxTitle + 1)}, []string{"/title too_long"}},
		"a title of two lines":          {NewTask{Title: "a\nb"}, []string{"/title wrong_format"}},
		"a title nobody can see":        {NewTask{Title: "\u200b"}, []string{"/title wrong_format"}},
		"a title that turns the rest":   {NewTask{Title: "a \u202e b"}, []string{"/title wrong_format"}},
		"a title of two paragraphs":     {NewTask{Title: "a\u2029b"}, []string{"/title wrong_format"}},
		"a long description":            {NewTask{Title: "a", Description: long(MaxDescription + 1)}, []string{"/description too_long"}},
		"a column that is none":         {NewTask{Title: "a", Status: StatusDeleted}, []string{"/status not_allowed"}},
		"an unknown priority":           {NewTask{Title: "a", Priority: "huge"}, []string{"/priority not_allowed"}},
		"a day that does not exist":     {NewTask{Title: "a", Due: "2027-02-29"}, []string{"/due wrong_format"}},
		"too many labels":               {NewTask{Title: "a", Labels: labels(MaxLabels + 1)}, []string{"/labels too_many"}},
		"an empty and a repeated label": {NewTask{Title: "a", Labels: []string{"x", "", " x"}}, []string{"/labels/1 required", "/labels/2 repeated"}},
		"several at once":               {NewTask{Due: "tomorrow", Priority: "x"}, []string{"/title required", "/priority not_allowed", "/due wrong_format"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.in.task()
			require.Equal(t, c.want, wrong(t, err))
			if err == nil {
				require.Equal(t, []any{StatusTodo, PriorityNone}, []any{got.Status, got.Priority})
			}
		})
	}
}

func labels(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

func TestAPatchChangesWhatItNamesAndNothingElse(t *testing.T) {
	t.Parallel()
	before := Task{Title: "a", Description: "d", Priority: PriorityHigh, Assignee: "U", Due: "2026-01-01", Labels: []string{"x"}, Rank: "i", Version: 4}
	title, none, due := " b ", UserID(""), ""
	after, err := TaskPatch{Title: &title, Assignee: &none, Due: &due, Labels: &[]string{}}.apply(before)
	require.NoError(t, err)
	require.Equal(t, Task{Title: "b", Description: "d", Priority: PriorityHigh, Rank: "i", Version: 4}, after)

	same, err := TaskPatch{}.apply(before)
	require.NoError(t, err)
	require.True(t, same.same(before))
	require.False(t, after.same(before))

	blank, bad := "", Priority("")
	_, err = TaskPatch{Title: &blank, Priority: &bad}.apply(before)
	require.Equal(t, []string{"/title required", "/priority not_allowed"}, wrong(t, err))
}

func TestRolesIncludeThoseBelow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		have, need Role
		want       bool
	}{
		{RoleOwner, RoleOwner, true}, {RoleOwner, RoleViewer, true}, {RoleEditor, RoleOwner, false},
		{RoleViewer, RoleViewer, true}, {"", RoleViewer, false}, {"admin", RoleViewer, false}, {RoleViewer, "", true}, {"", "", false},
	} {
		require.Equal(t, c.want, c.have.Allows(c.need), "%q for %q", c.have, c.need)
	}
}

func TestAnExportIsSavedUnderANameThatFileSystemsTake(t *testing.T) {
	t.Parallel()
	e := Export{Format: FormatCSV}
	for project, want := range map[string]string{
		"Spices":             "Spices 0001-01-01.csv",
		"../etc/passwd":      "etc-passwd 0001-01-01.csv",
		`a\b:c*d?e"f<g>h|i`:  "a-b-c-d-e-f-g-h-i 0001-01-01.csv",
		"Gewürze 🌶":          "Gewürze 🌶 0001-01-01.csv",
		"a\r\nSet-Cookie: x": "a--Set-Cookie- x 0001-01-01.csv",
		"...":                "tasks 0001-01-01.csv",
	} {
		require.Equal(t, want, fileName(project, e))
	}
}
