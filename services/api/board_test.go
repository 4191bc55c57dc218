package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// happen writes n events into a project's feed, as the activity function does.
func (w *world) happen(project object, n int) {
	w.t.Helper()
	events := make([]cumin.Event, n)
	for i := range events {
		events[i] = cumin.Event{ID: cumin.EventID(newID(w.clock.Now())), V: 1, Type: cumin.EventTaskUpdated, At: w.clock.Now()}
	}
	_, err := w.aws.DB.Inbox().AppendFeed(w.t.Context(), cumin.ProjectID(project.id()), events, w.clock.Now())
	require.NoError(w.t, err)
}

func TestABoardShowsItsColumnsCountsAndMembers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	w.person("Bob")
	p := ann.project("Spices")
	for i := range 3 {
		ann.task(p, fmt.Sprint(i))
	}
	path := "/projects/" + p.id() + "/board"
	first := ann.do("GET", path+"?limit=2", nil)
	board := first.want(200)
	require.Equal(t, p["name"], board["project"].(map[string]any)["name"])
	require.Equal(t, "Ann", board["members"].([]any)[0].(map[string]any)["name"])
	todo := object(board["columns"].([]any)[0].(map[string]any))
	require.Equal(t, []string{"0", "1"}, field[string](todo.items(), "title"))
	rest := ann.do("GET", "/projects/"+p.id()+"/tasks?status=todo&sort=rank&cursor="+todo["nextCursor"].(string), nil).want(200)
	require.Equal(t, []string{"2"}, field[string](rest.items(), "title"), "a column's cursor goes on in the list")

	tag := first.header.Get("ETag")
	same := ann.do("GET", path+"?limit=2", nil, "If-None-Match", tag)
	same.want(304)
	require.Empty(t, same.body)
	for name, change := range map[string]func(){
		"a task":  func() { ann.task(p, "new") },
		"a count": func() { w.count(p, 7) },
		"members": func() { ann.add(p, "Bob", "viewer") },
		"project": func() { ann.do("PATCH", "/projects/"+p.id(), object{"name": "Herbs"}).want(200) },
	} {
		before := ann.do("GET", path, nil).header.Get("ETag")
		change()
		after := ann.do("GET", path, nil, "If-None-Match", before)
		require.Equal(t, 200, after.status, name)
	}
	require.Equal(t, 7.0, ann.do("GET", path, nil).want(200)["project"].(map[string]any)["counts"].(map[string]any)["todo"])
}

func TestABoardsSequenceIsTenSecondsOld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	seq := func() float64 { return ann.do("GET", "/projects/"+p.id()+"/board", nil).want(200)["seq"].(float64) }
	require.Zero(t, seq())
	w.happen(p, 3)
	require.Zero(t, seq(), "all three are too young")
	w.clock.advance(11 * time.Second)
	w.happen(p, 120)
	require.Equal(t, 3.0, seq())
	w.clock.advance(11 * time.Second)
	require.Equal(t, 123.0, seq())
}

func TestChangesGoOnWithoutAGapOrSayThatTheyCannot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	changes := func(since int) answer {
		return ann.do("GET", fmt.Sprintf("/projects/%s/changes?since=%d", p.id(), since), nil)
	}

	none := changes(0).want(200)
	require.Equal(t, []any{[]any{}, 0.0, false}, []any{none["events"], none["seq"], none["more"]})
	changes(1).refused(410, cumin.CodeSeqTooOld)

	w.happen(p, 510)
	first := changes(0).want(200)
	require.Equal(t, []any{500, 500.0, true}, []any{len(first["events"].([]any)), first["seq"], first["more"]})
	second := changes(500).want(200)
	require.Equal(t, []any{10, 510.0, false}, []any{len(second["events"].([]any)), second["seq"], second["more"]})

	w.clock.advance(5 * 24 * time.Hour)
	w.happen(p, 1)
	w.clock.advance(3 * 24 * time.Hour) // the first 510 are gone, or as good as
	changes(509).refused(410, cumin.CodeSeqTooOld)
	require.Len(t, changes(510).want(200)["events"], 1)
	ann.do("GET", "/projects/"+p.id()+"/changes", nil).refused(422, cumin.CodeInvalid)
}
