package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/anikeshk/cumin/internal/platform"
)

// setting is an environment variable that a command reads.
type setting struct{ name, about string }

// The settings of a stack beside the usual one, and of the target.
const (
	homeSetting     = "CUMIN_HOME"
	portsSetting    = "CUMIN_PORTS"
	targetSetting   = "TARGET"
	endpointSetting = "AWS_ENDPOINT_URL"
)

// settings explains those that commands name.
func settings() []setting {
	return []setting{
		{homeSetting, "folder of the stack: its data, keys and logs; default .local/home of the checkout"},
		{portsSetting, fmt.Sprintf("its ports: https,http,AWS,auth,api,sockets; default %s", platform.DefaultPorts())},
		{targetSetting, "what --target is when it is not given"},
		{endpointSetting, "the embedded AWS to ask; default: that of the running stack"},
	}
}

// flags starts a command's flag set; parse says what is wrong with arguments.
func flags(name string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// parse reads a command's options. Asked for help it prints it and answers
// flag.ErrHelp, which ends the program well.
func parse(f *flag.FlagSet, args []string) error {
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		explain(os.Stdout, f)
		return err
	}
	if err != nil {
		return fmt.Errorf("%w; `cumin %s -h` lists the options", err, f.Name())
	}
	return nil
}

// parseAlone is parse for a command that takes options and nothing else.
func parseAlone(f *flag.FlagSet, args []string) error {
	if err := parse(f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%s takes no argument %q", f.Name(), f.Arg(0))
	}
	return nil
}

// explain prints what a command does, its options and what of the environment
// it reads.
func explain(w io.Writer, f *flag.FlagSet) {
	all := commands()
	c := all[slices.IndexFunc(all, func(c command) bool { return c.name == f.Name() })]
	fmt.Fprintf(w, "usage: go run ./cmd/cumin %s %s\n\n%s\n", c.name, c.args, c.about)
	options := false
	f.VisitAll(func(*flag.Flag) { options = true })
	if options {
		fmt.Fprint(w, "\noptions:\n")
		f.SetOutput(w)
		f.PrintDefaults()
	}
	if len(c.settings) == 0 {
		return
	}
	fmt.Fprint(w, "\nenvironment:\n")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range settings() {
		if slices.Contains(c.settings, s.name) {
			fmt.Fprintf(table, "  %s\t%s\n", s.name, s.about)
		}
	}
	_ = table.Flush() // as with any print to the terminal
}
