package main

import (
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// limiter gives each person a bucket of tokens that fills at rate per second
// up to burst; a request takes one. It lives in this process's memory: with n
// instances a person gets up to n times the rate. nginx guards by address
// before it. Real time, not the domain's clock: a frozen clock must not lock
// anybody out.
type limiter struct {
	rate  float64
	burst float64
	now   func() time.Time

	mu      sync.Mutex // guards the rest
	buckets map[cumin.UserID]*bucket
	swept   time.Time
}

type bucket struct {
	tokens float64
	at     time.Time // when tokens was right
}

func newLimiter(rate float64, now func() time.Time) *limiter {
	return &limiter{rate: rate, burst: 4 * rate, now: now, buckets: map[cumin.UserID]*bucket{}, swept: now()}
}

// take takes a token if there is one, and returns how many are left and how
// long until there is one more (refused) or all are back (granted).
func (l *limiter) take(user cumin.UserID) (granted bool, left float64, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	b := l.buckets[user]
	if b == nil {
		b = &bucket{tokens: l.burst, at: now}
		l.buckets[user] = b
	}
	b.tokens = min(l.burst, b.tokens+l.rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false, 0, l.filling(1 - b.tokens)
	}
	b.tokens--
	return true, b.tokens, l.filling(l.burst - b.tokens)
}

// sweep forgets, now and then, the buckets that have filled up: an unknown
// bucket is a full one.
func (l *limiter) sweep(now time.Time) {
	full := l.filling(l.burst)
	if now.Sub(l.swept) < full {
		return
	}
	l.swept = now
	for user, b := range l.buckets {
		if now.Sub(b.at) >= full {
			delete(l.buckets, user)
		}
	}
}

// filling is how long n tokens take to come.
func (l *limiter) filling(n float64) time.Duration {
	return time.Duration(n / l.rate * float64(time.Second))
}

// middleware refuses requests beyond the caller's rate and tells the state of
// the bucket in every answer (draft-ietf-httpapi-ratelimit-headers-06).
func (l *limiter) middleware(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		claims, ok := token.FromContext(ctx.Context())
		if !ok { // a public route
			next(ctx)
			return
		}
		granted, left, wait := l.take(claims.User)
		ctx.SetHeader("RateLimit-Limit", strconv.Itoa(int(l.burst)))
		ctx.SetHeader("RateLimit-Remaining", strconv.Itoa(int(left)))
		ctx.SetHeader("RateLimit-Reset", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		if !granted {
			httpapi.Refuse(api, ctx, &httpapi.RetryError{
				Err: cumin.Refuse(cumin.CodeRateLimited, "That was a lot at once. Please slow down."), After: wait,
			})
			return
		}
		next(ctx)
	}
}
