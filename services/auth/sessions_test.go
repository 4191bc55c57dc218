package main

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestRefreshRotatesTheToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first := w.register("ada@example.com")
	w.clock.advance(4 * time.Minute)
	second := w.refresh(first.cookie())
	require.Equal(t, 200, second.status, second.raw)
	require.NotEqual(t, first.cookie(), second.cookie())
	require.NotEqual(t, first.session.AccessToken, second.session.AccessToken)
	require.Equal(t, first.session.User, second.session.User)
	require.EqualValues(t, 2, w.stored(second.cookie()).Gen)

	third := w.refresh(second.cookie())
	require.Equal(t, 200, third.status, third.raw)
}

func TestHundredParallelRefreshesHaveOneSuccessor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	cookie := w.register("ada@example.com").cookie()
	for round := range 3 {
		var mu sync.Mutex
		successors := map[string]int{}
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				a := w.refresh(cookie)
				mu.Lock()
				defer mu.Unlock()
				require.Equal(t, 200, a.status, a.raw)
				successors[a.cookie()]++
			})
		}
		wg.Wait()
		require.Len(t, successors, 1, "round %d", round)
		for next := range successors {
			cookie = next
		}
		require.EqualValues(t, round+2, w.stored(cookie).Gen)
	}
}

func TestLostAnswerIsGivenAgainWithinTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first := w.register("ada@example.com").cookie()
	second := w.refresh(first).cookie()
	w.clock.advance(30 * time.Second)
	require.Equal(t, second, w.refresh(first).cookie(), "the identical successor")
	require.Equal(t, 200, w.refresh(second).status)
}

func TestCopyUsedAfterTheGraceEndsTheSession(t *testing.T) {
	t.Parallel()
	for name, attack := range map[string]func(w *world, first string) (presented, current string){
		"the parent after the grace": func(w *world, first string) (string, string) {
			second := w.refresh(first).cookie()
			w.clock.advance(30*time.Second + time.Millisecond)
			return first, second
		},
		"the grandparent at once": func(w *world, first string) (string, string) {
			return first, w.refresh(w.refresh(first).cookie()).cookie()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			signedIn := w.register("ada@example.com")
			presented, current := attack(w, signedIn.cookie())

			a := w.refresh(presented)
			w.refused(a, 401, cumin.CodeRefreshReused)
			require.True(t, a.cleared())
			w.refused(w.refresh(current), 401, cumin.CodeSessionRevoked)
			w.refused(w.me(signedIn.session.AccessToken), 401, cumin.CodeSessionRevoked)

			se := w.stored(current)
			require.Equal(t, cumin.EndedByReuse, se.Reason)
			require.Len(t, w.revocations(), 1)
			require.Equal(t, se.ID, w.revocations()[0].Session)
			require.Contains(t, w.logs.String(), "auth.refresh_reuse")
			require.Len(t, w.notices(se.User), 1, "activity tells the owner")

			w.refused(w.refresh(presented), 401, cumin.CodeSessionRevoked)
			require.Len(t, w.notices(se.User), 1)
			require.Equal(t, 200, w.login("ada@example.com", password).status, "other sessions are not touched")
		})
	}
}

// notices are the reuse notices left for a user.
func (w *world) notices(user cumin.UserID) []string {
	w.t.Helper()
	out, err := dynamodb.NewFromConfig(w.aws.Config).Query(w.t.Context(), &dynamodb.QueryInput{
		TableName: &w.aws.Tables.Core, KeyConditionExpression: aws.String("pk = :u AND begins_with(sk, :r)"),
		ExpressionAttributeValues: values("USER#"+string(user), "REUSE#"),
	})
	require.NoError(w.t, err)
	var keys []string
	for _, it := range out.Items {
		keys = append(keys, text(it["sk"]))
	}
	return keys
}

func TestJunkThatNamesASessionChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	cookie := w.register("ada@example.com").cookie()
	before := w.stored(cookie)
	raw, err := base64.RawURLEncoding.DecodeString(cookie[4:])
	require.NoError(t, err)
	forge := func(change func(b []byte)) string {
		b := append([]byte(nil), raw...)
		change(b)
		return "rt1." + base64.RawURLEncoding.EncodeToString(b)
	}
	for name, junk := range map[string]string{
		"another tag":           forge(func(b []byte) { b[len(b)-1] ^= 1 }),
		"another secret":        forge(func(b []byte) { b[40] ^= 1 }),
		"an older generation":   forge(func(b []byte) { b[35] = 0 }),
		"a later generation":    forge(func(b []byte) { b[35] = 9 }),
		"somebody else":         forge(func(b []byte) { b[5] ^= 1 }),
		"another session":       forge(func(b []byte) { b[20] ^= 1 }),
		"only its ids, no more": forge(func(b []byte) { clear(b[32:]) }),
		"no token":              "hello",
		"empty":                 "",
	} {
		a := w.refresh(junk)
		w.refused(a, 401, cumin.CodeRefreshInvalid)
		require.True(t, a.cleared(), name)
		require.Equal(t, 204, w.do("POST", "/auth/logout", "", "Cookie", cookieName+"="+junk).status, name)
		require.Equal(t, before, w.stored(cookie), name)
	}
	require.Empty(t, w.revocations())
	require.Equal(t, 200, w.refresh(cookie).status)
}

func TestLogoutEndsTheSessionEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a, other := w.register("ada@example.com"), w.login("ada@example.com", password)
	current := w.refresh(a.cookie()).cookie()

	out := w.do("POST", "/auth/logout", "", "Cookie", cookieName+"="+current)
	require.Equal(t, 204, out.status, out.raw)
	require.True(t, out.cleared())
	w.refused(w.refresh(current), 401, cumin.CodeSessionRevoked)
	w.refused(w.me(a.session.AccessToken), 401, cumin.CodeSessionRevoked)
	require.Len(t, w.revocations(), 1)
	require.Equal(t, 200, w.me(other.session.AccessToken).status)

	require.Equal(t, 204, w.do("POST", "/auth/logout", "", "Cookie", cookieName+"="+current).status, "again is fine")
	require.Equal(t, 204, w.do("POST", "/auth/logout", "").status, "nothing to end is fine")
	require.Len(t, w.revocations(), 1)
}

func TestLogoutEverywhereEndsAllSessionsInOneWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a, b := w.register("ada@example.com"), w.login("ada@example.com", password)
	w.refused(w.do("POST", "/auth/logout-all", ""), 401, cumin.CodeTokenMissing)
	out := w.do("POST", "/auth/logout-all", "", "Authorization", "Bearer "+a.session.AccessToken)
	require.Equal(t, 204, out.status, out.raw)
	for _, s := range []answer{a, b} {
		w.refused(w.refresh(s.cookie()), 401, cumin.CodeSessionRevoked)
		w.refused(w.me(s.session.AccessToken), 401, cumin.CodeSessionRevoked)
	}
	require.Equal(t, []cumin.Revocation{{At: w.clock.Now(), User: a.session.User.ID, NotBefore: w.clock.Now()}}, w.revocations())

	w.clock.advance(time.Millisecond)
	again := w.login("ada@example.com", password)
	require.Equal(t, 200, w.me(again.session.AccessToken).status)
	require.Equal(t, 200, w.refresh(again.cookie()).status)
}

// breaking is a store whose n-th write of a logout-all fails.
type breaking struct {
	cumin.AuthStore
	left int // writes that succeed
}

var errBroken = errors.New("broken")

func (b *breaking) step(write func() error) error {
	if b.left--; b.left < 0 {
		return errBroken
	}
	return write()
}

func (b *breaking) RaiseEpoch(ctx context.Context, id cumin.UserID) error {
	return b.step(func() error { return b.AuthStore.RaiseEpoch(ctx, id) })
}

func (b *breaking) PutRevocation(ctx context.Context, r cumin.Revocation) error {
	return b.step(func() error { return b.AuthStore.PutRevocation(ctx, r) })
}

func TestALogoutEverywhereThatFailsCanBeRepeatedOrHasEndedTheTokens(t *testing.T) {
	t.Parallel()
	for writes := range 3 {
		w := newWorld(t, nil)
		a := w.register("ada@example.com")
		s := &sessions{store: &breaking{w.aws.DB.Auth(), writes}, clock: w.clock, log: slog.New(slog.DiscardHandler)}
		require.ErrorIs(t, s.logoutAll(t.Context(), a.session.User.ID), errBroken)
		again := w.do("POST", "/auth/logout-all", "", "Authorization", "Bearer "+a.session.AccessToken)
		if again.status != 204 {
			w.refused(again, 401, cumin.CodeSessionRevoked)
			w.refused(w.refresh(a.cookie()), 401, cumin.CodeSessionRevoked)
		}
		require.NotEmpty(t, w.revocations(), "after %d writes the access tokens of other devices are over too", writes)
	}
}

func TestRefreshAndLogoutAtOnceLeaveNoSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register("ada@example.com")
	for range 20 {
		cookie := w.login("ada@example.com", password).cookie()
		var refreshed answer
		var wg sync.WaitGroup
		wg.Go(func() { refreshed = w.refresh(cookie) })
		wg.Go(func() {
			require.Equal(t, 204, w.do("POST", "/auth/logout", "", "Cookie", cookieName+"="+cookie).status)
		})
		wg.Wait()
		require.NotZero(t, w.stored(cookie).RevokedAt)
		if refreshed.status == 200 { // it came first; what it got is dead
			w.refused(w.refresh(refreshed.cookie()), 401, cumin.CodeSessionRevoked)
			w.refused(w.me(refreshed.session.AccessToken), 401, cumin.CodeSessionRevoked)
		} else {
			w.refused(refreshed, 401, cumin.CodeSessionRevoked)
		}
	}
}

func TestSessionsEndByIdlenessAndByAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	idle := w.register("ada@example.com").cookie()
	used := w.login("ada@example.com", password).cookie()
	for range 4 {
		w.clock.advance(cumin.SessionIdle - time.Second)
		a := w.refresh(used)
		require.Equal(t, 200, a.status, a.raw)
		used = a.cookie()
	}
	a := w.refresh(idle)
	w.refused(a, 401, cumin.CodeSessionExpired)
	require.True(t, a.cleared())
	w.clock.advance(cumin.SessionAbsolute - 4*(cumin.SessionIdle-time.Second))
	w.refused(w.refresh(used), 401, cumin.CodeSessionExpired)
}

func TestOldestSessionMakesRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	first := w.register("ada@example.com").cookie()
	for range cumin.MaxSessions - 1 {
		w.clock.advance(time.Second)
		require.Equal(t, 200, w.login("ada@example.com", password).status)
	}
	require.Zero(t, w.stored(first).RevokedAt)
	w.clock.advance(time.Second)
	require.Equal(t, 200, w.login("ada@example.com", password).status)
	require.Equal(t, cumin.EndedByNewLogin, w.stored(first).Reason)
}

func TestTableHoldsNoUsableToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a := w.register("ada@example.com")
	current := w.refresh(a.cookie()).cookie()
	out, err := dynamodb.NewFromConfig(w.aws.Config).Scan(t.Context(), &dynamodb.ScanInput{TableName: &w.aws.Tables.Auth})
	require.NoError(t, err)
	var dump strings.Builder
	for _, it := range out.Items {
		for _, v := range it {
			dump.WriteString(text(v) + "\n")
		}
	}
	for _, c := range []string{a.cookie(), current} {
		raw, err := base64.RawURLEncoding.DecodeString(c[4:])
		require.NoError(t, err)
		require.NotContains(t, dump.String(), string(raw[36:68]), "the secret")
		require.NotContains(t, dump.String(), c)
	}
	require.NotContains(t, dump.String(), password)
	require.NotContains(t, w.logs.String(), "rt1.")
	require.NotContains(t, w.logs.String(), a.session.AccessToken)
}
