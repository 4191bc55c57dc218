package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestACommentLivesFromFirstToLastVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob, cid := w.person("Ann"), w.person("Bob"), w.person("Cid")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	ann.add(p, "Bob", "editor")
	comments := "/projects/" + p.id() + "/tasks/" + task.id() + "/comments"

	body := fmt.Sprintf("Ask @[Ann](%s), not @[Cid](%s) nor @[Ann](%s)", ann.id, cid.id, ann.id)
	made := bob.do("POST", comments, object{"body": body})
	c := made.want(201)
	require.Equal(t, basePath+comments+"/"+c.id(), made.header.Get("Location"))
	require.Equal(t, []any{string(ann.id)}, c["mentions"], "members only, each once")
	require.Equal(t, []any{string(bob.id), false, task.id(), p.id()}, []any{c["author"], c["edited"], c["taskId"], c["projectId"]})

	path := comments + "/" + c.id()
	ann.do("PATCH", path, object{"body": "mine"}, "If-Match", `"v1"`).refused(403, cumin.CodeForbidden)
	bob.do("PATCH", path, object{"body": "no"}).refused(428, cumin.CodeMatchRequired)
	bob.do("PATCH", path, object{"body": " \n"}, "If-Match", `"v1"`).refused(422, cumin.CodeInvalid)
	edited := bob.do("PATCH", path, object{"body": "Ask nobody"}, "If-Match", `"v1"`).want(200)
	require.Equal(t, []any{"Ask nobody", true, []any{}, 2.0}, []any{edited["body"], edited["edited"], edited["mentions"], edited["version"]})
	stale := bob.do("PATCH", path, object{"body": "x"}, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	require.Equal(t, map[string]any(edited), stale["current"])

	ann.do("DELETE", path, nil, "If-Match", `"v2"`).want(204) // an owner may
	bob.do("PATCH", path, object{"body": "x"}, "If-Match", `"v3"`).refused(404, cumin.CodeNotFound)
	require.Empty(t, bob.do("GET", comments, nil).want(200).items())
	for _, item := range w.dump() {
		require.False(t, strings.Contains(item, "COMMENT#") && strings.Contains(item, "Ask nobody"), "its text is gone at once")
	}
}

func TestCommentsPageFromTheNewestDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	var want []string
	for i := range 7 {
		w.clock.advance(time.Millisecond)
		c := ann.comment(p, task, fmt.Sprint(i))
		if i == 3 { // a deleted one leaves no hole
			ann.do("DELETE", "/projects/"+p.id()+"/tasks/"+task.id()+"/comments/"+c.id(), nil, "If-Match", `"v1"`).want(204)
			continue
		}
		want = append(want, c.id())
	}
	slices.Reverse(want)
	path := "/projects/" + p.id() + "/tasks/" + task.id() + "/comments"
	require.Equal(t, want, pages(t, ann, path+"?limit=2"))
	other := ann.task(p, "Sell cumin")
	require.Empty(t, ann.do("GET", "/projects/"+p.id()+"/tasks/"+other.id()+"/comments", nil).want(200).items())
	ann.do("DELETE", "/projects/"+p.id()+"/tasks/"+task.id(), nil, "If-Match", `"v1"`).want(204)
	ann.do("GET", path, nil).refused(404, cumin.CodeNotFound)
}

func TestATaskTellsHowManyCommentsItHas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	path := "/projects/" + p.id() + "/tasks/" + task.id()
	board := "/projects/" + p.id() + "/board"
	empty := ann.do("GET", board, nil).header.Get("ETag")
	told := func(want, talk int) {
		t.Helper()
		got := ann.do("GET", path, nil).want(200)
		require.Equal(t, []any{float64(want), float64(talk)}, []any{got["comments"], got["talkVersion"]})
	}
	told(0, 0)
	first := ann.comment(p, task, "Where?")
	ann.comment(p, task, "At the market")
	told(2, 2)
	require.NotEqual(t, empty, ann.do("GET", board, nil).header.Get("ETag"))
	ann.do("GET", path, nil, "If-None-Match", `"v1"`).want(200)
	ann.do("GET", path, nil, "If-None-Match", `"v1-2"`).want(304)

	ann.do("PATCH", path+"/comments/"+first.id(), object{"body": "Where to?"}, "If-Match", `"v1"`).want(200)
	ann.do("PATCH", path, object{"title": "Sell cumin", "labels": []string{"b"}}, "If-Match", `"v1"`).want(200)
	told(2, 2) // and what others said did not stand in the way
	ann.do("DELETE", path+"/comments/"+first.id(), nil, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	ann.do("DELETE", path+"/comments/"+first.id(), nil, "If-Match", `"v2"`).want(204)
	ann.do("DELETE", path+"/comments/"+first.id(), nil, "If-Match", `"v2"`).refused(404, cumin.CodeNotFound)
	told(1, 3)
	ann.do("PATCH", path, object{"labels": nil}, "If-Match", `"v2-3"`).want(200)

	ann.do("DELETE", path, nil, "If-Match", `"v3"`).want(204)
	ann.do("POST", path+"/comments", object{"body": "Too late"}).refused(404, cumin.CodeNotFound)
	ann.do("POST", path+"/restore", nil).want(200)
	told(1, 3)
}

// TestCommentsAreCountedWhateverElseHappensToTheTask: people comment, take back
// what they said, and change the task, all at once.
func TestCommentsAreCountedWhateverElseHappensToTheTask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	path := "/projects/" + p.id() + "/tasks/" + task.id()
	const people = 8
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			for n := range 4 {
				key := fmt.Sprintf("said-%d-%d-key", i, n)
				var c answer
				for range 2 { // the first answer was lost
					c = ann.do("POST", path+"/comments", object{"body": "Me too"}, "Idempotency-Key", key)
				}
				if n%2 == 0 && c.status == 201 {
					ann.do("DELETE", path+"/comments/"+c.want(201).id(), nil, "If-Match", `"v1"`)
				}
				ann.do("PATCH", path, object{"description": key}, "If-Match", ann.do("GET", path, nil).header.Get("ETag"))
			}
		})
	}
	wg.Wait()
	left := len(pages(t, ann, path+"/comments?limit=100"))
	got := ann.do("GET", path, nil).want(200)
	require.EqualValues(t, left, got["comments"])
	require.Positive(t, left)
	require.Greater(t, got.version(), 1)
}

func TestHistoriesPageFromTheNewestDownAndOutliveTheTask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	var want []string
	for i := range 5 {
		at := w.clock.Now().Add(time.Duration(i) * time.Second)
		e := cumin.Entry{ID: cumin.DeriveEventID(at, "x"), Type: cumin.EntryType(cumin.EventTaskUpdated), At: at, Actor: ann.id, ActorName: "Ann",
			TaskID: cumin.TaskID(task.id()), Number: 1, Title: "Buy cumin", Changes: []cumin.FieldChange{{Field: "title", From: "a", To: "b"}}}
		for range 2 { // the function was interrupted and ran again
			require.NoError(t, w.aws.DB.History().Append(t.Context(), cumin.ProjectID(p.id()), []cumin.Entry{e, e}, at))
		}
		want = append(want, string(e.ID))
	}
	slices.Reverse(want)
	history := "/projects/" + p.id() + "/tasks/" + task.id() + "/history"
	require.Equal(t, want, pages(t, ann, "/projects/"+p.id()+"/activity?limit=2"))
	require.Equal(t, want, pages(t, ann, history+"?limit=2"))
	first := ann.do("GET", history, nil).want(200).items()[0]
	require.Equal(t, []any{"Ann", "Buy cumin"}, []any{first["actorName"], first["title"]})
	require.Equal(t, []any{map[string]any{"field": "title", "from": "a", "to": "b"}}, first["changes"])

	ann.do("DELETE", "/projects/"+p.id()+"/tasks/"+task.id(), nil, "If-Match", `"v1"`).want(204)
	require.Len(t, ann.do("GET", history, nil).want(200).items(), 5, "it can be brought back")
	require.Len(t, ann.do("GET", "/projects/"+p.id()+"/activity", nil).want(200).items(), 5)
	ann.do("GET", "/projects/"+p.id()+"/tasks/"+newID(time.Now())+"/history", nil).refused(404, cumin.CodeNotFound)
}
