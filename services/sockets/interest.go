package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/dynamo"
)

// errInstanceOver answers for an instance whose life has ended.
var errInstanceOver = errors.New("this instance's lease has ended")

// interests are what one instance has in the registry: a row per user and
// project that a local connection cares about. A row is put before the first
// hold returns, and removed some time after the last release, so that a
// reload costs no writes.
//
// Whoever holds an interest and reads the inbox afterwards misses nothing: the
// producer writes the inbox first and reads the registry afterwards, so
// whichever is later sees the other.
type interests struct {
	put    func(context.Context, dynamo.Interest) error
	remove func(context.Context, dynamo.Interest) error
	linger time.Duration
	log    *slog.Logger

	mu   sync.Mutex // guards what follows and each entry's fields but present
	all  map[dynamo.Interest]*interest
	over bool
}

type interest struct {
	holds int
	timer *time.Timer // removes it; nil while it is held

	turn    chan struct{} // holds one token: one registry call at a time; taken before interests.mu
	present bool          // in the registry; guarded by turn
}

// hold registers an interest unless it is; the row is there when it returns.
func (s *interests) hold(ctx context.Context, of dynamo.Interest) error {
	i, err := s.count(of)
	if err != nil {
		return err
	}
	select {
	case i.turn <- struct{}{}:
		defer func() { <-i.turn }()
	case <-ctx.Done():
		s.release(of)
		return fmt.Errorf("register interest in %s: %w", of, ctx.Err())
	}
	if i.present {
		return nil
	}
	if err := s.put(ctx, of); err != nil {
		s.release(of)
		return err
	}
	i.present = true
	return nil
}

func (s *interests) count(of dynamo.Interest) (*interest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil, errInstanceOver
	}
	i := s.all[of]
	if i == nil {
		i = &interest{turn: make(chan struct{}, 1)}
		s.all[of] = i
	}
	if i.timer != nil {
		i.timer.Stop()
		i.timer = nil
	}
	i.holds++
	return i, nil
}

// release undoes one hold.
func (s *interests) release(of dynamo.Interest) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.all[of]
	if i == nil || s.over {
		return
	}
	i.holds--
	if i.holds == 0 {
		i.timer = time.AfterFunc(s.linger, func() { s.expire(of, i) })
	}
}

// expire removes an interest that nobody holds. A hold that comes meanwhile
// waits for it and puts the row again.
func (s *interests) expire(of dynamo.Interest, i *interest) {
	i.turn <- struct{}{}
	defer func() { <-i.turn }()
	if s.wanted(i) {
		return
	}
	if i.present {
		ctx, cancel := context.WithTimeout(context.Background(), readTimeout)
		defer cancel()
		if err := s.remove(ctx, of); err != nil {
			// A row too many costs messages that find no connection; its TTL ends it.
			s.log.Warn("interest not removed", slog.String("interest", of.String()), slog.Any("err", err))
		}
		i.present = false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.holds == 0 {
		delete(s.all, of)
	}
}

func (s *interests) wanted(i *interest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return i.holds > 0 || s.over
}

// putAgain renews the rows' TTL.
func (s *interests) putAgain(ctx context.Context) error {
	var errs []error
	for _, of := range s.list() {
		errs = append(errs, s.put(ctx, of))
	}
	return errors.Join(errs...)
}

// end stops all timers; nothing can be held any more. It returns what may
// still be in the registry.
func (s *interests) end() []dynamo.Interest {
	left := s.list()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for _, i := range s.all {
		if i.timer != nil {
			i.timer.Stop()
		}
	}
	clear(s.all)
	return left
}

func (s *interests) list() []dynamo.Interest {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := make([]dynamo.Interest, 0, len(s.all))
	for of := range s.all {
		left = append(left, of)
	}
	return slices.Clip(left)
}
