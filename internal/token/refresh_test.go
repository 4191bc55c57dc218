package token

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestRefreshTokenSurvivesItsEncoding(t *testing.T) {
	t.Parallel()
	key := NewSecret()
	r := NewRefresh(user, session)
	raw := r.Encode(key)
	require.Len(t, raw, 116)

	back, err := ParseRefresh(raw)
	require.NoError(t, err)
	require.Equal(t, r.User, back.User)
	require.Equal(t, r.Session, back.Session)
	require.EqualValues(t, 1, back.Gen)
	require.Equal(t, r.Secret, back.Secret)
	require.True(t, back.Genuine(key))
	require.False(t, back.Genuine(NewSecret()))
}

func TestAnyChangedByteMakesARefreshTokenJunk(t *testing.T) {
	t.Parallel()
	key := NewSecret()
	raw := NewRefresh(user, session).Encode(key)
	for i := len(refreshPrefix); i < len(raw); i++ {
		swap := byte('A')
		if raw[i] == 'A' {
			swap = 'B'
		}
		r, err := ParseRefresh(raw[:i] + string(swap) + raw[i+1:])
		require.False(t, err == nil && r.Genuine(key), "byte %d", i)
	}
	for _, bad := range []string{"", "rt1.", "rt2." + raw[4:], raw + "A", raw[:115], strings.Repeat("A", 116), raw[:115] + "="} {
		_, err := ParseRefresh(bad)
		require.Error(t, err, bad)
	}
}

func TestSuccessorIsIdenticalForTheSameSaltOnly(t *testing.T) {
	t.Parallel()
	parent := NewRefresh(user, session)
	salt := NewSecret()
	child := parent.Next(salt)
	require.Equal(t, child, parent.Next(salt))
	require.EqualValues(t, 2, child.Gen)
	require.NotEqual(t, parent.Secret, child.Secret)
	require.NotEqual(t, child.Secret, parent.Next(NewSecret()).Secret)
	require.NotEqual(t, child.Hash(), parent.Hash())

	elsewhere := parent
	elsewhere.Session = "01J00000000000000000000009"
	require.NotEqual(t, child.Secret, elsewhere.Next(salt).Secret)
}

func FuzzParseRefresh(f *testing.F) {
	f.Add(NewRefresh(user, session).Encode(make([]byte, 32)))
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := ParseRefresh(raw)
		if err != nil {
			return
		}
		require.True(t, cumin.ValidID(string(r.User)) && cumin.ValidID(string(r.Session)), "ids become keys")
		require.Equal(t, raw[:len(raw)-22], r.Encode(nil)[:len(raw)-22])
	})
}

// revocationsByMinute is a store that may be away.
type revocationsByMinute struct {
	all  []cumin.Revocation
	away bool
	read []time.Time
}

func (s *revocationsByMinute) Revocations(_ context.Context, at time.Time) ([]cumin.Revocation, error) {
	if s.away {
		return nil, errors.New("table is away")
	}
	s.read = append(s.read, at)
	var found []cumin.Revocation
	for _, r := range s.all {
		if r.At.Truncate(time.Minute).Equal(at.Truncate(time.Minute)) {
			found = append(found, r)
		}
	}
	return found, nil
}

func TestRevokedSessionsAreRefusedOnceTheListIsPolled(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	store := &revocationsByMinute{}
	var heard []cumin.Revocation
	list := NewRevocations(store, f.clock, slog.New(slog.DiscardHandler), func(r cumin.Revocation) { heard = append(heard, r) })
	require.Error(t, list.Ready(t.Context()))
	require.NoError(t, list.Poll(t.Context()))
	require.NoError(t, list.Ready(t.Context()))
	require.Len(t, store.read, 7, "at the start all minutes that still matter")

	v := NewVerifier(origin, f.issuer.Keys(), list, f.clock)
	raw, err := f.issuer.Issue(user, session, f.clock.now)
	require.NoError(t, err)
	_, err = v.Verify(t.Context(), raw)
	require.NoError(t, err)

	store.all = append(store.all, cumin.Revocation{At: f.clock.now, Session: session})
	store.read = nil
	require.NoError(t, list.Poll(t.Context()))
	require.NoError(t, list.Poll(t.Context()))
	require.Len(t, store.read, 4, "then this minute and the one before")
	require.Len(t, heard, 1, "each revocation is told once")
	_, err = v.Verify(t.Context(), raw)
	require.Equal(t, cumin.CodeSessionRevoked, cumin.CodeOf(err))

	f.clock.now = f.clock.now.Add(cumin.RevocationKept)
	require.NoError(t, list.Poll(t.Context()))
	require.Empty(t, list.sessions, "what no token can outlive is forgotten")
}

func TestLogoutEverywhereEndsOlderTokensOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	store := &revocationsByMinute{}
	list := NewRevocations(store, f.clock, slog.New(slog.DiscardHandler), nil)
	v := NewVerifier(origin, f.issuer.Keys(), list, f.clock)
	before, err := f.issuer.Issue(user, session, f.clock.now)
	require.NoError(t, err)
	store.all = append(store.all, cumin.Revocation{At: f.clock.now, User: user, NotBefore: f.clock.now})

	f.clock.now = f.clock.now.Add(20 * time.Millisecond) // the next login is not told apart by seconds
	after, err := f.issuer.Issue(user, "01J00000000000000000000003", f.clock.now)
	require.NoError(t, err)
	require.NoError(t, list.Poll(t.Context()))
	_, err = v.Verify(t.Context(), before)
	require.Equal(t, cumin.CodeSessionRevoked, cumin.CodeOf(err))
	_, err = v.Verify(t.Context(), after)
	require.NoError(t, err)
}

func TestAfterAnOutageTheMissedMinutesAreRead(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	store := &revocationsByMinute{}
	list := NewRevocations(store, f.clock, slog.New(slog.DiscardHandler), nil)
	require.NoError(t, list.Poll(t.Context()))

	store.away = true
	f.clock.now = f.clock.now.Add(time.Minute)
	store.all = append(store.all, cumin.Revocation{At: f.clock.now, Session: session})
	f.clock.now = f.clock.now.Add(3 * time.Minute)
	require.Error(t, list.Poll(t.Context()))
	require.False(t, list.Revoked(Claims{Session: session}), "fails open")
	require.NoError(t, list.Ready(t.Context()), "and stays in service")

	store.away = false
	require.NoError(t, list.Poll(t.Context()))
	require.True(t, list.Revoked(Claims{Session: session}))
}
