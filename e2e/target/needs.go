package target

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Need is what a test wants beyond AWS itself.
type Need string

// The needs.
const (
	Clock   Need = "clock"   // time can be moved
	Faults  Need = "faults"  // the worst legal AWS can be ordered
	Trace   Need = "trace"   // what caused what is recorded
	Kill    Need = "kill"    // functions' processes can be killed
	Restart Need = "restart" // the AWS can be killed, and comes back with its data
	TTL     Need = "ttl"     // what has expired goes at once, not within days
	IAM     Need = "iam"     // functions are held to their roles
	Instant Need = "instant" // a stream's record is at its function at once, not within a second or more
)

// has lists what each target offers.
func (n Name) has() []Need {
	switch n {
	case Embedded:
		return []Need{Clock, Faults, Trace, Kill, Restart, TTL, IAM, Instant}
	case EmulatorContainer:
		return []Need{Clock, Faults, Trace, Kill, TTL, IAM, Instant}
	case AWS:
		return []Need{IAM}
	default: // LocalStack: TTL runs hourly, IAM is accepted and not enforced
		return nil
	}
}

// Lacks returns which of the needs the target does not offer.
func (n Name) Lacks(needs ...Need) []Need {
	has := n.has()
	return slices.DeleteFunc(slices.Clone(needs), func(need Need) bool { return slices.Contains(has, need) })
}

// notRunnable begins the reason of a test that is skipped for a need. `cumin
// e2e` counts by it.
const notRunnable = "not runnable on "

// Needs declares what the test wants beyond AWS. Where the target lacks it, the
// test is listed as not runnable there.
func Needs(t testing.TB, needs ...Need) {
	t.Helper()
	n, err := Current()
	if err != nil {
		t.Fatal(err)
	}
	if lacks := n.Lacks(needs...); len(lacks) > 0 {
		t.Skip(reason(n, lacks))
	}
	declared.Lock()
	defer declared.Unlock()
	declared.needs[t.Name()] = append(declared.needs[t.Name()], needs...)
}

// declared are the needs of each test that runs, by its name.
var declared = struct {
	sync.Mutex
	needs map[string][]Need
}{needs: map[string][]Need{}}

// Require fails a test that uses what neither it nor a test around it has
// declared: it would fail, and not be listed, on a target that lacks it.
func Require(t testing.TB, need Need) {
	t.Helper()
	declared.Lock()
	defer declared.Unlock()
	for name := t.Name(); name != ""; name = around(name) {
		if slices.Contains(declared.needs[name], need) {
			return
		}
	}
	t.Fatalf("the test uses the %s and does not say that it needs it", need)
}

// around is the name of the test that a subtest belongs to.
func around(name string) string {
	return name[:max(0, strings.LastIndexByte(name, '/'))]
}

func reason(n Name, lacks []Need) string {
	words := make([]string, len(lacks))
	for i, need := range lacks {
		words[i] = string(need)
	}
	return fmt.Sprintf("%s%s: needs %s", notRunnable, n, strings.Join(words, ", "))
}

// MissingNeed finds in a skipped test's output which needs its target lacked;
// empty for a test skipped for another reason.
func MissingNeed(output string) string {
	_, rest, ok := strings.Cut(output, notRunnable)
	if !ok {
		return ""
	}
	line, _, _ := strings.Cut(rest, "\n")
	_, needs, _ := strings.Cut(line, ": needs ")
	return strings.TrimSpace(needs)
}
