package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

var present = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// people are ids for People.
func people(t *testing.T) []cumin.UserID {
	t.Helper()
	users := make([]cumin.UserID, len(People()))
	for i := range users {
		users[i] = cumin.UserID(fixedID(fmt.Sprint("user", i)))
	}
	return users
}

func building(t *testing.T, plan project) *builder {
	t.Helper()
	return &builder{
		plan: plan, id: projectID(plan.name), people: people(t), team: plan.team(), now: present.Add(-days(plan.ended)), dice: dice(plan.name),
		ids:     func(n int) cumin.TaskID { return cumin.TaskID(fixedID(plan.name + "/" + strconv.Itoa(n))) },
		columns: map[cumin.Status]ends{},
	}
}

func build(t *testing.T, plan project) []history {
	t.Helper()
	tasks, err := building(t, plan).tasks()
	require.NoError(t, err)
	return tasks
}

func TestEveryTaskIsOneAPersonCouldHaveMade(t *testing.T) {
	t.Parallel()
	for _, plan := range projects() {
		t.Run(plan.name, func(t *testing.T) {
			t.Parallel()
			titles := map[string]bool{}
			for i, h := range build(t, plan) {
				created := h[0]
				require.Equal(t, int64(i+1), created.Number)
				require.Equal(t, cumin.StatusTodo, created.Status)
				require.False(t, titles[created.Title], "%q is there twice", created.Title)
				titles[created.Title] = true
				require.LessOrEqual(t, len([]rune(created.Title)), cumin.MaxTitle)
				require.True(t, cumin.ValidID(string(created.ID)))
				require.True(t, created.Priority.Valid())
				before := created.CreatedAt
				require.True(t, before.After(present.AddDate(0, 0, -plan.age-1)))
				for n, v := range h {
					require.Equal(t, int64(n+1), v.Version)
					require.False(t, v.UpdatedAt.Before(before), "version %d is older than the one before", v.Version)
					require.False(t, v.UpdatedAt.After(present))
					require.NotEmpty(t, v.Rank)
					before = v.UpdatedAt
				}
			}
		})
	}
}

func TestAnInboxIsInOrderOfTime(t *testing.T) {
	t.Parallel()
	told, newest := 0, days(0)
	for i, plan := range projects() {
		if len(plan.others) == 0 {
			continue
		}
		require.Greater(t, days(plan.age)-time.Duration(len(plan.others))*joinEvery, recent, "%s: people join before anybody is told of a task", plan.name)
		if i > 0 {
			require.LessOrEqual(t, days(plan.age), newest, "%s: projects are written in order of age", plan.name)
		}
		newest = days(plan.age)
		for _, h := range build(t, plan) {
			require.True(t, h[0].CreatedAt.After(present.Add(-days(plan.age)+time.Duration(len(plan.others))*joinEvery)), "%s: all have joined before the first task", plan.name)
			if h.told() {
				told++
				require.Less(t, present.Sub(h[0].CreatedAt), recent, h[0].Title)
			}
		}
	}
	require.Greater(t, told, 10, "there is something in the inboxes")
	t.Logf("figure: people are told of %d tasks", told)
}

func TestNothingHappensInAProjectThatEnded(t *testing.T) {
	t.Parallel()
	for _, h := range build(t, winterFair) {
		require.False(t, h.last().UpdatedAt.After(present.Add(-days(winterFair.ended))), h.last().Title)
	}
}

func TestTheSameDayMakesTheSameTasks(t *testing.T) {
	t.Parallel()
	for _, plan := range projects() {
		require.Equal(t, build(t, plan), build(t, plan), plan.name)
	}
}

func TestThereIsSomethingToSee(t *testing.T) {
	t.Parallel()
	total, statuses := 0, map[cumin.Status]int{}
	for _, plan := range projects() {
		for _, h := range build(t, plan) {
			total++
			statuses[h.last().Status]++
		}
	}
	require.Greater(t, total, 200, "hundreds of tasks")
	for _, column := range cumin.Columns {
		require.Greater(t, statuses[column], 20, column)
	}
	t.Logf("figure: %d demo tasks in %d projects: %v", total, len(projects()), statuses)
}

func TestWhatTheTextsNameIsOnTop(t *testing.T) {
	t.Parallel()
	columns := map[cumin.Status][]cumin.Task{}
	for _, h := range build(t, kitchenRebuild) {
		columns[h.last().Status] = append(columns[h.last().Status], h.last())
	}
	want := map[cumin.Status][]string{}
	for _, f := range kitchenRebuild.fixed {
		want[f.status] = append(want[f.status], f.title)
	}
	for column, tasks := range columns {
		slices.SortFunc(tasks, func(a, b cumin.Task) int { return cmp.Compare(a.Rank, b.Rank) })
		for i, title := range want[column] {
			require.Equal(t, title, tasks[i].Title)
		}
	}
}

func TestThousandsAreWrittenWithCommas(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "1", 999: "999", 1000: "1,000", 100000: "100,000", 1234567: "1,234,567"} {
		require.Equal(t, want, thousands(n))
	}
}
