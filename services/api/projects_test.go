package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

func TestANewProjectIsOnItsOwnersListAndOnNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	made := ann.do("POST", "/projects", object{"name": "  Spices ", "description": "all of them"}, "X-Request-Id", "request-1")
	p := made.want(201)
	require.Equal(t, "Spices", p["name"])
	require.Equal(t, "owner", p["role"])
	require.Equal(t, "/api/v1/projects/"+p.id(), made.header.Get("Location"))
	require.Equal(t, `"v1"`, made.header.Get("ETag"))
	require.Equal(t, "private, no-cache", made.header.Get("Cache-Control"))
	require.Equal(t, map[string]any{"todo": 0.0, "inProgress": 0.0, "done": 0.0}, p["counts"])
	require.Nil(t, p["countsAsOf"])

	require.Equal(t, []string{p.id()}, field[string](ann.do("GET", "/projects", nil).want(200).items(), "id"))
	require.Empty(t, bob.do("GET", "/projects", nil).want(200).items())
	strange := bob.do("GET", "/projects/"+p.id(), nil)
	strange.refused(404, cumin.CodeNotFound)
	require.Equal(t, "no-store", strange.header.Get("Cache-Control"))
}

func TestProjectsPageThroughAllNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	var want []string
	for i := range 7 {
		w.clock.advance(time.Millisecond) // ids tell the order of milliseconds
		p := ann.project(fmt.Sprintf("Project %d", i))
		if i == 3 { // a deleted one leaves no hole
			ann.do("DELETE", "/projects/"+p.id(), nil).want(204)
			continue
		}
		want = append(want, p.id())
	}
	slices.Reverse(want)
	require.Equal(t, want, pages(t, ann, "/projects?sort=-createdAt&limit=2"))
}

func TestProjectsAreFoundSortedAndPutAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	var made []object
	for _, name := range []string{"beta", "Alpha", "gamma"} {
		w.clock.advance(time.Second)
		made = append(made, ann.project(name))
	}
	ann.do("PATCH", "/projects/"+made[2].id(), object{"archived": true}).want(200)
	w.clock.advance(time.Minute)
	worked := w.clock.Now()
	w.clock.advance(time.Hour) // the stream was late, and its counts are of now
	_, err := w.aws.DB.Inbox().AppendFeed(t.Context(), cumin.ProjectID(made[0].id()), []cumin.Event{
		{ID: "work", Type: cumin.EventTaskMoved, At: worked},
		{ID: "older work", Type: cumin.EventTaskMoved, At: worked.Add(-time.Second)},
		{ID: "counts", Type: cumin.EventProjectCounts, At: w.clock.Now()},
	}, w.clock.Now())
	require.NoError(t, err)

	for query, want := range map[string][]string{
		"":                        {"beta", "Alpha"}, // work in beta is newer
		"?sort=name":              {"Alpha", "beta"},
		"?sort=createdAt":         {"beta", "Alpha"},
		"?sort=-createdAt":        {"Alpha", "beta"},
		"?archived=true":          {"gamma"},
		"?archived=all&sort=name": {"Alpha", "beta", "gamma"},
		"?q=ALPH":                 {"Alpha"},
		"?q=m&archived=all":       {"gamma"},
		"?q=nothing":              {},
	} {
		require.Equal(t, want, field[string](ann.do("GET", "/projects"+query, nil).want(200).items(), "name"), query)
	}
	got := ann.do("GET", "/projects/"+made[0].id(), nil).want(200)
	require.Equal(t, dynamo.FormatTime(worked), got["updatedAt"], "it follows the work, whenever that is told")
	ann.do("GET", "/projects?sort=color", nil).refused(422, cumin.CodeInvalid)
}

func TestAPageOfProjectsIsTheSameWhateverComesBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	for _, name := range []string{"a", "b", "b", "b", "c"} {
		ann.project(name)
	}
	first := ann.do("GET", "/projects?sort=name&limit=3", nil).want(200)
	ann.project("aa") // before what was seen
	second := ann.do("GET", "/projects?sort=name&limit=3&cursor="+first["nextCursor"].(string), nil).want(200)
	seen := field[string](append(first.items(), second.items()...), "id")
	slices.Sort(seen)
	require.Len(t, slices.Compact(seen), 5)
	ann.do("GET", "/projects?sort=createdAt&limit=3&cursor="+first["nextCursor"].(string), nil).refused(422, cumin.CodeInvalid)
}

func TestABigProjectIsDeletedByAJobThatOnlyItsOwnerSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	w.count(p, cumin.BigDeletion+1)
	gone := ann.do("DELETE", "/projects/"+p.id(), nil)
	job := gone.want(202)
	require.Equal(t, []any{p.id(), "running", 0.0, 1001.0, nil}, []any{job["projectId"], job["state"], job["done"], job["total"], job["finishedAt"]})
	require.Equal(t, "/api/v1/deletions/"+p.id(), gone.header.Get("Location"))
	require.Equal(t, job, ann.do("GET", "/deletions/"+p.id(), nil).want(200))
	bob.do("GET", "/deletions/"+p.id(), nil).refused(404, cumin.CodeNotFound)
	require.Empty(t, ann.do("GET", "/projects?archived=all", nil).want(200).items())
}

func TestAnArchivedProjectIsReadAndNotWorkedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	path := "/projects/" + p.id()
	ann.do("PATCH", path, object{"archived": true}).want(200)
	ann.do("GET", path+"/board", nil).want(200)
	ann.do("POST", path+"/tasks", object{"title": "x"}).refused(409, cumin.CodeArchived)
	ann.do("PATCH", path+"/tasks/"+task.id(), object{"title": "x"}, "If-Match", task.tag()).refused(409, cumin.CodeArchived)
	ann.do("POST", path+"/exports", object{"format": "csv"}).want(202)
	ann.do("PATCH", path, object{"archived": false}).want(200)
	ann.task(p, "Sell cumin")
}

// pages reads all pages of a list and returns the ids.
func pages(t *testing.T, p person, path string) []string {
	t.Helper()
	var ids []string
	for next := path; ; {
		o := p.do("GET", next, nil).want(200)
		ids = append(ids, field[string](o.items(), "id")...)
		cursor, ok := o["nextCursor"].(string)
		if !ok {
			return ids
		}
		require.NotEmpty(t, o.items(), "a page that has a next one is not empty")
		next = path + "&cursor=" + cursor
	}
}

func TestAProjectIsChangedByItsVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	path := "/projects/" + p.id()

	got := ann.do("GET", path, nil)
	got.want(200)
	ann.do("GET", path, nil, "If-None-Match", got.header.Get("ETag")).want(304)

	changed := ann.do("PATCH", path, object{"archived": true}, "If-Match", got.header.Get("ETag")).want(200)
	require.Equal(t, true, changed["archived"])
	require.Equal(t, "Spices", changed["name"])
	same := ann.do("PATCH", path, object{"archived": true}).want(200)
	require.Equal(t, 2, same.version(), "a patch that changes nothing spends no version")
	stale := ann.do("PATCH", path, object{"name": "Herbs"}, "If-Match", `"v1"`).refused(412, cumin.CodeVersion)
	require.Equal(t, 2.0, stale["current"].(map[string]any)["version"])
	ann.do("PATCH", path, object{"name": "Herbs"}).want(200)

	ann.do("DELETE", path, nil).want(204)
	ann.do("GET", path, nil).refused(404, cumin.CodeNotFound)
	ann.do("DELETE", path, nil).refused(404, cumin.CodeNotFound)
	ann.do("GET", path+"/board", nil).refused(404, cumin.CodeNotFound)
}

func TestAProjectThatIsNotValidSaysWhereAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	cases := map[string]struct {
		body          object
		pointer, code string
	}{
		"no name":                  {object{}, "/name", "required"},
		"a blank name":             {object{"name": " \t"}, "/name", "required"},
		"a long name":              {object{"name": strings.Repeat("ü", 101)}, "/name", "too_long"},
		"a name of two lines":      {object{"name": "a\nb"}, "/name", "wrong_format"},
		"a key in small letters":   {object{"name": "a", "key": "ws"}, "/key", "wrong_format"},
		"a key of one letter":      {object{"name": "a", "key": "W"}, "/key", "wrong_format"},
		"a key of six letters":     {object{"name": "a", "key": "WSHOPS"}, "/key", "wrong_format"},
		"a key with a digit first": {object{"name": "a", "key": "1W"}, "/key", "wrong_format"},
		"an empty key":             {object{"name": "a", "key": ""}, "/key", "wrong_format"},
		"a member we do not know":  {object{"name": "a", "id": "x"}, "/id", "unknown_field"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			o := ann.do("POST", "/projects", c.body).refused(422, cumin.CodeInvalid)
			wrong := o["errors"].([]any)[0].(map[string]any)
			require.Equal(t, []any{c.pointer, c.code}, []any{wrong["pointer"], wrong["code"]}, "%v", wrong)
		})
	}
}
