package s3

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
)

const (
	bucketEvents = "s3/events" // seq -> pending
	retryEvent   = 10 * time.Second
	maxEventAge  = 24 * time.Hour
)

// pending is an event that was not delivered yet.
type pending struct {
	Seq      uint64
	Queue    string // or
	Function string
	Cause    string
	Body     json.RawMessage
	Raised   time.Time
}

func sequencer(seq uint64) string { return fmt.Sprintf("%016X", seq) }

func (s *Service) enqueue(t *tx, p pending) {
	s.lastEvent++
	p.Seq, p.Raised = s.lastEvent, t.now
	s.outbox = append(s.outbox, p)
	t.events = true
	t.put(bucketEvents, seqKey(p.Seq), p)
}

// kick starts the delivery of what is in the outbox, unless it runs or waits to
// try again.
func (s *Service) kick() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.outbox) == 0 || s.delivering || s.events == nil || s.stop.Err() != nil {
		return
	}
	s.delivering = true
	s.workers.Go(s.deliver)
}

// deliver empties the outbox in order: at least once, and never out of order.
// An event that is not taken is tried again after a while, and given up after a
// day, with a line in the log.
func (s *Service) deliver() {
	for {
		s.mu.Lock()
		if len(s.outbox) == 0 || s.stop.Err() != nil {
			s.delivering = false
			s.mu.Unlock()
			return
		}
		p, now := s.outbox[0], s.clock.Now()
		s.mu.Unlock()
		err := s.hand(p)
		if err != nil && now.Before(p.Raised.Add(maxEventAge)) {
			s.log.Warn("event not taken; trying again", slog.String("target", p.Queue+p.Function), slog.Any("err", err))
			s.mu.Lock()
			s.delivering = false
			s.mu.Unlock()
			s.clock.AfterFunc(retryEvent, s.kick)
			return
		}
		if err != nil {
			s.log.Error("event given up", slog.String("target", p.Queue+p.Function), slog.Any("err", err))
		}
		if err := s.change(func(t *tx) error {
			s.outbox = s.outbox[1:]
			t.delete(bucketEvents, seqKey(p.Seq))
			return nil
		}); err != nil {
			s.log.Error("forget a delivered event", slog.Any("err", err))
		}
	}
}

func (s *Service) hand(p pending) error {
	ctx := cause.With(s.stop, p.Cause)
	if p.Queue != "" {
		return s.events.Queue(ctx, p.Queue, p.Body)
	}
	return s.events.Function(ctx, p.Function, p.Body)
}

// Idle reports whether no event is being delivered.
func (s *Service) Idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.delivering
}

// Close stops delivering events and waits for the one under way. Those that
// remain are delivered by the next service on the same store.
func (s *Service) Close() {
	s.mu.Lock() // no worker begins after this
	s.cancel()
	s.mu.Unlock()
	s.workers.Wait()
}

func (s *Service) loadEvents() error {
	return s.store.Load(bucketEvents, func(_, value []byte) error {
		var p pending
		if err := json.Unmarshal(value, &p); err != nil {
			return err
		}
		s.lastEvent = max(s.lastEvent, p.Seq)
		s.outbox = append(s.outbox, p)
		return nil
	})
}
