package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// model is what a board must show: the titles of each column in order.
type model struct {
	columns map[string][]string
	tasks   map[string]object // by title, as last answered
}

// take removes a title from its column.
func (m *model) take(title string) {
	for status, titles := range m.columns {
		if i := slices.Index(titles, title); i >= 0 {
			m.columns[status] = slices.Delete(titles, i, i+1)
		}
	}
}

// put places a title behind after, else in front of before, else at the end.
func (m *model) put(title, status, after, before string) {
	column := m.columns[status]
	at := len(column)
	if i := slices.Index(column, after); i >= 0 {
		at = i + 1
	} else if i := slices.Index(column, before); i >= 0 {
		at = i
	}
	m.columns[status] = slices.Insert(column, at, title)
}

func TestABoardLooksLikeItsHistory(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	base := "/projects/" + p.id() + "/tasks"
	m := &model{columns: map[string][]string{}, tasks: map[string]object{}}
	status := func() string { return string(cumin.Columns[r.IntN(len(cumin.Columns))]) }
	someTask := func() string { // a task's title, or none
		titles := []string{""}
		for title := range m.tasks {
			titles = append(titles, title)
		}
		slices.Sort(titles) // a map's order would not replay
		return titles[r.IntN(len(titles))]
	}
	for step := range 250 {
		title, where := someTask(), status()
		switch task := m.tasks[title]; {
		case title == "" || step < 10:
			title = fmt.Sprintf("t%d", step)
			m.tasks[title] = ann.do("POST", base, object{"title": title, "status": where}).want(201)
			m.put(title, where, "", "")
		case r.IntN(12) == 0:
			ann.do("DELETE", base+"/"+task.id(), nil, "If-Match", task.tag()).want(204)
			m.take(title)
			delete(m.tasks, title)
		default:
			m.take(title)
			to, after, before := object{"status": where}, someTask(), ""
			if i := slices.Index(m.columns[where], after); i >= 0 && i+1 < len(m.columns[where]) && r.IntN(2) == 0 {
				before = m.columns[where][i+1] // as a client says it that sees both neighbours
			} else if r.IntN(2) == 0 {
				after, before = "", someTask()
			}
			if after == title || before == title {
				after, before = "", ""
			}
			for name, neighbour := range map[string]string{"after": after, "before": before} {
				if neighbour != "" {
					to[name] = m.tasks[neighbour].id()
				}
			}
			m.tasks[title] = ann.do("POST", base+"/"+task.id()+"/move", to, "If-Match", task.tag()).want(200)
			m.put(title, where, after, before)
		}
		if step%10 == 0 || step == 249 {
			shown := columns(ann, p)
			for _, c := range cumin.Columns {
				require.Equal(t, append([]string(nil), m.columns[string(c)]...), append([]string(nil), shown[string(c)]...), "step %d, column %s", step, c)
			}
		}
	}
}
