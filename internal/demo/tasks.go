package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
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
	ages := b.ages() // before the texts, so that other texts leave them as they are
	wanted := b.wanted()
	all := make([]history, len(wanted))
	for i, w := range wanted {
		if w.age == 0 {
			w.age = ages[i]
		}
		h, err := b.history(i+1, w, w.age)
		if err != nil {
			return nil, fmt.Errorf("make task %q of project %s: %w", w.title, b.plan.name, err)
		}
		all[i] = h
	}
	return all, nil
}

// ages are those of the tasks that come before the fixed ones, oldest first.
func (b *builder) ages() []time.Duration {
	youngest := time.Hour
	for _, f := range b.plan.fixed {
		youngest = max(youngest, f.age)
	}
	ages := make([]time.Duration, cmp.Or(len(b.plan.titles), b.plan.made))
	step := (days(b.plan.age-b.plan.ended) - time.Hour - youngest) / time.Duration(max(1, len(ages)))
	for i := range ages {
		ages[i] = youngest + step*time.Duration(len(ages)-1-i) + time.Duration(b.dice.Int64N(int64(step)))
	}
	return ages
}

// wanted is the tasks' texts and where each has got to, oldest first.
func (b *builder) wanted() []fixed {
	titles := b.titles()
	var made []fixed
	for i, title := range titles {
		f := fixed{title: title, status: cumin.StatusTodo, priority: b.priority(), labels: b.plan.labelsOf(title)}
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
		cumin.PriorityNone, cumin.PriorityNone, cumin.PriorityNone, cumin.PriorityLow, cumin.PriorityLow, cumin.PriorityMedium,
		cumin.PriorityMedium, cumin.PriorityMedium, cumin.PriorityMedium, cumin.PriorityHigh, cumin.PriorityHigh, cumin.PriorityUrgent,
	}[b.dice.IntN(12)]
}

func (p project) labelsOf(title string) []string {
	var chosen []string
	for _, l := range p.labels {
		if slices.ContainsFunc(l.words, func(word string) bool { return strings.Contains(strings.ToLower(title), word) }) {
			chosen = append(chosen, l.name)
		}
	}
	return chosen[:min(2, len(chosen))]
}

// history writes one task: made at its age, then moved to where it is now.
func (b *builder) history(number int, w fixed, age time.Duration) (history, error) {
	creator, doer := b.hands(w, age)
	created := b.now.Add(-age).Truncate(time.Millisecond)
	t := cumin.Task{
		Project: b.id, ID: b.ids(number), Number: int64(number), Title: w.title, Status: cumin.StatusTodo, Priority: w.priority, Labels: w.labels,
		Version: 1, CreatedAt: created, UpdatedAt: created, CreatedBy: b.people[creator], Last: cumin.Change{By: b.people[creator], RequestID: "demo"},
	}
	if t.Description = w.text; w.text == "" && len(b.plan.notes) > 0 && b.dice.IntN(3) == 0 {
		t.Description = b.plan.notes[b.dice.IntN(len(b.plan.notes))]
	}
	if w.status != cumin.StatusTodo || len(w.who) > 0 || b.dice.IntN(2) == 0 {
		t.Assignee = b.people[doer]
	}
	if w.due > 0 {
		t.Due = b.now.AddDate(0, 0, w.due).Format(time.DateOnly)
	} else if w.status != cumin.StatusDone && b.dice.IntN(3) == 0 {
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

// hands are who makes a task of this age and who does it.
func (b *builder) hands(w fixed, age time.Duration) (creator, doer int) {
	if len(w.who) > 0 {
		return w.who[0], w.who[1]
	}
	creator, doer = b.someone(), b.someone()
	if b.dice.IntN(3) > 0 || age+days(b.plan.ended) >= recent {
		return creator, creator
	}
	return creator, doer
}

func (b *builder) someone() int { return b.team[b.dice.IntN(len(b.team))] }
