package durable

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// process is a child: an embedded AWS over a folder.
type process struct {
	cmd      *exec.Cmd
	stdin    io.Closer
	stdout   *bufio.Reader
	stderr   bytes.Buffer
	endpoint string
	dead     sync.Once
}

// launch starts a child without waiting for it. Each lane has an address of its
// own, so that no request meant for a dead child reaches another lane's.
func launch(dir string, lane int) (*process, error) {
	p := &process{cmd: exec.Command(os.Args[0])}
	p.cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s=127.0.1.%d:0", childAddress, lane+1))
	p.cmd.Stderr = &p.stderr
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.stdin, p.stdout = in, bufio.NewReader(out)
	return p, p.cmd.Start()
}

// begin starts a child and returns once it answers.
func begin(dir string, lane int) (*process, error) {
	p, err := launch(dir, lane)
	if err != nil {
		return nil, err
	}
	line, err := p.stdout.ReadString('\n')
	if err != nil {
		p.kill()
		return nil, fmt.Errorf("it did not come back: %w: %s", err, p.stderr.String())
	}
	p.endpoint = strings.TrimSpace(line)
	return p, nil
}

// kill is SIGKILL, and returns when the process is gone.
func (p *process) kill() {
	p.dead.Do(func() {
		_ = p.cmd.Process.Kill() // it may have ended by itself; Wait tells nothing else
		_ = p.cmd.Wait()
		if err := p.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
			fmt.Fprintln(os.Stderr, "close a child's stdin:", err)
		}
	})
}

// wait returns once the process has ended by itself.
func (p *process) wait(patience time.Duration) error {
	late := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() }) // Wait tells how it went
	defer func() { p.kill() }()
	_ = p.cmd.Wait() // its last words are read from stderr
	if !late.Stop() {
		return fmt.Errorf("it did not end within %s: %s", patience, p.stderr.String())
	}
	return nil
}
