// Package stack starts Cumin for the end-to-end suites: one whole stack per
// test package, on ports and in a folder of its own, through the same code as
// `cumin up`. Suites act as a user's client does, through nginx; what a suite
// needs beyond AWS (a clock to move, faults, processes to kill) it asks for by
// name, so that a target without it can list the test as not runnable.
package stack

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/internal/platform"
)

// Stack is a running Cumin.
type Stack struct {
	*platform.Platform

	Seed      uint64 // of every dice thrown in this run; CUMIN_SEED replays it
	target    target.Name
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
	Replicas bool              // two sockets instances
	IAM      bool              // the services run as their roles; CUMIN_IAM=1 says so for every package
	Calm     bool              // AWS is at its best; else, where that can be ordered, at its worst legal
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
	root, err := platform.Repository()
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "cumin-e2e-")
	if err != nil {
		return 0, err
	}
	ports, err := platform.FreePorts(o.Replicas)
	if err != nil {
		return 0, err
	}
	home, name, err := homeOf(root)
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
	started := time.Now()
	p, err := platform.Start(context.Background(), platform.Options{
		Root: root, Dir: dir, Stack: "e2e-" + strings.ToLower(rand.Text()[:stackLetters]), Ports: ports, Home: home,
		NoWeb: !o.Web, Memory: !o.Durable, Seed: seed, Settings: all, IAM: o.IAM || os.Getenv("CUMIN_IAM") != "",
	})
	if err != nil {
		return 0, errors.Join(err, printLogs(dir))
	}
	defer func() {
		if code != 0 || err != nil {
			fmt.Fprintf(os.Stderr, "CUMIN_SEED=%d replays the dice of this run\n", seed)
			err = errors.Join(err, printFunctionLogs(p), printLogs(dir))
		}
		p.Close()
		err = errors.Join(err, p.Remove(context.Background()), os.RemoveAll(dir))
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
	fmt.Printf("figure: the stack on %s was ready in %.1f s\n", name, time.Since(started).Seconds())
	defer func() { err = errors.Join(err, printUsed(p)) }()
	current = &Stack{Platform: p, Seed: seed, target: name, authority: authority}
	if !o.Calm {
		if err := current.misbehave(context.Background()); err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, current.behave(context.Background())) }()
	}
	return m.Run(), nil
}

// stackLetters make a stack's name its own: packages may share their AWS, and
// some of what they make outlives them there. Bucket names have 63 letters.
const stackLetters = 10

// homeOf returns the AWS that TARGET names; nil for the embedded one.
func homeOf(root string) (*platform.Home, target.Name, error) {
	name, err := target.Current()
	if err != nil {
		return nil, "", err
	}
	template, err := os.ReadFile(filepath.Join(root, "deploy", "data.yaml"))
	if err != nil {
		return nil, "", err
	}
	home, err := name.Home(context.Background(), template)
	return home, name, err
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
