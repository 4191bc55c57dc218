package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/notify"
)

// registry is what instances agree through; dynamo.Registry.
type registry interface {
	Put(ctx context.Context, i dynamo.Interest, id cumin.InstanceID, queue string, now time.Time) error
	Delete(ctx context.Context, i dynamo.Interest, id cumin.InstanceID) error
	PutLease(ctx context.Context, l dynamo.Lease) error
	// RenewLease fails with dynamo.ErrLeaseLost once the stored lease has ended.
	RenewLease(ctx context.Context, l dynamo.Lease, now time.Time) error
	Leases(ctx context.Context) ([]dynamo.Lease, error)
	DeleteLease(ctx context.Context, id cumin.InstanceID) error
}

// instance is one life of this process among the others: an id, a queue and a
// lease. A process that was paused for so long that its lease ended begins a
// new life under a new id; its clients return and replay what they missed.
type instance struct {
	id        cumin.InstanceID
	queue     string // URL
	interests *interests
}

// instances leads the lives, one after the other.
type instances struct {
	registry registry
	queues   queues
	clock    cumin.Clock
	newID    cumin.IDSource
	timing   timing
	log      *slog.Logger
	deliver  func(notify.Message)
	// abandon closes every connection and returns when they are gone.
	abandon func(context.Context)

	mu       sync.Mutex // guards what follows
	now      *instance  // nil between lives
	draining bool
}

// current is the life of the moment; nil when there is none.
func (s *instances) current() *instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Ready is nil while there is a life.
func (s *instances) Ready(context.Context) error {
	if s.current() == nil {
		return errors.New("the instance has no lease yet")
	}
	return nil
}

// Run lives until ctx ends, then removes what it left in AWS.
func (s *instances) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		in, err := s.begin(ctx)
		if err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "instance cannot start, trying again", slog.Any("err", err))
				pause(ctx, s.timing.leaseEvery/5)
			}
			continue
		}
		log := s.log.With(slog.String("instance", string(in.id)))
		log.InfoContext(ctx, "instance lives", slog.String("queue", in.queue))
		if err := s.live(ctx, in, log); errors.Is(err, dynamo.ErrLeaseLost) {
			log.WarnContext(ctx, "lease lost, closing all connections and starting anew")
			s.set(nil)
			s.abandon(ctx)
			in.interests.end() // its rows are worth nothing without the lease
			continue
		}
		s.set(nil)
		if err := s.end(ctx, in); err != nil {
			log.WarnContext(ctx, "not all removed, others will", slog.Any("err", err))
		}
	}
	return nil
}

// begin makes queue and lease, in this order: a queue without a lease is
// swept, a lease without a queue would be sent to.
func (s *instances) begin(ctx context.Context) (*instance, error) {
	now := s.clock.Now()
	in := &instance{id: cumin.InstanceID(s.newID(now))}
	var err error
	if in.queue, err = s.queues.create(ctx, in.id); err != nil {
		return nil, err
	}
	if err := s.registry.PutLease(ctx, s.lease(in, now)); err != nil {
		return nil, errors.Join(err, s.queues.remove(ctx, in.queue))
	}
	in.interests = &interests{
		put: func(ctx context.Context, i dynamo.Interest) error {
			return s.registry.Put(ctx, i, in.id, in.queue, s.clock.Now())
		},
		remove: func(ctx context.Context, i dynamo.Interest) error { return s.registry.Delete(ctx, i, in.id) },
		linger: s.timing.linger,
		log:    s.log,
		all:    map[dynamo.Interest]*interest{},
	}
	s.set(in)
	return in, nil
}

// live keeps the lease, reads the queue and sweeps, until ctx ends or the
// lease is lost.
func (s *instances) live(ctx context.Context, in *instance, log *slog.Logger) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.renew(ctx, in, log) })
	g.Go(func() error { return s.consume(ctx, in, log) })
	g.Go(func() error { return s.every(ctx, s.timing.sweepEvery, log, "sweep", s.sweep) })
	g.Go(func() error { return s.every(ctx, s.timing.reput, log, "renew interests", in.interests.putAgain) })
	return g.Wait()
}

// renew keeps the lease. It looks at the clock often, so that a clock that was
// moved, or a process that was paused, is noticed at once. A failure to reach
// the table is no loss yet: the lease's end decides, here as for everybody who
// reads it.
func (s *instances) renew(ctx context.Context, in *instance, log *slog.Logger) error {
	renewed := s.clock.Now()
	for pause(ctx, min(s.timing.tick, s.timing.leaseEvery)) {
		now := s.clock.Now()
		if now.Sub(renewed) < s.timing.leaseEvery {
			continue
		}
		err := s.registry.RenewLease(ctx, s.lease(in, now), now)
		switch {
		case err == nil:
			renewed = now
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, dynamo.ErrLeaseLost) || s.clock.Now().Sub(renewed) > s.timing.leaseLife:
			return dynamo.ErrLeaseLost
		default:
			log.WarnContext(ctx, "lease not renewed", slog.Any("err", err))
		}
	}
	return nil
}

// consume reads the queue. Failures are waited out: what is missed meanwhile
// the inbox has, and a queue that is gone means that the lease is, too.
func (s *instances) consume(ctx context.Context, in *instance, log *slog.Logger) error {
	for ctx.Err() == nil {
		if err := s.queues.consume(ctx, in.queue, s.deliver); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "queue not read", slog.Any("err", err))
			pause(ctx, time.Second)
		}
	}
	return nil
}

// every calls f at intervals; its errors are logged, it is tried again.
func (s *instances) every(ctx context.Context, d time.Duration, log *slog.Logger, what string, f func(context.Context) error) error {
	for pause(ctx, d) {
		if err := f(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, what+" did not succeed", slog.Any("err", err))
		}
	}
	return nil
}

// drain tells the others that this instance takes no new connections.
func (s *instances) drain(ctx context.Context) error {
	s.mu.Lock()
	s.draining = true
	in := s.now
	s.mu.Unlock()
	if in == nil {
		return nil
	}
	now := s.clock.Now()
	if err := s.registry.RenewLease(ctx, s.lease(in, now), now); err != nil {
		return fmt.Errorf("announce the drain: %w", err)
	}
	return nil
}

// end removes rows, lease and queue. What it cannot remove, others sweep.
func (s *instances) end(ctx context.Context, in *instance) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), readTimeout)
	defer cancel()
	var errs []error
	for _, i := range in.interests.end() {
		errs = append(errs, s.registry.Delete(ctx, i, in.id))
	}
	return errors.Join(append(errs, s.registry.DeleteLease(ctx, in.id), s.queues.remove(ctx, in.queue))...)
}

func (s *instances) lease(in *instance, now time.Time) dynamo.Lease {
	s.mu.Lock()
	defer s.mu.Unlock()
	return dynamo.Lease{Instance: in.id, Queue: in.queue, Draining: s.draining, Until: now.Add(s.timing.leaseLife)}
}

func (s *instances) set(in *instance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = in
}

// pause waits; false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
