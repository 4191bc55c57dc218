package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/oklog/ulid/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// sweep removes queues and leases of instances that have been dead for some
// time, and queues that never got a lease. Every instance sweeps; twice is
// harmless. Registry rows of the dead are ignored by readers and end by TTL.
func (s *instances) sweep(ctx context.Context) error {
	leases, err := s.registry.Leases(ctx)
	if err != nil {
		return err
	}
	strays, err := s.queues.list(ctx)
	if err != nil {
		return err
	}
	longAgo := s.clock.Now().Add(-s.timing.deadFor)
	var errs []error
	for _, l := range leases {
		delete(strays, l.Instance)
		if l.Until.After(longAgo) {
			continue
		}
		s.log.InfoContext(ctx, "clearing away a dead instance", slog.String("dead", string(l.Instance)))
		if err := s.queues.remove(ctx, l.Queue); err != nil {
			errs = append(errs, err) // keep the lease, it leads to the queue
			continue
		}
		errs = append(errs, s.registry.DeleteLease(ctx, l.Instance))
	}
	for id, url := range strays {
		if born(id) < longAgo.UnixMilli() {
			s.log.InfoContext(ctx, "removing a queue without a lease", slog.String("dead", string(id)))
			errs = append(errs, s.queues.remove(ctx, url))
		}
	}
	return errors.Join(errs...)
}

// born is when an instance took its id, in epoch milliseconds.
func born(id cumin.InstanceID) int64 {
	u, err := ulid.ParseStrict(string(id))
	if err != nil {
		return 0 // queues.list returns ULIDs only
	}
	return int64(u.Time())
}
