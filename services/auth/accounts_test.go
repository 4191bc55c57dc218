package main

import (
	"crypto/rand"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

func TestRegisteringSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a := w.register("Ada@Example.com")
	require.Equal(t, User{ID: a.session.User.ID, Name: "Ada Lovelace", Email: "ada@example.com"}, a.session.User)
	require.Equal(t, 300, a.session.ExpiresIn)
	require.Empty(t, a.session.RefreshToken, "a browser's script must not see it")
	require.Len(t, a.cookie(), 116)
	require.Contains(t, a.header.Get("Set-Cookie"), "; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict")
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))

	me := w.me(a.session.AccessToken)
	require.Equal(t, 200, me.status)
	require.Equal(t, a.session.User, me.session.User)

	p, err := w.aws.DB.Profiles().ByEmail(t.Context(), "ada@example.com")
	require.NoError(t, err, "others may add her to a project by her address")
	require.Equal(t, cumin.Profile{ID: a.session.User.ID, Name: "Ada Lovelace"}, p)
	require.NotContains(t, w.logs.String(), "ada@")
	require.NotContains(t, w.logs.String(), password)
}

func TestAddressBelongsToOneAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var created, taken atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			switch a := w.do("POST", "/auth/register", body(t, map[string]string{"email": "ADA@example.com", "name": "Ada", "password": password})); a.status {
			case 201:
				created.Add(1)
			case 409:
				require.Equal(t, cumin.CodeEmailTaken, a.problem.Code)
				taken.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, created.Load())
	require.EqualValues(t, 7, taken.Load())
}

func TestRegistrationNamesEveryBadField(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a := w.do("POST", "/auth/register", body(t, map[string]string{"email": "ada", "name": " ", "password": "zq9-kk"}))
	w.refused(a, 422, cumin.CodeInvalid)
	var where []string
	for _, f := range a.problem.Errors {
		where = append(where, f.Pointer)
	}
	require.Equal(t, []string{"/email", "/name", "/password"}, where)
	require.NotContains(t, a.raw, "zq9-kk", "the password is not repeated")

	a = w.do("POST", "/auth/register", body(t, map[string]string{"email": "a@b.de", "name": "A", "password": password, "epoch": "9"}))
	w.refused(a, 422, cumin.CodeInvalid)
	require.Equal(t, "/epoch", a.problem.Errors[0].Pointer)
}

func TestNobodyTakesANameThatCannotBeSeenOrTurnsOthersAround(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"\u200b", "\u200d\u200d", "\u202ekcaM", "Ada\u2066", "Ada\u2028Owner", "\u2800\u202d"} {
		require.Error(t, checkNew("ada@example.com", name, password, 15), "%q", name)
	}
	for _, name := range []string{"Ada Lovelace", "李雷", "محمد", "می\u200cخواهم", "👩\u200d💻", "🏴\U000e0067\U000e0062\U000e007f", "O'Neill-Ünal"} {
		require.NoError(t, checkNew("ada@example.com", name, password, 15), "%q", name)
	}
}

func TestWrongPasswordAndUnknownAddressLookAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register("ada@example.com")
	require.Equal(t, 200, w.login("ADA@example.com", password).status)

	wrong, unknown := w.login("ada@example.com", password+"!"), w.login("bob@example.com", password)
	w.refused(wrong, 401, cumin.CodeBadCredentials)
	wrong.problem.RequestID, unknown.problem.RequestID = "", ""
	require.Equal(t, wrong.problem, unknown.problem)
	require.Equal(t, `Bearer realm="cumin"`, wrong.header.Get("WWW-Authenticate"))
}

func TestGuessingMustWaitButTheOwnerIsNotLockedOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register("ada@example.com")
	for range freePerNetwork {
		w.refused(w.login("ada@example.com", "wrong wrong wrong"), 401, cumin.CodeBadCredentials)
	}
	w.refused(w.login("ada@example.com", "wrong wrong wrong"), 401, cumin.CodeBadCredentials) // the first that sets a wait
	a := w.login("ada@example.com", password)
	w.refused(a, 429, cumin.CodeRateLimited)
	retry, err := strconv.Atoi(a.header.Get("Retry-After"))
	require.NoError(t, err)
	require.LessOrEqual(t, retry, 60)

	w.clock.advance(time.Duration(retry) * time.Second)
	require.Equal(t, 200, w.login("ada@example.com", password).status)
	for range freePerNetwork {
		w.refused(w.login("ada@example.com", "wrong wrong wrong"), 401, cumin.CodeBadCredentials) // success cleared the count
	}
}

func TestParallelGuessesAreCountedBeforeTheyAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var checked atomic.Int64
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() {
			if w.login("nobody@example.com", "wrong wrong wrong").status == 401 {
				checked.Add(1)
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, freePerNetwork+1, checked.Load(), "unknown accounts count alike")
}

func TestSignupsAreFewPerAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Free.Signups = 2 })
	for i := range 3 {
		w.register("a" + strconv.Itoa(i) + "@example.com")
	}
	a := w.do("POST", "/auth/register", body(t, map[string]string{"email": "x@example.com", "name": "X", "password": password}))
	w.refused(a, 429, cumin.CodeRateLimited)
}

func TestAnIPv6SubscriberCannotSignUpFromAddressAfterAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *Config) { c.Free.Signups = 2 })
	ln, err := net.Listen("tcp", "127.0.0.1:0") // only over a connection is the proxy's header believed
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- w.app.Listener(ln) }()
	t.Cleanup(func() {
		require.NoError(t, w.app.Shutdown())
		require.NoError(t, <-served)
	})
	signUp := func(ip string) int {
		req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+ln.Addr().String()+"/auth/register",
			strings.NewReader(body(t, map[string]string{"email": rand.Text() + "@example.com", "name": "X", "password": password})))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Real-IP", ip)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	require.Equal(t, 201, signUp("2001:db8:1:2::1"))
	require.Equal(t, 201, signUp("2001:db8:1:2::2"))
	require.Equal(t, 201, signUp("2001:db8:1:2:ffff::3")) // sets the wait
	require.Equal(t, 429, signUp("2001:db8:1:2:aaaa::4"))
	require.Equal(t, 201, signUp("2001:db8:1:3::1"), "the next subscriber is somebody else")
	require.Equal(t, 201, signUp("192.0.2.1"))
}

func TestScriptsInPagesGetNoRefreshToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.register("ada@example.com")
	native := body(t, map[string]string{"email": "ada@example.com", "password": password, "client": "native"})
	w.refused(w.do("POST", "/auth/login", native), 403, cumin.CodeForbidden)
	w.refused(w.do("POST", "/auth/login", native, "Sec-Fetch-Site", ""), 403, cumin.CodeForbidden)

	a := w.do("POST", "/auth/login", native, notBrowser...)
	require.Equal(t, 200, a.status, a.raw)
	require.Len(t, a.session.RefreshToken, 116)
	require.Empty(t, a.header.Get("Set-Cookie"))

	again := w.do("POST", "/auth/refresh", body(t, map[string]string{"refreshToken": a.session.RefreshToken}), notBrowser...)
	require.Equal(t, 200, again.status, again.raw)
	require.NotEqual(t, a.session.RefreshToken, again.session.RefreshToken)
	w.refused(w.do("POST", "/auth/refresh", body(t, map[string]string{"refreshToken": again.session.RefreshToken})), 403, cumin.CodeForbidden)
	w.refused(w.refresh(again.session.RefreshToken), 401, cumin.CodeRefreshInvalid) // a native token as a cookie
	require.Zero(t, w.stored(again.session.RefreshToken).RevokedAt, "and nothing happened to it")
}

func TestForeignSitesCannotSignAnybodyIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.refused(w.login("ada@example.com", password, "Sec-Fetch-Site", "cross-site"), 403, cumin.CodeOrigin)
	w.refused(w.login("ada@example.com", password, "Sec-Fetch-Site", "", "Origin", "https://evil.test"), 403, cumin.CodeOrigin)
	a := w.do("POST", "/auth/login", "email=ada%40example.com&password=x", "Content-Type", "application/x-www-form-urlencoded")
	require.Equal(t, 415, a.status)
}

func TestOldHashesAreRenewedAtLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.register("ada@example.com").session.User.ID
	old, err := newHasher(cost{128, 1, 1}).Hash(t.Context(), password)
	require.NoError(t, err)
	account, err := w.aws.DB.Auth().Account(t.Context(), id)
	require.NoError(t, err)
	require.NoError(t, w.aws.DB.Auth().SetPassword(t.Context(), id, account.Password, old))

	require.Equal(t, 200, w.login("ada@example.com", password).status)
	account, err = w.aws.DB.Auth().Account(t.Context(), id)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(account.Password, "$argon2id$v=19$m=64,"), account.Password)
	require.Equal(t, 200, w.login("ada@example.com", password).status)
}

func TestKeysArePublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	a := w.do("GET", "/.well-known/jwks.json", "")
	require.Equal(t, 200, a.status)
	require.Equal(t, "public, max-age=300", a.header.Get("Cache-Control"))
	require.NotContains(t, a.raw, `"d"`, "no private part")
}
