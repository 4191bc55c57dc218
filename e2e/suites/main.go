// Command suites runs the end-to-end suites and the conformance tests on one or
// more targets, starting those that live in Docker, and shows for each suite
// what passed, what failed, what the target cannot run and why.
//
// `cumin e2e` and `cumin parity` build and call it; it is a program of this
// module because containers are no business of the root module.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/internal/gotest"
	"github.com/anikeshk/cumin/internal/platform"
)

func main() {
	// Asked again it goes on stopping: the containers' reaper is for worse.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "suites:", err)
		os.Exit(1)
	}
}

// request is what the command line asks for.
type request struct {
	root      string // of the repository
	targets   []target.Name
	available bool     // leave out targets that cannot be had, instead of failing
	suites    []string // empty: all
	pattern   string   // of tests, as with go test
	report    string   // file below root; empty: none
}

func parse(args []string) (request, error) {
	f := flag.NewFlagSet("suites", flag.ContinueOnError)
	targets := f.String("targets", "", "comma-separated names; empty: embedded, or all with -available")
	r := request{}
	f.BoolVar(&r.available, "available", false, "leave out targets that cannot be had here")
	f.StringVar(&r.pattern, "run", "", "only tests that match")
	f.StringVar(&r.report, "report", "", "file below the checkout that gets the tables")
	if err := f.Parse(args); err != nil {
		return r, err
	}
	r.suites = f.Args()
	if *targets == "" && r.available {
		r.targets = target.All()
		return r, nil
	}
	for name := range strings.SplitSeq(*targets, ",") {
		n, err := target.Parse(strings.TrimSpace(name))
		if err != nil {
			return r, err
		}
		r.targets = append(r.targets, n)
	}
	return r, nil
}

func run(ctx context.Context, args []string) error {
	r, err := parse(args)
	if err != nil {
		return err
	}
	if r.root, err = platform.Repository(); err != nil {
		return err
	}
	packages, err := discover(ctx, filepath.Join(r.root, "e2e"), r.suites)
	if err != nil {
		return err
	}
	if err := platform.Prepare(ctx, r.root, platform.PrepareOptions{Screen: os.Stdout}); err != nil {
		return err
	}
	began := time.Now()
	var runs []outcome
	for _, name := range r.targets {
		o, err := r.on(ctx, name, packages)
		if err != nil {
			return err
		}
		runs = append(runs, o)
	}
	fmt.Println()
	printSummary(os.Stdout, runs)
	if r.report != "" {
		if err := writeReport(ctx, filepath.Join(r.root, r.report), began, runs); err != nil {
			return err
		}
	}
	return errors.Join(append(verdicts(runs), sameTests(runs)...)...)
}

// outcome is what came of one target.
type outcome struct {
	target  target.Name
	missing error         // why it could not be had
	ready   time.Duration // from asking for it to its first good answer; 0 where it ran already
	took    time.Duration // of all suites, stacks included
	suites  []suite
}

// on starts the target, runs the packages on it and stops it.
func (r request) on(ctx context.Context, name target.Name, packages []string) (o outcome, err error) {
	o.target = name
	fmt.Printf("\n%s\n", name)
	t, err := r.start(ctx, name)
	if err != nil {
		if !r.available {
			return o, fmt.Errorf("target %s: %w", name, err)
		}
		fmt.Println("  not to be had:", err)
		o.missing = err
		return o, nil
	}
	failed := true
	defer func() { err = errors.Join(err, t.stop(context.WithoutCancel(ctx), failed)) }()
	if o.ready = t.ready; o.ready > 0 {
		fmt.Printf("        ready after %.1f s\n", o.ready.Seconds())
	}
	began := time.Now()
	result, err := gotest.Run{
		Dir: filepath.Join(r.root, "e2e"), Env: name.Env(t.endpoint),
		// One package at a time: each starts a whole stack.
		Args: append([]string{"-count=1", "-p", "1", "-timeout", "40m", "-run", r.pattern}, packages...),
	}.Do(ctx, os.Stdout)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return o, err
	}
	o.took = time.Since(began)
	for _, p := range result {
		o.suites = append(o.suites, summarize(p))
	}
	failed = result.Count(gotest.Failed) > 0
	return o, nil
}
