package lambda

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

// initTimeout bounds the init phase (Developer Guide, "Lambda execution
// environment lifecycle"); a function with a longer timeout gets that, since
// AWS then runs init again as part of the invocation.
const initTimeout = 10 * time.Second

// process is a running bootstrap binary. It polls the Runtime API, served here
// on a port of its own because AWS_LAMBDA_RUNTIME_API has no room for a path.
type process struct {
	fn     *Function
	s      *Service
	key    string // its access key, which tells its AWS calls from others'
	stream string // log stream
	dir    string
	cmd    *exec.Cmd
	out    *output
	api    *http.Server

	begun  time.Time // real time
	next   chan *invocation
	ready  chan struct{} // closed at the first poll for an invocation: init is over
	failed chan []byte   // an init error's payload
	exited chan struct{} // closed when the process is gone
	exit   error         // of Wait; read after exited

	readyOnce sync.Once
	warm      bool // init was reported; only run touches it
	answered  chan answer
	current   atomic.Pointer[invocation] // the one it was handed; nil between two
	calls     atomic.Int64               // AWS calls during current
	startErr  string                     // why it never ran
}

type answer struct {
	payload []byte
	failed  bool
}

// startProcess starts the function's bootstrap. A process that cannot start is
// returned all the same: its first run says why, as AWS does.
func (s *Service) startProcess(fn *Function) sandbox {
	p := &process{
		fn: fn, s: s, key: s.newAccessKey(), dir: s.codeDir(fn.CodeSha256), begun: wallNow(),
		stream: s.cfg.Clock.Now().Format("2006/01/02") + "/[" + fn.Version + "]" + s.newStreamID(),
		next:   make(chan *invocation), ready: make(chan struct{}), failed: make(chan []byte, 1),
		exited: make(chan struct{}), answered: make(chan answer, 1),
	}
	if p.startErr = checkBootstrap(p.dir); p.startErr == "" {
		if err := p.start(); err != nil {
			p.startErr = err.Error()
		}
	}
	if p.startErr != "" {
		close(p.exited)
	}
	return p
}

func (p *process) start() (err error) {
	if p.out, err = newOutput(p.print); err != nil {
		return fmt.Errorf("make a pipe: %w", err)
	}
	defer p.out.write.Close() // the child has its own
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(fmt.Errorf("listen for the Runtime API: %w", err), p.out.read.Close())
	}
	p.api = &http.Server{Handler: http.HandlerFunc(p.serveRuntime), ReadHeaderTimeout: 10 * time.Second}
	p.cmd = exec.Command(filepath.Join(p.dir, bootstrap))
	p.cmd.Dir = p.dir
	p.cmd.Env = p.environment(ln.Addr().String())
	p.cmd.Stdout, p.cmd.Stderr = p.out.write, p.out.write
	if err := p.s.spawner.start(p.cmd); err != nil {
		return errors.Join(err, ln.Close(), p.out.read.Close())
	}
	p.s.track(p)
	p.s.wg.Go(func() { _ = p.api.Serve(ln) }) // ends when the process does: http.ErrServerClosed
	followed := make(chan struct{})
	p.s.wg.Go(func() {
		defer close(followed)
		if err := p.out.follow(); err != nil {
			p.s.log.Warn("function output was cut off", "function", p.fn.Name, "err", err)
		}
	})
	p.s.wg.Go(func() {
		p.exit = p.cmd.Wait()
		p.killGroup() // what it left behind would hold the pipe open
		<-followed
		p.s.untrack(p)
		close(p.exited)
		_ = p.api.Close()
	})
	return nil
}

// environment is what the function sees: Lambda's variables, the emulator's
// endpoint, and on top the function's own.
func (p *process) environment(runtimeAPI string) []string {
	f := p.fn
	env := []string{
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin", "LANG=en_US.UTF-8", "TZ=:UTC", "TMPDIR=" + os.TempDir(),
		"_HANDLER=" + f.Handler, "LAMBDA_TASK_ROOT=" + p.dir, "LAMBDA_RUNTIME_DIR=/var/runtime",
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI, "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name, "AWS_LAMBDA_FUNCTION_VERSION=" + f.Version,
		fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", f.MemorySize),
		"AWS_LAMBDA_LOG_GROUP_NAME=" + f.LogGroup, "AWS_LAMBDA_LOG_STREAM_NAME=" + p.stream,
		"AWS_REGION=" + f.Region, "AWS_DEFAULT_REGION=" + f.Region,
		"AWS_ACCESS_KEY_ID=" + p.key, "AWS_SECRET_ACCESS_KEY=" + secretOf(p.key), "AWS_SESSION_TOKEN=" + secretOf(p.key),
		"AWS_ENDPOINT_URL=" + p.s.cfg.Endpoint,
	}
	for k, v := range f.Environment {
		env = append(env, k+"="+v) // os/exec lets the last value of a name win
	}
	return env
}

// run implements sandbox.
func (p *process) run(inv *invocation) outcome {
	var o outcome
	if !p.warm {
		if failed := p.awaitInit(inv, &o); failed {
			p.stop()
			return o
		}
	}
	timeout := time.Duration(p.fn.Timeout) * time.Second
	deadline := wallTimer(timeout)
	defer deadline.Stop()
	begin := wallNow()
	p.calls.Store(0)
	select {
	case p.next <- inv:
	case <-p.exited:
		o.lost = true
		return o
	case <-deadline.C: // it answered the last one and never asked again
		o.lost = true
		p.stop()
		return o
	}
	if p.s.cfg.Faults.Hit(fault.Kill, p.fn.Name, fault.Start) {
		p.stop()
	}
	p.await(inv, &o, deadline.C)
	o.took = wallNow().Sub(begin)
	p.current.Store(nil)
	return o
}

// memoryCheck is how often a running process's memory is looked at.
const memoryCheck = 100 * time.Millisecond

// await waits until a handed-over invocation is answered, or the process is
// gone, is killed because its time is up, or because it uses more memory than
// the function has.
func (p *process) await(inv *invocation, o *outcome, timeout <-chan time.Time) {
	memory := wallTicker(memoryCheck)
	defer memory.Stop()
	pid := p.cmd.Process.Pid
	for {
		select {
		case a := <-p.answered:
			o.payload, o.failed = a.payload, a.failed
			o.peakMB = peakMemoryMB(pid)
			p.out.settle()
			return
		case <-p.exited:
			o.broke(exitError, failure(inv.id, exitError, p.exitText()))
			return
		case <-timeout:
			o.peakMB = peakMemoryMB(pid)
			p.end()
			o.late(inv.id, time.Duration(p.fn.Timeout)*time.Second)
			return
		case <-memory.C:
			if used := residentMB(pid); used > p.fn.MemorySize {
				p.end()
				o.peakMB = p.fn.MemorySize
				o.broke(outOfMemory, failure(inv.id, exitError, p.exitText())) // to the caller it is an exit
				p.print(fmt.Appendf(nil, "Runtime.OutOfMemory: the process used %d MB of %d MB and was killed", used, p.fn.MemorySize))
				return
			}
		}
	}
}

// end kills the process and waits until it is gone.
func (p *process) end() {
	p.stop()
	<-p.exited
}

// awaitInit waits for the end of the init phase; when it failed, o is the
// failure.
func (p *process) awaitInit(inv *invocation, o *outcome) (failed bool) {
	p.current.CompareAndSwap(nil, &invocation{id: inv.id, arn: inv.arn, run: inv.run, tail: inv.tail}) // whose log takes init's lines
	limit := max(initTimeout, time.Duration(p.fn.Timeout)*time.Second)
	timer := wallTimer(limit)
	defer timer.Stop()
	select {
	case <-p.ready:
		p.warm = true
		o.init = wallNow().Sub(p.begun)
		return false
	case payload := <-p.failed:
		o.broke(errorTypeOf(payload), payload)
	case <-p.exited:
		select {
		case payload := <-p.failed: // it said why before it went
			o.broke(errorTypeOf(payload), payload)
		default:
			if p.startErr != "" {
				o.broke(noEntry, failure(inv.id, noEntry, p.startErr))
			} else {
				o.broke(exitError, failure(inv.id, exitError, p.exitText()))
			}
		}
	case <-timer.C:
		o.late(inv.id, limit)
	}
	o.init, o.initFailed = wallNow().Sub(p.begun), true
	return true
}

// exitText words the end of the process as AWS does.
func (p *process) exitText() string {
	if p.exit == nil {
		return "Runtime exited without providing a reason"
	}
	return "Runtime exited with error: " + p.exit.Error()
}

func (p *process) logStream() string { return p.stream }

func (p *process) healthy() bool {
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// stop kills the process and what it started.
func (p *process) stop() {
	if p.cmd != nil && p.cmd.Process != nil && p.healthy() {
		p.killGroup()
	}
}

func (p *process) killGroup() {
	// The group is gone when the last of it is: ESRCH says there is nothing to kill.
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
}

// print takes one line of output.
func (p *process) print(line []byte) {
	inv := p.current.Load()
	var t *tail
	id := ""
	if inv != nil {
		t, id = inv.tail, inv.id
	}
	t.add(line)
	p.s.print(context.Background(), p.fn, p.stream, id, string(line))
}

// called is told of each AWS call of the process, once the call's effect has
// happened and before the process can have acted on its answer.
func (p *process) called() {
	select {
	case <-p.ready:
	default:
		return // calls of the init phase are not counted
	}
	if p.s.cfg.Faults.HitCall(p.fn.Name, int(p.calls.Add(1))) {
		p.stop()
	}
}
