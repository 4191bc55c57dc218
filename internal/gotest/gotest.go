// Package gotest runs `go test -json` and keeps what came of each test, for
// commands that show a person the outcome of many packages: a line per package,
// the output of what failed, and the figures that tests log.
package gotest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Outcome is how a test ended.
type Outcome string

// The outcomes, as test2json calls them.
const (
	Passed  Outcome = "pass"
	Failed  Outcome = "fail"
	Skipped Outcome = "skip"
)

// Test is one test or subtest.
type Test struct {
	Name    string
	Outcome Outcome
	Output  string // of a test that did not pass
	Parent  bool   // it has subtests
}

// Package is one package's run.
type Package struct {
	Path  string
	Tests []Test        // in the order they ended
	Took  time.Duration // of its binary, as the toolchain tells it
	// Broken packages failed outside their tests: they did not build, panicked
	// or ran out of time.
	Broken bool
}

// Result is a whole run.
type Result []Package

// Count is how many tests, subtests included, ended so. A broken package counts
// as one failure.
func (r Result) Count(o Outcome) int {
	n := 0
	for _, p := range r {
		for _, t := range p.Tests {
			if t.Outcome == o {
				n++
			}
		}
		if p.Broken && o == Failed {
			n++
		}
	}
	return n
}

// Run is one `go test`.
type Run struct {
	Dir  string
	Env  []string // added to this process's own
	Args []string // after `go test -json`
}

// figureMark begins what a test logs for people to read although it passed:
// seeds, how many faults fired, how much was tried.
const figureMark = "figure: "

// stopGrace is what the tests have to stop what they started when the run is
// cut off.
const stopGrace = 40 * time.Second

// Do runs it and writes a line per package and, for what failed, all its output.
// Failing tests are no error.
func (r Run) Do(ctx context.Context, out io.Writer) (Result, error) {
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, r.Args...)...)
	cmd.Dir, cmd.Stderr = r.Dir, out
	cmd.Env = append(os.Environ(), r.Env...)
	// The test binaries too: `go test` does not pass a signal on.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = stopGrace
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("go test: %w", err)
	}
	f := follower{out: out, output: map[string]*strings.Builder{}, packages: map[string]*Package{}}
	err = f.follow(stdout)
	if waitErr := cmd.Wait(); waitErr != nil && err == nil && f.result().Count(Failed) == 0 {
		err = fmt.Errorf("go test in %s: %w", r.Dir, waitErr)
	}
	return f.result(), err
}

// event is one line of `go test -json` (cmd/test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

type follower struct {
	out      io.Writer
	output   map[string]*strings.Builder // of one test, or of a package under its own name
	packages map[string]*Package
	order    []string
}

func (f *follower) result() Result {
	r := make(Result, len(f.order))
	for i, path := range f.order {
		r[i] = *f.packages[path]
	}
	return r
}

func (f *follower) follow(from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(f.out, lines.Text()) // what the toolchain says beside its JSON
			continue
		}
		f.take(e)
	}
	return lines.Err()
}

func (f *follower) take(e event) {
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(f.out, e.Output)
		return
	case "output":
		if f.output[key] == nil {
			f.output[key] = new(strings.Builder)
		}
		f.output[key].WriteString(e.Output)
		if _, figure, ok := strings.Cut(e.Output, figureMark); ok {
			fmt.Fprint(f.out, "        "+figure)
		}
		return
	case string(Passed), string(Skipped), string(Failed):
	default:
		return
	}
	var output string
	if b := f.output[key]; b != nil {
		output = b.String()
		delete(f.output, key)
	}
	p := f.packages[e.Package]
	if p == nil {
		p = &Package{Path: e.Package}
		f.packages[e.Package], f.order = p, append(f.order, e.Package)
	}
	if e.Test == "" {
		f.finish(p, e, output)
		return
	}
	t := Test{Name: e.Test, Outcome: Outcome(e.Action)}
	for _, other := range p.Tests {
		t.Parent = t.Parent || strings.HasPrefix(other.Name, t.Name+"/")
	}
	switch t.Outcome {
	case Skipped:
		t.Output = output
		fmt.Fprintf(f.out, "  skip  %s %s\n", e.Package, e.Test)
	case Failed:
		t.Output = output
		fmt.Fprintf(f.out, "  FAIL  %s %s\n%s", e.Package, e.Test, output)
	}
	p.Tests = append(p.Tests, t)
}

func (f *follower) finish(p *Package, e event, output string) {
	p.Took = time.Duration(e.Elapsed * float64(time.Second))
	switch Outcome(e.Action) {
	case Passed:
		fmt.Fprintf(f.out, "  ok    %-60s %6.1fs\n", p.Path, e.Elapsed)
	case Failed:
		p.Broken = !anyFailed(p.Tests)
		fmt.Fprintf(f.out, "  FAIL  %s\n%s", p.Path, output)
	}
}

func anyFailed(tests []Test) bool {
	for _, t := range tests {
		if t.Outcome == Failed {
			return true
		}
	}
	return false
}
