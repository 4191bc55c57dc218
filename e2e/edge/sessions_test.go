package edge

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
)

// browser are the headers of a page of ours.
func browser(cookie string, origin string) []string {
	return []string{"Cookie", cookie, "Origin", origin, "Sec-Fetch-Site", "same-origin", "Content-Type", "application/json"}
}

// successor is the refresh cookie that an answer sets; empty when it sets none
// or takes it away.
func successor(a answer) string {
	pair, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	if strings.HasSuffix(pair, "=") {
		return ""
	}
	return pair
}

func TestAHundredRefreshesAtOnceLeadToOneSession(t *testing.T) {
	t.Parallel()
	u, nginx := newUser(t, "hundred"), doors(t, "auth")[0]
	cookie := refreshCookie(t, u)
	answers := raceRefreshes(t, nginx, cookie, nil)
	next := successor(answers[0])
	require.NotEmpty(t, next)
	for _, a := range answers {
		require.Equal(t, 200, a.status, a.body)
		require.Equal(t, next, successor(a), "everybody got the identical successor")
	}
	require.Equal(t, 200, nginx.send(t, "POST", "/auth/refresh", "", browser(next, nginx.url)...).status)
}

// raceRefreshes sends a hundred refreshes of one cookie at once and beside, in
// the middle of them.
func raceRefreshes(t *testing.T, d door, cookie string, beside func()) []answer {
	t.Helper()
	answers := make([]answer, 100)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			<-start
			answers[i] = d.send(t, "POST", "/auth/refresh", "", browser(cookie, d.url)...)
		})
		if i == 50 && beside != nil {
			wg.Go(func() { <-start; beside() })
		}
	}
	close(start)
	wg.Wait()
	return answers
}

func TestNoRefreshOutlivesALogoutBesideIt(t *testing.T) {
	t.Parallel()
	for name, logout := range map[string]func(*testing.T, *client.User, door, string) answer{
		"of this session": func(t *testing.T, _ *client.User, d door, cookie string) answer {
			return d.send(t, "POST", "/auth/logout", "", browser(cookie, d.url)...)
		},
		"of all": func(t *testing.T, u *client.User, d door, cookie string) answer {
			return d.send(t, "POST", "/auth/logout-all", "", append(browser(cookie, d.url), "Authorization", "Bearer "+u.Token())...)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, nginx := newUser(t, "leaver"), doors(t, "auth")[0]
			cookie := refreshCookie(t, u)
			var out answer
			answers := raceRefreshes(t, nginx, cookie, func() { out = logout(t, u, nginx, cookie) })
			require.Equal(t, 204, out.status, out.body)

			kept, tokens := []string{cookie}, []string{u.Token()}
			for _, a := range answers {
				require.Contains(t, []int{200, 401}, a.status, "never an error of ours: %s", a.body)
				if a.status == 200 {
					kept = append(kept, successor(a))
					tokens = append(tokens, accessToken(t, a))
				}
			}
			slices.Sort(kept)
			for _, c := range slices.Compact(kept) {
				a := nginx.send(t, "POST", "/auth/refresh", "", browser(c, nginx.url)...)
				require.Equal(t, 401, a.status, a.body)
				require.Empty(t, successor(a))
				require.Contains(t, a.header.Get("Set-Cookie"), "Max-Age=0", "the cookie is taken away")
			}
			for _, token := range tokens {
				stack.Eventually(t, patience, func() error { return refusedWith(u, token, "session_revoked") })
			}
		})
	}
}

func TestJunkTokensEndNobodysSession(t *testing.T) {
	t.Parallel()
	mallory, victim := newUser(t, "mallory"), newUser(t, "victim")
	nginx := doors(t, "auth")[0]
	name, theirs, _ := strings.Cut(refreshCookie(t, victim), "=")
	_, own, _ := strings.Cut(refreshCookie(t, mallory), "=")
	for what, raw := range map[string]string{
		"the victim's ids with one's own secret": theirs[:len("rt1.")+43] + own[len("rt1.")+43:],
		"one's own ids with the victim's tag":    own[:90] + theirs[90:],
		"a tag changed":                          theirs[:len(theirs)-4] + "AAAA",
		"nothing":                                "",
		"another kind of token":                  mallory.Token(),
		"very long":                              "rt1." + strings.Repeat("A", 3000),
		"not ASCII":                              "rt1.ä\xff",
	} {
		for _, path := range []string{"/auth/refresh", "/auth/logout"} {
			a := nginx.send(t, "POST", path, "", browser(name+"="+raw, nginx.url)...)
			require.Contains(t, []int{401, 204}, a.status, "%s %s: %s", what, path, a.body)
			require.Empty(t, successor(a), what)
		}
	}
	two := name + "=" + theirs + "; " + name + "=" + own
	require.Equal(t, 401, nginx.send(t, "POST", "/auth/refresh", "", browser(two, nginx.url)...).status, "two cookies are nobody's")
	require.NoError(t, victim.Refresh(t.Context(), victim.Token()), "the victim noticed nothing")
	require.NoError(t, mallory.Refresh(t.Context(), mallory.Token()))
}

func TestACookieOfABrowserIsNoTokenOfAScript(t *testing.T) {
	t.Parallel()
	u := newUser(t, "cookie")
	_, raw, _ := strings.Cut(refreshCookie(t, u), "=")
	for _, d := range doors(t, "auth") {
		a := d.send(t, "POST", "/auth/refresh", `{"refreshToken":"`+raw+`"}`, "Content-Type", "application/json")
		require.Equal(t, "refresh_invalid", a.code, "%s: a session stays in the mode it began in: %s", d.name, a.body)
		a = d.send(t, "POST", "/auth/login", `{"client":"native","email":"a@example.com","password":"x"}`,
			"Content-Type", "application/json", "Origin", stack.Use(t).SecureURL())
		require.Equal(t, 403, a.status, d.name)
	}
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
}

// refusedWith is nil once the API refuses the token with the code.
func refusedWith(u *client.User, token, code string) error {
	err := u.Raw(http.MethodGet, "/api/v1/projects", nil, nil, "Authorization", "Bearer "+token)
	if client.CodeOf(err) == code {
		return nil
	}
	return &unexpected{want: code, got: err}
}

type unexpected struct {
	want string
	got  error
}

func (e *unexpected) Error() string {
	if e.got == nil {
		return "want " + e.want + ", the call succeeded"
	}
	return "want " + e.want + ", got " + e.got.Error()
}

// Not parallel: it moves everybody's clock.
func TestACopyUsedAfterTheGraceEndsTheSessionAndTellsTheOwner(t *testing.T) {
	stack.Needs(t, stack.Clock)
	u := newUser(t, "copied")
	device := u.Connect(t, client.WebSocket)
	stolen := u.Cookies(t)
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	stack.Use(t).Advance(t, 31*time.Second)
	elsewhere := u.Elsewhere(t)

	u.SetCookies(t, stolen)
	require.Equal(t, "refresh_reused", client.CodeOf(u.Refresh(t.Context(), u.Token())))
	device.WaitEnded(t, "session_revoked")
	require.NoError(t, elsewhere.Refresh(t.Context(), elsewhere.Token()), "only the copied session ended")
	stack.Eventually(t, patience, func() error {
		var inbox struct{ Items []struct{ Kind string } }
		if err := elsewhere.Do(t.Context(), http.MethodGet, "/api/v1/notifications", nil, &inbox); err != nil {
			return err
		}
		for _, n := range inbox.Items {
			if n.Kind == "session.reuse_detected" {
				return nil
			}
		}
		return &unexpected{want: "a notification"}
	})
}
