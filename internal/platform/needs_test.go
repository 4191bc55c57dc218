package platform

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// program writes a script that prints to the named stream.
func program(t *testing.T, prints string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+prints+"\n"), 0o755))
	return path
}

func TestAProgramIsFoundTooOldOrMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, prints, found, old string }{
		{"new enough", "echo v20.19.4", "20.19.4", ""},
		{"a later major", "echo v22.1.0", "22.1.0", ""},
		{"a minor too old", "echo v20.18.9", "", "20.18.9"},
		{"a major too old", "echo v18.20.0", "", "18.20.0"},
		{"says it on stderr", "echo 'nginx version: nginx/21.22.1' >&2", "21.22.1", ""},
		{"warns on stderr", "echo 'warn: config 1.2' >&2; echo 21.0.1", "21.0.1", ""},
		{"says nothing", "true", "", ""},
		{"cannot run", "exit 1", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := Need{Name: "node"}.atLeast(t.Context(), program(t, c.prints), "--version", 20, 19)
			require.Equal(t, c.found, n.Found)
			require.Equal(t, c.old, n.Old)
		})
	}
	require.False(t, Need{}.atLeast(t.Context(), filepath.Join(t.TempDir(), "nothing"), "-v", 1, 0).OK(), "not installed")
}

func TestEverythingMissingIsNamedBeforeAnythingIsBuilt(t *testing.T) {
	t.Parallel()
	lacks := func(needs ...Need) func(context.Context) []Need {
		return func(context.Context) []Need { return needs }
	}
	built := func(context.Context) error { t.Error("it is built"); return nil }
	b := newBuilder(t.TempDir(), &logs{})
	err := b.all(t.Context(),
		target{name: "services", needs: lacks(Need{Name: "go", Required: true, Found: "1.26"}), build: built},
		target{name: "web client", build: built, needs: lacks(
			Need{Name: "node", Why: "builds the web client", Required: true, Old: "18.20.0", Install: "see nodejs.org"},
			Need{Name: "npm", Why: "installs packages", Required: true, Install: "comes with Node.js"},
			Need{Name: "chromium", Why: "looks"})})
	require.EqualError(t, err, "node 18.20.0 is too old (it builds the web client): see nodejs.org\n"+
		"npm is missing (it installs packages): comes with Node.js")
}
