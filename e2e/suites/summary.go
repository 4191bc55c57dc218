package main

import (
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/internal/gotest"
)

// suite is what came of one package. A test counts by its subtests where it has
// any.
type suite struct {
	name   string
	passed int
	failed int
	took   time.Duration
	// Names of tests: with the missing need, or with why they fail here.
	notRunnable, different, skipped []entry
	tests                           []string // all, whatever came of them, without subtests
}

type entry struct{ test, why string }

func summarize(p gotest.Package) suite {
	s := suite{name: path.Base(p.Path), took: p.Took}
	if p.Broken {
		s.failed++
	}
	for i, t := range p.Tests {
		if !strings.Contains(t.Name, "/") {
			s.tests = append(s.tests, t.Name)
		}
		if t.Parent && (t.Outcome != gotest.Failed || belowFailed(p.Tests[:i], t.Name)) {
			continue
		}
		switch t.Outcome {
		case gotest.Passed:
			s.passed++
		case gotest.Failed:
			s.failed++
		case gotest.Skipped:
			s.skip(t)
		}
	}
	slices.Sort(s.tests)
	return s
}

func (s *suite) skip(t gotest.Test) {
	if need := target.MissingNeed(t.Output); need != "" {
		s.notRunnable = append(s.notRunnable, entry{t.Name, need})
	} else if why := target.Difference(t.Output); why != "" {
		s.different = append(s.different, entry{t.Name, why})
	} else {
		s.skipped = append(s.skipped, entry{t.Name, strings.Join(strings.Fields(t.Output), " ")})
	}
}

// belowFailed reports whether a subtest of name failed; subtests end first.
func belowFailed(ended []gotest.Test, name string) bool {
	return slices.ContainsFunc(ended, func(t gotest.Test) bool {
		return t.Outcome == gotest.Failed && strings.HasPrefix(t.Name, name+"/")
	})
}

// all is how many tests the suite has.
func (s suite) all() int {
	return s.passed + s.failed + len(s.notRunnable) + len(s.different) + len(s.skipped)
}

// runnable is the percentage of tests that the target can run.
func (s suite) runnable() int {
	if s.all() == 0 {
		return 0
	}
	return 100 - 100*len(s.notRunnable)/s.all()
}

// core are the suites of which every target has to run at least leastRunnable
// percent.
var core = []string{"tokens", "counts", "exports"}

const leastRunnable = 80

// printSummary shows a line per target and suite, then the tests that did not
// run.
func printSummary(w io.Writer, runs []outcome) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "target\tsuite\tpassed\tfailed\tnot runnable\tknown differences\tskipped\ttime\t")
	for _, o := range runs {
		for _, s := range o.suites {
			fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%.1f s\t\n",
				o.target, s.name, s.passed, s.failed, len(s.notRunnable), len(s.different), len(s.skipped), s.took.Seconds())
		}
	}
	_ = table.Flush() // as with any print to the terminal
	for _, o := range runs {
		for _, s := range o.suites {
			for _, e := range s.notRunnable {
				fmt.Fprintf(w, "not runnable on %s: %s %s needs %s\n", o.target, s.name, e.test, e.why)
			}
			for _, e := range s.different {
				fmt.Fprintf(w, "known difference on %s: %s %s: %s\n", o.target, s.name, e.test, e.why)
			}
		}
	}
}

// verdicts are the reasons why the run as a whole failed.
func verdicts(runs []outcome) []error {
	var errs []error
	for _, o := range runs {
		for _, s := range o.suites {
			if s.failed > 0 {
				errs = append(errs, fmt.Errorf("%s on %s: %d failed", s.name, o.target, s.failed))
			}
			if r := s.runnable(); slices.Contains(core, s.name) && r < leastRunnable {
				errs = append(errs, fmt.Errorf("%s on %s: %d %% of its tests can run, %d %% have to", s.name, o.target, r, leastRunnable))
			}
		}
	}
	return errs
}

// sameTests finds tests that one target has and another has not: a suite must
// not depend on where it runs.
func sameTests(runs []outcome) []error {
	var errs []error
	for i, o := range runs {
		for _, s := range o.suites {
			for _, other := range runs[:i] {
				at := slices.IndexFunc(other.suites, func(x suite) bool { return x.name == s.name })
				if at >= 0 && !slices.Equal(other.suites[at].tests, s.tests) {
					errs = append(errs, fmt.Errorf("%s: other tests on %s than on %s: %v, %v", s.name, o.target, other.target, s.tests, other.suites[at].tests))
				}
			}
		}
	}
	return errs
}
