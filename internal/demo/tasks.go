package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// history is a task as it was written, version by version; each is one write.
type history []cumin.Task

// last is the task as it is now.
func (h history) last() cumin.Task { return h[len(h)-1] }

// recent is the age up to which a task is given to somebody else than its
// creator, who is told. It is less than that of every team: by then all have
// heard of joining it, and an inbox is in order of time.
const recent = 30 * 24 * time.Hour

// told reports whether somebody is told of the task.
func (h history) told() bool { return h[0].Assignee != "" && h[0].Assignee != h[0].CreatedBy }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// builder makes one project's tasks. The same seed and time make the same.
type builder struct {
	plan    project
	id      cumin.ProjectID
	people  []cumin.UserID // by place in People
	team    []int          // who may have tasks
	now     time.Time
	dice    *rand.Rand
	ids     func(n int) cumin.TaskID
	columns map[cumin.Status]ends
}

// ends are the ranks of a column's first and last task.
type ends struct{ first, last string }

// tasks are the project's tasks, oldest first, numbered from 1.
func (b *builder) tasks() ([]history, error) {
	wanted := b.wanted()
	ages := make([]time.Duration, len(wanted))
	span := days(b.plan.age - b.plan.ended)
	for i := range ages {
		ages[i] = time.Hour + time.Duration(b.dice.Int64N(int64(span-2*time.Hour)))
	}
	slices.Sort(ages)
	slices.Reverse(ages)
	all := make([]history, len(wanted))
	for i, w := range wanted {
		h, err := b.history(i+1, w, ages[i])
		if err != nil {
			return nil, fmt.Errorf("make task %q of project %s: %w", w.title, b.plan.name, err)
		}
		all[i] = h
	}
	return all, nil
}

// wanted is the tasks' texts and where each has got to, oldest first.
func (b *builder) wanted() []fixed {
	titles := b.titles()
	var made []fixed
	for i, title := range titles {
		f := fixed{title: title, status: cumin.StatusTodo, priority: b.priority(), labels: b.labels()}
		done := int(b.plan.finished * float64(len(titles)))
		switch { // what is done was begun first
		case i < done:
			f.status = cumin.StatusDone
		case i < done+len(titles)/9:
			f.status = cumin.StatusInProgress
		}
		made = append(made, f)
	}
	for _, f := range slices.Backward(b.plan.fixed) {
		f.top = true
		made = append(made, f)
	}
	return made
}

// titles are those of the project, or made ones: things come as the dice fall,
// but what is done with one thing stays in order.
func (b *builder) titles() []string {
	if len(b.plan.titles) > 0 {
		return b.plan.titles
	}
	var things []int
	for range b.plan.work {
		for thing := range b.plan.things {
			things = append(things, thing)
		}
	}
	b.dice.Shuffle(len(things), func(i, k int) { things[i], things[k] = things[k], things[i] })
	titles, begun := make([]string, b.plan.made), make([]int, len(b.plan.things))
	for i := range titles {
		thing := things[i]
		titles[i] = fmt.Sprintf(b.plan.work[begun[thing]], b.plan.things[thing])
		begun[thing]++
	}
	return titles
}

func (b *builder) priority() cumin.Priority {
	return [...]cumin.Priority{
		cumin.PriorityNone, cumin.PriorityNone, cumin.PriorityLow, cumin.PriorityMedium, cumin.PriorityMedium, cumin.PriorityHigh, cumin.PriorityUrgent,
	}[b.dice.IntN(7)]
}

func (b *builder) labels() []string {
	var chosen []string
	for _, l := range b.plan.labels {
		if b.dice.IntN(5) == 0 {
			chosen = append(chosen, l)
		}
	}
	return chosen[:min(2, len(chosen))]
}

// history writes one task: made at its age, then moved to where it is now.
func (b *builder) history(number int, w fixed, age time.Duration) (history, error) {
	creator := b.someone()
	created := b.now.Add(-age).Truncate(time.Millisecond)
	t := cumin.Task{
		Project: b.id, ID: b.ids(number), Number: int64(number), Title: w.title, Status: cumin.StatusTodo, Priority: w.priority, Labels: w.labels,
		Version: 1, CreatedAt: created, UpdatedAt: created, CreatedBy: b.people[creator], Last: cumin.Change{By: b.people[creator], RequestID: "demo"},
	}
	if t.Description = w.text; w.text == "" && len(b.plan.notes) > 0 && b.dice.IntN(3) == 0 {
		t.Description = b.plan.notes[b.dice.IntN(len(b.plan.notes))]
	}
	doer := creator
	if other := b.someone(); b.dice.IntN(3) == 0 && age+days(b.plan.ended) < recent {
		doer = other
	}
	if w.status != cumin.StatusTodo || b.dice.IntN(2) == 0 {
		t.Assignee = b.people[doer]
	}
	if w.status != cumin.StatusDone && b.dice.IntN(3) == 0 {
		t.Due = b.now.AddDate(0, 0, b.dice.IntN(32)-3).Format(time.DateOnly)
	}
	var h history
	for _, column := range path(w.status) {
		if len(h) > 0 {
			left := b.now.Sub(t.UpdatedAt)
			t.UpdatedAt = t.UpdatedAt.Add(time.Duration(float64(left) * (0.15 + 0.6*b.dice.Float64()))).Truncate(time.Millisecond)
			t.Version++
			t.Status, t.Last.By = column, b.people[doer]
		}
		var err error
		if t.Rank, err = b.rank(column, w.top); err != nil {
			return nil, err
		}
		h = append(h, t)
	}
	return h, nil
}

// rank is the next one at an end of a column.
func (b *builder) rank(column cumin.Status, top bool) (rank string, err error) {
	e := b.columns[column]
	if top {
		rank, err = cumin.RankBetween("", e.first, b.dice.Int64N)
		e.first = rank
	} else {
		rank, err = cumin.RankBetween(e.last, "", b.dice.Int64N)
		e.last = rank
	}
	e.first, e.last = cmp.Or(e.first, rank), cmp.Or(e.last, rank)
	b.columns[column] = e
	return rank, err
}

// path is the columns a task passes on its way.
func path(to cumin.Status) []cumin.Status {
	return cumin.Columns[:slices.Index(cumin.Columns[:], to)+1]
}

func (b *builder) someone() int { return b.team[b.dice.IntN(len(b.team))] }
