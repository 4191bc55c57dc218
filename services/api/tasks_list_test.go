package main

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// anyTask is a task in some column, with some of the dates and priorities that
// lists go by.
func anyTask(r *rand.Rand, title string) object {
	task := object{"title": title, "status": cumin.Columns[r.IntN(3)], "priority": cumin.Priorities[r.IntN(5)]}
	if r.IntN(2) == 0 {
		task["due"] = fmt.Sprintf("2026-12-%02d", 1+r.IntN(6))
	}
	return task
}

func TestAListOfTasksNeitherRepeatsNorSkipsWhileOthersWork(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	base := "/projects/" + p.id() + "/tasks"
	var still []string // tasks nobody moves
	for i := range 40 {
		w.clock.advance(time.Millisecond)
		still = append(still, ann.do("POST", base, anyTask(r, fmt.Sprint(i))).want(201).id())
	}
	for _, sort := range cumin.TaskSorts {
		list := fmt.Sprintf("?sort=%s&limit=7", sort)
		var seen []string
		for next := base + list; next != ""; {
			o := ann.do("GET", next, nil).want(200)
			seen = append(seen, field[string](o.items(), "id")...)
			next = ""
			if cursor, ok := o["nextCursor"].(string); ok {
				next = base + list + "&cursor=" + cursor
			}
			for range 3 { // others add tasks anywhere
				near := still[r.IntN(len(still))]
				w.clock.advance(time.Millisecond)
				added := ann.do("POST", base, anyTask(r, "later")).want(201)
				to := object{"status": ann.do("GET", base+"/"+near, nil).want(200)["status"], "after": near}
				ann.do("POST", base+"/"+added.id()+"/move", to, "If-Match", `"v1"`).want(200)
			}
		}
		require.Len(t, slices.Compact(slices.Sorted(slices.Values(seen))), len(seen), "%s repeats", list)
		for _, id := range still {
			require.Contains(t, seen, id, "%s skips", list)
		}
	}
}

func TestListsOfTasksGoByDateAndByPriority(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(t)
	w.clock.now = time.Date(2026, 12, 4, 12, 0, 0, 0, time.UTC)
	ann := w.person("Ann")
	p := ann.project("Spices")
	base := "/projects/" + p.id() + "/tasks"
	var all []object
	for i := range 60 {
		all = append(all, ann.do("POST", base, anyTask(r, fmt.Sprint(i))).want(201))
	}
	changed := func(o, patch object) object {
		return ann.do("PATCH", base+"/"+o.id(), patch, "If-Match", o.tag()).want(200)
	}
	all[0] = changed(all[0], object{"due": "2026-11-30", "priority": "urgent"})
	all[1] = changed(changed(all[1], object{"due": "2026-11-29", "priority": "low"}), object{"due": nil, "priority": nil})
	ann.do("DELETE", base+"/"+all[2].id(), nil, "If-Match", `"v1"`).want(204)
	all = slices.Delete(all, 2, 3)

	due := func(o object) string { s, _ := o["due"].(string); return s }
	urgency := func(o object) int { return slices.Index(cumin.Priorities[:], cumin.Priority(o["priority"].(string))) }
	lastIf := func(without bool) int {
		if without {
			return 1
		}
		return 0
	}
	orders := map[cumin.TaskSort]func(a, b object) int{
		cumin.SortDueFirst: func(a, b object) int {
			return cmp.Or(lastIf(due(a) == "")-lastIf(due(b) == ""), cmp.Compare(due(a), due(b)))
		},
		cumin.SortDueLast: func(a, b object) int {
			return cmp.Or(lastIf(due(a) == "")-lastIf(due(b) == ""), cmp.Compare(due(b), due(a)))
		},
		cumin.SortLeastFirst: func(a, b object) int {
			return cmp.Or(lastIf(urgency(a) == 0)-lastIf(urgency(b) == 0), urgency(a)-urgency(b))
		},
		cumin.SortMostFirst: func(a, b object) int { return urgency(b) - urgency(a) },
	}
	filters := map[string]func(object) bool{
		"":                              func(object) bool { return true },
		"&status=done":                  func(o object) bool { return o["status"] == "done" },
		"&priority=none":                func(o object) bool { return urgency(o) == 0 },
		"&priority=high":                func(o object) bool { return o["priority"] == "high" },
		"&due=none":                     func(o object) bool { return due(o) == "" },
		"&due=overdue":                  func(o object) bool { return due(o) != "" && due(o) < "2026-12-04" && o["status"] != "done" },
		"&due=2026-12-02..2026-12-03":   func(o object) bool { return due(o) == "2026-12-02" || due(o) == "2026-12-03" },
		"&due=2026-12-05..":             func(o object) bool { return due(o) >= "2026-12-05" },
		"&due=..2026-12-01":             func(o object) bool { return due(o) != "" && due(o) <= "2026-12-01" },
		"&due=2026-12-03..2026-12-02":   func(object) bool { return false },
		"&q=1":                          func(o object) bool { return strings.Contains(o["title"].(string), "1") || o["number"] == 1.0 },
		"&due=2026-12-02..&status=todo": func(o object) bool { return due(o) >= "2026-12-02" && o["status"] == "todo" },
	}
	for sort, order := range orders {
		for filter, meant := range filters {
			var got, want []object
			list := fmt.Sprintf("%s?sort=%s&limit=%d%s", base, sort, 1+r.IntN(20), filter)
			for next := list; next != ""; {
				o := ann.do("GET", next, nil).want(200)
				got, next = append(got, o.items()...), ""
				if cursor, more := o["nextCursor"].(string); more {
					next = list + "&cursor=" + cursor
				}
			}
			for _, o := range all {
				if meant(o) {
					want = append(want, o)
				}
			}
			require.ElementsMatch(t, want, got, list)
			require.True(t, slices.IsSortedFunc(got, order), "%s: %v", list, got)
		}
	}
}

func TestListsOfTasksFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p, other := ann.project("Spices"), ann.project("Herbs")
	ann.add(p, "Bob", "editor")
	ann.add(other, "Bob", "editor")
	make := func(project object, title, status string, assignee any) {
		w.clock.advance(time.Millisecond)
		ann.do("POST", "/projects/"+project.id()+"/tasks", object{"title": title, "status": status, "assignee": assignee}).want(201)
	}
	make(p, "a", "todo", bob.id)
	make(p, "b", "done", bob.id)
	make(p, "c", "todo", nil)
	make(other, "d", "todo", bob.id)
	make(p, "e", "done", ann.id)
	cases := map[string]string{
		"":                             "a c b e",
		"?status=done":                 "b e",
		"?status=in_progress":          "",
		"?sort=-updatedAt":             "e c b a",
		"?sort=-updatedAt&status=todo": "c a",
		"?assignee=" + string(bob.id):  "a b",
		"?sort=-updatedAt&assignee=" + string(bob.id):                     "b a",
		"?sort=-updatedAt&limit=1&status=done&assignee=" + string(bob.id): "b",
	}
	for query, want := range cases {
		path := "/projects/" + p.id() + "/tasks" + query
		if query == "" {
			path += "?limit=50"
		}
		var got string
		for i, title := range titles(t, bob, path) {
			if i > 0 {
				got += " "
			}
			got += title
		}
		require.Equal(t, want, got, query)
	}
}

// titles reads all pages of a list of tasks.
func titles(t *testing.T, p person, path string) []string {
	t.Helper()
	var out []string
	for next := path; ; {
		o := p.do("GET", next, nil).want(200)
		out = append(out, field[string](o.items(), "title")...)
		cursor, ok := o["nextCursor"].(string)
		if !ok {
			return out
		}
		next = path + "&cursor=" + cursor
	}
}
