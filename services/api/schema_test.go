package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// schemas are the schemas of the OpenAPI document: name, property, facet.
func (w *world) schemas() map[string]map[string]map[string]any {
	w.t.Helper()
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]map[string]any
			}
		}
	}
	a := person{w: w}.do("GET", "/openapi.json", nil)
	require.NoError(w.t, json.Unmarshal(a.body, &doc))
	out := map[string]map[string]map[string]any{}
	for name, s := range doc.Components.Schemas {
		out[name] = s.Properties
	}
	return out
}

func TestTheDocumentStatesTheDomainsLimits(t *testing.T) {
	t.Parallel()
	s := newWorld(t).schemas()
	for _, c := range []struct {
		schema, property, facet string
		want                    int
	}{
		{"NewProject", "name", "maxLength", cumin.MaxProjectName},
		{"ProjectPatch", "name", "maxLength", cumin.MaxProjectName},
		{"NewProject", "description", "maxLength", cumin.MaxProjectDescription},
		{"ProjectPatch", "description", "maxLength", cumin.MaxProjectDescription},
		{"NewTask", "title", "maxLength", cumin.MaxTitle},
		{"TaskPatch", "title", "maxLength", cumin.MaxTitle},
		{"NewTask", "description", "maxLength", cumin.MaxDescription},
		{"TaskPatch", "description", "maxLength", cumin.MaxDescription},
		{"NewTask", "labels", "maxItems", cumin.MaxLabels},
		{"TaskPatch", "labels", "maxItems", cumin.MaxLabels},
		{"Marking", "ids", "maxItems", cumin.MaxReadIDs},
	} {
		require.EqualValues(t, c.want, s[c.schema][c.property][c.facet], "%s.%s", c.schema, c.property)
	}
}

func TestTheDocumentSaysWhatMayBeNullAndWhichWordsThereAre(t *testing.T) {
	t.Parallel()
	s := newWorld(t).schemas()
	nullable := []any{"string", "null"}
	for schema, properties := range map[string][]string{
		"Task": {"assignee", "due"}, "TaskPatch": {"assignee", "due", "description", "priority"},
		"Project": {"countsAsOf"}, "Export": {"error", "finishedAt"},
	} {
		for _, p := range properties {
			require.Equal(t, nullable, s[schema][p]["type"], "%s.%s", schema, p)
		}
	}
	require.Equal(t, "array", s["Task"]["labels"]["type"])
	statuses := []any{"todo", "in_progress", "done"}
	for _, schema := range []string{"Task", "NewTask", "Move", "BoardColumn", "ExportFilter", "TaskFilter"} {
		require.Equal(t, statuses, s[schema]["status"]["enum"], schema)
	}
	require.Contains(t, s["Event"]["type"]["enum"], "task.moved")
	require.Contains(t, s["Notification"]["kind"]["enum"], "task.assigned")
}
