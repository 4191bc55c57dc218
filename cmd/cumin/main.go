// Command cumin runs Cumin's platform: the whole stack on one machine, its
// tests, and the embedded AWS by itself. `cumin help` lists the commands.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"

	"github.com/anikeshk/cumin/internal/platform"
)

// command is one subcommand. run gets the arguments after its name; settings
// are the environment variables that its help explains.
type command struct {
	name, args, about string
	run               func(ctx context.Context, args []string) error
	settings          []string
}

func commands() []command {
	stack := []string{homeSetting}
	running := []string{homeSetting, endpointSetting}
	return []command{
		{"up", "[--fresh] [--once] [--target localstack]", "build what changed, start everything, print where it is", up, []string{homeSetting, portsSetting, targetSetting}},
		{"down", "", "stop the running stack; data stays", down, stack},
		{"reset", "", "stop the stack and remove its data, keys and logs", reset, stack},
		{"status", "", "what runs, where, under which process id", status, stack},
		{"logs", "[-f] [-n lines] [name …]", "what all or the named processes said, in order of time", showLogs, stack},
		{"doctor", "", "what this machine lacks and the command that installs it", doctor, nil},
		{"test", "[--short]", "every test that needs no Docker", test, nil},
		{"e2e", "[--target localstack] [suite …]", "the end-to-end suites on a target of choice", endToEnd, []string{targetSetting}},
		{"parity", "[--targets embedded,localstack]", "the suites on every target there is, written to docs/parity.md", parity, nil},
		{"passphrase", "email [--stack cumin] [--url https://…]", "make a link with which somebody sets a forgotten passphrase", makeResetLink, running},
		{"demo", "[--tasks 100000]", "add a project of any size to the running stack", addDemo, stack},
		{"bench", "", "measure the running parts against each other", bench, nil},
		{"deploy", "[--stack cumin] [--outputs file]", "bring the AWS of the environment to what deploy/data.yaml says", applyTemplate, nil},
		{"images", "", "build the images of docker-compose.yml", images, nil},
		{"aws", "[--listen address] [--data folder] [--latency aws] [--from file]", "the embedded AWS by itself", runAWS, nil},
		{"aws snapshot", "file", "write the running AWS's state to a file, for --from", takeSnapshot, running},
		{"aws open", "file [--list] [--at n] [--until request]", "serve the state a journal tells of, at any point", openJournal, nil},
		{"trace", "[id]", "what a request caused inside the embedded AWS, and what it costs", showTrace, running},
		{"clock", "[advance 16m | freeze | auto | resume]", "show or move the embedded AWS's clock", moveClock, running},
	}
}

func main() {
	// A closed terminal stops things as Ctrl-C does.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // who presses Ctrl-C again does not want to wait
	err := dispatch(ctx, os.Args[1:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "cumin: stopped")
	default:
		fmt.Fprintln(os.Stderr, "cumin:", err)
	}
	os.Exit(1)
}

func dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		usage()
		return nil
	}
	all := commands()
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		usage()
		return fmt.Errorf("there is no command %q", args[0])
	}
	return all[i].run(ctx, args[1:])
}

func usage() {
	fmt.Println("usage: go run ./cmd/cumin <command>")
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range commands() {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", c.name, c.args, c.about)
	}
	_ = table.Flush() // as with any print to the terminal
	fmt.Printf("`<command> -h` explains its options. %s and %s give a second stack a place of its own.\n", homeSetting, portsSetting)
}

// home is the checkout, and the folder of the stack that `cumin up` runs.
func home() (root, dir string, err error) {
	if root, err = platform.Repository(); err != nil {
		return "", "", err
	}
	if dir = os.Getenv(homeSetting); dir == "" {
		return root, filepath.Join(root, ".local", "home"), nil
	}
	dir, err = filepath.Abs(dir)
	return root, dir, err
}

// ports are those of the stack that `cumin up` runs.
func ports() (platform.Ports, error) {
	list := os.Getenv(portsSetting)
	if list == "" {
		return platform.DefaultPorts(), nil
	}
	p, err := platform.ParsePorts(list)
	if err != nil {
		return p, fmt.Errorf("%s: %w", portsSetting, err)
	}
	return p, nil
}
