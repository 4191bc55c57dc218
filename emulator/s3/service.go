package s3

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/power"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs.
type Config struct {
	Clock *clock.Clock
	Store store.Store  // nil: nothing is kept
	Log   *slog.Logger // nil: silent
	// Dir holds the bodies, one file each; it belongs to this service alone.
	// Empty: they stay in memory.
	Dir string
	// Power is what the files of Dir are written by; nil: it never fails.
	Power *power.Supply
	// Secret is the secret of an access key, against which presigned URLs and
	// POST forms are verified. Nil: FixedSecret for every key.
	Secret func(accessKey string) (secret string, ok bool)
	// FixedSecret is empty for DefaultSecret.
	FixedSecret string
	// Bodies are put beside those that are there, for a store that is a copy.
	Bodies Bodies
	// Events takes event notifications on. Nil: configuring them is refused.
	Events Events
}

// DefaultSecret is the secret access key that presigned URLs must be signed
// with when nothing else is configured.
const DefaultSecret = "cumin"

// Service is S3. Safe for concurrent use. Build it with New.
type Service struct {
	clock  *clock.Clock
	store  store.Store
	log    *slog.Logger
	blobs  blobs
	secret func(string) (string, bool)
	events Events
	ops    map[string]operation

	mu         sync.Mutex // guards what follows, buckets and objects included
	buckets    map[string]*bucket
	lastSeq    uint64
	kept       func() error // waits for the newest change; nil: there was none
	outbox     []pending    // events to deliver, the oldest first
	lastEvent  uint64
	delivering bool        // a worker empties the outbox
	sweep      clock.Timer // the next run of the lifecycle rules, if any bucket has some

	workers sync.WaitGroup
	stop    context.Context // ends with Close
	cancel  context.CancelFunc
}

// New returns the service with what its store and directory hold.
func New(cfg Config) (*Service, error) {
	s := &Service{clock: cfg.Clock, store: cfg.Store, log: cfg.Log, secret: cfg.Secret, blobs: newMemory(), buckets: map[string]*bucket{}, events: cfg.Events}
	s.stop, s.cancel = context.WithCancel(context.Background())
	if s.store == nil {
		s.store = store.Memory{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.secret == nil {
		fixed := cmp.Or(cfg.FixedSecret, DefaultSecret)
		s.secret = func(string) (string, bool) { return fixed, true }
	}
	if cfg.Dir != "" {
		dir, err := openFiles(filepath.Clean(cfg.Dir), cfg.Power)
		if err != nil {
			return nil, fmt.Errorf("s3: open %s: %w", cfg.Dir, err)
		}
		s.blobs = dir
	}
	if err := s.putBodies(cfg.Bodies); err != nil {
		return nil, fmt.Errorf("s3: put bodies: %w", err)
	}
	s.ops = s.table()
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("s3: load: %w", err)
	}
	s.catchUp()
	s.kick()
	return s, nil
}

// ServeHTTP answers one request, path or virtual-host style. The caller has put
// the Identity into its context and left the path as it came: a mux that
// cleans paths would break keys with "//".
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.begin(w, r)
	if err := s.dispatch(c); err != nil {
		s.fail(c, err)
	}
}

// begin sets the headers of every answer.
func (s *Service) begin(w http.ResponseWriter, r *http.Request) *call {
	id := wire.IdentityFrom(r.Context()).RequestID
	w.Header().Set("X-Amz-Request-Id", id)
	w.Header().Set("X-Amz-Id-2", id)
	w.Header().Set("Server", "AmazonS3")
	c := newCall(w, r, s.clock.Now())
	s.allowOrigin(c)
	return c
}

// fail answers with an error.
func (s *Service) fail(c *call, err error) {
	e := wire.AsError(err)
	if e.Status >= 500 && e.Status != http.StatusNotImplemented {
		s.log.ErrorContext(c.r.Context(), "internal error", slog.String("operation", c.operation), slog.Any("err", err))
	}
	if e.Code == "InternalServerError" {
		e = wire.Errorf(500, "InternalError", "We encountered an internal error. Please try again.")
	}
	if err := wire.WriteRESTError(c.w, c.r, e); err != nil {
		s.log.DebugContext(c.r.Context(), "client left before the answer", slog.Any("err", err))
	}
}

func (s *Service) dispatch(c *call) error {
	c.operation = c.name()
	op, ok := s.ops[c.operation]
	if !ok {
		s.log.WarnContext(c.r.Context(), "gap: operation not supported", slog.String("operation", c.operation))
		return errUnbuilt("the operation " + c.operation)
	}
	if err := s.authorize(c); err != nil {
		return err
	}
	if err := c.refuseUnbuilt(); err != nil {
		return err
	}
	return op(c)
}
