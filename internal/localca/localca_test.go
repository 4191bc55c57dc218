package localca

import (
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func ensure(t *testing.T, dir string, at time.Time) (Files, *x509.Certificate, *x509.Certificate) {
	t.Helper()
	f, err := Ensure(dir, at)
	require.NoError(t, err)
	root, err := readCertificate(f.Root)
	require.NoError(t, err)
	leaf, err := readCertificate(f.Cert)
	require.NoError(t, err)
	return f, root, leaf
}

func verify(root, leaf *x509.Certificate, name string, at time.Time) error {
	roots := x509.NewCertPool()
	roots.AddCert(root)
	_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name, CurrentTime: at})
	return err
}

func TestLeafIsGoodForLoopbackNames(t *testing.T) {
	t.Parallel()
	f, root, leaf := ensure(t, t.TempDir(), now)
	require.True(t, f.NewRoot)
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		require.NoError(t, verify(root, leaf, name, now))
	}
	require.Error(t, verify(root, leaf, "example.com", now))
	for _, key := range []string{f.Key, filepath.Join(filepath.Dir(f.Root), "root.key")} {
		info, err := os.Stat(key)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestStolenRootKeyImpersonatesNobodyElse(t *testing.T) {
	t.Parallel()
	root, err := makeRoot(now)
	require.NoError(t, err)
	evil, err := sign(&x509.Certificate{NotAfter: now.Add(time.Hour), DNSNames: []string{"bank.example"}, IPAddresses: []net.IP{net.IPv4(10, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, root, now)
	require.NoError(t, err)
	require.Error(t, verify(root.cert, evil.cert, "bank.example", now))
	require.Error(t, verify(root.cert, evil.cert, "10.0.0.1", now))
}

func TestFilesAreKeptThenRenewedInTime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, root, leaf := ensure(t, dir, now)

	f, sameRoot, sameLeaf := ensure(t, dir, now.Add(leafLife-renewBefore-time.Minute))
	require.False(t, f.NewRoot)
	require.True(t, root.Equal(sameRoot))
	require.True(t, leaf.Equal(sameLeaf))

	later := now.Add(leafLife - renewBefore)
	f, sameRoot, newLeaf := ensure(t, dir, later)
	require.False(t, f.NewRoot, "trust in the root survives")
	require.True(t, root.Equal(sameRoot))
	require.False(t, leaf.Equal(newLeaf))
	require.NoError(t, verify(root, newLeaf, "localhost", later.Add(leafLife-time.Hour)))

	f, newRoot, newLeaf := ensure(t, dir, now.Add(rootLife-renewBefore))
	require.True(t, f.NewRoot)
	require.NoError(t, verify(newRoot, newLeaf, "localhost", now.Add(rootLife)))
}

func TestBrokenFilesAreMadeAgain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"root.crt", "root.key", "localhost.crt", "localhost.key"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ensure(t, dir, now)
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("half a fi"), 0o600))
			_, root, leaf := ensure(t, dir, now)
			require.NoError(t, verify(root, leaf, "localhost", now))
		})
	}
}

func TestTrustOfAFreshAuthorityNamesTheCommands(t *testing.T) {
	t.Parallel()
	f, _, _ := ensure(t, t.TempDir(), time.Now())
	trust, err := TrustOf(t.Context(), f)
	require.NoError(t, err)
	require.False(t, trust.System)
	require.False(t, trust.Chromium)
	require.Contains(t, strings.Join(trust.Commands, "\n"), f.Root)
}
