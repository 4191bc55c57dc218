package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/internal/gotest"
)

func TestATestWithSubtestsCountsAsThem(t *testing.T) {
	t.Parallel()
	s := summarize(gotest.Package{Path: "x/e2e/counts", Took: 2 * time.Second, Tests: []gotest.Test{
		{Name: "TestA/one", Outcome: gotest.Passed},
		{Name: "TestA/two", Outcome: gotest.Failed},
		{Name: "TestA", Outcome: gotest.Failed, Parent: true},
		{Name: "TestB/one", Outcome: gotest.Passed},
		{Name: "TestB", Outcome: gotest.Failed, Parent: true}, // by itself
		{Name: "TestC", Outcome: gotest.Skipped, Output: "x.go:1: not runnable on localstack: needs clock, kill\n"},
		{Name: "TestD", Outcome: gotest.Skipped, Output: "x.go:1: known difference on localstack: no such error\nError: want 1\n"},
		{Name: "TestE", Outcome: gotest.Skipped, Output: "x.go:1: not today\n"},
	}})
	require.Equal(t, suite{
		name: "counts", passed: 2, failed: 2, took: 2 * time.Second,
		notRunnable: []entry{{"TestC", "clock, kill"}}, different: []entry{{"TestD", "no such error"}}, skipped: []entry{{"TestE", "x.go:1: not today"}},
		tests: []string{"TestA", "TestB", "TestC", "TestD", "TestE"},
	}, s)
	require.Equal(t, 7, s.all())
	require.Equal(t, 86, s.runnable())
}

func TestARunFailsWhen(t *testing.T) {
	t.Parallel()
	skips := []entry{{"TestX", "clock"}}
	for name, c := range map[string]struct {
		runs []outcome
		says string
	}{
		"nothing is wrong": {[]outcome{{suites: []suite{{name: "counts", passed: 4, notRunnable: skips}}}}, ""},
		"a test failed":    {[]outcome{{target: target.LocalStack, suites: []suite{{name: "edge", failed: 2}}}}, "edge on localstack: 2 failed"},
		"too little of a core suite can run": {[]outcome{{target: target.LocalStack, suites: []suite{{name: "counts", passed: 3, notRunnable: skips}}}},
			"counts on localstack: 75 % of its tests can run, 80 % have to"},
		"little of another suite can run": {[]outcome{{suites: []suite{{name: "restarts", passed: 1, notRunnable: skips}}}}, ""},
		"a target has other tests": {[]outcome{
			{target: target.Embedded, suites: []suite{{name: "live", passed: 1, tests: []string{"TestA"}}}},
			{target: target.LocalStack, suites: []suite{{name: "live", passed: 1, tests: []string{"TestB"}}}},
		}, "live: other tests on localstack than on embedded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(append(verdicts(c.runs), sameTests(c.runs)...)...)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestTheReportShowsEachTargetAndWhyOneIsMissing(t *testing.T) {
	t.Parallel()
	runs := []outcome{
		{target: target.Embedded, ready: 12 * time.Millisecond, took: time.Minute, suites: []suite{{name: "counts", passed: 3, took: time.Second}}},
		{target: target.LocalStack, ready: 8 * time.Second, took: 2 * time.Minute, suites: []suite{{name: "counts", passed: 2, took: 30 * time.Second, notRunnable: []entry{{"TestX", "clock"}}}}},
		{target: target.AWS, missing: errors.New("no credentials:\nand more")},
	}
	var b strings.Builder
	writeTargets(&b, runs)
	writeSuites(&b, runs)
	writeNames(&b, runs)
	for _, line := range []string{
		"| embedded | 12 ms | 60.0 s | 3 | 0 | 0 | 0 | 0 |",
		"| counts | localstack | 2 | 0 | 1 | 0 | 0 | 30.0 s |",
		"| localstack | counts | TestX | clock |",
		"aws did not run: no credentials\n",
	} {
		require.Contains(t, b.String(), line)
	}
}
