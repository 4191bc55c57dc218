package demo

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// said are a project's comments, of each task the oldest first.
func said(t *testing.T, plan project) []cumin.Comment {
	t.Helper()
	b, tasks := building(t, plan), build(t, plan)
	talk, err := b.talk(tasks)
	require.NoError(t, err)
	return slices.Concat(talk...)
}

func TestACommentIsMadeInItsTasksLifeBySomebodyWhoMayWrite(t *testing.T) {
	t.Parallel()
	unresolved := regexp.MustCompile(`@[A-Z]`)
	for _, plan := range projects() {
		t.Run(plan.name, func(t *testing.T) {
			t.Parallel()
			var writers []cumin.UserID
			for _, person := range plan.team() {
				writers = append(writers, people(t)[person])
			}
			tasks, before := build(t, plan), cumin.Comment{}
			for _, c := range said(t, plan) {
				task := tasks[c.Number-1]
				require.Equal(t, []any{task[0].ID, task[0].Project, task.last().Title}, []any{c.Task, c.Project, c.Title})
				require.True(t, c.CreatedAt.After(task[0].CreatedAt), "%q is older than %q", c.Body, c.Title)
				require.True(t, c.CreatedAt.Before(present.Add(-days(plan.ended))), c.Body)
				require.Contains(t, writers, c.Author, "%q is by somebody who only reads", c.Body)
				require.NotRegexp(t, unresolved, c.Body)
				require.NotContains(t, c.Mentions, c.Author, "%q mentions its author", c.Body)
				if c.Task == before.Task {
					require.True(t, c.CreatedAt.After(before.CreatedAt), "%q comes before what it answers", c.Body)
					require.Greater(t, c.ID, before.ID, "lists are in the order of ids")
				}
				before = c
			}
		})
	}
}

func TestAMentionIsOfAMember(t *testing.T) {
	t.Parallel()
	for _, plan := range projects() {
		all := people(t)
		for _, c := range said(t, plan) {
			for _, u := range c.Mentions {
				person := slices.Index(all, u)
				_, member := plan.others[person]
				require.True(t, member || person == plan.owner, "%s: %q", plan.name, c.Body)
				require.Contains(t, c.Body, "@["+People()[person].Name+"]("+string(u)+")")
			}
		}
	}
}

// Mentions reach an inbox after the tasks that people are told of.
func TestAMentionIsYoungerThanWhatElseItsPersonIsToldOf(t *testing.T) {
	t.Parallel()
	newest, mentioned := map[cumin.UserID]time.Time{}, map[cumin.UserID]int{}
	for _, plan := range projects() {
		for _, h := range build(t, plan) {
			if u := h[0].Assignee; h.told() && h[0].CreatedAt.After(newest[u]) {
				newest[u] = h[0].CreatedAt
			}
		}
	}
	for _, plan := range projects() {
		for _, c := range said(t, plan) {
			for _, u := range c.Mentions {
				require.True(t, c.CreatedAt.After(newest[u]), c.Body)
				mentioned[u]++
			}
		}
	}
	for _, person := range []int{ada, grace} {
		require.GreaterOrEqual(t, mentioned[people(t)[person]], 3, People()[person].Name)
	}
}

func TestFewTasksAreTalkedAboutMuch(t *testing.T) {
	t.Parallel()
	tasks, comments, much := 0, 0, 0
	talked := map[cumin.TaskID]int{}
	for _, plan := range projects() {
		tasks += len(build(t, plan))
		for _, c := range said(t, plan) {
			comments++
			talked[c.Task]++
		}
	}
	for _, n := range talked {
		if n >= 6 {
			much++
		}
	}
	require.Less(t, len(talked), tasks/2, "most tasks have none")
	require.GreaterOrEqual(t, comments, 60)
	require.GreaterOrEqual(t, much, 1)
	t.Logf("figure: %d comments on %d of %d tasks, %d of them with six or more", comments, len(talked), tasks, much)
}

func TestWhoWasInterruptedGoesOnAndWritesNothingTwice(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	w := &writer{dynamodb.NewFromConfig(aws.Config), aws.DB, aws.Tables, present, people(t)}
	plans := []project{kitchenRebuild}
	want := said(t, kitchenRebuild)
	require.NoError(t, w.write(t.Context(), plans))
	first := counted(t, w, want)

	// Later somebody deletes one: it stays away, and no other is counted again.
	gone := want[0]
	gone.Body, gone.Version, gone.DeletedAt = "", 2, present
	require.NoError(t, w.db.Comments().Delete(t.Context(), gone))
	w.now = present.Add(time.Hour)
	require.NoError(t, w.write(t.Context(), plans))

	require.Equal(t, first-1, counted(t, w, want[1:]))
	require.Equal(t, len(want), first)
	_, err := w.db.Comments().Get(t.Context(), gone.Project, gone.Task, gone.ID)
	require.ErrorIs(t, err, cumin.ErrNotFound)
}

// counted requires that there are the wanted comments and no other, and is how
// many their tasks count.
func counted(t *testing.T, w *writer, want []cumin.Comment) int {
	t.Helper()
	var got []cumin.Comment
	counts := 0
	for _, c := range want {
		if slices.ContainsFunc(got, func(g cumin.Comment) bool { return g.Task == c.Task }) {
			continue
		}
		page, err := w.db.Comments().List(t.Context(), c.Project, c.Task, 100, nil)
		require.NoError(t, err)
		got = append(got, page.Items...)
		task, err := w.db.Tasks().Get(t.Context(), c.Project, c.Task)
		require.NoError(t, err)
		counts += int(task.Talk.Comments)
	}
	require.ElementsMatch(t, want, got)
	return counts
}
