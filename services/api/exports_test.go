package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestAnExportIsQueuedSeenAndCanceledByWhoAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project("Spices")
	ann.add(p, "Bob", "editor")
	w.count(p, 7)

	made := ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}, "X-Request-Id", "request-1")
	job := made.want(202)
	path := "/exports/" + job.id()
	require.Equal(t, basePath+path, made.header.Get("Location"))
	require.Equal(t, []any{"queued", 7.0, nil, "request-1"}, []any{job["state"], job["rowsTotal"], job["status"], job["requestId"]})
	require.Equal(t, job, ann.do("GET", path, nil).want(200))
	require.Equal(t, []object{job}, ann.do("GET", "/exports", nil).want(200).items())

	bob.do("GET", path, nil).refused(404, cumin.CodeNotFound)
	bob.do("POST", path+"/cancel", nil).refused(404, cumin.CodeNotFound)
	bob.do("POST", path+"/download", nil).refused(404, cumin.CodeNotFound)
	require.Empty(t, bob.do("GET", "/exports", nil).want(200).items())
	ann.do("POST", path+"/download", nil).refused(409, cumin.CodeExportNotReady)

	again := ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"})
	running := again.refused(409, cumin.CodeExportRunning)
	require.Equal(t, job.id(), running["current"].(map[string]any)["id"])
	require.Equal(t, basePath+path, again.header.Get("Location"))
	ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv", "filter": object{"due": "soon"}}).refused(422, cumin.CodeInvalid)
	bob.do("POST", "/projects/"+p.id()+"/exports", object{"format": "jsonl", "filter": object{"status": "done", "due": "..2026-12-31", "q": "cumin"}}).want(202)

	canceled := ann.do("POST", path+"/cancel", nil).want(202)
	require.Equal(t, "canceled", canceled["state"])
	require.NotNil(t, canceled["finishedAt"])
	require.Equal(t, canceled, ann.do("POST", path+"/cancel", nil).want(202), "canceling twice changes nothing")
	ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}).want(202)
	ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "xlsx"}).refused(422, cumin.CodeInvalid)
}

func TestAFourthExportWaitsForOneOfThree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	var jobs []object
	for i := range 3 {
		p := ann.project(fmt.Sprint(i))
		jobs = append(jobs, ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}).want(202))
	}
	fourth := ann.project("fourth")
	refused := ann.do("POST", "/projects/"+fourth.id()+"/exports", object{"format": "csv"})
	refused.refused(429, cumin.CodeTooManyExports)
	require.Equal(t, "10", refused.header.Get("Retry-After"))
	ann.do("POST", "/exports/"+jobs[1].id()+"/cancel", nil).want(202)
	ann.do("POST", "/projects/"+fourth.id()+"/exports", object{"format": "csv"}).want(202)
}

func TestAFinishedFileIsDownloadedByWhoAskedWhileAMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p := ann.project(`Spices: "hot" / Gewürze`)
	ann.add(p, "Bob", "editor")
	job := bob.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}).want(202)
	path := "/exports/" + job.id()
	w.finish(job)

	got := bob.do("POST", path+"/download", nil).want(200)
	require.Equal(t, "https://s3.test/exports/"+string(bob.id)+"/"+job.id()+".csv", got["url"])
	require.Equal(t, "1970-01-01T00:05:00.000Z", got["expiresAt"])
	require.Equal(t, "Spices- -hot- - Gewürze "+w.clock.Now().Format(time.DateOnly)+".csv", w.files.name)
	redirect := bob.do("GET", path+"/download", nil)
	redirect.want(303)
	require.Equal(t, got["url"], redirect.header.Get("Location"))
	require.Equal(t, "no-store", redirect.header.Get("Cache-Control"))

	ann.do("DELETE", "/projects/"+p.id()+"/members/"+string(bob.id), nil).want(204)
	bob.do("POST", path+"/download", nil).refused(404, cumin.CodeNotFound)
	require.Equal(t, "succeeded", bob.do("GET", path, nil).want(200)["state"])
	ann.add(p, "Bob", "viewer")
	bob.do("POST", path+"/download", nil).want(200)

	w.clock.advance(cumin.ExportFileTTL)
	require.Equal(t, "expired", bob.do("GET", path, nil).want(200)["state"])
	bob.do("POST", path+"/download", nil).refused(410, cumin.CodeExportExpired)
}

// finish does what the exports function does.
func (w *world) finish(job object) {
	w.t.Helper()
	runs, now := w.aws.DB.ExportRuns(), w.clock.Now()
	e, err := runs.Claim(w.t.Context(), cumin.ExportID(job.id()), "worker", now)
	require.NoError(w.t, err)
	e.State, e.Key = cumin.ExportSucceeded, cumin.ExportKey(e.User, e.ID, e.Format)
	require.NoError(w.t, runs.End(w.t.Context(), e, now))
}

func TestExportsPageNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	var want []string
	for range 5 {
		w.clock.advance(time.Millisecond)
		job := ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}).want(202)
		ann.do("POST", "/exports/"+job.id()+"/cancel", nil).want(202)
		want = append([]string{job.id()}, want...)
	}
	require.Equal(t, want, pages(t, ann, "/exports?limit=2"))
}
