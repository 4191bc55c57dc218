package edge

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

var b64 = base64.RawURLEncoding

func accessToken(t *testing.T, a answer) string {
	t.Helper()
	var s struct{ AccessToken string }
	require.NoError(t, json.Unmarshal([]byte(a.body), &s))
	return s.AccessToken
}

// forgeries are tokens made from a genuine one of mallory and what is public.
func forgeries(t *testing.T, genuine, victim, jwks string) map[string]string {
	t.Helper()
	parts := strings.Split(genuine, ".")
	var header, payload map[string]any
	decode := func(part string, into any) {
		raw, err := b64.DecodeString(part)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, into))
	}
	decode(parts[0], &header)
	decode(parts[1], &payload)
	encode := func(from map[string]any, change map[string]any) string {
		all := map[string]any{}
		for k, v := range from {
			all[k] = v
		}
		for k, v := range change {
			all[k] = v
		}
		raw, err := json.Marshal(all)
		require.NoError(t, err)
		return b64.EncodeToString(raw)
	}
	asVictim := encode(payload, map[string]any{"sub": victim})
	var published struct{ Keys []struct{ X, Y string } }
	require.NoError(t, json.Unmarshal([]byte(jwks), &published))
	x, err := b64.DecodeString(published.Keys[0].X)
	require.NoError(t, err)
	hs := func(secret []byte) string {
		unsigned := encode(header, map[string]any{"alg": "HS256"}) + "." + asVictim
		h := hmac.New(sha256.New, secret)
		h.Write([]byte(unsigned))
		return unsigned + "." + b64.EncodeToString(h.Sum(nil))
	}
	return map[string]string{
		"another's id under one's own signature": parts[0] + "." + asVictim + "." + parts[2],
		"alg none":                               encode(header, map[string]any{"alg": "none"}) + "." + asVictim + ".",
		"alg None, signature kept":               encode(header, map[string]any{"alg": "None"}) + "." + asVictim + "." + parts[2],
		"HMAC with the published key":            hs(x),
		"HMAC with the published document":       hs([]byte(jwks)),
		"a key of its own inside":                encode(header, map[string]any{"jwk": published.Keys[0], "jku": "https://evil.example/jwks.json"}) + "." + asVictim + "." + parts[2],
		"a key id that is a path":                encode(header, map[string]any{"kid": "../../../dev/null"}) + "." + parts[1] + "." + parts[2],
		"an extension it says is critical":       encode(header, map[string]any{"crit": []string{"b64"}, "b64": false}) + "." + parts[1] + "." + parts[2],
		"a later expiry":                         parts[0] + "." + encode(payload, map[string]any{"exp": 4102444800}) + "." + parts[2],
		"a signature of zeros":                   parts[0] + "." + asVictim + "." + b64.EncodeToString(make([]byte, 64)),
		"a signature that is cut":                genuine[:len(genuine)-2],
		"ten thousand dots":                      strings.Repeat(".", 3000),
	}
}

func TestForgedAccessTokensOpenNothing(t *testing.T) {
	t.Parallel()
	mallory, victim := newUser(t, "forger"), newUser(t, "forged")
	nginx := doors(t, "auth")[0]
	jwks := nginx.send(t, "GET", "/.well-known/jwks.json", "")
	require.Equal(t, 200, jwks.status)
	for what, raw := range forgeries(t, mallory.Token(), victim.ID, jwks.body) {
		for _, place := range []struct{ service, path string }{{"api", "/api/v1/projects"}, {"auth", "/auth/me"}} {
			for _, d := range doors(t, place.service) {
				a := d.send(t, "GET", place.path, "", "Authorization", "Bearer "+raw)
				require.Equal(t, 401, a.status, "%s at %s: %s", what, d.name, a.body)
				require.Equal(t, "token_invalid", a.code, what)
			}
		}
		require.Equal(t, "token_invalid", refusedSocket(t, raw), what)
	}
}

// refusedSocket is the code with which a connection is refused.
func refusedSocket(t *testing.T, token string) string {
	t.Helper()
	s := stack.Use(t)
	_, err := sioclient.Dial(t.Context(), sioclient.Options{
		URL: s.SecureURL() + "/sockets/socket.io/", Transport: sioclient.WebSocket, Auth: map[string]string{"token": token}, TLS: trust(t),
	})
	var refused *sioclient.ConnectError
	require.ErrorAs(t, err, &refused)
	return refused.Data.Code
}

func TestATokenAnywhereButInOneHeaderIsNotLookedAt(t *testing.T) {
	t.Parallel()
	u := newUser(t, "misplaced")
	token := u.Token()
	_, refresh, _ := strings.Cut(refreshCookie(t, u), "=")
	for _, d := range doors(t, "api") {
		for what, c := range map[string]struct {
			path    string
			headers []string
		}{
			"in the query":                {"/api/v1/projects?access_token=" + token, nil},
			"in a cookie":                 {"/api/v1/projects", []string{"Cookie", "access_token=" + token + "; Authorization=Bearer " + token}},
			"as Basic":                    {"/api/v1/projects", []string{"Authorization", "Basic " + token}},
			"without a scheme":            {"/api/v1/projects", []string{"Authorization", token}},
			"under the name with a _":     {"/api/v1/projects", []string{"X_Authorization", "Bearer " + token}},
			"as the proxy's":              {"/api/v1/projects", []string{"Proxy-Authorization", "Bearer " + token, "X-Forwarded-User", u.ID, "X-User-Id", u.ID}},
			"and it is a refresh token":   {"/api/v1/projects", []string{"Authorization", "Bearer " + refresh}},
			"in two headers":              {"/api/v1/projects", []string{"Authorization", "Bearer " + token, "Authorization", "Bearer " + token}},
			"in a list":                   {"/api/v1/projects", []string{"Authorization", "Bearer " + token + ", Bearer " + token}},
			"with something behind":       {"/api/v1/projects", []string{"Authorization", "Bearer " + token + " x"}},
			"in a header beyond measure":  {"/api/v1/projects", []string{"Authorization", "Bearer " + token + strings.Repeat("A", 6000)}},
			"in a query beside a good id": {"/api/v1/projects?token=" + token + "&limit=1", nil},
		} {
			a := d.send(t, "GET", c.path, "", c.headers...)
			require.Contains(t, []int{400, 401}, a.status, "%s at %s: %s", what, d.name, a.body)
		}
	}
}
