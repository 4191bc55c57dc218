package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/token"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func TestOnlyAGoodTokenOpensTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()

	old := w.token(p)
	w.clock.advance(5*time.Minute + 2*token.Leeway)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	stranger, err := token.NewIssuer(origin, time.Minute, []crypto.Signer{key})
	require.NoError(t, err)
	forged, err := stranger.Issue(p.user, p.session, w.clock.Now())
	require.NoError(t, err)
	ended := w.person()
	require.NoError(t, w.aws.DB.Auth().PutRevocation(t.Context(), cumin.Revocation{At: w.clock.Now(), Session: ended.session}))
	require.NoError(t, a.revocations.Poll(t.Context()))

	for name, c := range map[string]struct {
		auth any
		code string
	}{
		"no payload":         {nil, "token_missing"},
		"an empty token":     {hello{}, "token_missing"},
		"not a string":       {map[string]int{"token": 1}, "token_invalid"},
		"a negative cursor":  {hello{Token: w.token(p), Cursor: at(-1)}, "token_invalid"},
		"no token at all":    {hello{Token: "x.y.z"}, "token_invalid"},
		"a forged one":       {hello{Token: forged}, "token_invalid"},
		"an old one":         {hello{Token: old}, "token_expired"},
		"of a revoked login": {hello{Token: w.token(ended)}, "session_revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sioclient.Dial(t.Context(), sioclient.Options{URL: a.url, Transport: sioclient.WebSocket, Auth: c.auth})
			refused, ok := errors.AsType[*sioclient.ConnectError](err)
			require.True(t, ok, "got %v", err)
			require.Equal(t, c.code, refused.Data.Code)
		})
	}
}

func TestASessionEndsWithItsTokenUnlessRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(_ *Config, timing *timing) {
		timing.tick = 5 * time.Millisecond
		timing.leaseLife = time.Hour // the clock's jumps are not this test's matter
	})
	p := w.person()
	d := w.connect(p, sioclient.WebSocket, a.url)

	w.clock.advance(4*time.Minute + 30*time.Second)
	d.waits("warned", func() bool { return len(d.expiring) == 1 })
	require.Equal(t, int64(30), d.expiring[0])

	other := w.person()
	require.Equal(t, cumin.CodeTokenInvalid, d.call("auth:renew", hello{Token: w.token(other)}).Code, "of somebody else")
	require.Equal(t, cumin.CodeTokenInvalid, d.call("auth:renew", hello{Token: w.token(person{p.user, other.session})}).Code, "of another session")
	require.Equal(t, cumin.CodeTokenMissing, d.call("auth:renew", hello{}).Code)
	require.True(t, d.call("auth:renew", hello{Token: w.token(p)}).OK)

	w.clock.advance(time.Minute) // beyond the first token's end
	w.notify(p.user, 1)
	d.sees(1, 1)
	require.Equal(t, 1, d.connects)

	w.clock.advance(4 * time.Minute)
	d.waits("ended", func() bool { return len(d.ended) == 1 })
	require.Equal(t, cumin.CodeTokenExpired, d.ended[0])
	require.Len(t, d.expiring, 1, "there was no time to warn: the clock jumped")
	w.clock.advance(2 * token.Leeway)
	d.drop()
	d.waits("refused with the old token", func() bool { return len(d.refused) == 1 })
	require.Equal(t, "token_expired", d.refused[0])
}

func TestARevokedSessionIsClosedWithinSeconds(t *testing.T) {
	t.Parallel()
	for name, revocation := range map[string]func(person, time.Time) cumin.Revocation{
		"one session": func(p person, now time.Time) cumin.Revocation {
			return cumin.Revocation{At: now, Session: p.session}
		},
		"all of a person": func(p person, now time.Time) cumin.Revocation {
			return cumin.Revocation{At: now, User: p.user, NotBefore: now}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			a := w.start()
			p, bystander := w.person(), w.person()
			d, other := w.connect(p, sioclient.WebSocket, a.url), w.connect(bystander, sioclient.WebSocket, a.url)
			w.clock.advance(time.Second)
			began := time.Now()
			require.NoError(t, w.aws.DB.Auth().PutRevocation(t.Context(), revocation(p, w.clock.Now())))
			d.waits("ended", func() bool { return len(d.ended) == 1 })
			require.Equal(t, cumin.CodeSessionRevoked, d.ended[0])
			require.Less(t, time.Since(began), 3*time.Second)
			d.waits("refused", func() bool { return len(d.refused) == 1 })
			require.Equal(t, "session_revoked", d.refused[0])
			require.True(t, other.read(func() bool { return len(other.ended) == 0 && other.connects == 1 }))
		})
	}
}

func TestAPersonHasAtMostTenConnections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	var first *device
	for i := range maxSocketsPerUser {
		d := w.connect(p, sioclient.WebSocket, a.url)
		if i == 0 {
			first = d
		}
	}
	dial := func() error {
		c, err := sioclient.Dial(t.Context(), sioclient.Options{URL: a.url, Transport: sioclient.WebSocket, Auth: hello{Token: w.token(p)}})
		if err == nil {
			c.Close()
		}
		return err
	}
	err := dial()
	require.Error(t, err)
	_, forGood := errors.AsType[*sioclient.ConnectError](err)
	require.False(t, forGood, "it may return")
	first.update(func() { first.token = "" }) // stays away once closed
	first.drop()
	w.await("room for another", func() bool { return dial() == nil })
}

func TestWhatIsNotUnderstoodIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := w.connect(w.person(), sioclient.WebSocket, w.start().url)
	for _, c := range []struct {
		event string
		arg   any
		code  cumin.Code
	}{
		{"no:such", 1, cumin.CodeMalformed},
		{"project:join", 1, cumin.CodeMalformed},
		{"project:join", room{"not a ULID"}, cumin.CodeNotFound},
		{"project:leave", "x", cumin.CodeMalformed},
		{"auth:renew", 1, cumin.CodeMalformed},
	} {
		require.Equal(t, c.code, d.call(c.event, c.arg).Code, "%s %v", c.event, c.arg)
	}
}
