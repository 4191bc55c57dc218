package nginx

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/localca"
)

// upstream is a stub service that remembers what reached it.
type upstream struct {
	*httptest.Server
	name string

	mu   sync.Mutex
	seen []*http.Request
}

func newUpstream(t *testing.T, name string) *upstream {
	t.Helper()
	u := &upstream{name: name}
	u.Server = httptest.NewServer(u)
	t.Cleanup(u.Close)
	return u
}

func (u *upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	u.seen = append(u.seen, r)
	u.mu.Unlock()
	if r.Header.Get("Upgrade") == "websocket" {
		echoUpgraded(w)
		return
	}
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Server", "secret/1.0")
	w.Header().Set("X-Request-Id", r.Header.Get("X-Request-Id"))
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"service":%q,"bytes":%d}`, u.name, len(body))
}

// echoUpgraded switches protocols, then repeats whatever comes.
func echoUpgraded(w http.ResponseWriter) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprint(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	io.Copy(conn, buf)
}

func (u *upstream) address() string { return u.Listener.Addr().String() }

func (u *upstream) count() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.seen)
}

// last is the request that reached the service last.
func (u *upstream) last(t *testing.T) *http.Request {
	t.Helper()
	u.mu.Lock()
	defer u.mu.Unlock()
	require.NotEmpty(t, u.seen, "nothing reached %s", u.name)
	return u.seen[len(u.seen)-1]
}

// site is a running nginx with stub services behind it.
type site struct {
	settings           Settings
	auth, api, sockets *upstream
	client             *http.Client
	roots              *x509.CertPool
}

// nginxBinary finds nginx or fails in words a person can act on.
func nginxBinary(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("nginx is missing and these tests need a real one; install it: apt-get install -y nginx-light (Debian), brew install nginx (macOS)")
	return ""
}

// newSettings are those of a site on free ports with stub services.
func newSettings(t *testing.T, change func(*Settings)) (Settings, *site) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "our web; it's {new}") // a checkout may lie anywhere
	cert, err := localca.Ensure(filepath.Join(dir, "ca"), time.Now())
	require.NoError(t, err)
	version, err := Version(t.Context(), nginxBinary(t))
	require.NoError(t, err)
	web := filepath.Join(dir, "web")
	for name, content := range map[string]string{"index.html": "<!doctype html><title>Cumin</title>", "assets/app-abc.js": "1", "assets/app-abc.js.map": "{}",
		".env": "SECRET=1", "assets/.env": "SECRET=1", "robots.txt": "User-agent: *"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(web, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(web, name), []byte(content), 0o644))
	}
	st := &site{auth: newUpstream(t, "auth"), api: newUpstream(t, "api"), sockets: newUpstream(t, "sockets")}
	s := Settings{
		Version: version, RunDir: filepath.Join(dir, "run"), WebRoot: web, Workers: 1, CertFile: cert.Cert, KeyFile: cert.Key,
		Bind: "127.0.0.1", HTTPSPort: freePort(t), HTTPPort: freePort(t), PublicHost: "localhost", OtherHosts: []string{"127.0.0.1"},
		Auth: st.auth.address(), API: st.api.address(), Sockets: []SocketsUpstream{{Address: st.sockets.address()}},
		Rates: LocalRates(),
	}
	if os.Geteuid() == 0 {
		s.User = "root" // or the workers could not read the test's directory
	}
	if change != nil {
		change(&s)
	}
	rootPEM, err := os.ReadFile(cert.Root)
	require.NoError(t, err)
	st.settings, st.roots = s, x509.NewCertPool()
	require.True(t, st.roots.AppendCertsFromPEM(rootPEM))
	return s, st
}

// start runs nginx until the test ends.
func start(t *testing.T, change func(*Settings)) *site {
	t.Helper()
	s, st := newSettings(t, change)
	conf, err := Write(s)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	errorLog := filepath.Join(s.RunDir, "error.log")
	cmd := exec.CommandContext(ctx, nginxBinary(t), "-e", errorLog, "-c", conf)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // or its workers would stay
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(errorLog)
			t.Logf("nginx: %s%s", stderr.String(), log)
		}
	})
	st.client = &http.Client{
		Timeout: 5 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: st.roots}, ForceAttemptHTTP2: true,
			DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(st.client.CloseIdleConnections)
	require.Eventually(t, func() bool {
		conn, err := net.Dial("tcp", st.address(s.HTTPSPort))
		if err == nil {
			conn.Close()
		}
		return err == nil
	}, 5*time.Second, 5*time.Millisecond, "nginx does not listen: %s", &stderr)
	return st
}

func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

func (s *site) address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// do sends a request over HTTPS; a "Host" header sets the request's Host.
func (s *site) do(t *testing.T, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	return s.send(t, "https://"+s.address(s.settings.HTTPSPort), method, path, body, header...)
}

func (s *site) send(t *testing.T, base, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
			continue
		}
		req.Header.Add(header[i], header[i+1])
	}
	res, err := s.client.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(b)
}

// raw sends bytes over TLS and returns what comes back within a moment.
func (s *site) raw(t *testing.T, payload string) string {
	t.Helper()
	conn := s.dial(t)
	_, err := io.WriteString(conn, payload)
	require.NoError(t, err)
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(500*time.Millisecond)))
	answer, _ := io.ReadAll(conn)
	return string(answer)
}

func (s *site) dial(t *testing.T) *tls.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", s.address(s.settings.HTTPSPort), &tls.Config{RootCAs: s.roots, ServerName: "localhost", NextProtos: []string{"http/1.1"}})
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

// problem checks that the answer is a refusal in our words.
func problem(t *testing.T, res *http.Response, body string, status int, code string) {
	t.Helper()
	require.Equal(t, status, res.StatusCode, body)
	require.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
	var p map[string]any
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	require.Equal(t, map[string]any{"type": httpapi.ProblemsPath + "#" + code, "title": http.StatusText(status), "status": float64(status), "code": code,
		"requestId": res.Header.Get("X-Request-Id")}, p)
	require.NotEqual(t, http.StatusInternalServerError, httpapi.StatusOf(cumin.Code(code)), "no such code is explained")
	require.NotEmpty(t, p["requestId"])
	require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	require.NotContains(t, maps.Collect(maps.All(res.Header))["Server"], "nginx/")
}
