package platform

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long files must rest before a rebuild: editors and git write
// many at once.
const quiet = 250 * time.Millisecond

// Watch rebuilds and restarts what a changed file belongs to, until ctx ends.
// A change that does not build is reported and what runs keeps running.
func (p *Platform) Watch(ctx context.Context) error {
	running := p.fingerprints()
	folders := watched{
		flat: []string{".", "web"}, // go.mod, index.html and the like
		deep: []string{"services", "lambdas", "internal", "deploy", "web/src", "web/public", "cmd", "emulator", "nginx"},
	}
	return folders.follow(ctx, p.opts.Root, p.logs.note, func() {
		if err := p.rebuild(ctx, running); err != nil && ctx.Err() == nil {
			p.logs.note("%v", err)
		}
	})
}

// watched are folders under a root, with or without what is below them.
type watched struct{ flat, deep []string }

// follow calls changed once now, for what happened before anybody looked, and
// then whenever files have changed and rested, until ctx ends.
func (w watched) follow(ctx context.Context, root string, note func(string, ...any), changed func()) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer func() { _ = watcher.Close() }() // nothing is waiting for it
	for _, dir := range w.flat {
		if err := watcher.Add(filepath.Join(root, dir)); err != nil {
			return fmt.Errorf("watch %s: %w", dir, err)
		}
	}
	for _, dir := range w.deep {
		if err := watchTree(watcher, filepath.Join(root, dir)); err != nil {
			return fmt.Errorf("watch %s: %w", dir, err)
		}
	}
	rest := time.NewTimer(quiet)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-watcher.Errors:
			note("watch files: %v", err)
		case event := <-watcher.Events:
			if event.Has(fsnotify.Create) && !slices.Contains(w.flat, relative(root, filepath.Dir(event.Name))) {
				if err := watchTree(watcher, event.Name); err != nil {
					note("watch files: %v", err)
				}
			}
			if !strings.HasSuffix(event.Name, "~") && !event.Has(fsnotify.Chmod) {
				rest.Reset(quiet)
			}
		case <-rest.C:
			changed()
		}
	}
}

// relative is the path below root; both come from the same Join, so that there
// is one.
func relative(root, path string) string {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return path
	}
	return rel
}

// watchTree watches a folder and those below it; a file, or what is gone
// already, is no error.
func watchTree(w *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !d.IsDir() {
			return nil
		}
		if d.Name() == "node_modules" || d.Name() == "testdata" {
			return filepath.SkipDir
		}
		return w.Add(path)
	})
}

// rebuild builds what is out of date and restarts exactly what changed by it:
// what is no longer as in running, which it keeps up to date. What does not
// build does not hold up the rest.
func (p *Platform) rebuild(ctx context.Context, running map[string]string) error {
	targets := []target{p.build.servicesTarget(), p.build.functionsTarget()}
	if !p.opts.NoWeb {
		targets = append(targets, p.build.webTarget())
	}
	errs := []error{p.build.all(ctx, targets...)}
	prints := p.fingerprints()
	changed := func(name string) bool { return running[name] != prints[name] }
	if changed("cumin") {
		running["cumin"] = prints["cumin"]
		p.logs.note("the platform itself changed: stop `cumin up` and start it again to use that")
	}
	if changed("page") {
		running["page"] = prints["page"]
		p.logs.note("the web client changed: reload the page")
	}
	// Services may need what the template and the functions have now: they wait
	// for them, and a template that is refused is tried again with the next change.
	if changed("data") {
		p.logs.note("functions or template changed: applying deploy/data.yaml")
		if err := p.apply(ctx); err != nil {
			return errors.Join(append(errs, err)...)
		}
		running["data"] = prints["data"]
	}
	for _, name := range services {
		if changed(name) {
			running[name] = prints[name]
			p.logs.note("%s changed: restarting it", name)
			errs = append(errs, p.restart(ctx, name))
		}
	}
	return errors.Join(errs...)
}

func (p *Platform) restart(ctx context.Context, name string) error {
	proc, err := p.process(name)
	if err != nil {
		return err
	}
	proc.restart()
	return p.await(ctx, proc, proc.waitStarted)
}

// fingerprints are the hashes of what can run: each service's binary, the
// functions with the template, the page, and the sources of the platform, which
// cannot restart itself.
func (p *Platform) fingerprints() map[string]string {
	prints := map[string]string{}
	sum := func(name string, paths ...string) {
		hash, err := hashInputs(p.opts.Root, paths)
		if err != nil {
			p.logs.note("hash %s: %v", name, err)
			return
		}
		prints[name] = hash
	}
	for _, name := range services {
		sum(name, ".local/build/bin/"+name)
	}
	sum("data", ".local/build/lambdas", "deploy/data.yaml")
	sum("page", "web/dist")
	sum("cumin", "cmd", "emulator", "nginx", "internal/platform", "internal/deploy", "internal/localca")
	return prints
}
