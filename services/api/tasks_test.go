package main

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestATaskLivesFromFirstToLastVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"

	made := ann.do("POST", tasks, object{"title": " Buy cumin ", "labels": []string{"shop"}, "assignee": ann.id, "due": "2026-12-24"})
	task := made.want(201)
	path := tasks + "/" + task.id()
	require.Equal(t, basePath+path, made.header.Get("Location"))
	require.Equal(t, `"v1"`, made.header.Get("ETag"))
	require.Equal(t, []any{"Buy cumin", "todo", "none", 1.0, string(ann.id), "2026-12-24", []any{"shop"}},
		[]any{task["title"], task["status"], task["priority"], task["number"], task["assignee"], task["due"], task["labels"]})
	require.Equal(t, 2.0, ann.task(p, "Another")["number"])

	got := ann.do("GET", path, nil)
	require.Equal(t, task, got.want(200))
	ann.do("GET", path, nil, "If-None-Match", `"v1"`).want(304)

	w.clock.advance(time.Second)
	patched := ann.do("PATCH", path, object{"priority": "high", "assignee": nil, "due": nil, "labels": nil, "description": "ground"}, "If-Match", `"v1"`).want(200)
	require.Equal(t, []any{"Buy cumin", "high", nil, nil, []any{}, "ground", 2.0},
		[]any{patched["title"], patched["priority"], patched["assignee"], patched["due"], patched["labels"], patched["description"], patched["version"]})
	require.Greater(t, patched["updatedAt"], patched["createdAt"])

	same := ann.do("PATCH", path, object{"priority": "high"}, "If-Match", `"v2"`).want(200)
	require.Equal(t, 2, same.version(), "a patch that changes nothing spends no version")

	ann.do("PATCH", path, object{"title": "x"}).refused(428, cumin.CodeMatchRequired)
	stale := ann.do("PATCH", path, object{"title": "x"}, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	require.Equal(t, map[string]any(patched), stale["current"])
	ann.do("DELETE", path, nil).refused(428, cumin.CodeMatchRequired)
	ann.do("DELETE", path, nil, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	ann.do("PATCH", path, object{"status": "done"}, "If-Match", `"v2"`).refused(422, cumin.CodeInvalid)

	ann.do("DELETE", path, nil, "If-Match", `"v2"`).want(204)
	ann.do("GET", path, nil).refused(404, cumin.CodeNotFound)
	ann.do("PATCH", path, object{"title": "x"}, "If-Match", `"v3"`).refused(404, cumin.CodeNotFound)
	require.Len(t, ann.do("GET", tasks, nil).want(200).items(), 1)
}

func TestATaskThatIsNotValidSaysWhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	cases := map[string]struct {
		field object
		where string
	}{
		"a date that does not exist":     {object{"due": "2026-02-30"}, "/due"},
		"an unknown priority":            {object{"priority": "huge"}, "/priority"},
		"somebody who is no member":      {object{"assignee": bob.id}, "/assignee"},
		"somebody who does not exist":    {object{"assignee": "nobody"}, "/assignee"},
		"eleven labels":                  {object{"labels": []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"}}, "/labels"},
		"a label twice":                  {object{"labels": []string{"a", "a "}}, "/labels/1"},
		"another project, by its member": {object{"projectId": newID(time.Now())}, "/projectId"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			first := func(o object) any { return o["errors"].([]any)[0].(map[string]any)["pointer"] }
			patch := ann.do("PATCH", "/projects/"+p.id()+"/tasks/"+task.id(), c.field, "If-Match", `"v1"`).refused(422, cumin.CodeInvalid)
			require.Equal(t, c.where, first(patch))
			c.field["title"] = "x"
			create := ann.do("POST", "/projects/"+p.id()+"/tasks", c.field).refused(422, cumin.CodeInvalid)
			require.Equal(t, c.where, first(create))
		})
	}
}

func TestTasksMoveBetweenTheirNeighbours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	a, b, c := ann.task(p, "a"), ann.task(p, "b"), ann.task(p, "c")
	gone := ann.task(p, "gone")
	ann.do("DELETE", "/projects/"+p.id()+"/tasks/"+gone.id(), nil, "If-Match", `"v1"`).want(204)

	move := func(task object, to object) object {
		t.Helper()
		path := "/projects/" + p.id() + "/tasks/" + task.id()
		return ann.do("POST", path+"/move", to, "If-Match", ann.do("GET", path, nil).want(200).tag()).want(200)
	}
	steps := []struct {
		name string
		task object
		to   object
		want map[string][]string
	}{
		{"to the top", c, object{"status": "todo", "before": a.id()}, map[string][]string{"todo": {"c", "a", "b"}}},
		{"between two", b, object{"status": "todo", "after": c.id(), "before": a.id()}, map[string][]string{"todo": {"c", "b", "a"}}},
		{"behind one, into the next's gap", c, object{"status": "todo", "after": b.id()}, map[string][]string{"todo": {"b", "c", "a"}}},
		{"to the end", b, object{"status": "todo"}, map[string][]string{"todo": {"c", "a", "b"}}},
		{"into another column", c, object{"status": "done"}, map[string][]string{"todo": {"a", "b"}, "done": {"c"}}},
		{"behind one that has left the column", a, object{"status": "todo", "after": c.id()}, map[string][]string{"todo": {"b", "a"}, "done": {"c"}}},
		{"behind one that was deleted", b, object{"status": "todo", "after": gone.id()}, map[string][]string{"todo": {"a", "b"}, "done": {"c"}}},
		{"neighbours in the wrong order", c, object{"status": "todo", "after": b.id(), "before": a.id()}, map[string][]string{"todo": {"a", "b", "c"}}},
		{"behind itself", a, object{"status": "todo", "after": a.id()}, map[string][]string{"todo": {"b", "c", "a"}}},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			move(s.task, s.to)
			require.Equal(t, s.want, columns(ann, p))
		})
	}
	path := "/projects/" + p.id() + "/tasks/" + a.id() + "/move"
	ann.do("POST", path, object{"status": "todo"}).refused(428, cumin.CodeMatchRequired)
	ann.do("POST", path, object{"status": "todo"}, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	ann.do("POST", path, object{"status": "deleted"}, "If-Match", `"v1"`).refused(422, cumin.CodeInvalid)
}

// columns are the titles on a board, without its empty columns.
func columns(p person, project object) map[string][]string {
	out := map[string][]string{}
	board := p.do("GET", "/projects/"+project.id()+"/board", nil).want(200)
	for _, c := range board["columns"].([]any) {
		column := object(c.(map[string]any))
		if titles := field[string](column.items(), "title"); len(titles) > 0 {
			out[column["status"].(string)] = titles
		}
	}
	return out
}

func TestOfTwoWhoChangeATaskAtOnceOneLearnsOfTheOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	path := "/projects/" + p.id() + "/tasks/" + task.id()
	var statuses [8]int
	var wg sync.WaitGroup
	for i := range statuses {
		wg.Go(func() {
			statuses[i] = ann.do("PATCH", path, object{"title": fmt.Sprintf("t%d", i)}, "If-Match", `"v1"`).status
		})
	}
	wg.Wait()
	slices.Sort(statuses[:])
	require.Equal(t, [8]int{200, 412, 412, 412, 412, 412, 412, 412}, statuses)
	require.Equal(t, 2, ann.do("GET", path, nil).want(200).version())
}

func TestTaskNumbersAreUniqueWhenManyCreateAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() { ann.do("POST", "/projects/"+p.id()+"/tasks", object{"title": fmt.Sprint(i)}).want(201) })
	}
	wg.Wait()
	tasks := ann.do("GET", "/projects/"+p.id()+"/tasks?limit=100", nil).want(200).items()
	numbers := field[float64](tasks, "number")
	slices.Sort(numbers)
	require.Len(t, slices.Compact(numbers), 24)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(field[string](tasks, "rank")))), 24)
}

func TestACursorIsForOneListOfOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p, other := ann.project("Spices"), ann.project("Herbs")
	ann.add(p, "Bob", "viewer")
	for i := range 3 {
		ann.task(p, fmt.Sprint(i))
	}
	list := "/projects/" + p.id() + "/tasks?limit=1"
	cursor := "&cursor=" + ann.do("GET", list, nil).want(200)["nextCursor"].(string)
	ann.do("GET", list+cursor, nil).want(200)
	ann.do("GET", "/projects/"+p.id()+"/tasks?limit=2"+cursor, nil).want(200)
	bob.do("GET", list+cursor, nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", list+"&status=todo"+cursor, nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", "/projects/"+other.id()+"/tasks?limit=1"+cursor, nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", list+cursor+"x", nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", list+"&cursor=%21", nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", "/projects?limit=1"+cursor, nil).refused(422, cumin.CodeInvalid)
	ann.do("GET", list+"&page=2", nil).refused(422, cumin.CodeInvalid)
}
