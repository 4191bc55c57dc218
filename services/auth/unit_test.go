package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// cheap makes tests quick; what is tested does not depend on the parameters.
var cheap = cost{memoryKiB: 64, passes: 1, lanes: 1}

func TestPasswordIsVerifiedExactlyAsTyped(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	const password = " Correct horse  battery stäple "
	phc, err := h.Hash(t.Context(), password)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$"), phc)
	again, err := h.Hash(t.Context(), password)
	require.NoError(t, err)
	require.NotEqual(t, phc, again, "each hash has a salt of its own")

	for typed, want := range map[string]bool{password: true, strings.TrimSpace(password): false, strings.ToLower(password): false, password + "\x00": false, "": false} {
		ok, outdated, err := h.Verify(t.Context(), phc, typed)
		require.NoError(t, err)
		require.Equal(t, want, ok, "%q", typed)
		require.False(t, outdated)
	}
	_, outdated, err := newHasher(cost{128, 1, 1}).Verify(t.Context(), phc, password)
	require.NoError(t, err)
	require.True(t, outdated)
}

func TestNobodyKnowsThePasswordOfNoAccount(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	ok, _, err := h.Verify(t.Context(), "", "anything at all")
	require.NoError(t, err)
	require.False(t, ok)
}

func TestDamagedHashIsAnErrorNotAPassword(t *testing.T) {
	t.Parallel()
	h := newHasher(cheap)
	for _, phc := range []string{"plain", "$2b$10$abc", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", "$argon2id$v=19$x$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$"} {
		_, _, err := h.Verify(t.Context(), phc, "")
		require.Error(t, err, phc)
	}
}

func TestNewPasswords(t *testing.T) {
	t.Parallel()
	for password, code := range map[string]string{
		"a river of small stones":   "",
		"ünïcödé wörds häre":        "",
		"short":                     "too_short",
		"fourteen chars":            "too_short",
		strings.Repeat("ab1 ", 257): "too_long",
		"aaaaaaaaaaaaaaaaaaaa":      "too_common",
		"abcabcabcabcabcabc":        "too_common",
		"passwordpassword":          "too_common",
		"password1234567890!":       "too_common",
		"1234567890password":        "too_common",
		"ada lovelace 1815":         "too_personal",
		"cumincumincumin!!":         "too_personal",
		"ada.lovelace.1815":         "too_personal",
		"the cumin board of ada":    "",
	} {
		t.Run(password[:min(len(password), 24)], func(t *testing.T) {
			t.Parallel()
			wrong := checkPassword(password, 15, "ada.lovelace@example.com", "Ada Lovelace")
			if code == "" {
				require.Nil(t, wrong)
				return
			}
			require.NotNil(t, wrong)
			require.Equal(t, code, wrong.Code)
		})
	}
}

func TestAddressesThatBecomeKeysArePlain(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"ada@example.com": true, "ada+tag@example.co.uk": true, "demo@cumin.local": true, "ä@example.com": true,
		"": false, "ada": false, "@example.com": false, "ada@": false, "Ada <ada@example.com>": false, `"a b"@example.com`: false,
		"a@b@c": false, "ada@example.com ": false, "ada@exam\nple.com": false, "a(comment)@example.com": false, strings.Repeat("a", 250) + "@x.de": false,
		"ada@example.com\u200b": false, "a\u202e@example.com": false, "a\u00a0@example.com": false,
	} {
		require.Equal(t, want, plainAddress(address), "%q", address)
	}
}

func TestWaitsGrowUpToTheirCap(t *testing.T) {
	t.Parallel()
	l := limit{"acct", "ada@example.com", 20, capAccount}
	for n, want := range map[int64]time.Duration{21: 2 * time.Second, 22: 4 * time.Second, 25: 32 * time.Second, 26: time.Minute, 1e9: time.Minute} {
		require.Equal(t, want, l.delay(n), n)
	}
	now := time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)
	require.NotContains(t, l.key(now), "ada")
	require.Equal(t, l.key(now), l.key(now.Add(29*time.Minute)))
	require.NotEqual(t, l.key(now), l.key(now.Add(30*time.Minute)))
	require.NotEqual(t, l.key(now), limit{"net", l.of, 5, capAccount}.key(now))
}

func TestNeighboursShareANetwork(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{"192.0.2.77": "192.0.2.0/24", "::ffff:192.0.2.77": "192.0.2.0/24", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "nonsense": "nonsense"} {
		require.Equal(t, want, network(ip))
	}
	for ip, want := range map[string]string{"192.0.2.77": "192.0.2.77/32", "::ffff:192.0.2.77": "192.0.2.77/32", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense"} {
		require.Equal(t, want, subscriber(ip))
	}
}

func TestCookieIsForThisHostAndNoScript(t *testing.T) {
	t.Parallel()
	c := newCookies("-b")
	require.Equal(t, "__Host-cumin_rt-b=rt1.abc; Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict", c.set("rt1.abc"))
	require.Equal(t, "__Host-cumin_rt-b=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict", c.clear())
	for header, want := range map[string]string{
		"":                              "",
		"__Host-cumin_rt-b=x":           "x",
		"a=b; __Host-cumin_rt-b=x; c=d": "x",
		"__Host-cumin_rt=x":             "",
		"__Host-cumin_rt-b=x; __Host-cumin_rt-b=y": "",
		"=;;; \x00": "",
	} {
		require.Equal(t, want, c.read(header), "%q", header)
	}
}

func TestConfigReportsEveryProblemAtOnce(t *testing.T) {
	for name, value := range map[string]string{"CUMIN_LISTEN": "", "CUMIN_ORIGINS": "https://localhost:8443", "CUMIN_TABLE_AUTH": "a", "CUMIN_TABLE_CORE": "c",
		"CUMIN_SIGNING_KEY_FILE": "k", "CUMIN_ACCESS_TTL": "6m", "CUMIN_REFRESH_GRACE": "61s", "CUMIN_PASSWORD_MIN": "7", "CUMIN_COOKIE_SUFFIX": "a;b", "CUMIN_LOG_LEVEL": "loud"} {
		t.Setenv(name, value)
	}
	_, err := ConfigFromEnv()
	for _, name := range []string{"CUMIN_LISTEN", "CUMIN_ACCESS_TTL", "CUMIN_REFRESH_GRACE", "CUMIN_PASSWORD_MIN", "CUMIN_COOKIE_SUFFIX", "CUMIN_LOG_LEVEL"} {
		require.ErrorContains(t, err, name)
	}
	require.NotContains(t, err.Error(), "CUMIN_ORIGINS")

	for name, value := range map[string]string{"CUMIN_LISTEN": "127.0.0.1:0", "CUMIN_ACCESS_TTL": "2s", "CUMIN_REFRESH_GRACE": "0s", "CUMIN_PASSWORD_MIN": "8", "CUMIN_COOKIE_SUFFIX": "", "CUMIN_LOG_LEVEL": "warn"} {
		t.Setenv(name, value)
	}
	cfg, err := ConfigFromEnv()
	require.NoError(t, err)
	require.Equal(t, 2*time.Second, cfg.AccessTTL)
	require.Zero(t, cfg.RefreshGrace)
	require.Equal(t, FreeAttempts{50, 5}, cfg.Free)
	require.LessOrEqual(t, maxAccessTTL, cumin.RevocationKept, "a revocation is remembered longer than any token lives")
}
