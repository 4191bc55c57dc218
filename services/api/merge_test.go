package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestNullTakesAValueAwayOrIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	p := ann.do("POST", "/projects", object{"name": "Spices", "description": "all of them"}).want(201)
	task := ann.task(p, "Buy cumin")
	path := "/projects/" + p.id()

	for at, body := range map[string]object{path: {"name": nil}, path + "/tasks/" + task.id(): {"title": nil}} {
		refusal := ann.do("PATCH", at, body, "If-Match", `"v1"`).refused(422, cumin.CodeInvalid)
		require.Equal(t, "wrong_type", refusal["errors"].([]any)[0].(map[string]any)["code"], "%v", body)
	}
	archived := ann.do("PATCH", path, object{"archived": true}).want(200)
	require.Equal(t, []any{"all of them", true}, []any{archived["description"], archived["archived"]})
	cleared := ann.do("PATCH", path, object{"description": nil, "archived": nil}).want(200)
	require.Equal(t, []any{"Spices", "", false}, []any{cleared["name"], cleared["description"], cleared["archived"]})
}
