package platform

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch files: %w", err)
	}
	defer func() { _ = w.Close() }() // nothing is waiting for it
	for _, dir := range []string{"services", "lambdas", "internal", "deploy", "web/src"} {
		if err := watchTree(w, filepath.Join(p.opts.Root, dir)); err != nil {
			return err
		}
	}
	rest := time.NewTimer(time.Hour)
	rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-w.Errors:
			p.logs.note("watch files: %v", err)
		case event := <-w.Events:
			if event.Has(fsnotify.Create) {
				if info, err := os.Stat(event.Name); err == nil && info.IsDir() {
					if err := watchTree(w, event.Name); err != nil {
						p.logs.note("watch files: %v", err)
					}
				}
			}
			if !strings.HasSuffix(event.Name, "~") && !event.Has(fsnotify.Chmod) {
				rest.Reset(quiet)
			}
		case <-rest.C:
			if err := p.rebuild(ctx); err != nil {
				p.logs.note("rebuild: %v", err)
			}
		}
	}
}

func watchTree(w *fsnotify.Watcher, root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
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

// rebuild builds what is out of date and restarts exactly what changed by it.
func (p *Platform) rebuild(ctx context.Context) error {
	before := p.fingerprints()
	targets := []target{p.build.servicesTarget(), p.build.functionsTarget()}
	if !p.opts.NoWeb {
		targets = append(targets, p.build.webTarget())
	}
	if err := p.build.all(ctx, targets...); err != nil {
		return err
	}
	after := p.fingerprints()
	for _, name := range services {
		if before[name] == after[name] {
			continue
		}
		p.logs.note("%s changed: restarting it", name)
		proc, err := p.process(name)
		if err != nil {
			return err
		}
		proc.restart()
		if err := p.await(ctx, proc, proc.waitStarted); err != nil {
			return err
		}
	}
	if before["data"] != after["data"] {
		p.logs.note("functions or template changed: applying deploy/data.yaml")
		return p.apply(ctx)
	}
	return nil
}

// fingerprints are the hashes of what runs: each service's binary, and the
// functions with the template.
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
	return prints
}
