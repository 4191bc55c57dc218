package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// keyServer publishes a JWKS that a test can change, and counts the fetches.
type keyServer struct {
	*httptest.Server
	doc     atomic.Value // []byte; empty: 503
	fetches atomic.Int64
}

func newKeyServer(t *testing.T, sets ...KeySet) *keyServer {
	t.Helper()
	s := &keyServer{}
	s.doc.Store([]byte{})
	for _, set := range sets {
		s.publish(t, set)
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.fetches.Add(1)
		doc := s.doc.Load().([]byte)
		if len(doc) == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Write(doc)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *keyServer) publish(t *testing.T, set KeySet) {
	t.Helper()
	doc, err := json.Marshal(set)
	require.NoError(t, err)
	s.doc.Store(doc)
}

func setOf(t *testing.T, keys ...*ecdsa.PrivateKey) (KeySet, string) {
	t.Helper()
	var signers []crypto.Signer
	for _, k := range keys {
		signers = append(signers, k)
	}
	is, err := NewIssuer(origin, time.Minute, signers)
	require.NoError(t, err)
	return is.Keys(), is.kid
}

func TestRemoteKeysAreFetchedOnceThenCached(t *testing.T) {
	t.Parallel()
	set, id := setOf(t, newKey(t))
	s := newKeyServer(t, set)
	now := time.Now()
	r := NewRemoteKeys(s.URL)
	r.now = func() time.Time { return now }

	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := r.Key(t.Context(), id)
			require.NoError(t, err)
		})
	}
	wg.Wait()
	require.EqualValues(t, 1, s.fetches.Load())

	now = now.Add(5 * time.Minute)
	_, err := r.Key(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.fetches.Load(), "every five minutes")
}

func TestUnknownKeyIsLookedUpAtMostEvery30Seconds(t *testing.T) {
	t.Parallel()
	old, next := newKey(t), newKey(t)
	oldSet, oldID := setOf(t, old)
	bothSet, nextID := setOf(t, next, old)
	s := newKeyServer(t, oldSet)
	now := time.Now()
	r := NewRemoteKeys(s.URL)
	r.now = func() time.Time { return now }
	_, err := r.Key(t.Context(), oldID)
	require.NoError(t, err)

	s.publish(t, bothSet)
	for range 5 {
		_, err = r.Key(t.Context(), nextID)
		require.ErrorIs(t, err, ErrUnknownKey)
	}
	require.EqualValues(t, 1, s.fetches.Load(), "made-up key ids must not make us hammer the issuer")

	now = now.Add(30 * time.Second)
	_, err = r.Key(t.Context(), nextID)
	require.NoError(t, err)
	require.EqualValues(t, 2, s.fetches.Load())
}

func TestLastGoodKeysStayWhileTheIssuerIsDown(t *testing.T) {
	t.Parallel()
	set, id := setOf(t, newKey(t))
	s := newKeyServer(t)
	now := time.Now()
	r := NewRemoteKeys(s.URL)
	r.now = func() time.Time { return now }

	_, err := r.Key(t.Context(), id)
	require.ErrorContains(t, err, "503")
	require.NotErrorIs(t, err, ErrUnknownKey)
	require.Error(t, r.Ready(t.Context()))

	s.publish(t, set)
	now = now.Add(time.Second)
	require.NoError(t, r.Ready(t.Context()))
	_, err = r.Key(t.Context(), id)
	require.NoError(t, err)

	s.doc.Store([]byte{})
	now = now.Add(time.Hour)
	_, err = r.Key(t.Context(), id)
	require.NoError(t, err)
	fetches := s.fetches.Load()
	_, err = r.Key(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, fetches, s.fetches.Load(), "a failed fetch is not repeated at once")
}

func TestJWKSThatCannotBeTrustedIsRefused(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"no JSON":            `<html>`,
		"no keys":            `{"keys":[]}`,
		"only RSA":           `{"keys":[{"kty":"RSA","kid":"a","n":"AQ","e":"AQAB"}]}`,
		"point off curve":    `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}]}`,
		"short coordinate":   `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","x":"AA","y":"AA"}]}`,
		"key for encryption": `{"keys":[{"kty":"EC","crv":"P-256","kid":"a","use":"enc","x":"AA","y":"AA"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseKeySet([]byte(doc))
			require.Error(t, err)
		})
	}
}

func TestKeyIDIsTheThumbprint(t *testing.T) {
	t.Parallel()
	// The P-256 key of RFC 7517 A.1.
	k := jwk{Type: "EC", Curve: "P-256", X: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", Y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
	pub, err := k.key()
	require.NoError(t, err)
	out, err := jwkOf(pub)
	require.NoError(t, err)
	require.Equal(t, "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"[:16], out.ID)
	require.Equal(t, k.X, out.X)
}

func TestKeyFileIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys", "signing.pem")
	var wg sync.WaitGroup
	ids := make([]string, 8)
	for i := range ids {
		wg.Go(func() {
			keys, err := LoadKeys(path)
			require.NoError(t, err)
			_, ids[i] = setOf(t, keys[0].(*ecdsa.PrivateKey))
		})
	}
	wg.Wait()
	for _, id := range ids {
		require.Equal(t, ids[0], id, "two first starts at once agree on one key")
	}
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Chmod(path, 0o644))
	_, err = LoadKeys(path)
	require.ErrorContains(t, err, "lets others read it")
}

func TestKeyFileThatIsNoKeyIsRefused(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{"empty": "", "text": "hello", "a certificate": "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "k.pem")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			_, err := LoadKeys(path)
			require.Error(t, err)
		})
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	_, err = NewIssuer(origin, time.Minute, []crypto.Signer{p384})
	require.ErrorContains(t, err, "P-256")
}
