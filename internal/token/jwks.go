package token

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// How often an issuer's keys are fetched, in real time: this is politeness to
// a server, not part of the domain's clock.
const (
	refreshEvery  = 5 * time.Minute
	unknownEvery  = 30 * time.Second // between fetches that an unknown key id causes
	retryEvery    = time.Second      // while there are no keys at all
	fetchTimeout  = 2 * time.Second
	maxJWKSBytes  = 64 << 10
	maxKeysWanted = 16
)

// RemoteKeys fetches an issuer's JWKS when it is first needed, every five
// minutes of use, and for an unknown key id at most every 30 seconds. While
// the issuer is down the last good set stays in use. Safe for concurrent use.
type RemoteKeys struct {
	url    string
	client *http.Client
	now    func() time.Time

	fetching sync.Mutex // held by the one fetch; taken before mu

	mu      sync.Mutex // guards the rest
	set     KeySet
	fetched time.Time // of set
	tried   time.Time // last attempt, good or bad
	failure error     // of the last attempt
}

// NewRemoteKeys makes a source for the JWKS at url; it does not fetch yet.
func NewRemoteKeys(url string) *RemoteKeys {
	return &RemoteKeys{url: url, now: time.Now, client: &http.Client{
		Timeout:       fetchTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("a JWKS must not redirect") },
	}}
}

// Key returns the issuer's key with the id. Of many callers that need a fetch
// one makes it; the others wait only when they have no key to go on with.
func (r *RemoteKeys) Key(ctx context.Context, id string) (*ecdsa.PublicKey, error) {
	key, due := r.lookup(id)
	if !due {
		return r.answer(key)
	}
	if key != nil {
		if !r.fetching.TryLock() {
			return key, nil
		}
	} else {
		r.fetching.Lock()
	}
	defer r.fetching.Unlock()
	if key, due = r.lookup(id); due { // nobody fetched while we waited
		r.fetch(ctx)
		key, _ = r.lookup(id)
	}
	return r.answer(key)
}

// Ready reports why there are no keys yet, fetching them if need be.
func (r *RemoteKeys) Ready(ctx context.Context) error {
	if _, err := r.Key(ctx, ""); err != nil && !errors.Is(err, ErrUnknownKey) {
		return err
	}
	return nil
}

// lookup returns the key, nil when unknown, and whether it is time to fetch.
func (r *RemoteKeys) lookup(id string) (key *ecdsa.PublicKey, due bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sinceTry := r.now().Sub(r.tried)
	switch key = r.set[id]; {
	case r.set == nil:
		due = r.tried.IsZero() || sinceTry >= retryEvery
	case key == nil && id != "":
		due = sinceTry >= unknownEvery
	default:
		due = r.now().Sub(r.fetched) >= refreshEvery && sinceTry >= unknownEvery
	}
	return key, due
}

// answer explains a missing key: unknown to the issuer, or not found out.
func (r *RemoteKeys) answer(key *ecdsa.PublicKey) (*ecdsa.PublicKey, error) {
	if key != nil {
		return key, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failure != nil {
		return nil, r.failure
	}
	return nil, ErrUnknownKey
}

// fetch replaces the set, or keeps it and remembers why not.
func (r *RemoteKeys) fetch(ctx context.Context) {
	set, err := r.get(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tried, r.failure = r.now(), err
	if err == nil {
		r.set, r.fetched = set, r.tried
	}
}

// get does not end with the caller's request: its answer serves everybody.
func (r *RemoteKeys) get(ctx context.Context) (KeySet, error) {
	req, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, r.url, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch JWKS: %w", err)
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("fetch JWKS: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch JWKS: status %d", res.StatusCode)
	}
	doc, err := io.ReadAll(io.LimitReader(res.Body, maxJWKSBytes))
	if err != nil {
		return nil, fmt.Errorf("fetch JWKS: %w", err)
	}
	set, err := ParseKeySet(doc)
	if err != nil {
		return nil, err
	}
	if len(set) > maxKeysWanted {
		return nil, fmt.Errorf("fetch JWKS: %d keys, at most %d are believed", len(set), maxKeysWanted)
	}
	return set, nil
}
