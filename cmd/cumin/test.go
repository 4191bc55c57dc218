package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/anikeshk/cumin/internal/gotest"
	"github.com/anikeshk/cumin/internal/platform"
)

// test runs every test that needs no Docker and no browser, and prints how
// many there were.
func test(ctx context.Context, args []string) error {
	f := flags("test")
	short := f.Bool("short", false, "leave out the end-to-end suites and the web client")
	if err := parse(f, args); err != nil {
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
	type named struct {
		name string
		gotest.Run
	}
	runs := []named{
		{"application", gotest.Run{Dir: root, Args: []string{"./..."}}},
		{"embedded AWS", gotest.Run{Dir: filepath.Join(root, "emulator"), Args: []string{"./..."}}},
	}
	if !*short {
		// One package at a time: each starts a whole stack.
		runs = append(runs, named{"end to end", gotest.Run{Dir: filepath.Join(root, "e2e"), Args: []string{"-p", "1", "-timeout", "20m", "./..."}}})
	}
	for _, r := range runs {
		fmt.Printf("\n%s\n", r.name)
		result, err := r.Do(ctx, os.Stdout)
		if err != nil {
			return err
		}
		total.add(tally{result.Count(gotest.Passed), result.Count(gotest.Failed), result.Count(gotest.Skipped)})
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

// tally counts tests, subtests included.
type tally struct{ passed, failed, skipped int }

func (t *tally) add(o tally) {
	t.passed += o.passed
	t.failed += o.failed
	t.skipped += o.skipped
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
