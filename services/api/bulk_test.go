package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestManyTasksAreChangedEachWithItsOwnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"
	a, b, c := ann.task(p, "a"), ann.task(p, "b"), ann.task(p, "c")
	ann.do("PATCH", tasks+"/"+b.id(), object{"labels": []string{"old", "kept"}}, "If-Match", b.tag()).want(200)
	strange := ann.task(ann.project("Other"), "x")

	got := ann.do("POST", tasks+"/bulk", object{
		"items": []object{{"id": c.id()}, {"id": a.id(), "version": 1}, {"id": b.id(), "version": 1}, {"id": strange.id()}, {"id": newID(time.Now())}},
		"set":   object{"status": "done", "priority": "high", "assignee": ann.id, "due": "2026-12-24", "addLabels": []string{"new"}, "removeLabels": []string{"old"}},
	}).want(200).items()
	require.Equal(t, []float64{200, 200, 412, 404, 404}, field[float64](got, "status"))
	require.Equal(t, []string{c.id(), a.id(), b.id()}, field[string](got[:3], "id"))
	task := got[0]["task"].(map[string]any)
	require.Equal(t, []any{"done", "high", string(ann.id), "2026-12-24", []any{"new"}},
		[]any{task["status"], task["priority"], task["assignee"], task["due"], task["labels"]})
	require.Equal(t, "b", got[2]["task"].(map[string]any)["title"], "what is stored")
	require.Equal(t, []any{"version_mismatch", "not_found"}, []any{got[2]["code"], got[3]["code"]})

	got = ann.do("POST", tasks+"/bulk", object{
		"items": []object{{"id": b.id()}}, "set": object{"addLabels": []string{"kept", "new"}, "removeLabels": []string{"old"}},
	}).want(200).items()
	require.Equal(t, []any{"kept", "new"}, got[0]["task"].(map[string]any)["labels"])

	done := ann.do("GET", tasks+"?status=done", nil).want(200).items()
	require.Equal(t, []string{c.id(), a.id()}, field[string](done, "id"), "at the column's end, in the order asked")

	got = ann.do("POST", tasks+"/bulk", object{"items": []object{{"id": a.id()}, {"id": b.id()}}, "delete": true}).want(200).items()
	require.Equal(t, []float64{204, 204}, field[float64](got, "status"))
	require.Equal(t, []string{c.id()}, field[string](ann.do("GET", tasks, nil).want(200).items(), "id"))
}

func TestTasksGoBackToWhereTheyStood(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"
	a, b, c := ann.task(p, "a"), ann.task(p, "b"), ann.task(p, "c")
	ann.do("POST", tasks+"/bulk", object{"items": []object{{"id": a.id()}, {"id": b.id()}}, "set": object{"status": "done"}}).want(200)
	ann.do("POST", tasks+"/bulk", object{
		"items": []object{{"id": b.id(), "rank": b["rank"]}, {"id": a.id(), "rank": a["rank"]}}, "set": object{"status": "todo"},
	}).want(200)
	todo := ann.do("GET", tasks+"?status=todo", nil).want(200).items()
	require.Equal(t, []string{a.id(), b.id(), c.id()}, field[string](todo, "id"))
}

func TestABulkChangeThatMakesNoSenseChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	task := ann.task(p, "a")
	one := []object{{"id": task.id()}}
	var many []object
	for range cumin.MaxBulk + 1 {
		many = append(many, object{"id": newID(time.Now())})
	}
	for name, body := range map[string]object{
		"no tasks":              {"items": []object{}, "delete": true},
		"too many":              {"items": many, "delete": true},
		"one twice":             {"items": append(one, one...), "delete": true},
		"nothing to do":         {"items": one},
		"nothing to set":        {"items": one, "set": object{}},
		"a rank that is none":   {"items": []object{{"id": task.id(), "rank": "A-1"}}, "set": object{"status": "done"}},
		"a rank in no column":   {"items": []object{{"id": task.id(), "rank": "8"}}, "set": object{"priority": "low"}},
		"both":                  {"items": one, "set": object{"priority": "low"}, "delete": true},
		"an unknown status":     {"items": one, "set": object{"status": "gone"}},
		"a date that is none":   {"items": one, "set": object{"due": "tomorrow"}},
		"somebody from outside": {"items": one, "set": object{"assignee": bob.id}},
	} {
		ann.do("POST", "/projects/"+p.id()+"/tasks/bulk", body).refused(422, cumin.CodeInvalid)
		require.Equal(t, map[string]any(task), map[string]any(ann.do("GET", "/projects/"+p.id()+"/tasks/"+task.id(), nil).want(200)), name)
	}
}

func TestADeletedTaskComesBackWhereItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"
	var all []object
	for i := range 3 {
		all = append(all, ann.do("POST", tasks, object{"title": fmt.Sprint(i), "status": "in_progress"}).want(201))
	}
	path := tasks + "/" + all[1].id()
	ann.do("DELETE", path, nil, "If-Match", `"v1"`).want(204)
	back := ann.do("POST", path+"/restore", nil).want(200)
	require.Equal(t, []any{"in_progress", 3.0}, []any{back["status"], back["version"]})
	require.Equal(t, map[string]any(back), map[string]any(ann.do("POST", path+"/restore", nil).want(200)), "it is there")
	require.Equal(t, []string{"0", "1", "2"}, field[string](ann.do("GET", tasks, nil).want(200).items(), "title"))

	ann.do("DELETE", path, nil, "If-Match", `"v3"`).want(204)
	w.clock.advance(cumin.DeletedTaskTTL)
	ann.do("POST", path+"/restore", nil).refused(404, cumin.CodeNotFound)
}

func TestListsAndBoardsAreNarrowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	tasks := "/projects/" + p.id() + "/tasks"
	for i := range 9 {
		w.clock.advance(time.Second)
		body := object{"title": fmt.Sprintf("task %d", i), "status": cumin.Columns[i%3]}
		if i%2 == 0 {
			body["labels"], body["assignee"], body["priority"] = []string{"even"}, ann.id, "urgent"
		}
		if i < 3 {
			body["due"] = "2020-01-01"
		}
		ann.do("POST", tasks, body).want(201)
	}
	for query, want := range map[string][]string{
		"?label=EVEN&limit=2&":                                      {"task 0", "task 6", "task 4", "task 2", "task 8"},
		"?label=even&sort=createdAt&limit=2&":                       {"task 0", "task 2", "task 4", "task 6", "task 8"},
		"?priority=urgent&sort=-createdAt&limit=1&":                 {"task 8", "task 6", "task 4", "task 2", "task 0"},
		"?assignee=" + string(ann.id) + "&sort=-updatedAt&limit=2&": {"task 8", "task 6", "task 4", "task 2", "task 0"},
		"?assignee=none&sort=-updatedAt&limit=3&":                   {"task 7", "task 5", "task 3", "task 1"},
		"?due=overdue&sort=createdAt&":                              {"task 0", "task 1"}, // task 2 is done
		"?due=none&status=todo&":                                    {"task 3", "task 6"},
		"?q=TASK%204&":                                              {"task 4"},
		"?q=CUM-5&":                                                 {"task 4"},
		"?sort=-createdAt&limit=4&":                                 {"task 8", "task 7", "task 6", "task 5", "task 4", "task 3", "task 2", "task 1", "task 0"},
	} {
		var titles []string
		for _, id := range pages(t, ann, tasks+query[:len(query)-1]) {
			titles = append(titles, ann.do("GET", tasks+"/"+id, nil).want(200)["title"].(string))
		}
		require.Equal(t, want, titles, query)
	}
	board := ann.do("GET", "/projects/"+p.id()+"/board?label=even&limit=1", nil).want(200)
	for i, column := range board["columns"].([]any) {
		c := object(column.(map[string]any))
		require.Equal(t, []string{[]string{"task 0", "task 4", "task 2"}[i]}, field[string](c.items(), "title"))
	}
	todo := object(board["columns"].([]any)[0].(map[string]any))
	next := ann.do("GET", tasks+"?label=even&status=todo&limit=1&cursor="+todo["nextCursor"].(string), nil).want(200)
	require.Equal(t, []string{"task 6"}, field[string](next.items(), "title"))
	ann.do("GET", tasks+"?due=soon", nil).refused(422, cumin.CodeInvalid)
}
