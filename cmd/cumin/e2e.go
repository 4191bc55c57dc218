package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// endToEnd runs end-to-end suites on a target of choice.
func endToEnd(ctx context.Context, args []string) error {
	f := flags("e2e")
	target := f.String("target", os.Getenv(targetSetting), "embedded (default), localstack, emulator-container or aws")
	run := f.String("run", "", "only tests that match, as with go test")
	if err := parse(f, args); err != nil {
		return err
	}
	return suites(ctx, append([]string{"-targets", *target, "-run", *run}, f.Args()...)...)
}

// parity runs the suites and the conformance tests on every target that can be
// had and writes down what came of it.
func parity(ctx context.Context, args []string) error {
	f := flags("parity")
	targets := f.String("targets", "", "comma-separated; default: those that can be had here")
	report := f.String("report", filepath.Join("docs", "parity.md"), "file to write, below the checkout")
	if err := parse(f, args); err != nil {
		return err
	}
	return suites(ctx, append([]string{"-targets", *targets, "-available", "-report", *report}, f.Args()...)...)
}

// suitesGrace is what the suites' program has to stop its containers and the
// stacks that run on them.
const suitesGrace = time.Minute

// suites builds and runs the program that knows targets, which lives with the
// suites: containers are no business of this module. It is run as itself and
// not by `go run`, which would not pass an interrupt on.
func suites(ctx context.Context, args ...string) error {
	root, _, err := home()
	if err != nil {
		return err
	}
	dir, program := filepath.Join(root, "e2e"), filepath.Join(root, ".local", "build", "bin", "suites")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", program, "./suites")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build e2e/suites: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = suitesGrace
	err = cmd.Run()
	if _, said := errors.AsType[*exec.ExitError](err); said && ctx.Err() == nil {
		return errors.New("there are failures") // it has told which
	}
	return err
}
