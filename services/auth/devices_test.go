package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestSessionsAreListedAndEndedOneByOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	phone := w.do("POST", "/auth/register", body(t, map[string]string{"email": "ada@example.com", "name": "Ada", "password": password}), "User-Agent", "a phone")
	w.clock.advance(time.Minute)
	laptop := w.login("ada@example.com", password, "User-Agent", "a laptop")
	w.clock.advance(time.Minute)

	list := w.devices(laptop.session.AccessToken)
	require.Len(t, list, 2)
	require.Equal(t, []string{"a laptop", "a phone"}, []string{list[0].UserAgent, list[1].UserAgent})
	require.True(t, list[0].Current)
	require.False(t, list[1].Current)
	require.Equal(t, w.clock.Now().Add(-time.Minute), time.Time(list[0].LastSeen))

	bearer := []string{"Authorization", "Bearer " + laptop.session.AccessToken}
	out := w.do("DELETE", "/auth/sessions/"+string(list[1].ID), "", bearer...)
	require.Equal(t, 204, out.status, out.raw)
	w.refused(w.refresh(phone.cookie()), 401, cumin.CodeSessionRevoked)
	w.refused(w.me(phone.session.AccessToken), 401, cumin.CodeSessionRevoked)
	require.Len(t, w.revocations(), 1)
	require.Len(t, w.devices(laptop.session.AccessToken), 1)
	w.refused(w.do("DELETE", "/auth/sessions/"+string(list[1].ID), "", bearer...), 404, cumin.CodeNotFound)
}

func TestNobodyEndsSessionsOfSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ada, eve := w.register("ada@example.com"), w.register("eve@example.com")
	id := string(w.stored(ada.cookie()).ID)
	for _, target := range []string{id, "01J00000000000000000000001", "x", "..%2f" + id} {
		w.refused(w.do("DELETE", "/auth/sessions/"+target, "", "Authorization", "Bearer "+eve.session.AccessToken), 404, cumin.CodeNotFound)
	}
	require.Equal(t, 200, w.refresh(ada.cookie()).status)
}

func TestAllOtherSessionsEndAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	others := []answer{w.register("ada@example.com"), w.login("ada@example.com", password)}
	own := w.login("ada@example.com", password)
	bearer := []string{"Authorization", "Bearer " + own.session.AccessToken}
	w.refused(w.do("DELETE", "/auth/sessions", "", bearer...), 422, cumin.CodeInvalid)
	w.refused(w.do("DELETE", "/auth/sessions?others=false", "", bearer...), 422, cumin.CodeInvalid)
	require.Equal(t, 204, w.do("DELETE", "/auth/sessions?others=true", "", bearer...).status)
	for _, a := range others {
		w.refused(w.refresh(a.cookie()), 401, cumin.CodeSessionRevoked)
	}
	require.Equal(t, 200, w.refresh(own.cookie()).status)
	require.Len(t, w.devices(own.session.AccessToken), 1)
}

func TestTokenOfAnEndedSessionEndsNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	stolen, own := w.register("ada@example.com"), w.login("ada@example.com", password)
	require.Equal(t, 204, w.do("POST", "/auth/logout", "", "Cookie", cookieName+"="+stolen.cookie()).status)
	w.refused(w.do("POST", "/auth/logout-all", "", "Authorization", "Bearer "+stolen.session.AccessToken), 401, cumin.CodeSessionRevoked)
	require.Equal(t, 200, w.refresh(own.cookie()).status)
}
