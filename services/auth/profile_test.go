package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// bearer is the header of a signed-in caller.
func bearer(a answer) []string { return []string{"Authorization", "Bearer " + a.session.AccessToken} }

func TestAChangedPasswordEndsAllOtherSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	own := w.register("ada@example.com")
	w.clock.advance(time.Second)
	other := w.login("ada@example.com", password)
	w.clock.advance(time.Second)
	const fresh = "another river of small stones"

	change := func(current, next string) answer {
		return w.do("PUT", "/auth/password", body(t, map[string]string{"current": current, "password": next}), bearer(own)...)
	}
	w.refused(change("not the password at all", fresh), 403, cumin.CodeWrongPassword)
	w.refused(change(password, "short"), 422, cumin.CodeInvalid)
	require.Equal(t, 200, w.me(other.session.AccessToken).status, "nothing has happened yet")

	changed := change(password, fresh)
	require.Equal(t, 200, changed.status, changed.raw)
	require.Empty(t, changed.header.Get("Set-Cookie"), "the refresh token stays")
	require.Equal(t, 200, w.me(changed.session.AccessToken).status)
	require.Equal(t, 401, w.me(other.session.AccessToken).status)
	require.Equal(t, 401, w.refresh(other.cookie()).status)
	w.refused(w.login("ada@example.com", password), 401, cumin.CodeBadCredentials)
	require.Equal(t, 200, w.login("ada@example.com", fresh).status)

	found := w.revocations()
	require.NotEmpty(t, found)
	for _, r := range found {
		require.True(t, r.NotBefore.Before(w.clock.Now().Add(time.Millisecond)), "the new access token is younger than what was revoked")
	}
	w.clock.advance(time.Minute)
	next := w.refresh(own.cookie())
	require.Equal(t, 200, next.status, next.raw)
	require.Equal(t, 200, w.me(next.session.AccessToken).status)
	require.Len(t, w.devices(next.session.AccessToken), 2, "this and the new login")
}

func TestGuessingThePasswordOfAStolenSessionMustWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	own := w.register("ada@example.com")
	guess := body(t, map[string]string{"current": "a guess that is long enough", "password": "another river of small stones"})
	for range freePerNetwork {
		w.refused(w.do("PUT", "/auth/password", guess, bearer(own)...), 403, cumin.CodeWrongPassword)
	}
	var last answer
	for range 2 {
		last = w.do("PUT", "/auth/password", guess, bearer(own)...)
	}
	w.refused(last, 429, cumin.CodeRateLimited)
}

func TestNameAndAddressAreChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	own := w.register("ada@example.com")
	w.register("bob@example.com")
	patch := func(members map[string]string) answer {
		return w.do("PATCH", "/auth/me", body(t, members), bearer(own)...)
	}
	require.Equal(t, 200, patch(map[string]string{"name": " Countess Ada "}).status)
	require.Equal(t, "Countess Ada", w.me(own.session.AccessToken).session.User.Name)
	profiles, err := w.aws.DB.Profiles().Profiles(t.Context(), []cumin.UserID{own.session.User.ID})
	require.NoError(t, err)
	require.Equal(t, "Countess Ada", profiles[own.session.User.ID].Name, "others see it")

	w.refused(patch(map[string]string{"name": " "}), 422, cumin.CodeInvalid)
	w.refused(patch(map[string]string{"email": "no address"}), 422, cumin.CodeInvalid)
	w.refused(patch(map[string]string{"email": "new@example.com"}), 403, cumin.CodeWrongPassword)
	w.refused(patch(map[string]string{"email": "bob@example.com", "password": password}), 409, cumin.CodeEmailTaken)
	require.Equal(t, "ada@example.com", w.me(own.session.AccessToken).session.User.Email)

	require.Equal(t, 200, patch(map[string]string{"email": "New@Example.com", "password": password}).status)
	w.refused(w.login("ada@example.com", password), 401, cumin.CodeBadCredentials)
	require.Equal(t, 200, w.login("new@example.com", password).status)
	_, err = w.aws.DB.Profiles().ByEmail(t.Context(), "ada@example.com")
	require.ErrorIs(t, err, cumin.ErrNotFound)
	w.register("ada@example.com") // it is free again
	require.Equal(t, 401, w.do("PATCH", "/auth/me", body(t, map[string]string{"name": "x"})).status)
}
