package cumin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

var (
	morning = time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC)
	later   = morning.Add(time.Hour)
)

func card(version int64, edit ...func(*cumin.Task)) *cumin.Task {
	t := &cumin.Task{
		Project: "P", ID: "T", Number: 7, Title: "a", Status: todo, Rank: "m", Version: version,
		UpdatedAt: morning.Add(time.Duration(version) * time.Minute), Last: cumin.Change{By: "ann", RequestID: "req-1"},
	}
	for _, e := range edit {
		e(t)
	}
	return t
}

func status(s cumin.Status) func(*cumin.Task) { return func(t *cumin.Task) { t.Status = s } }
func rank(r string) func(*cumin.Task)         { return func(t *cumin.Task) { t.Rank = r } }
func title(s string) func(*cumin.Task)        { return func(t *cumin.Task) { t.Title = s } }
func talk(v int64) func(*cumin.Task) {
	return func(t *cumin.Task) {
		t.Talk = cumin.Talk{Comments: v, Version: v, Last: cumin.Change{By: "cy", RequestID: "req-2"}}
	}
}
func assigned(u cumin.UserID) func(*cumin.Task) { return func(t *cumin.Task) { t.Assignee = u } }

func TestWhatAChangeOfATaskTells(t *testing.T) {
	t.Parallel()
	toBob := []cumin.Note{{To: "bob", Kind: cumin.NotifyAssigned}}
	cases := map[string]struct {
		before, after *cumin.Task
		want          cumin.EventType // empty: nothing is told
		notes         []cumin.Note
	}{
		"a new task":                                 {nil, card(1), cumin.EventTaskCreated, nil},
		"a new task for someone else":                {nil, card(1, assigned("bob")), cumin.EventTaskCreated, toBob},
		"a new task for oneself":                     {nil, card(1, assigned("ann")), cumin.EventTaskCreated, nil},
		"another title":                              {card(1), card(2, title("b")), cumin.EventTaskUpdated, nil},
		"another assignee":                           {card(1, assigned("cy")), card(2, assigned("bob")), cumin.EventTaskUpdated, toBob},
		"the same assignee":                          {card(1, assigned("bob")), card(2, assigned("bob"), title("b")), cumin.EventTaskUpdated, nil},
		"nobody any more":                            {card(1, assigned("bob")), card(2), cumin.EventTaskUpdated, nil},
		"another column":                             {card(1), card(2, status(done)), cumin.EventTaskMoved, nil},
		"another place in the column":                {card(1), card(2, rank("z")), cumin.EventTaskMoved, nil},
		"deleted":                                    {card(1), card(2, status(gone)), cumin.EventTaskDeleted, nil},
		"deleted twice":                              {card(2, status(gone)), card(3, status(gone)), "", nil},
		"brought back":                               {card(2, status(gone), assigned("bob")), card(3, assigned("bob")), cumin.EventTaskCreated, nil},
		"removed by its TTL":                         {card(2, status(gone)), nil, "", nil},
		"removed although not deleted":               {card(2), nil, cumin.EventTaskDeleted, nil},
		"written again without a new version":        {card(2), card(2, title("b")), "", nil},
		"a comment more":                             {card(2), card(2, talk(1)), cumin.EventTaskTalk, nil},
		"a comment more, told late":                  {card(2, talk(2)), card(2, talk(1)), "", nil},
		"another title, and comments":                {card(2, talk(1)), card(3, talk(1), title("b")), cumin.EventTaskUpdated, nil},
		"born deleted, which is nothing to be shown": {nil, card(1, status(gone)), "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ok := cumin.TaskActivity(c.before, c.after, later)
			if c.want == "" {
				require.False(t, ok)
				return
			}
			require.True(t, ok)
			require.Equal(t, c.want, a.Type)
			require.Equal(t, c.notes, a.Notes)
			require.Equal(t, cumin.ProjectID("P"), a.Project)
		})
	}
}

func TestARemovalNamesNobodyAndIsOneVersionOn(t *testing.T) {
	t.Parallel()
	a, ok := cumin.TaskActivity(card(4), nil, later)
	require.True(t, ok)
	require.EqualValues(t, 5, a.Version)
	require.Equal(t, later, a.At)
	require.Empty(t, a.Actor)
}

func TestTheSameChangeHasTheSameIDsAndAnotherHasOthers(t *testing.T) {
	t.Parallel()
	first, _ := cumin.TaskActivity(card(1), card(2, title("b")), later)
	again, _ := cumin.TaskActivity(card(1), card(2, title("b")), later.Add(time.Minute))
	next, _ := cumin.TaskActivity(card(2), card(3, title("c")), later)
	require.Equal(t, first.EventID(), again.EventID())
	require.NotEqual(t, first.EventID(), next.EventID())
	require.NotEqual(t, first.EventID(), first.NotificationID(cumin.NotifyAssigned))
	require.True(t, cumin.ValidID(string(first.EventID())), "%s is a ULID", first.EventID())
	require.Less(t, first.EventID(), next.EventID(), "ids order by time")
}

func TestWhatAChangeOfAProjectTells(t *testing.T) {
	t.Parallel()
	board := func(version int64, deleted time.Time) *cumin.Project {
		return &cumin.Project{ID: "P", Version: version, UpdatedAt: morning, DeletedAt: deleted, Last: cumin.Change{By: "ann"}}
	}
	var never time.Time

	_, ok := cumin.ProjectActivity(nil, board(1, never), later)
	require.False(t, ok, "nobody looks at a new project")

	a, ok := cumin.ProjectActivity(board(1, never), board(2, never), later)
	require.True(t, ok)
	require.Equal(t, cumin.EventProjectUpdated, a.Type)

	a, ok = cumin.ProjectActivity(board(2, never), board(3, later), later)
	require.True(t, ok)
	require.Equal(t, cumin.EventProjectDeleted, a.Type)
	require.Equal(t, []cumin.Note{{Kind: cumin.NotifyProjectDeleted}}, a.Notes, "every member but the actor")

	_, ok = cumin.ProjectActivity(board(3, later), nil, later)
	require.False(t, ok, "it was told when it was deleted")
}

func TestWhatAChangeOfAMembershipTells(t *testing.T) {
	t.Parallel()
	place := func(version int64, role cumin.Role, by cumin.UserID) *cumin.Member {
		return &cumin.Member{Project: "P", User: "bob", Role: role, Version: version, JoinedAt: morning, Last: cumin.Change{By: by}}
	}
	cases := map[string]struct {
		before, after *cumin.Member
		want          cumin.EventType
		notes         []cumin.Note
	}{
		"added by another":       {nil, place(1, cumin.RoleViewer, "ann"), cumin.EventMemberAdded, []cumin.Note{{To: "bob", Kind: cumin.NotifyMemberAdded}}},
		"the project's creator":  {nil, place(1, cumin.RoleOwner, "bob"), cumin.EventMemberAdded, nil},
		"another role":           {place(1, cumin.RoleViewer, "ann"), place(2, cumin.RoleEditor, "ann"), cumin.EventMemberUpdated, []cumin.Note{{To: "bob", Kind: cumin.NotifyRoleChanged}}},
		"stepped down oneself":   {place(1, cumin.RoleOwner, "ann"), place(2, cumin.RoleEditor, "bob"), cumin.EventMemberUpdated, nil},
		"left or was removed":    {place(2, cumin.RoleViewer, "ann"), nil, cumin.EventMemberRemoved, nil},
		"the same version again": {place(2, cumin.RoleViewer, "ann"), place(2, cumin.RoleViewer, "ann"), "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ok := cumin.MemberActivity(c.before, c.after, later)
			require.Equal(t, c.want != "", ok)
			require.Equal(t, c.want, a.Type)
			require.Equal(t, c.notes, a.Notes)
		})
	}
}

func TestLeavingAndJoiningAgainAreTwoStories(t *testing.T) {
	t.Parallel()
	first, _ := cumin.MemberActivity(nil, &cumin.Member{Project: "P", User: "bob", Version: 1, JoinedAt: morning}, later)
	second, _ := cumin.MemberActivity(nil, &cumin.Member{Project: "P", User: "bob", Version: 1, JoinedAt: morning.Add(time.Millisecond)}, later)
	require.NotEqual(t, first.EventID(), second.EventID())
}

func TestWhatAChangeOfAnExportTells(t *testing.T) {
	t.Parallel()
	job := func(version int64, s cumin.ExportState) *cumin.Export {
		return &cumin.Export{ID: "E", Project: "P", User: "ann", State: s, Version: version, UpdatedAt: morning}
	}
	cases := map[string]struct {
		before, after *cumin.Export
		want          cumin.EventType
		notes         []cumin.Note
	}{
		"queued":                 {nil, job(1, cumin.ExportQueued), cumin.EventExportProgress, nil},
		"running":                {job(1, cumin.ExportQueued), job(2, cumin.ExportRunning), cumin.EventExportProgress, nil},
		"succeeded":              {job(2, cumin.ExportRunning), job(3, cumin.ExportSucceeded), cumin.EventExportFinished, []cumin.Note{{To: "ann", Kind: cumin.NotifyExportSucceeded}}},
		"failed":                 {job(2, cumin.ExportRunning), job(3, cumin.ExportFailed), cumin.EventExportFinished, []cumin.Note{{To: "ann", Kind: cumin.NotifyExportFailed}}},
		"canceled, by its owner": {job(2, cumin.ExportRunning), job(3, cumin.ExportCanceled), cumin.EventExportFinished, nil},
		"a lease given up":       {job(2, cumin.ExportRunning), job(2, cumin.ExportRunning), "", nil},
		"removed by its TTL":     {job(3, cumin.ExportSucceeded), nil, "", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, ok := cumin.ExportActivity(c.before, c.after)
			require.Equal(t, c.want != "", ok)
			require.Equal(t, c.want, a.Type)
			require.Equal(t, c.notes, a.Notes)
			if ok {
				require.Equal(t, cumin.UserID("ann"), a.User, "only the owner sees it")
			}
		})
	}
}

func TestCommentsAreToldAsTheirOwnVersionAndAreNoLineOfTheHistory(t *testing.T) {
	t.Parallel()
	a, ok := cumin.TaskActivity(card(9), card(9, talk(3)), later)
	require.True(t, ok)
	require.Equal(t, []any{"T/talk", int64(3), cumin.UserID("cy"), "req-2", later}, []any{a.Subject, a.Version, a.Actor, a.RequestID, a.At})
	_, ok = a.Entry()
	require.False(t, ok)
}

func TestCountsThatStayTheSameAreNotTold(t *testing.T) {
	t.Parallel()
	_, ok := cumin.CountsActivity("P", &cumin.Counts{Todo: 1, AsOf: morning}, &cumin.Counts{Todo: 1, AsOf: later}, 4, later)
	require.False(t, ok)
	a, ok := cumin.CountsActivity("P", &cumin.Counts{Todo: 1}, &cumin.Counts{Todo: 2}, 5, later)
	require.True(t, ok)
	require.EqualValues(t, 5, a.Version)
}

func TestLaterCountsAndProgressReplaceEarlierOnes(t *testing.T) {
	t.Parallel()
	all := []cumin.Activity{
		{Type: cumin.EventProjectCounts, Subject: "P/counts"},
		{Type: cumin.EventTaskUpdated, Subject: "T"},
		{Type: cumin.EventExportProgress, Subject: "E"},
		{Type: cumin.EventProjectCounts, Subject: "Q/counts"},
		{Type: cumin.EventExportProgress, Subject: "E"},
		{Type: cumin.EventExportFinished, Subject: "E"},
		{Type: cumin.EventTaskUpdated, Subject: "T"},
		{Type: cumin.EventProjectCounts, Subject: "P/counts"},
		{Type: cumin.EventTaskTalk, Subject: "T/talk"},
		{Type: cumin.EventTaskTalk, Subject: "U/talk"},
		{Type: cumin.EventTaskTalk, Subject: "T/talk"},
	}
	require.Equal(t, []bool{true, false, true, false, true, false, false, false, true, false, false}, cumin.Superseded(all))
}
