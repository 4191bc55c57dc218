package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

const chosen = "another river of small stones"

// link makes a reset of the account, as `cumin passphrase` does, and returns
// its token.
func (w *world) link(user cumin.UserID) string {
	w.t.Helper()
	reset, token := cumin.NewReset(user, w.clock.Now())
	require.NoError(w.t, w.aws.DB.Auth().PutReset(w.t.Context(), reset))
	return token.String()
}

func (w *world) reset(token, password string, header ...string) answer {
	w.t.Helper()
	return w.do("POST", "/auth/reset", body(w.t, map[string]string{"token": token, "password": password}), header...)
}

func TestAForgottenPassphraseIsSetByALinkAndAllSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	here := w.register("ada@example.com")
	w.clock.advance(time.Second)
	there := w.login("ada@example.com", password)
	bob := w.register("bob@example.com")
	w.clock.advance(time.Second)

	token := w.link(here.session.User.ID)
	done := w.reset(token, chosen)
	require.Equal(t, 204, done.status, done.raw)
	require.Empty(t, done.header.Get("Set-Cookie"), "who has the link still signs in")

	for _, old := range []answer{here, there} {
		w.refused(w.me(old.session.AccessToken), 401, cumin.CodeSessionRevoked)
		w.refused(w.refresh(old.cookie()), 401, cumin.CodeSessionRevoked)
	}
	found := w.revocations()
	require.NotEmpty(t, found, "the services that only verify tokens learn of it")
	for _, r := range found {
		require.Equal(t, here.session.User.ID, r.User)
	}
	w.refused(w.login("ada@example.com", password), 401, cumin.CodeBadCredentials)
	w.clock.advance(time.Millisecond)
	again := w.login("ada@example.com", chosen)
	require.Equal(t, 200, again.status, again.raw)
	require.Equal(t, 200, w.me(again.session.AccessToken).status)
	require.Equal(t, 200, w.me(bob.session.AccessToken).status, "nobody else notices")
	require.NotContains(t, w.logs.String(), token)
	require.NotContains(t, w.logs.String(), "ada@")
}

func TestALinkThatDoesNotOpenIsRefusedAlikeWhateverTheReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ada := w.register("ada@example.com").session.User.ID
	spent := w.link(ada)
	require.Equal(t, 204, w.reset(spent, chosen).status)
	w.refused(w.reset(spent, chosen), 410, cumin.CodeResetExpired)

	replaced := w.link(ada)
	current := w.link(ada)
	_, madeUp := cumin.NewReset(ada, w.clock.Now())
	_, stranger := cumin.NewReset("01J00000000000000000000001", w.clock.Now())
	var first answer
	for name, token := range map[string]string{
		"used": spent, "replaced by a newer": replaced, "of a guessed secret": madeUp.String(), "of nobody": stranger.String(), "cut off": current[:40], "empty": "",
	} {
		a := w.reset(token, "yet another river of stones")
		w.refused(a, 410, cumin.CodeResetExpired)
		a.problem.RequestID = ""
		if first.status == 0 {
			first = a
		}
		require.Equal(t, first.problem, a.problem, name)
	}
	require.Equal(t, 200, w.login("ada@example.com", chosen).status, "nothing has changed")

	w.clock.advance(cumin.ResetTTL)
	w.refused(w.reset(current, "yet another river of stones"), 410, cumin.CodeResetExpired)
	require.Equal(t, 200, w.login("ada@example.com", chosen).status)
}

func TestAWeakPassphraseDoesNotSpendTheLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	token := w.link(w.register("ada@example.com").session.User.ID)
	for weak, code := range map[string]string{"short": "too_short", "passwordpassword": "too_common", "ada lovelace 1815": "too_personal"} {
		a := w.reset(token, weak)
		w.refused(a, 422, cumin.CodeInvalid)
		require.Equal(t, []string{"/password", code}, []string{a.problem.Errors[0].Pointer, a.problem.Errors[0].Code})
	}
	require.Equal(t, 200, w.login("ada@example.com", password).status)
	require.Equal(t, 204, w.reset(token, chosen).status)
}

func TestALinkUsedManyTimesAtOnceSetsOnePassphrase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	token := w.link(w.register("ada@example.com").session.User.ID)
	tries := []string{"the first of many rivers", "the second of many rivers", "the third of many rivers", "the fourth of many rivers"}
	statuses := make([]int, len(tries))
	var wg sync.WaitGroup
	for i, try := range tries {
		wg.Go(func() { statuses[i] = w.reset(token, try).status })
	}
	wg.Wait()
	var opened []int
	for i, try := range tries {
		if statuses[i] == 204 {
			opened = append(opened, i)
			require.Equal(t, 200, w.login("ada@example.com", try).status)
			continue
		}
		require.Equal(t, 410, statuses[i])
		require.Equal(t, 401, w.login("ada@example.com", try).status)
	}
	require.Len(t, opened, 1)
}

func TestWhoGuessedBeforeTheLinkSignsInWithoutWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	token := w.link(w.register("ada@example.com").session.User.ID)
	for range freePerNetwork + 1 {
		w.refused(w.login("ada@example.com", "wrong wrong wrong"), 401, cumin.CodeBadCredentials)
	}
	w.refused(w.login("ada@example.com", password), 429, cumin.CodeRateLimited)
	require.Equal(t, 204, w.reset(token, chosen).status)
	require.Equal(t, 200, w.login("ada@example.com", chosen).status)
}

func TestTokensAreNotTriedWithoutEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Free.Logins = 2 })
	for range 3 {
		w.refused(w.reset("pr1_guess", chosen), 410, cumin.CodeResetExpired)
	}
	w.refused(w.reset("pr1_guess", chosen), 429, cumin.CodeRateLimited)
}

func TestForeignSitesDoNotSetAPassphrase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	token := w.link(w.register("ada@example.com").session.User.ID)
	w.refused(w.reset(token, chosen, "Sec-Fetch-Site", "cross-site"), 403, cumin.CodeOrigin)
	require.Equal(t, 204, w.reset(token, chosen, notBrowser...).status)
}

// dying is a store whose process ends after a number of writes.
type dying struct {
	cumin.AuthStore
	writes int // that still happen
}

var errDied = errors.New("the process ended here")

func (d *dying) write(do func() error) error {
	if d.writes == 0 {
		return errDied
	}
	d.writes--
	return do()
}

func (d *dying) PutRevocation(ctx context.Context, r cumin.Revocation) error {
	return d.write(func() error { return d.AuthStore.PutRevocation(ctx, r) })
}

func (d *dying) ResetPassword(ctx context.Context, id cumin.UserID, token []byte, hash string, now time.Time) error {
	return d.write(func() error { return d.AuthStore.ResetPassword(ctx, id, token, hash, now) })
}

func TestACrashOnTheWayLeavesTheOldPassphraseWithItsLinkOrTheNewWithoutSessions(t *testing.T) {
	t.Parallel()
	for writes, changed := range []bool{false, false, true} {
		t.Run(fmt.Sprintf("after %d writes", writes), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			own := w.register("ada@example.com")
			token := w.link(own.session.User.ID)
			store := &dying{AuthStore: w.aws.DB.Auth(), writes: writes}
			log := slog.New(slog.DiscardHandler)
			s := &service{
				accounts: &accounts{store: store, clock: w.clock, hasher: newHasher(cheap), throttle: throttle{store, w.clock}, passwordMin: 15, log: log},
				sessions: &sessions{store: store, clock: w.clock, log: log},
			}
			require.ErrorIs(t, s.resetPassword(t.Context(), token, chosen), errDied)
			w.clock.advance(time.Second)

			if !changed {
				require.Equal(t, 200, w.login("ada@example.com", password).status)
				require.Equal(t, 200, w.refresh(own.cookie()).status)
				require.Equal(t, 204, w.reset(token, chosen).status, "the link still opens")
			}
			require.Equal(t, 200, w.login("ada@example.com", chosen).status)
			w.refused(w.refresh(own.cookie()), 401, cumin.CodeSessionRevoked)
			w.refused(w.reset(token, chosen), 410, cumin.CodeResetExpired)
		})
	}
}
