package token

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

const (
	origin  = "https://localhost:8443"
	user    = cumin.UserID("01J00000000000000000000001")
	session = cumin.SessionID("01J00000000000000000000002")
)

// fixedClock stands still until it is moved.
type fixedClock struct{ now time.Time }

func (c *fixedClock) Now() time.Time { return c.now }

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

type fixture struct {
	clock    *fixedClock
	key      *ecdsa.PrivateKey
	issuer   *Issuer
	verifier *Verifier
	header   map[string]any // of a token as the issuer makes it
	payload  map[string]any
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	f := fixture{clock: &fixedClock{time.Date(2026, 11, 22, 12, 0, 0, 123e6, time.UTC)}, key: newKey(t)}
	var err error
	f.issuer, err = NewIssuer(origin, 5*time.Minute, []crypto.Signer{f.key})
	require.NoError(t, err)
	f.verifier = NewVerifier(origin, f.issuer.Keys(), nil, f.clock)
	f.header = map[string]any{"alg": "ES256", "typ": "at+jwt", "kid": f.issuer.kid}
	now := f.clock.now.Unix()
	f.payload = map[string]any{"iss": origin, "aud": Audience, "sub": user, "sid": session, "jti": "x", "iat": now, "nbf": now, "exp": now + 300}
	return f
}

// forge signs any header and payload with the real key; nil removes a member.
func (f fixture) forge(t *testing.T, header, payload map[string]any) string {
	t.Helper()
	part := func(base, change map[string]any) string {
		m := maps.Clone(base)
		for k, v := range change {
			if m[k] = v; v == nil {
				delete(m, k)
			}
		}
		b, err := json.Marshal(m)
		require.NoError(t, err)
		return b64.EncodeToString(b)
	}
	unsigned := part(f.header, header) + "." + part(f.payload, payload)
	sig, err := sign(f.key, unsigned)
	require.NoError(t, err)
	return unsigned + "." + b64.EncodeToString(sig)
}

func TestIssuedTokenIsVerified(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	raw, err := f.issuer.Issue(user, session, f.clock.now)
	require.NoError(t, err)
	require.Less(t, len(raw), 600)

	c, err := f.verifier.Verify(t.Context(), raw)
	require.NoError(t, err)
	require.Equal(t, user, c.User)
	require.Equal(t, session, c.Session)
	require.WithinDuration(t, f.clock.now, c.Issued, time.Millisecond)
	require.WithinDuration(t, f.clock.now.Add(5*time.Minute), c.Expires, time.Millisecond)

	ctx, err := f.verifier.Authenticate(t.Context(), raw)
	require.NoError(t, err)
	got, ok := FromContext(ctx)
	require.True(t, ok)
	require.Equal(t, c, got)
	_, ok = FromContext(t.Context())
	require.False(t, ok)
}

func TestTokenSaysNothingPersonal(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	raw, err := f.issuer.Issue(user, session, f.clock.now)
	require.NoError(t, err)
	payload, err := b64.DecodeString(strings.Split(raw, ".")[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(payload, &claims))
	for _, name := range []string{"iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"} {
		require.Contains(t, claims, name)
	}
	require.Len(t, claims, 8)
}

func TestForgedAndForeignTokensAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	type m = map[string]any
	now := f.clock.now.Unix()
	other := newKey(t)
	otherJWK, err := jwkOf(&other.PublicKey)
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		header, payload m
		want            cumin.Code // empty: valid
	}{
		"as issued":                            {nil, nil, ""},
		"typ in another case":                  {m{"typ": "AT+JWT"}, nil, ""},
		"alg none":                             {m{"alg": "none"}, nil, cumin.CodeTokenInvalid},
		"alg HS256":                            {m{"alg": "HS256"}, nil, cumin.CodeTokenInvalid},
		"alg ES384":                            {m{"alg": "ES384"}, nil, cumin.CodeTokenInvalid},
		"alg in lower case":                    {m{"alg": "es256"}, nil, cumin.CodeTokenInvalid},
		"alg missing":                          {m{"alg": nil}, nil, cumin.CodeTokenInvalid},
		"an ID token":                          {m{"typ": "JWT"}, nil, cumin.CodeTokenInvalid},
		"typ missing":                          {m{"typ": nil}, nil, cumin.CodeTokenInvalid},
		"typ no string":                        {m{"typ": []string{"at+jwt"}}, nil, cumin.CodeTokenInvalid},
		"an extension we do not know":          {m{"crit": []string{"b64"}, "b64": false}, nil, cumin.CodeTokenInvalid},
		"an empty crit":                        {m{"crit": []string{}}, nil, cumin.CodeTokenInvalid},
		"kid missing":                          {m{"kid": nil}, nil, cumin.CodeTokenInvalid},
		"kid of nobody":                        {m{"kid": "abc"}, nil, cumin.CodeTokenInvalid},
		"kid as a path":                        {m{"kid": "../../etc/passwd"}, nil, cumin.CodeTokenInvalid},
		"a jku is ignored":                     {m{"jku": "https://evil.example/keys"}, nil, ""},
		"a jwk is ignored":                     {m{"jwk": otherJWK}, nil, ""},
		"another issuer":                       {nil, m{"iss": "https://evil.example"}, cumin.CodeTokenInvalid},
		"issuer missing":                       {nil, m{"iss": nil}, cumin.CodeTokenInvalid},
		"another audience":                     {nil, m{"aud": "other-api"}, cumin.CodeTokenInvalid},
		"audience missing":                     {nil, m{"aud": nil}, cumin.CodeTokenInvalid},
		"no expiry":                            {nil, m{"exp": nil}, cumin.CodeTokenInvalid},
		"no nbf":                               {nil, m{"nbf": nil}, cumin.CodeTokenInvalid},
		"no iat":                               {nil, m{"iat": nil}, cumin.CodeTokenInvalid},
		"no jti":                               {nil, m{"jti": nil}, cumin.CodeTokenInvalid},
		"sub no id":                            {nil, m{"sub": "admin"}, cumin.CodeTokenInvalid},
		"sid missing":                          {nil, m{"sid": nil}, cumin.CodeTokenInvalid},
		"expired within the leeway":            {nil, m{"exp": now - 4}, ""},
		"expired":                              {nil, m{"exp": now - 5}, cumin.CodeTokenExpired},
		"expired, and for somebody else":       {nil, m{"exp": now - 60, "aud": "other-api"}, cumin.CodeTokenInvalid},
		"expired, and a refresh would not fix": {m{"typ": "JWT"}, m{"exp": now - 60}, cumin.CodeTokenInvalid},
		"not yet valid":                        {nil, m{"nbf": now + 7}, cumin.CodeTokenInvalid},
		"valid a moment from now":              {nil, m{"nbf": now + 4}, ""},
		"issued in the future":                 {nil, m{"iat": now + 7}, cumin.CodeTokenInvalid},
		"four kilobytes":                       {nil, m{"jti": strings.Repeat("x", 4096)}, cumin.CodeTokenInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.verifier.Verify(t.Context(), f.forge(t, tc.header, tc.payload))
			if tc.want == "" {
				require.NoError(t, err)
				return
			}
			require.Equal(t, tc.want, cumin.CodeOf(err), "%v", err)
		})
	}
}

func TestSignaturesThatAreNotOursAreRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	good := f.forge(t, nil, nil)
	parts := strings.Split(good, ".")
	unsigned := parts[0] + "." + parts[1]

	foreign := f
	foreign.key = newKey(t)

	// the public key's bytes as an HMAC secret, in the two usual spellings
	point, err := f.key.PublicKey.Bytes()
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	require.NoError(t, err)
	hs := b64.EncodeToString([]byte(`{"alg":"HS256","typ":"at+jwt","kid":"`+f.issuer.kid+`"}`)) + "." + parts[1]
	hmacOf := func(secret []byte) string {
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(hs))
		return hs + "." + b64.EncodeToString(h.Sum(nil))
	}
	digest := sha256.Sum256([]byte(unsigned))
	asn1, err := f.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	require.NoError(t, err)

	for name, raw := range map[string]string{
		"signed by another key":       foreign.forge(t, nil, nil),
		"HMAC with the public point":  hmacOf(point),
		"HMAC with the public DER":    hmacOf(der),
		"signature in DER":            unsigned + "." + b64.EncodeToString(asn1),
		"signature of zeros":          unsigned + "." + b64.EncodeToString(make([]byte, 64)),
		"no signature":                unsigned + ".",
		"two parts":                   unsigned,
		"four parts":                  good + ".x",
		"payload changed":             parts[0] + "." + b64.EncodeToString([]byte(`{"sub":"x"}`)) + "." + parts[2],
		"padding":                     good + "=",
		"a character of standard b64": strings.Replace(good, parts[2], "+"+parts[2][1:], 1),
		"not a token":                 "rt1.abc",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.verifier.Verify(t.Context(), raw)
			require.Equal(t, cumin.CodeTokenInvalid, cumin.CodeOf(err), "%v", err)
		})
	}
	_, err = f.verifier.Verify(t.Context(), "")
	require.Equal(t, cumin.CodeTokenMissing, cumin.CodeOf(err))
}

// keysThat answers every lookup with err.
type keysThat struct{ err error }

func (k keysThat) Key(context.Context, string) (*ecdsa.PublicKey, error) { return nil, k.err }

func TestWithoutKeysTheSessionIsNotDoubted(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	v := NewVerifier(origin, keysThat{errors.New("connection refused")}, nil, f.clock)
	_, err := v.Verify(t.Context(), f.forge(t, nil, nil))
	require.Equal(t, cumin.CodeUnavailable, cumin.CodeOf(err), "a client retries on this and signs out on token_invalid")
}

func TestRotationKeepsOldTokensValidWhileTheirKeyIsPublished(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old := f.forge(t, nil, nil)
	next := newKey(t)

	both, err := NewIssuer(origin, time.Minute, []crypto.Signer{next, f.key})
	require.NoError(t, err)
	require.NotEqual(t, f.issuer.kid, both.kid)
	fresh, err := both.Issue(user, session, f.clock.now)
	require.NoError(t, err)
	for _, raw := range []string{old, fresh} {
		_, err = NewVerifier(origin, both.Keys(), nil, f.clock).Verify(t.Context(), raw)
		require.NoError(t, err)
	}

	alone, err := NewIssuer(origin, time.Minute, []crypto.Signer{next})
	require.NoError(t, err)
	_, err = NewVerifier(origin, alone.Keys(), nil, f.clock).Verify(t.Context(), old)
	require.Equal(t, cumin.CodeTokenInvalid, cumin.CodeOf(err))
}

func BenchmarkVerify(b *testing.B) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(b, err)
	is, err := NewIssuer(origin, time.Minute, []crypto.Signer{key})
	require.NoError(b, err)
	clock := &fixedClock{time.Now()}
	raw, err := is.Issue(user, session, clock.now)
	require.NoError(b, err)
	v := NewVerifier(origin, is.Keys(), nil, clock)
	for b.Loop() {
		if _, err := v.Verify(b.Context(), raw); err != nil {
			b.Fatal(err)
		}
	}
}
