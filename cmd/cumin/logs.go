package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

// followEvery is how often -f looks for new lines.
const followEvery = 200 * time.Millisecond

func showLogs(ctx context.Context, args []string) error {
	f := flags("logs")
	follow := f.Bool("f", false, "go on with what comes")
	last := f.Int("n", 200, "how many of the latest lines to begin with; 0: all")
	if err := parse(f, args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	tails, err := openLogs(filepath.Join(dir, "logs"), f.Args())
	if err != nil {
		return err
	}
	defer func() {
		for _, t := range tails {
			t.file.Close()
		}
	}()
	for {
		lines, err := newLines(tails)
		if err != nil {
			return err
		}
		if *last > 0 {
			lines = lines[max(0, len(lines)-*last):]
		}
		*last = 0 // from here on nothing is left out
		for _, l := range lines {
			fmt.Println(platform.Readable(l.name, l.text))
		}
		if !*follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(followEvery):
		}
	}
}

// openLogs opens the named logs of a folder, or all.
func openLogs(dir string, names []string) ([]*tail, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("there are no logs yet: start the stack with `go run ./cmd/cumin up`")
	}
	var there []string
	for _, path := range files {
		there = append(there, strings.TrimSuffix(filepath.Base(path), ".log"))
	}
	if len(names) == 0 {
		names = there
	}
	var tails []*tail
	for _, name := range names {
		if !slices.Contains(there, name) {
			return nil, fmt.Errorf("there is no log of %q; there are %s", name, strings.Join(there, ", "))
		}
		file, err := os.Open(filepath.Join(dir, name+".log"))
		if err != nil {
			return nil, err
		}
		tails = append(tails, &tail{name: name, file: file, from: bufio.NewReader(file)})
	}
	return tails, nil
}

// line is one line of a process's log.
type line struct {
	name string
	at   time.Time // of the line, or, where it tells none, of the one before it in the same log
	text []byte
}

// newLines are the lines written since the last call, in the order of their
// times; lines of one log keep their order.
func newLines(tails []*tail) ([]line, error) {
	var all []line
	for _, t := range tails {
		lines, err := t.read()
		if err != nil {
			return nil, err
		}
		all = append(all, lines...)
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.at.Compare(b.at) })
	return all, nil
}

// tail reads one file's lines as they become whole.
type tail struct {
	name string
	file *os.File
	from *bufio.Reader
	part []byte // of a line whose end is not written yet
	at   time.Time
}

func (t *tail) read() ([]line, error) {
	var lines []line
	for {
		read, err := t.from.ReadBytes('\n')
		t.part = append(t.part, read...)
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read log of %s: %w", t.name, err)
		}
		text := bytes.TrimSuffix(t.part, []byte("\n"))
		t.part = nil
		var stamp struct{ Time time.Time }
		if json.Unmarshal(text, &stamp) == nil && stamp.Time.After(t.at) {
			t.at = stamp.Time
		}
		lines = append(lines, line{t.name, t.at, text})
	}
}
