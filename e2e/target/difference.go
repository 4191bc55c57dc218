package target

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// knownDifference begins the reason of a test that failed as expected. `cumin
// e2e` counts by it.
const knownDifference = "known difference on "

// expecting holds, in the process that KnownDifference starts, the name of the
// test that is expected to fail.
const expecting = "CUMIN_EXPECTED_TO_FAIL"

// KnownDifference expects the test to fail on one target, because that target is
// not as AWS is. There the test is run in a process of its own: its failure is
// told as the known difference, and is none; its success is a failure, since
// the difference is gone and this call has to go too. On other targets it does
// nothing.
func KnownDifference(t testing.TB, on Name, why string) {
	t.Helper()
	n, err := Current()
	if err != nil {
		t.Fatalf("%v", err)
	}
	if n != on || os.Getenv(expecting) == t.Name() {
		return
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", exactly(t.Name()), "-test.count=1", "-test.v", "-test.timeout=10m")
	cmd.Env = append(os.Environ(), expecting+"="+t.Name())
	out, err := cmd.CombinedOutput()
	reason := fmt.Sprintf("%s%s: %s", knownDifference, on, why)
	_, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case failed && strings.Contains(string(out), "--- FAIL: "+t.Name()):
		t.Skipf("%s\n%s", reason, out)
	case err != nil:
		t.Fatalf("run the test by itself: %v\n%s", err, out)
	default:
		t.Fatalf("works now and is no %s", reason)
	}
}

// exactly is the pattern of -test.run for one test or subtest.
func exactly(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
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
