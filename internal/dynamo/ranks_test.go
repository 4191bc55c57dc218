package dynamo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// disturbed is a store of tasks in which something else happens before every
// call: between any two calls of one request.
type disturbed struct {
	dynamo.Tasks
	disturb func()
}

func (d disturbed) Get(ctx context.Context, p cumin.ProjectID, id cumin.TaskID) (cumin.Task, error) {
	d.disturb()
	return d.Tasks.Get(ctx, p, id)
}

func (d disturbed) Replace(ctx context.Context, t cumin.Task) error {
	d.disturb()
	return d.Tasks.Replace(ctx, t)
}

func (d disturbed) Restore(ctx context.Context, t cumin.Task) error {
	d.disturb()
	return d.Tasks.Restore(ctx, t)
}

func (d disturbed) RankAfter(ctx context.Context, p cumin.ProjectID, s cumin.Status, rank string) (string, error) {
	d.disturb()
	return d.Tasks.RankAfter(ctx, p, s, rank)
}

func (d disturbed) Crowd(ctx context.Context, p cumin.ProjectID, s cumin.Status) (int64, error) {
	d.disturb()
	return d.Tasks.Crowd(ctx, p, s)
}

func (d disturbed) ReplaceCrowded(ctx context.Context, t cumin.Task, crowd int64, rebalance bool) error {
	d.disturb()
	return d.Tasks.ReplaceCrowded(ctx, t, crowd, rebalance)
}

// killed is a store of ranks whose process dies after some of the steps.
type killed struct {
	dynamo.Ranks
	after int
}

var errKilled = errors.New("killed")

func (k killed) Rerank(ctx context.Context, p cumin.ProjectID, s cumin.Status, crowd int64, steps []cumin.RankStep, rid string) error {
	if err := k.Ranks.Rerank(ctx, p, s, crowd, steps[:min(k.after, len(steps))], rid); err != nil {
		return err
	}
	return errKilled
}

type wallClock struct{}

func (wallClock) Now() time.Time { return at }

// column is one column of a project that cards are dropped into while its
// ranks are crowded again and again, and rebalanced.
type column struct {
	t       *testing.T
	db      *dynamo.DB
	project cumin.ProjectID
	tasks   cumin.Tasks
	order   []cumin.TaskID // as people see it
}

const todo = cumin.StatusTodo

var ann = cumin.Actor{User: "01JZ00000000000000000000U1"}

func newColumn(t *testing.T, cards int) *column {
	t.Helper()
	aws := dynamotest.Start(t)
	p, _ := someProject(t, aws, ann.User)
	c := &column{t: t, db: aws.DB, project: p.ID, tasks: cumin.Tasks{
		Access: aws.DB.Projects(), Members: aws.DB.Members(), Store: aws.DB.Tasks(), Clock: wallClock{},
		NewID: func(time.Time) string { return newID() }, Pick: rand.Int64N,
	}}
	for i := range cards {
		task, err := c.tasks.Create(t.Context(), ann, p.ID, cumin.NewTask{Title: fmt.Sprint(i), Status: todo}, nil)
		require.NoError(t, err)
		c.order = append(c.order, task.ID)
	}
	return c
}

// seen is the column as a list shows it.
func (c *column) seen() []cumin.Task {
	c.t.Helper()
	page, err := c.db.Tasks().List(c.t.Context(), c.project, cumin.TaskQuery{TaskFilter: cumin.TaskFilter{Status: todo}, Sort: cumin.SortRank}, 1000, nil)
	require.NoError(c.t, err)
	require.Nil(c.t, page.Next)
	return page.Items
}

func (c *column) longest() int {
	n := 0
	for _, t := range c.seen() {
		n = max(n, len(t.Rank))
	}
	return n
}

// crowd gives the cards from the one to the other, which stay where they are,
// ranks as many drops into one gap leave them.
func (c *column) crowd(from, to int) {
	c.t.Helper()
	tasks, crowd, err := c.db.Ranks(wallClock{}).Column(c.t.Context(), c.project, todo)
	require.NoError(c.t, err)
	slices.SortFunc(tasks, func(a, b cumin.Ranked) int { return strings.Compare(a.Rank, b.Rank) })
	to = min(to, len(tasks))
	first := tasks[from].Rank
	if len(first) > 2*cumin.LongRank {
		return // crowded enough
	}
	var steps []cumin.RankStep
	for i, t := range tasks[from:to] {
		steps = append(steps, cumin.RankStep{ID: t.ID, From: t.Rank, To: first + strings.Repeat("0", cumin.LongRank) + fmt.Sprintf("%03d1", i)})
	}
	if to < len(tasks) {
		require.Less(c.t, steps[len(steps)-1].To, tasks[to].Rank)
	}
	require.NoError(c.t, c.db.Ranks(wallClock{}).Rerank(c.t.Context(), c.project, todo, crowd, steps, ""))
}

func (c *column) rebalance() {
	c.t.Helper()
	_, err := cumin.Ranks{Store: c.db.Ranks(wallClock{})}.Rebalance(c.t.Context(), c.project, todo, "")
	require.NoError(c.t, err)
}

func TestDropsAndRebalancingAtAnyPointKeepTheOrderThatPeopleSee(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	c := newColumn(t, 24)
	disturb := func() {
		switch r.IntN(4) {
		case 0:
			c.rebalance()
		case 1:
			dying := cumin.Ranks{Store: killed{c.db.Ranks(wallClock{}), 1 + r.IntN(8)}}
			if _, err := dying.Rebalance(t.Context(), c.project, todo, ""); err != nil {
				require.ErrorIs(t, err, errKilled)
			}
		}
	}
	undisturbed := c.tasks.Store
	c.tasks.Store = disturbed{c.db.Tasks(), disturb}
	for step := range 120 {
		if r.IntN(3) == 0 {
			from := r.IntN(len(c.order))
			c.crowd(from, from+1+r.IntN(8))
		}
		from := r.IntN(len(c.order))
		moved := c.order[from]
		read, err := undisturbed.Get(t.Context(), c.project, moved)
		require.NoError(t, err)
		disturb() // between what a person saw and what they do
		switch r.IntN(4) {
		case 0:
			title := fmt.Sprint("edited ", step)
			edited, err := c.tasks.Update(t.Context(), ann, c.project, moved, cumin.TaskPatch{Title: &title}, read.Version)
			require.NoError(t, err, "an open edit meets no conflict")
			require.Equal(t, title, edited.Title)
		case 1:
			require.NoError(t, c.tasks.Delete(t.Context(), ann, c.project, moved, read.Version))
			disturb()
			_, err := c.tasks.Restore(t.Context(), ann, c.project, moved)
			require.NoError(t, err)
		default:
			rest := slices.Delete(slices.Clone(c.order), from, from+1)
			to := r.IntN(len(rest) + 1)
			place := cumin.Move{Status: todo}
			if to > 0 {
				place.After = rest[to-1]
			}
			if to < len(rest) {
				place.Before = rest[to]
			}
			_, err := c.tasks.Move(t.Context(), ann, c.project, moved, place, read.Version)
			require.NoError(t, err)
			c.order = slices.Insert(rest, to, moved)
		}
		require.Equal(t, c.order, ids(c.seen()), "step %d", step)
	}
	c.rebalance()
	require.Equal(t, c.order, ids(c.seen()))
	require.LessOrEqual(t, c.longest(), cumin.LongRank)
}

func ids(tasks []cumin.Task) []cumin.TaskID {
	out := make([]cumin.TaskID, len(tasks))
	for i, t := range tasks {
		out[i] = t.ID
	}
	return out
}

func TestRebalancingDeliveredTwiceOrByTwoAtOnceIsDoneOnce(t *testing.T) {
	t.Parallel()
	c := newColumn(t, 150)
	c.crowd(10, 80)
	c.crowd(80, 140)
	errs := make(chan error)
	for range 3 {
		go func() {
			_, err := cumin.Ranks{Store: c.db.Ranks(wallClock{})}.Rebalance(t.Context(), c.project, todo, "")
			errs <- err
		}()
	}
	for range 3 {
		require.NoError(t, <-errs)
	}
	require.Equal(t, c.order, ids(c.seen()))
	for i, task := range c.seen() {
		want := int64(1)
		if i >= 10 && i < 140 {
			want = 3 // crowded, rebalanced
		}
		require.Equal(t, want, task.Version, "task %d", i)
		require.LessOrEqual(t, len(task.Rank), cumin.PlainRank)
	}
	n, err := cumin.Ranks{Store: c.db.Ranks(wallClock{})}.Rebalance(t.Context(), c.project, todo, "")
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestAListReadWhileItIsRebalancedNeitherRepeatsNorSkips(t *testing.T) {
	t.Parallel()
	c := newColumn(t, 40)
	c.crowd(5, 35)
	var seen []cumin.TaskID
	var after *cumin.TaskPosition
	for pages := 0; ; pages++ {
		page, err := c.db.Tasks().List(t.Context(), c.project, cumin.TaskQuery{Sort: cumin.SortRank}, 7, after)
		require.NoError(t, err)
		seen = append(seen, ids(page.Items)...)
		if after = page.Next; after == nil {
			break
		}
		if pages == 1 {
			c.rebalance()
		}
	}
	require.Equal(t, c.order, seen)
}
