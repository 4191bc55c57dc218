package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCommittedDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	now, err := document()
	require.NoError(t, err)
	committed, err := os.ReadFile("../../docs/openapi/api.json")
	require.NoError(t, err)
	require.Equal(t, string(committed), string(now), "run: go generate ./services/api")
}

func TestTheDocumentationPageShowsEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := person{w: w}.do("GET", "/docs", nil)
	require.Equal(t, 200, page.status)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	for _, o := range w.operations() {
		require.Contains(t, string(page.body), o.method+" "+basePath+o.path)
	}
	require.NotContains(t, string(page.body), "<script", "it loads nothing")
}
