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
	out   io.Writer // its output, line by line
	note  func(format string, args ...any)

	mu       sync.Mutex // guards what follows
	cmd      *exec.Cmd
	exited   chan struct{} // closed when cmd has ended
	stopping bool
	restarts int
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
	exited, err := p.launch()
	if err != nil {
		return err
	}
	p.done = make(chan struct{})
	go p.supervise(exited)
	return nil
}

func (p *process) launch() (<-chan struct{}, error) {
	cmd := exec.Command(p.path, p.args...)
	cmd.Env = append(os.Environ(), p.env...)
	cmd.Stdout, cmd.Stderr = p.out, p.out
	cmd.SysProcAttr = childAttributes()
	// A killed child may leave a grandchild that holds the output pipe open.
	cmd.WaitDelay = time.Second

	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return nil, fmt.Errorf("%s is being stopped", p.name)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", p.name, err)
	}
	exited := make(chan struct{})
	p.cmd, p.exited = cmd, exited
	go func() {
		err := cmd.Wait()
		// What the child left behind in its group (nginx's workers outlive a
		// killed master) would hold its ports.
		killGroup(cmd.Process.Pid)
		p.mu.Lock()
		stopping := p.stopping
		p.mu.Unlock()
		if !stopping {
			p.note("%s ended: %v", p.name, describeExit(err))
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
		p.restarts++
		p.mu.Unlock()
		if stopping {
			return
		}
		if time.Since(started) > healthyAfter {
			pause = firstPause
		}
		for {
			time.Sleep(pause)
			pause = min(2*pause, longestPause)
			next, err := p.launch()
			if err == nil {
				p.note("%s started again", p.name)
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
}

// kill ends the child as SIGKILL does.
func (p *process) kill() error {
	p.mu.Lock()
	cmd := p.cmd
	p.mu.Unlock()
	return cmd.Process.Kill()
}

func (p *process) signal(cmd *exec.Cmd, s os.Signal) {
	if err := cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.note("ask %s to stop: %v", p.name, err)
	}
}

func (p *process) pid() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd.Process.Pid
}

// waitReady polls the ready URL until it answers 200.
func (p *process) waitReady(ctx context.Context) error {
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
