package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
)

// What a test may want beyond AWS itself: the methods below, for those who have
// declared it.
const (
	Clock   = target.Clock
	Faults  = target.Faults
	Trace   = target.Trace
	Kill    = target.Kill
	Restart = target.Restart
	TTL     = target.TTL
	IAM     = target.IAM
	Instant = target.Instant
)

// Needs declares what the test wants beyond AWS. Where the target lacks it, the
// test is listed as not runnable there.
func Needs(t testing.TB, needs ...target.Need) {
	t.Helper()
	target.Needs(t, needs...)
}

// KnownDifference expects the test to fail on one target, which is not as AWS
// is; it fails once it passes there.
func KnownDifference(t testing.TB, on target.Name, why string) {
	t.Helper()
	target.KnownDifference(t, on, why)
}

// Advance moves the stack's clock forward: tokens, TTL, visibility, retries.
func (s *Stack) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	target.Require(t, Clock)
	s.admin(t.Context(), t, http.MethodPost, "/_cumin/clock", map[string]string{"advance": d.String()}, nil)
}

// Ahead is by how much the stack's clock is ahead of this machine's: suites that
// share an AWS find it where those before have moved it.
func (s *Stack) Ahead(t testing.TB) time.Duration {
	t.Helper()
	target.Require(t, Clock)
	var state clock.State
	s.admin(t.Context(), t, http.MethodGet, "/_cumin/clock", nil, &state)
	return state.Offset
}

// Fault is one rule of the embedded AWS's fault injection (emulator/fault).
type Fault = fault.Rule

// SetFaults puts the rules in force instead of the worst legal AWS, until the
// test ends; without rules AWS is at its best. Their dice start from the stack's
// seed.
func (s *Stack) SetFaults(t testing.TB, rules ...Fault) {
	t.Helper()
	target.Require(t, Faults)
	if err := s.putFaults(t.Context(), rules...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.misbehave(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// FaultsFired tells how often the rules in force struck, per kind.
func (s *Stack) FaultsFired(t testing.TB) map[fault.Kind]int {
	t.Helper()
	target.Require(t, Faults)
	var answer struct{ Rules []fault.Report }
	s.admin(t.Context(), t, http.MethodGet, "/_cumin/faults", nil, &answer)
	fired := map[fault.Kind]int{}
	for _, r := range answer.Rules {
		fired[r.Kind] += r.Fired
	}
	return fired
}

// KillFunction kills the function's running processes and tells how many.
func (s *Stack) KillFunction(t testing.TB, name string) int {
	t.Helper()
	target.Require(t, Kill)
	var answer struct{ Killed int }
	s.admin(t.Context(), t, http.MethodPost, "/_cumin/lambda/kill", map[string]string{"function": name}, &answer)
	return answer.Killed
}

// admin calls the embedded AWS's admin API.
func (s *Stack) admin(ctx context.Context, t testing.TB, method, path string, body, answer any) {
	t.Helper()
	if err := s.call(ctx, method, path, body, answer); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) call(ctx context.Context, method, path string, body, answer any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Endpoint()+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s answered %s: %s", method, path, resp.Status, content)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(content, answer)
}
