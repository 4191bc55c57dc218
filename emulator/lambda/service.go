package lambda

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// Config is what a Service needs. All fields but Faults, Roles and the sources
// are required; a nil source refuses mappings of its kind.
type Config struct {
	Clock    *clock.Clock
	Store    store.Store
	Log      *slog.Logger  // also takes the functions' output, attribute "function"
	Dir      string        // code is unpacked below it
	Endpoint string        // AWS_ENDPOINT_URL of the functions that set none
	NewID    func() string // UUIDs: requests, mappings, revisions
	Objects  Objects       // where Code.S3Bucket is read, and failures are written
	Logs     LogSink
	Streams  StreamSource
	Queues   QueueSource
	Topics   TopicSource // nil: none are destinations
	Faults   *fault.Set
	Roles    Roles      // nil: every function may do everything
	Trace    *trace.Log // nil: nothing is noted
	// Still: nothing runs by itself, neither mappings nor events accepted before;
	// Invoke does.
	Still bool
	// StreamDelay is how long a stream's records wait before they are read, in
	// the emulator's time; nil: not at all.
	StreamDelay func() time.Duration
	// MaxProcesses bounds the processes of one version of a function; 0 is 10.
	MaxProcesses int
	// Concurrency bounds the invocations at once of an account in a region; 0 is
	// 1,000.
	Concurrency int
	// Seed seeds the dice that choose between an alias's versions.
	Seed uint64
}

// Objects reads function code from S3 and writes what was given up.
type Objects interface {
	// Bucket is AWS's error when there is no such bucket.
	Bucket(ctx context.Context, bucket string) error
	PutObject(ctx context.Context, bucket, key string, body []byte) error
	// Object returns the object's bytes; version may be empty.
	Object(ctx context.Context, bucket, key, version string) ([]byte, error)
}

// LogSink takes the functions' output, a line at a time.
type LogSink interface {
	Put(account, region, group, stream string, at time.Time, line string)
}

// defaultMaxProcesses is what a laptop bears; AWS's default is 1,000.
const defaultMaxProcesses = 10

// Service is Lambda. Build it with New, end it with Close.
type Service struct {
	cfg     Config
	log     *slog.Logger
	routes  func() *http.ServeMux
	names   map[string]string // of operations, by their pattern in routes
	spawner *spawner
	ctx     context.Context // ends with Close; background work runs under it
	cancel  context.CancelFunc
	wg      sync.WaitGroup // everything this service started
	life    sync.Mutex     // orders enter against Close, so that wg is not added to behind Wait's back

	mu        sync.Mutex        // guards what follows; taken before a pool's lock, never after
	functions map[string]*entry // by unqualified ARN
	mappings  map[string]*mapping
	ledgers   map[string]*ledger // by account and region
	dice      *rand.Rand

	procMu    sync.Mutex // guards processes
	processes map[string]*process
}

// entry is a function: its versions, each with its execution environments, and
// the names for them.
type entry struct {
	arn     string // unqualified
	share   *share
	newPool func(*Function) *pool
	pool    *pool // of $LATEST

	versions map[string]*pool  // published ones, by number; guarded by Service.mu
	aliases  map[string]*Alias // guarded by Service.mu; values are replaced, never changed
}

// pools is called with Service.mu held.
func (e *entry) pools() []*pool {
	return append(slices.Collect(maps.Values(e.versions)), e.pool)
}

// New loads what the store keeps and starts the mappings that are enabled.
func New(cfg Config) (*Service, error) {
	if cfg.MaxProcesses == 0 {
		cfg.MaxProcesses = defaultMaxProcesses
	}
	if cfg.Concurrency == 0 {
		cfg.Concurrency = defaultConcurrency
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Service{
		cfg: cfg, log: cfg.Log, ctx: ctx, cancel: cancel, spawner: newSpawner(ctx.Done()),
		functions: map[string]*entry{}, mappings: map[string]*mapping{}, processes: map[string]*process{},
		ledgers: map[string]*ledger{}, dice: rand.New(rand.NewPCG(cfg.Seed, 0x616c696173)),
	}
	s.routes = sync.OnceValue(s.newRoutes) // most tests have no function
	if err := s.load(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close stops mappings, kills the functions' processes and waits until all is
// gone. What is not done stays in the store and is taken up by the next New.
func (s *Service) Close() {
	s.life.Lock()
	s.cancel()
	s.life.Unlock()
	s.mu.Lock()
	var pools []*pool
	for _, e := range s.functions {
		pools = append(pools, e.pools()...)
	}
	s.mu.Unlock()
	for _, p := range pools {
		p.close()
	}
	s.procMu.Lock()
	for _, p := range s.processes {
		p.stop()
	}
	s.procMu.Unlock()
	s.wg.Wait()
}

// enter counts the caller in until it calls s.wg.Done; false once the service
// stops.
func (s *Service) enter() bool {
	s.life.Lock()
	defer s.life.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.wg.Add(1)
	return true
}

// background runs f unless the service stops; Close waits for it.
func (s *Service) background(f func()) {
	if s.enter() {
		go func() {
			defer s.wg.Done()
			f()
		}()
	}
}

// ServeHTTP answers the REST JSON protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.routes().ServeHTTP(w, r) }

// Caller is the invocation on whose behalf a process calls AWS.
type Caller struct {
	Account   string
	Function  string // name
	Role      string // ARN of the role the function runs as
	RequestID string // of the running invocation; empty during init
	Cause     string // the run's event in the trace
}

// Caller tells which function holds an access key; ok is false for any other key.
func (s *Service) Caller(accessKey string) (c Caller, ok bool) {
	p := s.processOf(accessKey)
	if p == nil {
		return Caller{}, false
	}
	c = Caller{Account: p.fn.Account, Function: p.fn.Name, Role: p.fn.Role}
	if inv := p.current.Load(); inv != nil {
		c.RequestID, c.Cause = inv.id, inv.run
	}
	return c, true
}

// Called is told of each AWS call under a function's access key once its
// effect has happened; faults kill a function after its n-th.
func (s *Service) Called(accessKey string) {
	if p := s.processOf(accessKey); p != nil {
		p.called()
	}
}

// KillProcesses kills the running processes of every function of this name
// and returns how many there were. Invocations under way fail; mappings try
// again.
func (s *Service) KillProcesses(function string) int {
	s.procMu.Lock()
	defer s.procMu.Unlock()
	n := 0
	for _, p := range s.processes {
		if p.fn.Name == function && p.healthy() {
			p.stop()
			n++
		}
	}
	return n
}

func (s *Service) processOf(accessKey string) *process {
	s.procMu.Lock()
	defer s.procMu.Unlock()
	return s.processes[accessKey]
}

func (s *Service) track(p *process) {
	s.procMu.Lock()
	defer s.procMu.Unlock()
	s.processes[p.key] = p
	if s.ctx.Err() != nil {
		p.stop() // Close has passed by already
	}
}

func (s *Service) untrack(p *process) {
	s.procMu.Lock()
	defer s.procMu.Unlock()
	delete(s.processes, p.key)
}

// newAccessKey returns a key in the form of temporary credentials. It only has
// to be unlike any other key of this emulator.
func (s *Service) newAccessKey() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	key := []byte("ASIA0000000000000000")
	for i := 4; i < len(key); i++ {
		key[i] = letters[rand.IntN(len(letters))]
	}
	return string(key)
}

// Secret is the secret of a running function's access key; ok is false for any
// other key.
func (s *Service) Secret(accessKey string) (secret string, ok bool) {
	if s.processOf(accessKey) == nil {
		return "", false
	}
	return secretOf(accessKey), true
}

// secretOf is the secret of an access key; signatures are not verified.
func secretOf(key string) string { return "secret-of-" + key }

func (s *Service) newStreamID() string {
	const hex = "0123456789abcdef"
	id := make([]byte, 32)
	for i := range id {
		id[i] = hex[rand.IntN(len(hex))]
	}
	return string(id)
}

// print hands one line of a function's output to its log group and to the
// emulator's own log.
func (s *Service) print(ctx context.Context, fn *Function, stream, requestID, line string) {
	s.cfg.Logs.Put(fn.Account, fn.Region, fn.LogGroup, stream, s.cfg.Clock.Now(), line)
	s.log.LogAttrs(ctx, slog.LevelInfo, line, slog.String("function", fn.Name), slog.String("aws_request_id", requestID))
}

// machine is this machine's architecture in Lambda's words.
func machine() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}

// kept waits until a batch is in the store; the caller holds no lock.
func kept(wait func() error) error {
	if err := wait(); err != nil {
		return errors.Join(wire.Errorf(500, "ServiceException", "The change could not be kept."), err)
	}
	return nil
}

func durationMS(d time.Duration) string {
	return strconv.FormatFloat(float64(d.Microseconds())/1000, 'f', 2, 64)
}
