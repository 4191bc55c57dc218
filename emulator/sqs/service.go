package sqs

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// Config is what a Service needs.
type Config struct {
	Clock *clock.Clock
	Store store.Store   // nil: nothing is kept
	Log   *slog.Logger  // nil: silent
	NewID func() string // message ids; nil: random UUIDs
	// Endpoint is the base of queue URLs for callers that come without an HTTP
	// request, e.g. "http://127.0.0.1:4566". A request's own Host wins.
	Endpoint string
	// RecreateAfter is how long a deleted queue's name stays refused. AWS: 60 s;
	// zero, the default, lets a stack be torn down and rebuilt at once.
	RecreateAfter time.Duration
	Faults        Faults     // nil: none
	Trace         *trace.Log // nil: nothing is noted
}

// Faults is asked at the points where a queue may legally misbehave. It is
// called under the service's lock and must not call back.
type Faults interface {
	// Duplicate reports whether the message just deleted from a standard queue
	// is to be delivered again.
	Duplicate(queueARN string) bool
}

// Service is SQS. Safe for concurrent use. Build it with New.
type Service struct {
	clock    *clock.Clock
	store    store.Store
	log      *slog.Logger
	newID    func() string
	endpoint string
	recreate time.Duration
	faults   Faults
	trace    *trace.Log
	json     wire.JSON
	query    wire.Query

	mu      sync.Mutex // guards what follows, and every queue
	queues  map[arn]*queue
	deleted map[arn]time.Time
	moves   []*move
	kept    func() error // waits for the newest change; nil: there was none
}

// New returns the service with the queues and messages its store holds.
func New(cfg Config) (*Service, error) {
	s := &Service{
		clock: cfg.Clock, store: cfg.Store, log: cfg.Log, newID: cfg.NewID,
		endpoint: cfg.Endpoint, recreate: cfg.RecreateAfter, faults: cfg.Faults, trace: cfg.Trace,
		queues: map[arn]*queue{}, deleted: map[arn]time.Time{},
	}
	if s.store == nil {
		s.store = store.Memory{}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.newID == nil {
		s.newID = randomUUID
	}
	t := s.table()
	s.json = wire.JSON{Prefix: "AmazonSQS", Version: "1.0", Namespace: "com.amazonaws.sqs", Namespaces: namespaces, MaxBody: maxBody, Ops: t.json, Log: s.log}
	s.query = wire.Query{Namespace: "http://queue.amazonaws.com/doc/2012-11-05/", Version: "2012-11-05", MaxBody: maxBody, Ops: t.query, Log: s.log, Prepare: queueFromPath}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("sqs: load: %w", err)
	}
	return s, nil
}

// maxBody is above the largest batch in base64 or form encoding.
const maxBody = 4 << 20

// namespaces of errors that are not in the service's model.
var namespaces = map[string]string{
	"AccessDeniedException":             "com.amazon.coral.service",
	"InvalidParameterValueException":    "com.amazon.coral.service",
	"MissingRequiredParameterException": "com.amazon.coral.service",
	"UnknownOperationException":         "com.amazon.coral.service",
	"SerializationException":            "com.amazon.coral.service",
	"ValidationException":               "com.amazon.coral.validate",
}

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.json.Ops.Names() }

// ServeHTTP answers a request of either protocol. The caller has put the
// Identity into its context.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	r = r.WithContext(context.WithValue(r.Context(), baseKey{}, scheme+r.Host))
	if r.Header.Get("X-Amz-Target") != "" {
		s.json.ServeHTTP(w, r)
		return
	}
	s.query.ServeHTTP(w, r)
}

// queueFromPath lets older clients name the queue by the path they post to.
func queueFromPath(r *http.Request, form url.Values) {
	if len(strings.Trim(r.URL.Path, "/")) > 0 && !form.Has("QueueUrl") {
		form.Set("QueueUrl", r.URL.Path)
	}
}

type baseKey struct{}

// URL is the address of a queue as the caller in ctx sees this endpoint.
func (s *Service) url(ctx context.Context, a arn) string {
	base, ok := ctx.Value(baseKey{}).(string)
	if !ok {
		base = s.endpoint
	}
	return base + "/" + a.account + "/" + a.name
}

// identify reads a queue URL: whatever its host, its last element is the name,
// and a 12-digit element before it the account (else the caller's).
func identify(ctx context.Context, queueURL string) (arn, error) {
	if queueURL == "" {
		return arn{}, errMissing("QueueUrl")
	}
	id := wire.IdentityFrom(ctx)
	path := queueURL
	if u, err := url.Parse(queueURL); err == nil {
		path = u.Path
	}
	elements := strings.Split(strings.Trim(path, "/"), "/")
	a := arn{region: id.Region, account: id.Account, name: elements[len(elements)-1]}
	if n := len(elements); n >= 2 && len(elements[n-2]) == 12 && strings.Trim(elements[n-2], "0123456789") == "" {
		a.account = elements[n-2]
	}
	return a, nil
}

// tx is one operation under the lock: its instant, and what it leaves to keep.
type tx struct {
	now   time.Time
	keep  bool // whether the store keeps anything
	batch store.Batch
	// lazy: the answer need not wait until the batch is kept, because losing it
	// only makes a message come again.
	lazy  bool
	woken []*queue // whose waiters are to be served at the end
}

// change runs f under the lock and returns when what f changed is kept, also
// when f fails after a change, and what it saw: that a message was sent before,
// or deleted, must not be answered while it may still be lost.
func (s *Service) change(f func(*tx) error) error {
	s.mu.Lock()
	t := &tx{now: s.clock.Now(), keep: s.store.Durable()}
	err := f(t)
	s.serveWoken(t)
	if len(t.batch.Changes) > 0 {
		s.kept = s.store.Apply(&t.batch)
	}
	wait := s.kept
	s.mu.Unlock()
	if t.lazy || wait == nil {
		return err
	}
	if kept := wait(); kept != nil {
		return fmt.Errorf("sqs: keep: %w", kept)
	}
	return err
}

// onQueue is change for an operation on one queue.
func (s *Service) onQueue(a arn, f func(*tx, *queue) error) error {
	return s.change(func(t *tx) error {
		q, ok := s.queues[a]
		if !ok {
			return errNoQueue()
		}
		q.settle(t)
		return f(t, q)
	})
}

func randomUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
