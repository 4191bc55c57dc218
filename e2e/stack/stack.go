// Package stack starts Cumin for the end-to-end suites: one whole stack per
// test package, on ports and in a folder of its own, through the same code as
// `cumin up`. Suites act as a user's client does, through nginx; what a suite
// needs beyond AWS (a clock to move, faults, processes to kill) it asks for by
// name, so that a target without it can list the test as not runnable.
package stack

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/internal/platform"
)

// Stack is a running Cumin.
type Stack struct {
	*platform.Platform

	Seed      uint64 // of every dice thrown in this run; CUMIN_SEED replays it
	authority *x509.CertPool
}

// current is the package's stack, set by Main before any test runs.
var current *Stack

// Options of a package's stack.
type Options struct {
	Settings map[string]string // variables for the services, e.g. CUMIN_ACCESS_TTL=1s
	Durable  bool              // the AWS keeps its data when it is killed; else it is in memory
	Web      bool              // build and serve the web client
	Seed     bool              // with the demo data
}

// Main starts the package's stack, runs its tests and stops the stack.
func Main(m *testing.M, o Options) {
	code, err := run(m, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "stack:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M, o Options) (code int, err error) {
	root, err := repository()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "cumin-e2e-")
	if err != nil {
		return 0, err
	}
	ports, err := platform.FreePorts()
	if err != nil {
		return 0, err
	}
	seed := uint64(time.Now().UnixNano())
	if v, ok := os.LookupEnv("CUMIN_SEED"); ok {
		if seed, err = strconv.ParseUint(v, 10, 64); err != nil {
			return 0, fmt.Errorf("CUMIN_SEED: %w", err)
		}
	}
	all := map[string]string{
		"CUMIN_COOKIE_SUFFIX": fmt.Sprint(ports.HTTPS), // cookies ignore ports
		"CUMIN_RATE_API":      "100000",                // the suites' writers are not abuse
	}
	for name, value := range o.Settings {
		all[name] = value
	}
	p, err := platform.Start(context.Background(), platform.Options{
		Root: root, Dir: dir, Stack: fmt.Sprintf("e2e-%d", ports.HTTPS), Ports: ports, NoWeb: !o.Web, Memory: !o.Durable, Seed: seed, Settings: all,
	})
	if err != nil {
		return 0, errors.Join(err, printLogs(dir))
	}
	defer func() {
		p.Close()
		if code != 0 {
			fmt.Fprintf(os.Stderr, "CUMIN_SEED=%d replays the dice of this run\n", seed)
			err = errors.Join(err, printLogs(dir))
		}
		err = errors.Join(err, os.RemoveAll(dir))
	}()
	if o.Seed {
		if err := p.Seed(context.Background()); err != nil {
			return 0, err
		}
	}
	authority, err := p.Authority()
	if err != nil {
		return 0, err
	}
	current = &Stack{Platform: p, Seed: seed, authority: authority}
	return m.Run(), nil
}

// Use returns the package's stack.
func Use(t testing.TB) *Stack {
	t.Helper()
	if current == nil {
		t.Fatal("the package has no stack: its TestMain must call stack.Main")
	}
	return current
}

// Authority is the certificate pool that trusts the stack's HTTPS.
func (s *Stack) Authority() *x509.CertPool { return s.authority }

// Need is what a test wants beyond AWS itself.
type Need string

// The needs.
const (
	Clock  Need = "clock"  // time can be moved
	Faults Need = "faults" // the worst legal AWS can be ordered
	Kill   Need = "kill"   // processes can be killed
)

// Needs declares them. The embedded AWS has all.
func Needs(t testing.TB, needs ...Need) {
	t.Helper()
	for _, n := range needs {
		switch n {
		case Clock, Faults, Kill:
		default:
			t.Fatalf("need %q is not known", n)
		}
	}
}

// Advance moves the stack's clock forward: tokens, TTL, visibility, retries.
func (s *Stack) Advance(t testing.TB, d time.Duration) {
	t.Helper()
	s.admin(t.Context(), t, http.MethodPost, "/_cumin/clock", map[string]string{"advance": d.String()}, nil)
}

// Fault is one rule of the embedded AWS's fault injection (emulator/fault).
type Fault = fault.Rule

// SetFaults puts the rules in force until the test ends. Their dice start from
// the stack's seed.
func (s *Stack) SetFaults(t testing.TB, rules ...Fault) {
	t.Helper()
	s.admin(t.Context(), t, http.MethodPut, "/_cumin/faults", map[string]any{"rules": rules}, nil)
	t.Cleanup(func() { s.admin(context.Background(), t, http.MethodDelete, "/_cumin/faults", nil, nil) })
}

// FaultsFired tells how often the rules in force struck, per kind.
func (s *Stack) FaultsFired(t testing.TB) map[fault.Kind]int {
	t.Helper()
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
	var answer struct{ Killed int }
	s.admin(t.Context(), t, http.MethodPost, "/_cumin/lambda/kill", map[string]string{"function": name}, &answer)
	return answer.Killed
}

// admin calls the embedded AWS's admin API.
func (s *Stack) admin(ctx context.Context, t testing.TB, method, path string, body, answer any) {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.Endpoint()+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s answered %s: %s", method, path, resp.Status, content)
	}
	if answer != nil {
		if err := json.Unmarshal(content, answer); err != nil {
			t.Fatal(err)
		}
	}
}

// Eventually waits until check returns nil and fails with its last error.
func Eventually(t testing.TB, patience time.Duration, check func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still not after %s: %v", patience, err)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// lastLines is how much of each log a failed run prints.
const lastLines = 30

func printLogs(dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "logs", "*.log"))
	if err != nil {
		return err
	}
	for _, path := range files {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		lines := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
		name := strings.TrimSuffix(filepath.Base(path), ".log")
		fmt.Fprintf(os.Stderr, "--- %s, last %d of %d lines\n", name, min(lastLines, len(lines)), len(lines))
		for _, line := range lines[max(0, len(lines)-lastLines):] {
			fmt.Fprintln(os.Stderr, platform.Readable(name, line))
		}
	}
	return nil
}

func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("no go.work above the test's folder")
}
