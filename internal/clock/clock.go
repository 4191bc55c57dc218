// Package clock gives services and functions their cumin.Clock: the wall clock,
// or a clock published over HTTP that a local stack or a test moves.
package clock

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Variable names the environment variable with the URL of a clock to follow.
const Variable = "CUMIN_CLOCK_URL"

// Wall is the machine's clock, UTC.
type Wall struct{}

// Now is the current time.
func (Wall) Now() time.Time { return time.Now().UTC() }

// FromEnv returns the wall clock or, when CUMIN_CLOCK_URL is set, one that
// follows the clock published there until ctx ends. It waits for the first
// answer, at most ten seconds.
func FromEnv(ctx context.Context) (cumin.Clock, error) {
	url := os.Getenv(Variable)
	if url == "" {
		return Wall{}, nil
	}
	return Follow(ctx, url)
}

// state is the publisher's answer. With Frozen the time is Now; else it is the
// wall clock plus Offset nanoseconds.
type state struct {
	Rev    uint64        `json:"rev"`
	Now    time.Time     `json:"now"`
	Offset time.Duration `json:"offset"`
	Frozen bool          `json:"frozen"`
}

// Follower shows a clock published elsewhere. While the publisher cannot be
// reached it runs on from the last state it saw.
type Follower struct {
	url   string
	last  atomic.Pointer[state]
	fetch *http.Client
}

const (
	firstAnswer = 10 * time.Second
	longPoll    = 30 * time.Second // the publisher holds a request for up to 25 s
	pause       = 200 * time.Millisecond
)

// Follow starts following the clock at url.
func Follow(ctx context.Context, url string) (*Follower, error) {
	f := &Follower{url: url, fetch: &http.Client{Timeout: longPoll}}
	first, cancel := context.WithTimeout(ctx, firstAnswer)
	defer cancel()
	for {
		err := f.read(first, url)
		if err == nil {
			break
		}
		select {
		case <-first.Done():
			return nil, fmt.Errorf("follow the clock at %s: %w", url, err)
		case <-time.After(pause):
		}
	}
	go f.run(ctx)
	return f, nil
}

// Now is the published time.
func (f *Follower) Now() time.Time {
	s := f.last.Load()
	if s.Frozen {
		return s.Now.UTC()
	}
	return time.Now().Add(s.Offset).UTC()
}

func (f *Follower) run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := f.read(ctx, fmt.Sprintf("%s?after=%d", f.url, f.last.Load().Rev)); err != nil {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
}

func (f *Follower) read(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := f.fetch.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	s := new(state)
	if err := json.NewDecoder(resp.Body).Decode(s); err != nil {
		return err
	}
	f.last.Store(s)
	return nil
}
