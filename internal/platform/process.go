package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// process is one supervised child. When it dies unasked it is started again,
// after a pause that grows while it keeps dying.
type process struct {
	name  string
	path  string
	args  []string
	env   []string      // added to the platform's own environment
	ready string        // URL that answers 200 once it serves
	grace time.Duration // between asking it to stop and killing it
	quit  syscall.Signal
	// orphan is what Linux sends the child when the platform itself is killed.
	// Services die at once: they would drain against an AWS that is going too
	// and hold their ports meanwhile. nginx has to take its workers along.
	orphan   syscall.Signal
	out      io.Writer // its output, line by line
	note     func(format string, args ...any)
	launched func() // called after each launch; the process id is a new one

	mu       sync.Mutex // guards what follows
	cmd      *exec.Cmd
	exited   chan struct{} // closed when cmd has ended
	stopping bool
	deaths   int // launches that have ended
	forgiven int // deaths before the last start or restart
	end      error
	wake     chan struct{} // ends the pause before the next launch
	done     chan struct{} // closed when the supervising goroutine has returned
}

// A child that ran this long is healthy again: its next death restarts at once.
const (
	healthyAfter = 10 * time.Second
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)

// start launches the child and its supervision. Only a first launch that fails
// is an error; later ones are retried.
func (p *process) start() error {
	p.wake = make(chan struct{}, 1)
	exited, err := p.launch()
	if err != nil {
		return err
	}
	p.launched()
	p.done = make(chan struct{})
	go p.supervise(exited)
	return nil
}

func (p *process) launch() (<-chan struct{}, error) {
	cmd := exec.Command(p.path, p.args...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.SysProcAttr = childAttributes(p.orphan)
	// A pipe of our own: with a writer that is no file, Wait would wait for the
	// grandchildren too, which hold the other end, and a killed nginx's workers
	// would go on answering meanwhile.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	cmd.Stdout, cmd.Stderr = write, write

	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		err = fmt.Errorf("%s is being stopped", p.name)
	} else if err = cmd.Start(); err != nil {
		err = fmt.Errorf("start %s: %w", p.name, err)
	}
	write.Close() // the child has its own
	if err != nil {
		read.Close()
		return nil, err
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		defer read.Close()
		if _, err := io.Copy(p.out, read); err != nil {
			p.note("read output of %s: %v", p.name, err)
		}
	}()
	exited := make(chan struct{})
	p.cmd, p.exited = cmd, exited
	go func() {
		err := cmd.Wait()
		// What the child left behind in its group (nginx's workers outlive a
		// killed master) would hold its ports.
		killGroup(cmd.Process.Pid)
		select { // its last words, unless something outside the group holds the pipe
		case <-copied:
		case <-time.After(time.Second):
		}
		p.mu.Lock()
		p.deaths++
		p.end = err
		stopping := p.stopping
		p.mu.Unlock()
		if !stopping {
			p.note("%s ended: %s", p.name, describeExit(err))
		}
		close(exited)
	}()
	return exited, nil
}

func (p *process) supervise(exited <-chan struct{}) {
	defer close(p.done)
	pause := firstPause
	for {
		started := time.Now()
		<-exited
		p.mu.Lock()
		stopping := p.stopping
		p.mu.Unlock()
		if stopping {
			return
		}
		if time.Since(started) > healthyAfter {
			pause = firstPause
		}
		for {
			select {
			case <-time.After(pause):
			case <-p.wake:
			}
			pause = min(2*pause, longestPause)
			next, err := p.launch()
			if err == nil {
				p.note("%s started again", p.name)
				p.launched()
				exited = next
				break
			}
			p.mu.Lock()
			stopping = p.stopping
			p.mu.Unlock()
			if stopping {
				return
			}
			p.note("%v", err)
		}
	}
}

// stop ends the child and its supervision: first asks, then kills.
func (p *process) stop() {
	p.mu.Lock()
	p.stopping = true
	cmd, exited := p.cmd, p.exited
	p.mu.Unlock()
	if cmd == nil {
		return
	}
	p.hurry()
	p.signal(cmd, p.quit)
	select {
	case <-exited:
	case <-time.After(p.grace):
		p.note("%s did not stop within %s and is killed", p.name, p.grace)
		killGroup(cmd.Process.Pid)
		<-exited
	}
	<-p.done
}

// restart ends the child so that supervision starts it again with what is on
// disk now.
func (p *process) restart() {
	p.mu.Lock()
	cmd, exited := p.cmd, p.exited
	p.mu.Unlock()
	p.signal(cmd, p.quit)
	select {
	case <-exited:
	case <-time.After(p.grace):
		killGroup(cmd.Process.Pid)
		<-exited
	}
	p.mu.Lock()
	p.forgiven = p.deaths
	p.mu.Unlock()
	p.hurry()
}

// hurry ends the pause before the next launch, or the next such pause.
func (p *process) hurry() {
	select {
	case p.wake <- struct{}{}:
	default: // it is on its way
	}
}

// kill ends the child as SIGKILL does, and returns when it is gone with all
// that it had started.
func (p *process) kill() error {
	p.mu.Lock()
	cmd, exited := p.cmd, p.exited
	p.mu.Unlock()
	if err := cmd.Process.Kill(); err != nil {
		return err
	}
	<-exited
	return nil
}

func (p *process) signal(cmd *exec.Cmd, s os.Signal) {
	if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.note("ask %s to stop: %v", p.name, err)
	}
}

func (p *process) pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil { // not launched yet
		return 0
	}
	return p.cmd.Process.Pid
}

// waitStarted waits for readiness after start or restart. A child that dies
// meanwhile is an error at once: it would die again.
func (p *process) waitStarted(ctx context.Context) error {
	return p.waitUntil(ctx, func() error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.deaths > p.forgiven {
			return fmt.Errorf("%s does not start: %s", p.name, describeExit(p.end))
		}
		return nil
	})
}

// waitReady waits for readiness however often the child dies meanwhile.
func (p *process) waitReady(ctx context.Context) error {
	return p.waitUntil(ctx, func() error { return nil })
}

// waitUntil polls the ready URL until it answers 200 or hopeless returns why
// it never will.
func (p *process) waitUntil(ctx context.Context, hopeless func() error) error {
	client := &http.Client{Timeout: 2 * time.Second}
	var last error
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.ready, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("%s answered %s", p.ready, resp.Status)
		}
		last = err
		if err := hopeless(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.name, last)
		case <-time.After(15 * time.Millisecond):
		}
	}
}

func describeExit(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}
