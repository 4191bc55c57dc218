package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/e2e/containers"
	"github.com/anikeshk/cumin/e2e/target"
)

// running is a started target.
type running struct {
	endpoint string
	ready    time.Duration
	// stop ends it; failed says that its log is worth showing.
	stop func(ctx context.Context, failed bool) error
}

func (r request) start(ctx context.Context, name target.Name) (*running, error) {
	switch name {
	case target.Embedded:
		// Every package starts one for itself; this one only shows how long it takes.
		ready, err := timeEmbedded(ctx, filepath.Join(r.root, ".local", "build", "bin", "cumin"))
		return &running{ready: ready, stop: func(context.Context, bool) error { return nil }}, err
	case target.AWS:
		template, err := os.ReadFile(filepath.Join(r.root, "deploy", "data.yaml"))
		if err != nil {
			return nil, err
		}
		_, err = name.Home(ctx, template) // everything it needs is in the environment
		return &running{stop: func(context.Context, bool) error { return nil }}, err
	case target.LocalStack:
		return contained(r.root, name, func(out io.Writer) (*containers.Container, error) {
			return containers.LocalStack(ctx, out)
		})
	case target.EmulatorContainer:
		return contained(r.root, name, func(out io.Writer) (*containers.Container, error) {
			return containers.Emulator(ctx, r.root, uint64(time.Now().UnixNano()), out)
		})
	}
	return nil, fmt.Errorf("target %q cannot be started", name)
}

// lastLogBytes is how much of a container's log a failed run prints.
const lastLogBytes = 8 << 10

// contained starts a target in a container. Its log is kept below .local/e2e.
func contained(root string, name target.Name, start func(io.Writer) (*containers.Container, error)) (*running, error) {
	dir := filepath.Join(root, ".local", "e2e")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, string(name)+".log")
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c, err := start(file)
	if err != nil {
		return nil, errors.Join(err, file.Close(), printTail(path))
	}
	return &running{endpoint: c.Endpoint, ready: c.Ready, stop: func(ctx context.Context, failed bool) error {
		err := errors.Join(c.Stop(ctx), file.Close())
		if failed {
			err = errors.Join(err, printTail(path))
		}
		return err
	}}, nil
}

// printTail shows the end of a container's log.
func printTail(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	tail := content[max(0, len(content)-lastLogBytes):]
	if _, whole, ok := bytes.Cut(tail, []byte("\n")); ok && len(tail) < len(content) {
		tail = whole
	}
	fmt.Fprintf(os.Stderr, "--- the end of %s\n%s\n", path, tail)
	return nil
}

// timeEmbedded starts the embedded AWS, waits for its first good answer and
// stops it.
func timeEmbedded(ctx context.Context, program string) (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "aws", "--listen", address)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Wait() }() // it is told to end below
	defer func() { _ = cmd.Process.Signal(syscall.SIGTERM) }()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/_cumin/health", nil)
		if err != nil {
			return 0, err
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
			err = errors.New(resp.Status)
		}
		select {
		case <-ctx.Done():
			return 0, fmt.Errorf("the embedded AWS does not answer: %w", err)
		case <-time.After(time.Millisecond):
		}
	}
}
