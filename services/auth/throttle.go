package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
)

// limit is how often something may be tried in an hour before each further
// try must wait 2, 4, 8 … seconds, up to cap. The account's cap is short: a
// stranger who keeps trying must not lock its owner out for long.
type limit struct {
	kind string
	of   string // what is counted; only its hash is stored
	free int
	cap  time.Duration
}

const (
	capAccount = time.Minute
	capAddress = 15 * time.Minute
)

// throttle counts attempts in the table, so that all instances count together.
type throttle struct {
	store cumin.AuthStore
	clock cumin.Clock
}

// admit counts the attempt against every limit before any costly work: of a
// burst in parallel each try gets a number of its own. It refuses with
// rate_limited and a time to come back.
func (t throttle) admit(ctx context.Context, limits ...limit) error {
	for _, l := range limits {
		if err := t.count(ctx, l); err != nil {
			if blocked, ok := errors.AsType[*cumin.ThrottleBlocked](err); ok {
				return &httpapi.RetryError{
					Err:   cumin.Refuse(cumin.CodeRateLimited, "Too many attempts. Please wait a moment."),
					After: max(blocked.Until.Sub(t.clock.Now()), time.Second),
				}
			}
			return err
		}
	}
	return nil
}

func (t throttle) count(ctx context.Context, l limit) error {
	now := t.clock.Now()
	n, err := t.store.CountAttempt(ctx, l.key(now), now, now.Add(2*time.Hour))
	if err != nil || n <= int64(l.free) {
		return err
	}
	// Beyond the free ones only the caller who sets the next wait may go on.
	return t.store.BlockAttempts(ctx, l.key(now), now, now.Add(l.delay(n)))
}

// clear forgets the attempts after a success.
func (t throttle) clear(ctx context.Context, limits ...limit) error {
	var errs []error
	for _, l := range limits {
		errs = append(errs, t.store.ClearAttempts(ctx, l.key(t.clock.Now())))
	}
	return errors.Join(errs...)
}

// delay is the wait after the n-th attempt.
func (l limit) delay(n int64) time.Duration {
	over := n - int64(l.free)
	if over > 20 { // 2^20 s is beyond any cap
		return l.cap
	}
	return min(time.Second<<over, l.cap)
}

// key names the counter of this hour. A new hour starts a new counter, which
// spares a read; the hash keeps addresses out of the table.
func (l limit) key(now time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%s", l.kind, l.of, now.UTC().Format("2006010215")))
	return l.kind + "#" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// network is the client's /24 or /64: neighbours of one household or office.
func network(ip string) string { return block(ip, 24, 64) }

// subscriber is what one customer has of an internet provider: an IPv4 address,
// or a /64 of IPv6, in which everybody may take 2^64 addresses in turn.
func subscriber(ip string) string { return block(ip, 32, 64) }

// block is the address without its last bits, or as it is when it is none.
func block(ip string, bits4, bits6 int) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	bits := bits6
	if addr = addr.Unmap(); addr.Is4() {
		bits = bits4
	}
	prefix, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return ip
	}
	return prefix.String()
}
