// Command awsbench measures AWS emulators side by side, in one run on one
// machine, and prints Markdown tables: the embedded AWS as a process in memory
// mode, every peer that Maven Central, npm and PyPI offer, and a server that
// replays one recorded answer per operation, which is the ceiling of what the
// client and HTTP allow.
//
// Every server runs the same operations through the same SDK. They take turns,
// so that a machine that slows down slows down all of them. CPU is the server
// process's own, from /proc, so the program runs on Linux. It is no load test:
// client and servers share the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	constant := flag.String("constant", "", "be the server of constant answers on this address (the program starts itself so)")
	upstream := flag.String("upstream", "", "with -constant: where each operation's first request goes")
	flag.BoolVar(&o.install, "install", false, "install the peers first")
	flag.DurationVar(&o.span, "span", 500*time.Millisecond, "one turn of one server at one operation")
	flag.IntVar(&o.turns, "turns", 3, "turns of each server at each operation, after one that warms up and is not counted")
	flag.IntVar(&o.starts, "starts", 5, "cold starts of each server")
	flag.StringVar(&o.only, "only", "", "comma-separated servers to measure; empty: all")
	flag.StringVar(&o.rows, "rows", "", "measure only operations whose name contains this")
	with := flag.String("with", "", "instead of measuring: run the command in the arguments with AWS_ENDPOINT_URL set to this server")
	flag.Parse()
	err := o.check()
	switch {
	case err != nil:
	case *constant != "":
		err = serveConstant(ctx, *constant, *upstream)
	case *with != "":
		err = runWith(ctx, *with, flag.Args())
	default:
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "awsbench:", err)
		stop()
		os.Exit(1)
	}
}

type options struct {
	install       bool
	span          time.Duration
	turns, starts int
	only, rows    string
}

func (o options) check() error {
	if o.span <= 0 || o.turns < 1 || o.starts < 1 {
		return errors.New("-span, -turns and -starts must be positive")
	}
	return nil
}

// runWith runs a command against one of the peers and returns how it ended.
func runWith(ctx context.Context, name string, command []string) (err error) {
	if len(command) == 0 {
		return errors.New("-with needs a command")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	present, _ := catalogue("", filepath.Join(root, ".local", "peers"))
	i := slices.IndexFunc(present, func(s server) bool { return s.name == name })
	if i < 0 {
		return fmt.Errorf("%s is not installed; task bench:aws -- -install does it", name)
	}
	p, err := start(ctx, present[i])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+p.endpoint)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func run(ctx context.Context, o options, out io.Writer) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "awsbench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }() // a temporary folder
	ours := filepath.Join(work, "cumin")
	build := exec.CommandContext(ctx, "go", "build", "-o", ours, "./cmd/cumin")
	build.Dir, build.Stderr = root, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build cumin: %w", err)
	}
	peers := filepath.Join(root, ".local", "peers")
	if o.install {
		if err := installPeers(ctx, peers); err != nil {
			return err
		}
	}
	present, absent := catalogue(ours, peers)
	if o.only != "" {
		names := strings.Split(o.only, ",")
		present = slices.DeleteFunc(present, func(s server) bool { return s.name != nameConstant && !slices.Contains(names, s.name) })
	}
	if err := header(out, root, absent); err != nil {
		return err
	}
	if o.rows == "" {
		if err := reportInProcess(out); err != nil {
			return err
		}
		if err := reportStarts(ctx, out, present, o.starts); err != nil {
			return err
		}
	}
	return reportOperations(ctx, out, present, o)
}
