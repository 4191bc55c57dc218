package target

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// knownDifference begins the line that tells an expected failure. `cumin e2e`
// counts by it.
const knownDifference = "known difference on "

// KnownDifference expects the test to fail on one target, because that target
// is not as AWS is. The test goes on with what is returned; its failure there
// is told as the known difference and is none, its success is a failure: the
// difference is gone, and so must this call be. On other targets it does
// nothing.
func KnownDifference(t testing.TB, on Name, why string) testing.TB {
	t.Helper()
	n, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	if n != on {
		return t
	}
	e := &expected{TB: t, why: fmt.Sprintf("%s%s: %s", knownDifference, on, why)}
	t.Cleanup(func() {
		if !e.failed.Load() && !t.Failed() {
			t.Errorf("works now and is no longer a %s", e.why)
		}
	})
	return e
}

// Difference finds in a test's output why it failed as expected; empty when it
// did not.
func Difference(output string) string {
	_, rest, ok := strings.Cut(output, knownDifference)
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(rest, "\n")
	_, why, _ := strings.Cut(line, ": ")
	return strings.TrimSpace(why)
}

// expected is a test whose failures are expected. The first one ends it.
type expected struct {
	testing.TB
	why    string
	failed atomic.Bool
}

func (e *expected) fail(text string) {
	e.Helper()
	e.failed.Store(true)
	e.Skipf("%s\n%s", e.why, text)
}

func (e *expected) Failed() bool      { return e.failed.Load() }
func (e *expected) Fail()             { e.Helper(); e.fail("") }
func (e *expected) FailNow()          { e.Helper(); e.fail("") }
func (e *expected) Error(args ...any) { e.Helper(); e.fail(fmt.Sprint(args...)) }
func (e *expected) Errorf(format string, args ...any) {
	e.Helper()
	e.fail(fmt.Sprintf(format, args...))
}
func (e *expected) Fatal(args ...any) { e.Helper(); e.fail(fmt.Sprint(args...)) }
func (e *expected) Fatalf(format string, args ...any) {
	e.Helper()
	e.fail(fmt.Sprintf(format, args...))
}
