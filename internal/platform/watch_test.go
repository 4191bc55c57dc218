package platform

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestChangedFilesAreNoticedOnceTheyRest(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, dir := range []string{"web/src", "web/node_modules", "services/api"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
	}
	changed := make(chan struct{}, 100)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- watched{flat: []string{".", "web"}, deep: []string{"web/src", "services"}}.
			follow(ctx, root, t.Errorf, func() { changed <- struct{}{} })
	}()
	notice := func(what string) {
		t.Helper()
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatalf("nobody noticed %s", what)
		}
	}
	write := func(name string) {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(name), 0o644))
	}
	notice("what was there before")
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"a file of a service", func() { write("services/api/run.go") }},
		{"a file replaced as editors do", func() {
			write("services/api/run.go.next")
			require.NoError(t, os.Rename(filepath.Join(root, "services/api/run.go.next"), filepath.Join(root, "services/api/run.go")))
		}},
		{"go.mod", func() { write("go.mod") }},
		{"a new folder", func() { require.NoError(t, os.MkdirAll(filepath.Join(root, "services/new/deep"), 0o755)) }},
		{"a file in the new folder", func() { write("services/new/deep/main.go") }},
		{"a folder that goes", func() { require.NoError(t, os.RemoveAll(filepath.Join(root, "services/new"))) }},
		{"two hundred files at once, as git writes them", func() {
			for i := range 200 {
				write(filepath.Join("web/src", string(rune('a'+i%26))+".ts"))
			}
		}},
	} {
		step.do()
		notice(step.name)
		require.Empty(t, changed, "%s is one change", step.name)
	}
	write("web/node_modules/left-pad.js")
	stop()
	require.NoError(t, <-ended)
	require.Empty(t, changed, "packages are nobody's edit")
}
