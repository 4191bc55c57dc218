package cloudformation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs.
type Config struct {
	Clock   *clock.Clock
	Store   store.Store
	Log     *slog.Logger
	NewID   func() string // UUIDs
	Types   []Type
	Objects Objects // where TemplateURL is read; nil refuses it
	Values  Values  // what dynamic references read; nil refuses them
	Still   bool    // a change that was under way does not go on
}

// Objects reads templates from S3.
type Objects interface {
	Object(ctx context.Context, bucket, key, version string) ([]byte, error)
}

// answerWithin is how long an answer waits for the stack operation it began,
// in real time. Long enough for a whole template, short enough for any client.
const answerWithin = 5 * time.Second

// Service is CloudFormation. Build it with New, end it with Close.
type Service struct {
	cfg   Config
	log   *slog.Logger
	types map[string]*Type
	query *wire.Query
	wg    sync.WaitGroup // operations under way

	mu      sync.Mutex         // guards what follows; not held while a Driver runs
	stacks  map[string]*Stack  // by ID
	names   map[string]string  // account NUL region NUL name → ID of the living stack
	events  map[string][]Event // by stack ID, oldest first
	closing bool
}

// Buckets of the store; values are JSON.
const (
	bucketStacks = "cloudformation/stacks" // ID → Stack
	bucketEvents = "cloudformation/events" // ID NUL seq → Event
)

// New loads the stacks the store keeps and rolls back what was under way.
func New(cfg Config) (*Service, error) {
	s := &Service{cfg: cfg, log: cfg.Log, types: map[string]*Type{}, stacks: map[string]*Stack{}, names: map[string]string{}, events: map[string][]Event{}}
	for _, t := range cfg.Types {
		s.types[t.Name] = &t
	}
	s.query = &wire.Query{Namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/", Version: "2010-05-15", MaxBody: 4 << 20, Ops: s.ops(), Log: cfg.Log}
	if err := s.load(); err != nil {
		return nil, fmt.Errorf("load stacks: %w", err)
	}
	return s, nil
}

// Close waits for the operations under way.
func (s *Service) Close() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.wg.Wait()
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

func nameKey(account, region, name string) string {
	return account + "\x00" + region + "\x00" + name
}

// find returns the caller's stack by name or ID; missing words the error.
// Called with mu held.
func (s *Service) find(ctx context.Context, nameOrID string, missing func(string) *wire.Error) (*Stack, error) {
	id := wire.IdentityFrom(ctx)
	if st, ok := s.stacks[nameOrID]; ok {
		return st, nil
	}
	if st, ok := s.stacks[s.names[nameKey(id.Account, id.Region, nameOrID)]]; ok {
		return st, nil
	}
	return nil, missing(nameOrID)
}

// contextOf is the identity under which a stack's resources are driven.
func contextOf(st *Stack) context.Context {
	return wire.WithIdentity(context.Background(), wire.Identity{Account: st.Account, Region: st.Region})
}

func (s *Service) load() error {
	err := s.cfg.Store.Load(bucketStacks, func(key, value []byte) error {
		st := &Stack{}
		d := json.NewDecoder(strings.NewReader(string(value)))
		d.UseNumber()
		if err := d.Decode(st); err != nil {
			return fmt.Errorf("stack %s: %w", key, err)
		}
		for _, r := range st.Resources {
			r.Properties, _ = numbers(r.Properties).(map[string]any)
		}
		s.stacks[st.ID] = st
		if !st.gone() {
			s.names[nameKey(st.Account, st.Region, st.Name)] = st.ID
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.cfg.Store.Load(bucketEvents, func(key, value []byte) error {
		id, _, _ := strings.Cut(string(key), "\x00")
		var e Event
		if err := json.Unmarshal(value, &e); err != nil {
			return fmt.Errorf("event of stack %s: %w", id, err)
		}
		s.events[id] = append(s.events[id], e)
		return nil
	}); err != nil {
		return err
	}
	for _, st := range s.stacks {
		if st.busy() && st.Status != statusReview && !s.cfg.Still {
			s.wg.Go(func() { s.resume(st) })
		}
	}
	return nil
}

// save hands the stack to the store. Called with mu held.
func (s *Service) save(st *Stack) func() error {
	if !s.cfg.Store.Durable() {
		return func() error { return nil }
	}
	value, err := json.Marshal(st)
	if err != nil {
		return func() error { return fmt.Errorf("encode stack %s: %w", st.Name, err) }
	}
	var b store.Batch
	b.Put(bucketStacks, []byte(st.ID), value)
	return s.cfg.Store.Apply(&b)
}

// event adds a line to the stack's history. Called with mu held.
func (s *Service) event(st *Stack, e Event) {
	e.At, e.Seq = s.cfg.Clock.Now(), len(s.events[st.ID])
	s.events[st.ID] = append(s.events[st.ID], e)
	s.log.Debug("stack event", "stack", st.Name, "logical_id", e.Logical, "status", e.Status, "reason", e.Reason)
	if !s.cfg.Store.Durable() {
		return
	}
	value, err := json.Marshal(e)
	if err != nil {
		s.log.Error("encode stack event", "err", err)
		return
	}
	var b store.Batch
	b.Put(bucketEvents, fmt.Appendf(nil, "%s\x00%08d", st.ID, e.Seq), value)
	s.cfg.Store.Apply(&b) // in order before the next save of the stack, which is awaited
}

// setStatus moves the stack itself. Called with mu held.
func (s *Service) setStatus(st *Stack, status, reason string) func() error {
	st.Status, st.Reason = status, reason
	s.event(st, Event{Logical: st.Name, Physical: st.ID, Type: stackType, Status: status, Reason: reason})
	return s.save(st)
}

// setResource moves one resource. Called with mu held.
func (s *Service) setResource(st *Stack, id string, r *Resource, status, reason string) {
	r.Status, r.Reason, r.Updated = status, reason, s.cfg.Clock.Now()
	properties, err := json.Marshal(r.Properties)
	if err != nil {
		properties = nil
	}
	s.event(st, Event{Logical: id, Physical: r.ID, Type: r.Type, Status: status, Reason: reason, Properties: string(properties)})
	s.save(st) // awaited with the operation's end
}

// begin runs f in the background and waits for it a moment.
func (s *Service) begin(f func()) error {
	s.mu.Lock()
	if s.closing {
		s.mu.Unlock()
		return wire.Errorf(503, "ServiceUnavailable", "The embedded AWS is stopping.")
	}
	done := make(chan struct{})
	s.wg.Go(func() {
		defer close(done)
		f()
	})
	s.mu.Unlock()
	timer := time.NewTimer(answerWithin)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
	return nil
}

// reasonOf is a driver's error as the event's reason.
func reasonOf(t *Type, err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return fmt.Sprintf("Resource handler returned message: %q (%s)", e.Message, e.Code)
	}
	if strings.HasPrefix(err.Error(), "#") {
		return fmt.Sprintf("Properties validation failed for resource of type %s with message: %v", t.Name, err)
	}
	return err.Error()
}
