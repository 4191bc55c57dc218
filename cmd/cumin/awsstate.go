package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"text/tabwriter"
	"time"

	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/emulator/journal"
)

// takeSnapshot writes the state of the running AWS to a file, for --from.
func takeSnapshot(ctx context.Context, args []string) error {
	f := flags("aws snapshot")
	if err := parse(f, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return errors.New("aws snapshot takes the file to write")
	}
	path := f.Arg(0)
	began := time.Now()
	content, err := callAWS(ctx, "snapshot", struct{}{})
	if err != nil {
		return err
	}
	defer content.Close()
	n, err := writeFile(path, content)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes in %s; start a copy with `cumin aws --from %s`\n", path, n, time.Since(began).Round(time.Millisecond), path)
	return nil
}

// writeFile writes a file of which nothing remains when its content is cut off.
func writeFile(path string, content io.Reader) (n int64, err error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	return io.Copy(f, content)
}

// openJournal serves the state that a journal tells of, at any point.
func openJournal(ctx context.Context, args []string) error {
	f := flags("aws open")
	listen := f.String("listen", "127.0.0.1:0", "address to listen on; port 0: any free one")
	at := f.Int("at", -1, "number of the entry after which to stop; default: the last")
	until := f.String("until", "", "id of the request with whose answer to stop")
	list := f.Bool("list", false, "only list what happened")
	if err := parse(f, args); err != nil {
		return err
	}
	// The file may stand before the options too, as one writes it.
	path := f.Arg(0)
	if f.NArg() > 1 {
		if err := parse(f, f.Args()[1:]); err != nil {
			return err
		}
	}
	if path == "" || f.NArg() > 1 || f.NArg() == 1 && f.Arg(0) != path {
		return errors.New("aws open takes one file that a failing test wrote, or `cumin aws snapshot`")
	}
	j, err := readJournal(path)
	if err != nil {
		return err
	}
	if *list {
		return listEntries(j)
	}
	n := j.Last()
	switch {
	case *at >= 0 && *until != "":
		return errors.New("--at and --until exclude each other")
	case *at >= 0:
		n = *at
	case *until != "":
		if n, err = j.Until(*until); err != nil {
			return err
		}
	}
	state, err := emulator.ReplayTo(j, n)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return emulator.Serve(ctx, emulator.Options{Addr: *listen, Snapshot: state, Log: log}, func(endpoint string) {
		fmt.Printf("%s after entry %d of %d stands still at\n  export AWS_ENDPOINT_URL=%s\nCtrl-C ends it\n", path, n, j.Last(), endpoint)
	})
}

func readJournal(path string) (_ *journal.Journal, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	j, err := journal.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return j, nil
}

// listEntries prints a journal, a line per entry.
func listEntries(j *journal.Journal) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, e := range j.Entries() {
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", e.N, e.At.Format("15:04:05.000"), e.Kind, e.Name, e.Detail, e.Outcome, e.ID)
	}
	return table.Flush()
}
