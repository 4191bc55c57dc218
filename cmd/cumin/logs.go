package main

import (
	"bufio"
	"context"
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
	if err := f.Parse(args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "logs", "*.log"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return errors.New("there are no logs yet: start the stack with `cumin up`")
	}
	var tails []*tail
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".log")
		if f.NArg() > 0 && !slices.Contains(f.Args(), name) {
			continue
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		tails = append(tails, &tail{name: name, from: bufio.NewReader(file)})
	}
	for {
		for _, t := range tails {
			if err := t.print(); err != nil {
				return err
			}
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

// tail prints one file's lines as they become whole.
type tail struct {
	name string
	from *bufio.Reader
	part string // of a line whose end is not written yet
}

func (t *tail) print() error {
	for {
		line, err := t.from.ReadString('\n')
		t.part += line
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		fmt.Println(platform.Readable(t.name, []byte(strings.TrimSuffix(t.part, "\n"))))
		t.part = ""
	}
}
