package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

// test runs every test that needs no Docker and no browser, and prints how
// many there were.
func test(ctx context.Context, args []string) error {
	f := flags("test")
	short := f.Bool("short", false, "leave out the end-to-end suites and the web client")
	if err := f.Parse(args); err != nil {
		return err
	}
	root, _, err := home()
	if err != nil {
		return err
	}
	if err := platform.Prepare(ctx, root, platform.PrepareOptions{Web: !*short, Screen: os.Stdout}); err != nil {
		return err
	}
	var total tally
	suites := []suite{
		{"application", root, []string{"./..."}},
		{"embedded AWS", filepath.Join(root, "emulator"), []string{"./..."}},
	}
	if !*short {
		// One package at a time: each starts a whole stack.
		suites = append(suites, suite{"end to end", filepath.Join(root, "e2e"), []string{"-p", "1", "-timeout", "20m", "./..."}})
	}
	for _, s := range suites {
		t, err := s.run(ctx, os.Stdout)
		if err != nil {
			return err
		}
		total.add(t)
	}
	if !*short {
		t, err := testWeb(ctx, filepath.Join(root, "web"))
		if err != nil {
			return err
		}
		total.add(t)
	}
	fmt.Printf("\n%d passed, %d failed, %d skipped\n", total.passed, total.failed, total.skipped)
	if total.failed > 0 {
		return errors.New("there are failures")
	}
	return nil
}

// tally counts tests, subtests included. A package that does not build counts
// as one failure.
type tally struct{ passed, failed, skipped int }

func (t *tally) add(o tally) {
	t.passed += o.passed
	t.failed += o.failed
	t.skipped += o.skipped
}

// suite is one `go test` run.
type suite struct {
	name string
	dir  string
	args []string
}

// figureMark begins what a test logs for people to read although it passed:
// seeds, how many faults fired, how much was tried.
const figureMark = "figure: "

// event is one line of `go test -json` (cmd/test2json).
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
	Elapsed float64
}

// run prints a line per package and, for what failed, all its output.
func (s suite) run(ctx context.Context, out io.Writer) (tally, error) {
	fmt.Fprintf(out, "\n%s\n", s.name)
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, s.args...)...)
	cmd.Dir = s.dir
	cmd.Stderr = out
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return tally{}, err
	}
	if err := cmd.Start(); err != nil {
		return tally{}, fmt.Errorf("go test: %w", err)
	}
	t, err := follow(stdout, out)
	if waitErr := cmd.Wait(); waitErr != nil && t.failed == 0 && err == nil {
		err = fmt.Errorf("go test in %s: %w", s.name, waitErr)
	}
	return t, err
}

func follow(from io.Reader, out io.Writer) (tally, error) {
	var t tally
	output := map[string]*strings.Builder{} // of one test, or of a package under its own name
	failed := map[string]int{}              // tests per package
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			fmt.Fprintln(out, lines.Text()) // what the toolchain says beside its JSON
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output", "build-output":
			if output[key] == nil {
				output[key] = new(strings.Builder)
			}
			output[key].WriteString(e.Output)
			if _, figure, ok := strings.Cut(e.Output, figureMark); ok {
				fmt.Fprint(out, "        "+figure)
			}
			continue
		case "pass", "skip", "fail":
		default:
			continue
		}
		if e.Test == "" {
			finishPackage(e, &t, failed[e.Package], output[key], out)
			continue
		}
		switch e.Action {
		case "pass":
			t.passed++
		case "skip":
			t.skipped++
			fmt.Fprintf(out, "  skip  %s %s\n", e.Package, e.Test)
		case "fail":
			t.failed++
			failed[e.Package]++
			fmt.Fprintf(out, "  FAIL  %s %s\n", e.Package, e.Test)
			if output[key] != nil {
				fmt.Fprint(out, output[key].String())
			}
		}
		delete(output, key)
	}
	return t, lines.Err()
}

func finishPackage(e event, t *tally, failedTests int, output *strings.Builder, out io.Writer) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(out, "  ok    %-60s %6.1fs\n", e.Package, e.Elapsed)
	case "fail":
		if failedTests == 0 { // did not build, panicked or ran out of time
			t.failed++
		}
		fmt.Fprintf(out, "  FAIL  %s\n", e.Package)
		if output != nil {
			fmt.Fprint(out, output.String())
		}
	}
}

// testWeb runs the web client's unit tests.
func testWeb(ctx context.Context, dir string) (tally, error) {
	fmt.Printf("\nweb client\n")
	started := time.Now()
	report, err := os.CreateTemp("", "cumin-vitest-*.json")
	if err != nil {
		return tally{}, err
	}
	report.Close()
	defer func() { _ = os.Remove(report.Name()) }() // a temporary file
	cmd := exec.CommandContext(ctx, "npm", "test", "--silent", "--", "--reporter=dot", "--reporter=json", "--outputFile.json="+report.Name())
	cmd.Dir = dir
	output, runErr := cmd.CombinedOutput()
	content, err := os.ReadFile(report.Name())
	if err != nil {
		return tally{}, err
	}
	var r struct{ NumPassedTests, NumFailedTests, NumPendingTests int }
	if err := json.Unmarshal(content, &r); err != nil {
		return tally{}, fmt.Errorf("web tests left no report: %w\n%s", errors.Join(runErr, err), output)
	}
	if runErr != nil {
		fmt.Printf("%s\n", output)
		if r.NumFailedTests == 0 {
			r.NumFailedTests = 1
		}
	} else {
		fmt.Printf("  ok    %-60s %6.1fs\n", "web", time.Since(started).Seconds())
	}
	return tally{r.NumPassedTests, r.NumFailedTests, r.NumPendingTests}, nil
}
