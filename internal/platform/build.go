package platform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/internal/deploy"
)

// services are the long-running binaries, each a folder under services/.
var services = []string{"auth", "api", "sockets"}

// builder makes the binaries, the functions and the client under
// <root>/.local/build, where all stacks of this checkout share them. A target
// whose inputs hash as they did at its last build is left alone, so a warm
// start runs no compiler.
type builder struct {
	root string
	dir  string // <root>/.local/build
	logs *logs
	told *progress
}

func newBuilder(root string, l *logs) *builder {
	return &builder{root: root, dir: filepath.Join(root, ".local", "build"), logs: l, told: &progress{logs: l}}
}

func (b *builder) binary(name string) string { return filepath.Join(b.dir, "bin", name) }
func (b *builder) web() string               { return filepath.Join(b.root, "web", "dist") }

// target is something built from files.
type target struct {
	name    string
	inputs  []string                         // files and folders under root
	outputs []string                         // must exist for the target to count as built
	needs   func(ctx context.Context) []Need // programs that build it
	build   func(ctx context.Context) error
}

// unstamped keeps the commit and "modified" out of binaries: with them an edit
// of one service would change, and restart, all of them.
const unstamped = "-buildvcs=false"

// shared is what every Go target is made of.
var shared = []string{"go.mod", "go.sum", "go.work", "internal"}

func (b *builder) servicesTarget() target {
	var outputs []string
	for _, s := range services {
		outputs = append(outputs, b.binary(s))
	}
	return target{
		name: "services", inputs: append([]string{"services"}, shared...), outputs: outputs, needs: goNeeds,
		build: func(ctx context.Context) error {
			args := []string{"build", unstamped, "-o", filepath.Join(b.dir, "bin") + string(filepath.Separator)}
			for _, s := range services {
				args = append(args, "./services/"+s)
			}
			return b.run(ctx, b.root, "go", args...)
		},
	}
}

func (b *builder) functionsTarget() target {
	dir := filepath.Join(b.dir, "lambdas")
	var outputs []string // a running `cumin up` may have built without functions that came since
	for _, f := range deploy.FunctionNames() {
		outputs = append(outputs, filepath.Join(dir, f+".zip"))
	}
	return target{
		name: "functions", inputs: append([]string{"lambdas"}, shared...), outputs: outputs, needs: goNeeds,
		build: func(ctx context.Context) error {
			if err := deploy.Compile(ctx, b.root, dir, runtime.GOARCH); err != nil {
				return err
			}
			return deploy.Package(dir)
		},
	}
}

func (b *builder) functions() ([]deploy.Function, error) {
	return deploy.Packaged(filepath.Join(b.dir, "lambdas"))
}

// platformTarget builds the cumin command itself, which runs the embedded AWS
// for stacks that are not started by that command.
func (b *builder) platformTarget() target {
	return target{
		name: "cumin", inputs: append([]string{"cmd", "emulator", "nginx", "deploy"}, shared...), outputs: []string{b.binary("cumin")}, needs: goNeeds,
		build: func(ctx context.Context) error {
			return b.run(ctx, b.root, "go", "build", unstamped, "-o", b.binary("cumin"), "./cmd/cumin")
		},
	}
}

func (b *builder) webTarget() target {
	web := filepath.Join(b.root, "web")
	return target{
		name:    "web client",
		inputs:  []string{"web/src", "web/public", "web/index.html", "web/package-lock.json", "web/vite.config.ts", "web/tsconfig.json"},
		outputs: []string{filepath.Join(b.web(), "index.html")}, needs: webNeeds,
		build: func(ctx context.Context) error {
			if err := b.make(ctx, b.webModulesTarget()); err != nil {
				return err
			}
			return b.run(ctx, web, "npm", "run", "build")
		},
	}
}

func (b *builder) webModulesTarget() target {
	web := filepath.Join(b.root, "web")
	return target{
		name: "web packages", inputs: []string{"web/package-lock.json"}, outputs: []string{filepath.Join(web, "node_modules", ".package-lock.json")}, needs: webNeeds,
		build: func(ctx context.Context) error { return b.run(ctx, web, "npm", "ci", "--no-audit", "--no-fund") },
	}
}

// all builds the targets that are out of date, side by side. Stacks of one
// checkout take turns, so that two test packages do not build the same thing.
func (b *builder) all(ctx context.Context, targets ...target) error {
	if err := os.MkdirAll(filepath.Join(b.dir, "bin"), 0o755); err != nil {
		return err
	}
	unlock, err := lockFile(filepath.Join(b.dir, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	var (
		stale []target
		needs []Need
	)
	for _, t := range targets {
		hash, err := b.stale(t)
		if err != nil {
			return err
		}
		if hash != "" {
			stale = append(stale, t)
			needs = append(needs, t.needs(ctx)...)
		}
	}
	if err := demand(needs); err != nil {
		return err
	}
	if len(stale) == 0 {
		return nil
	}
	defer b.told.follow()()
	errs := make([]error, len(stale)) // all of them: one mistake does not hide another, nor stop what is sound
	var wg sync.WaitGroup
	for i, t := range stale {
		wg.Go(func() { errs[i] = b.make(ctx, t) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (b *builder) stamp(t target) string {
	return filepath.Join(b.dir, strings.ReplaceAll(t.name, " ", "-")+".hash")
}

// stale returns the hash of the target's inputs, or "" if it was built from
// them.
func (b *builder) stale(t target) (hash string, err error) {
	hash, err = hashInputs(b.root, t.inputs)
	if err != nil {
		return "", fmt.Errorf("hash inputs of %s: %w", t.name, err)
	}
	old, err := os.ReadFile(b.stamp(t))
	missing := slices.ContainsFunc(t.outputs, func(path string) bool { _, err := os.Stat(path); return err != nil })
	if err != nil || string(old) != hash || missing {
		return hash, nil
	}
	return "", nil
}

// make builds the target if it is stale.
func (b *builder) make(ctx context.Context, t target) error {
	hash, err := b.stale(t)
	if err != nil || hash == "" {
		return err
	}
	b.logs.note("building %s", t.name)
	b.told.begin(t.name)
	defer b.told.end(t.name)
	started := time.Now()
	if err := t.build(ctx); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("build %s: %w", t.name, ctx.Err()) // not its own mistake: it was stopped
		}
		return fmt.Errorf("build %s: %w", t.name, err)
	}
	b.logs.note("built %s in %.1f s", t.name, time.Since(started).Seconds())
	return os.WriteFile(b.stamp(t), []byte(hash), 0o644)
}

func (b *builder) run(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	// npm's and go's own children end with them; none keeps the output open.
	cmd.SysProcAttr = childAttributes(syscall.SIGKILL)
	cmd.Cancel = func() error { killGroup(cmd.Process.Pid); return nil }
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// hashInputs hashes the names and contents of files and folders; what is
// missing hashes as absent. Go's tests do not count: they are not in any binary.
func hashInputs(root string, inputs []string) (string, error) {
	h := sha256.New()
	for _, input := range inputs {
		start := filepath.Join(root, filepath.FromSlash(input))
		err := filepath.WalkDir(start, func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil {
				return err
			}
			if d.IsDir() {
				if d.Name() == "testdata" || d.Name() == "node_modules" {
					return filepath.SkipDir
				}
				return nil
			}
			if strings.HasSuffix(path, "_test.go") {
				return nil
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(h, "%s\x00%d\x00", strings.TrimPrefix(path, root), len(content))
			h.Write(content)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
