package emulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/dynamodb"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/power"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/journal"
	"github.com/anikeshk/cumin/emulator/kms"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/logs"
	"github.com/anikeshk/cumin/emulator/s3"
	"github.com/anikeshk/cumin/emulator/secretsmanager"
	"github.com/anikeshk/cumin/emulator/sns"
	"github.com/anikeshk/cumin/emulator/sqs"
	"github.com/anikeshk/cumin/emulator/ssm"
	"github.com/anikeshk/cumin/emulator/trace"
)

// Options of an embedded AWS. The zero value is one in memory on a random
// loopback port.
type Options struct {
	// Addr is the address to listen on, e.g. "127.0.0.1:4566". Empty: a random
	// port of 127.0.0.1.
	Addr string
	// Dir is the folder that keeps everything across restarts; it is made when
	// missing. Empty: nothing is kept.
	Dir string
	// Clock is the clock every timer hangs on. Nil: a running one at wall time.
	Clock *clock.Clock
	// Log takes the emulator's own lines and the functions' output (attribute
	// "function"). Nil: discarded.
	Log *slog.Logger
	// Seed seeds the faults' dice. 0 is a seed like any other.
	Seed uint64
	// Snapshot is what to start from; Dir, if any, must not hold anything yet.
	// Nil: nothing.
	Snapshot *Snapshot
	// Snapshots lets an AWS in memory be copied, for which it keeps all it has
	// a second time, encoded. One with a Dir or a Snapshot always can.
	Snapshots bool
	// Journal writes down all that happens, for AWS.Journal. In memory it costs
	// what Snapshots costs and up to journal.MaxBytes more.
	Journal    bool
	journalDir string // where a failing test writes it
	// Latency says when streams' records reach their functions.
	Latency Latency
	// AutoAdvance begins with a clock that moves by itself; see WithAutoAdvance.
	AutoAdvance bool
	// WithoutIAM lets functions do everything, whatever their roles say, and
	// takes any JSON for a policy. By default a function may do what its role
	// allows, as on AWS; other callers are never asked.
	WithoutIAM bool
}

// Latency is a profile of delays.
type Latency string

// The profiles: Instant, the default, delivers within a millisecond, so an
// event may arrive before the answer to the write that caused it; LikeAWS waits
// 0.2 to 1 second of the emulator's time, as streams do on AWS.
const (
	Instant Latency = "instant"
	LikeAWS Latency = "aws"
)

// streamDelay is the delay of one read of a stream, nil for none.
func (l Latency) streamDelay() (func() time.Duration, error) {
	switch l {
	case "", Instant:
		return nil, nil
	case LikeAWS:
		return func() time.Duration { return 200*time.Millisecond + rand.N(800*time.Millisecond) }, nil
	}
	return nil, fmt.Errorf("there is no latency profile %q; there are %s and %s", l, Instant, LikeAWS)
}

// AWS is one embedded AWS. Safe for concurrent use.
type AWS struct {
	clock      *clock.Clock
	store      store.Store
	power      *power.Supply // nil when nothing is kept
	log        *slog.Logger
	ln         net.Listener
	server     *http.Server
	stop       context.CancelFunc // ends long polls and everything else that waits for this AWS
	served     chan error         // the server's end, once
	background sync.WaitGroup     // what this AWS itself does beside answering
	opened     chan struct{}      // closed when every service is there
	code       string             // folder for unpacked functions
	scratch    *scratch           // holds code when nothing is kept; else nil
	faults     *fault.Set
	trace      *trace.Log
	journal    *journal.Journal // nil: none is kept
	admin      http.Handler
	services   map[string]http.Handler // by the names of route.go

	unevaluated bool // functions are not held to their roles

	dynamodb       *dynamodb.Service
	sqs            *sqs.Service
	s3             *s3.Service
	logs           *logs.Service
	iam            *iam.Service
	lambda         *lambda.Service
	cloudformation *cloudformation.Service
	kms            *kms.Service
	ssm            *ssm.Service
	secrets        *secretsmanager.Service
	sns            *sns.Service

	used usage // what roles were allowed
}

// Open starts an embedded AWS and returns once it answers. The caller closes it.
// Errors: the address is in use, the folder cannot be used or belongs to a
// running AWS.
func Open(o Options) (_ *AWS, err error) {
	a := &AWS{clock: o.Clock, log: o.Log, faults: fault.New(o.Seed), trace: trace.New(), unevaluated: o.WithoutIAM, served: make(chan error, 1), opened: make(chan struct{})}
	if a.clock == nil {
		a.clock = clock.New()
	}
	if a.log == nil {
		a.log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a.stop = cancel
	defer func() {
		if err != nil {
			err = errors.Join(err, a.release())
		}
	}()
	if err := a.openFolder(o.Dir); err != nil {
		return nil, err
	}
	if err := a.startFrom(o); err != nil {
		return nil, err
	}
	if a.ln, err = net.Listen("tcp", orDefault(o.Addr, "127.0.0.1:0")); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	var watched *store.Watched
	if o.Journal {
		watched = store.Watch(a.store.(store.Copier)) // startFrom saw to it
		a.store = watched
	}
	if err := a.openServices(o); err != nil {
		return nil, err
	}
	if watched != nil {
		if err := a.beginJournal(watched); err != nil {
			return nil, fmt.Errorf("begin the journal: %w", err)
		}
	}
	a.clock.SetAuto(o.AutoAdvance)
	a.background.Go(func() { a.autoAdvance(ctx) })
	a.admin = a.newAdmin()
	a.server = &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	go func() { a.served <- a.server.Serve(a.ln) }()
	a.watchPower(ctx)
	return a, nil
}

// openFolder opens the store and finds a place to unpack functions.
func (a *AWS) openFolder(dir string) (err error) {
	if dir == "" {
		a.store = store.Memory{}
		if a.scratch, err = newScratch(); err != nil {
			return err
		}
		a.code = filepath.Join(a.scratch.dir, "functions")
		return nil
	}
	a.code = filepath.Join(dir, "functions")
	if err := os.MkdirAll(a.code, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	a.power = power.New(a.faults.PowerLoss)
	if a.store, err = store.OpenPowered(filepath.Join(dir, "state.db"), a.power); err != nil {
		return fmt.Errorf("open the data folder: %w", err)
	}
	return nil
}

// Endpoint is the base URL of every service, e.g. "http://127.0.0.1:40123":
// the value for AWS_ENDPOINT_URL.
func (a *AWS) Endpoint() string { return "http://" + a.ln.Addr().String() }

// Clock is the clock that every timer of this AWS hangs on.
func (a *AWS) Clock() *clock.Clock { return a.clock }

// Close stops the listener, running functions and timers, and closes the
// store, in this order. Requests still running are cut off; what was
// acknowledged is kept.
func (a *AWS) Close() error {
	a.stop()
	err := a.server.Close()
	if e := <-a.served; e != nil && !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return errors.Join(err, a.release())
}

// release gives back what Open acquired; each step tolerates that Open did not
// get so far.
func (a *AWS) release() error {
	a.stop()
	var err error
	if a.ln != nil {
		if e := a.ln.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
			err = e
		}
	}
	a.background.Wait()
	a.closeServices()
	a.clock.Close()
	if !a.power.On() {
		err = errors.Join(err, a.power.Wait())
	}
	if a.store != nil {
		err = errors.Join(err, a.store.Close())
	}
	if a.scratch != nil {
		err = errors.Join(err, a.scratch.remove())
	}
	return err
}

// Serve runs an embedded AWS until ctx ends; `cumin aws` is this function with
// flags. ready, when not nil, is called with the endpoint once it answers. A
// loss of power ends it with ErrPowerLost.
func Serve(ctx context.Context, o Options, ready func(endpoint string)) error {
	a, err := Open(o)
	if err != nil {
		return err
	}
	if ready != nil {
		ready(a.Endpoint())
	}
	select {
	case <-ctx.Done():
		return a.Close()
	case <-a.power.Off():
		return errors.Join(ErrPowerLost, a.Close())
	case err := <-a.served:
		a.served <- nil // Close waits for it
		return errors.Join(err, a.Close())
	}
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
