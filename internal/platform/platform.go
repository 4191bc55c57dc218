package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/deploy"
)

// Options say what to start. The zero value of a field is its default.
type Options struct {
	Root   string // of the repository
	Dir    string // what this stack leaves behind: data, keys, logs; default <Root>/.local/home
	Stack  string // name of the CloudFormation stack; default "cumin"
	Ports  Ports  // default DefaultPorts; AWS is not used with a Home
	Memory bool   // the embedded AWS keeps nothing
	NoWeb  bool   // do not build the client; / answers 404 unless it was built before
	Seed   uint64 // of the embedded AWS's fault rules
	Exe    string // binary that has the `aws` command; default: built from cmd/cumin
	Home   *Home  // an AWS that runs already; nil: the embedded one is started
	// IAM lets each service run as its role instead of as root, so that its
	// policies are proved; the embedded AWS only.
	IAM bool
	// Settings are further variables for the services, e.g. CUMIN_ACCESS_TTL=2s.
	Settings map[string]string
	// Screen takes readable log lines of all processes; nil: only the files.
	Screen io.Writer
}

// Platform is a running stack. Close stops it.
type Platform struct {
	opts    Options
	logs    *logs
	build   *builder
	home    Home
	aws     aws.Config
	outputs deploy.Outputs

	started time.Time
	unlock  func() // gives the folder to the next stack

	mu        sync.Mutex // guards what follows
	processes map[string]*process
	order     []string // in which processes were started
	ready     bool

	stateMu sync.Mutex // one writer of the state's file; never taken under mu
}

const (
	// idleConnections bounds what a suite's or the bench's clients keep open.
	idleConnections = 64

	readyTimeout = 60 * time.Second
	stopGrace    = 10 * time.Second
)

// Start builds what changed, starts everything and returns when all of it
// answers. On error nothing is left running.
func Start(ctx context.Context, o Options) (_ *Platform, err error) {
	if o.Dir == "" {
		o.Dir = filepath.Join(o.Root, ".local", "home")
	}
	if o.Stack == "" {
		o.Stack = "cumin"
	}
	if o.Ports == (Ports{}) {
		o.Ports = DefaultPorts()
	}
	unlock, err := claim(o.Dir)
	if err != nil {
		return nil, err
	}
	p := &Platform{
		opts: o, started: time.Now().UTC(), unlock: unlock, processes: map[string]*process{},
		logs: newLogs(filepath.Join(o.Dir, "logs"), o.Screen),
	}
	p.build = newBuilder(o.Root, p.logs)
	if o.Home != nil {
		p.home = *o.Home
		p.opts.Ports.AWS = 0
	} else {
		p.home = EmulatorHome(local(o.Ports.AWS), local(o.Ports.AWS))
	}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	if err := p.opts.Ports.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.keys(), 0o700); err != nil {
		return nil, err
	}
	if err := writeState(o.Dir, p.State()); err != nil {
		return nil, err
	}
	if err := p.up(ctx); err != nil {
		return nil, err
	}
	p.mu.Lock()
	p.ready = true
	p.mu.Unlock()
	p.saveState()
	return p, nil
}

// up starts the parts in the order they need each other; what does not depend
// on each other is built and started side by side.
func (p *Platform) up(ctx context.Context) error {
	if err := requireNginx(ctx, p.logs.note); err != nil {
		return err
	}
	targets := []target{p.build.servicesTarget(), p.build.functionsTarget()}
	if p.opts.Home == nil && p.opts.Exe == "" {
		p.opts.Exe = p.build.binary("cumin")
		targets = append(targets, p.build.platformTarget())
	}
	if !p.opts.NoWeb {
		targets = append(targets, p.build.webTarget())
	}
	if err := p.build.all(ctx, targets...); err != nil {
		return err
	}
	if p.opts.Home == nil {
		if err := p.startAWS(ctx); err != nil {
			return err
		}
	}
	if err := p.apply(ctx); err != nil {
		return err
	}
	// api and sockets need auth's keys; nginx needs nobody to start.
	edge, edgeCtx := errgroup.WithContext(ctx)
	edge.Go(func() error { return p.startNginx(edgeCtx) })
	edge.Go(func() error { return p.startService(edgeCtx, "auth") })
	if err := edge.Wait(); err != nil {
		return err
	}
	rest, restCtx := errgroup.WithContext(ctx)
	rest.Go(func() error { return p.startService(restCtx, "api") })
	rest.Go(func() error { return p.startService(restCtx, "sockets") })
	if p.opts.Ports.Replica != 0 {
		rest.Go(func() error { return p.startService(restCtx, Replica) })
	}
	return rest.Wait()
}

func (p *Platform) startAWS(ctx context.Context) error {
	args := []string{"aws", "--listen", address(p.opts.Ports.AWS), "--seed", strconv.FormatUint(p.opts.Seed, 10)}
	if !p.opts.Memory {
		args = append(args, "--data", filepath.Join(p.opts.Dir, "data"))
	}
	return p.start(ctx, &process{
		name: "aws", path: p.opts.Exe, args: args,
		ready: local(p.opts.Ports.AWS) + "/_cumin/health", grace: stopGrace, quit: syscall.SIGTERM, orphan: syscall.SIGTERM,
	})
}

// Replica is the process of the second sockets instance.
const Replica = "sockets-" + secondInstance

func (p *Platform) startService(ctx context.Context, name string) error {
	port := map[string]int{"auth": p.opts.Ports.Auth, "api": p.opts.Ports.API, "sockets": p.opts.Ports.Sockets, Replica: p.opts.Ports.Replica}[name]
	binary, env := name, p.serviceEnv(port)
	if name == Replica {
		binary, env = "sockets", append(env, "CUMIN_INSTANCE="+secondInstance)
	}
	return p.start(ctx, &process{
		name: name, path: p.build.binary(binary), env: append(env, p.identity(binary)...),
		ready: local(port) + "/readyz", grace: stopGrace, quit: syscall.SIGTERM, orphan: syscall.SIGKILL,
	})
}

// keys is where the services keep the keys they make at their first start.
func (p *Platform) keys() string { return filepath.Join(p.opts.Dir, "keys") }

func (p *Platform) serviceEnv(port int) []string {
	env := append(p.home.env(),
		"CUMIN_LISTEN="+address(port),
		fmt.Sprintf("CUMIN_ORIGINS=%s,%s", p.SecureURL(), p.URL()),
		"CUMIN_JWKS_URL="+local(p.opts.Ports.Auth)+"/.well-known/jwks.json",
		"CUMIN_SIGNING_KEY_FILE="+filepath.Join(p.keys(), "signing.pem"),
		"CUMIN_CURSOR_KEY_FILE="+filepath.Join(p.keys(), "cursor.key"),
		// Everybody on a local stack has one address: its throttle would lock
		// all of them out at once. The account's own throttle stays.
		"CUMIN_FREE_LOGINS=100000",
		"CUMIN_FREE_SIGNUPS=100000",
	)
	env = append(env, p.outputs.Env()...)
	for _, name := range slices.Sorted(maps.Keys(p.opts.Settings)) {
		env = append(env, name+"="+p.opts.Settings[name])
	}
	return env
}

// start launches one process and waits until it is ready.
func (p *Platform) start(ctx context.Context, proc *process) error {
	out, err := p.logs.open(proc.name)
	if err != nil {
		return err
	}
	proc.out, proc.note, proc.launched = out, p.logs.note, p.saveState
	p.mu.Lock()
	p.processes[proc.name] = proc
	p.order = append(p.order, proc.name)
	p.mu.Unlock()
	if err := proc.start(); err != nil {
		return err
	}
	return p.await(ctx, proc, proc.waitStarted)
}

// await gives a process readyTimeout for what wait waits for.
func (p *Platform) await(ctx context.Context, proc *process, wait func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := wait(ctx); err != nil {
		return fmt.Errorf("%w (its log: %s)", err, p.LogFile(proc.name))
	}
	return nil
}

// URL is where a browser on this machine finds the client without trusting the
// local certificate authority.
func (p *Platform) URL() string { return fmt.Sprintf("http://localhost:%d", p.opts.Ports.HTTP) }

// SecureURL is the HTTPS address.
func (p *Platform) SecureURL() string { return fmt.Sprintf("https://localhost:%d", p.opts.Ports.HTTPS) }

// AWS is the configuration for the stack's AWS, for tests that look behind the
// API.
func (p *Platform) AWS() aws.Config { return p.aws }

// Endpoint is the base URL of the stack's AWS, empty for AWS itself.
func (p *Platform) Endpoint() string { return p.home.Endpoint }

// template is the text of deploy/data.yaml.
func (p *Platform) template() ([]byte, error) {
	return os.ReadFile(filepath.Join(p.opts.Root, "deploy", "data.yaml"))
}

// Outputs are the stack's outputs.
func (p *Platform) Outputs() deploy.Outputs { return p.outputs }

// LogFile is the path of a process's log.
func (p *Platform) LogFile(name string) string { return filepath.Join(p.logs.dir, name+".log") }

// Kill ends one process as SIGKILL does; supervision starts it again.
// WaitReady waits for that.
func (p *Platform) Kill(name string) error {
	proc, err := p.process(name)
	if err != nil {
		return err
	}
	return proc.kill()
}

// WaitReady waits until the named process answers.
func (p *Platform) WaitReady(ctx context.Context, name string) error {
	proc, err := p.process(name)
	if err != nil {
		return err
	}
	return p.await(ctx, proc, proc.waitReady)
}

func (p *Platform) process(name string) (*process, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	proc, ok := p.processes[name]
	if !ok {
		return nil, fmt.Errorf("no process is named %q; there are %v", name, p.order)
	}
	return proc, nil
}

// State describes the stack for other commands.
func (p *Platform) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := State{PID: os.Getpid(), URL: p.URL(), Ports: p.opts.Ports, Home: p.home, Processes: map[string]int{}, Started: p.started, Ready: p.ready}
	s.Home.Outputs = p.outputs
	for name, proc := range p.processes {
		if pid := proc.pid(); pid != 0 {
			s.Processes[name] = pid
		}
	}
	return s
}

// saveState writes what is true now. Other commands only look at it, so a
// failure is worth a line and not the stack.
func (p *Platform) saveState() {
	p.stateMu.Lock()
	defer p.stateMu.Unlock()
	if err := writeState(p.opts.Dir, p.State()); err != nil {
		p.logs.note("%v", err)
	}
}

// Close stops everything in the reverse order of starting: the edge first, the
// AWS last.
func (p *Platform) Close() {
	p.mu.Lock()
	order := slices.Clone(p.order)
	p.mu.Unlock()
	p.stop(slices.DeleteFunc(slices.Clone(order), func(n string) bool { return n != "nginx" }))
	p.stop(slices.DeleteFunc(slices.Clone(order), func(n string) bool { return n == "nginx" || n == "aws" }))
	p.stop(slices.DeleteFunc(order, func(n string) bool { return n != "aws" }))
	p.logs.close()
	if err := os.Remove(statePath(p.opts.Dir)); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.logs.note("remove state: %v", err)
	}
	p.unlock()
}

// stop stops the named processes side by side.
func (p *Platform) stop(names []string) {
	var wg sync.WaitGroup
	for _, name := range names {
		p.mu.Lock()
		proc := p.processes[name]
		p.mu.Unlock()
		wg.Go(proc.stop)
	}
	wg.Wait()
}

// Reset removes what a stopped stack left: data, keys and logs.
func Reset(dir string) error {
	unlock, err := claim(dir)
	if err != nil {
		return err
	}
	defer unlock()
	return os.RemoveAll(dir)
}

// Reachable reports whether the stack's front page or API answers at url.
func Reachable(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, resp.Status)
	}
	return nil
}
