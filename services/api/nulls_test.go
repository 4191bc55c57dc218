package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestNullIsTakenOnlyWhereTheDocumentAllowsIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.project("Spices")
	in := "/projects/" + p.id()
	task := ann.task(p, "Buy cumin")
	for name, c := range map[string]struct {
		method, path string
		body         object
		where        string // empty: it is taken
	}{
		"a new task for nobody, without a date": {"POST", in + "/tasks", object{"title": "a", "assignee": nil, "due": nil}, ""},
		"a new task with no labels at all":      {"POST", in + "/tasks", object{"title": "a", "labels": nil}, "/labels"},
		"a description taken away":              {"PATCH", in + "/tasks/" + task.id(), object{"description": nil}, ""},
		"a title taken away":                    {"PATCH", in + "/tasks/" + task.id(), object{"title": nil}, "/title"},
		"a project's name taken away":           {"PATCH", in, object{"name": nil}, "/name"},
		"a project's key taken away":            {"PATCH", in, object{"key": nil}, "/key"},
		"an export of no filter":                {"POST", in + "/exports", object{"format": "csv", "filter": nil}, "/filter"},
		"an export with a filter of nothing":    {"POST", in + "/exports", object{"format": "csv", "filter": object{"status": nil}}, "/filter/status"},
		"many tasks, one of no version":         {"POST", in + "/tasks/bulk", object{"items": []object{{"id": task.id(), "version": nil}}, "delete": true}, "/items/0/version"},
		"read up to nothing":                    {"POST", "/notifications/read", object{"upTo": nil}, "/upTo"},
	} {
		t.Run(name, func(t *testing.T) {
			a := ann.do(c.method, c.path, c.body, "If-Match", task.tag())
			if c.where == "" {
				require.Less(t, a.status, 300, "%s", a.body)
				return
			}
			fields := a.refused(422, cumin.CodeInvalid)["errors"].([]any)
			require.Len(t, fields, 1)
			require.Equal(t, c.where, fields[0].(map[string]any)["pointer"])
		})
	}
}

func TestNotificationsAreReadByIDsOrUpToOne(t *testing.T) {
	t.Parallel()
	ann := newWorld(t).person("Ann")
	for _, body := range []object{{}, {"ids": []string{}}, {"upTo": 1, "ids": []string{"01JZ00000000000000000000E1"}}} {
		ann.do("POST", "/notifications/read", body).refused(422, cumin.CodeInvalid)
	}
	ann.do("POST", "/notifications/read", object{"upTo": 1}).want(200)
	ann.do("PUT", "/notifications/preferences", object{"muted": []string{"session.reuse_detected"}}).refused(422, cumin.CodeInvalid)
}
