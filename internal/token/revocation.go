package token

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// pollEvery is the lag of a revocation at worst, besides the read itself.
const pollEvery = 2 * time.Second

// RevocationStore is what the list reads; cumin.AuthStore offers it.
type RevocationStore interface {
	// Revocations lists what was revoked in the minute that contains at.
	Revocations(ctx context.Context, at time.Time) ([]cumin.Revocation, error)
}

// Revocations is an instance's copy of what was revoked lately, polled every
// two seconds. While the store is away it fails open: the copy ages and tokens
// live out their five minutes; a warning says so. Safe for concurrent use.
type Revocations struct {
	store RevocationStore
	clock cumin.Clock
	log   *slog.Logger
	added func(cumin.Revocation)

	mu       sync.RWMutex // guards the rest
	sessions map[cumin.SessionID]time.Time
	users    map[cumin.UserID]cumin.Revocation // the latest of each
	read     time.Time                         // when all up to then was read; zero: never
}

// NewRevocations makes an empty list. added, which may be nil, is called once
// for each revocation the list learns of, so that sockets can close the
// session's connections; it must not block.
func NewRevocations(store RevocationStore, clock cumin.Clock, log *slog.Logger, added func(cumin.Revocation)) *Revocations {
	return &Revocations{store: store, clock: clock, log: log, added: added,
		sessions: map[cumin.SessionID]time.Time{}, users: map[cumin.UserID]cumin.Revocation{}}
}

// Run polls until ctx ends.
func (l *Revocations) Run(ctx context.Context) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	away := false
	for {
		err := l.Poll(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil && !away {
			l.log.WarnContext(ctx, "revocations cannot be read; ended sessions may live until their tokens expire", slog.Any("err", err))
		}
		away = err != nil
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Poll reads once: the minutes since the last good read, at most as many as
// still matter.
func (l *Revocations) Poll(ctx context.Context) error {
	now := l.clock.Now()
	l.mu.RLock()
	from := l.read.Add(-time.Minute) // an item may land in a minute that just ended
	l.mu.RUnlock()
	if oldest := now.Add(-cumin.RevocationKept); from.Before(oldest) {
		from = oldest
	}
	for minute := from.Truncate(time.Minute); !minute.After(now); minute = minute.Add(time.Minute) {
		found, err := l.store.Revocations(ctx, minute)
		if err != nil {
			return err
		}
		l.learn(found, now)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read = now
	l.forget(now)
	return nil
}

func (l *Revocations) learn(found []cumin.Revocation, now time.Time) {
	for _, r := range found {
		if now.Sub(r.At) < cumin.RevocationKept && l.add(r) && l.added != nil {
			l.added(r)
		}
	}
}

// add reports whether r was new.
func (l *Revocations) add(r cumin.Revocation) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Session != "" {
		_, known := l.sessions[r.Session]
		l.sessions[r.Session] = r.At
		return !known
	}
	if known, ok := l.users[r.User]; ok && !r.NotBefore.After(known.NotBefore) {
		return false
	}
	l.users[r.User] = r
	return true
}

func (l *Revocations) forget(now time.Time) {
	for id, at := range l.sessions {
		if now.Sub(at) >= cumin.RevocationKept {
			delete(l.sessions, id)
		}
	}
	for id, r := range l.users {
		if now.Sub(r.At) >= cumin.RevocationKept {
			delete(l.users, id)
		}
	}
}

// Revoked reports whether the token's session, or all tokens of its user as
// old as it, were revoked.
func (l *Revocations) Revoked(c Claims) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if _, ok := l.sessions[c.Session]; ok {
		return true
	}
	r, ok := l.users[c.User]
	return ok && !c.Issued.After(r.NotBefore)
}

// Ready is nil once everything that still matters has been read.
func (l *Revocations) Ready(context.Context) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.read.IsZero() {
		return errors.New("revocations have not been read yet")
	}
	return nil
}
