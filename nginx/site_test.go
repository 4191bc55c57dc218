package nginx

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestNginxAcceptsTheConfiguration(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Settings){
		"local": func(s *Settings) { s.PlainLocal = true },
		"production": func(s *Settings) {
			s.Bind, s.HSTS, s.PublicPort, s.LoadBalancers = "", true, 443, []string{"10.0.0.0/16"}
			s.Rates = Rates{}
		},
		"three instances": func(s *Settings) {
			s.Sockets = []SocketsUpstream{{"a", "127.0.0.1:1"}, {"b", "127.0.0.1:2"}, {"b-2", "127.0.0.1:3"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newSettings(t, change)
			conf, err := Write(s)
			require.NoError(t, err)
			out, err := exec.Command(nginxBinary(t), "-t", "-e", filepath.Join(s.RunDir, "error.log"), "-c", conf).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.NotContains(t, string(out), "[warn]")
		})
	}
}

func TestHTTP2SyntaxFollowsTheVersion(t *testing.T) {
	t.Parallel()
	for version, directive := range map[string]bool{"1.22.1": false, "1.25.0": false, "1.25.1": true, "1.30.0": true, "2.0.0": true} {
		s, _ := newSettings(t, func(s *Settings) { s.Version = version })
		conf, err := Render(s)
		require.NoError(t, err)
		require.Equal(t, directive, strings.Contains(conf, "http2 on;"), version)
		require.Equal(t, !directive, strings.Contains(conf, "ssl http2"), version)
	}
}

func TestSettingsThatWouldOpenAHoleAreRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Settings){
		"plain HTTP for the world":  func(s *Settings) { s.PlainLocal, s.Bind = true, "" },
		"plain HTTP on the network": func(s *Settings) { s.PlainLocal, s.Bind = true, "192.168.1.2" },
		"a path with a directive":   func(s *Settings) { s.WebRoot = `/web"; autoindex on; #` },
		"a path with a variable":    func(s *Settings) { s.WebRoot = "/web/$http_x" },
		"a path of two lines":       func(s *Settings) { s.WebRoot = "/web\n" },
		"a relative path":           func(s *Settings) { s.WebRoot = "web" },
		"a host with a directive":   func(s *Settings) { s.PublicHost = "a; b" },
		"an upstream without port":  func(s *Settings) { s.API = "127.0.0.1" },
		"no sockets":                func(s *Settings) { s.Sockets = nil },
		"two instances, no name":    func(s *Settings) { s.Sockets = append(s.Sockets, s.Sockets...) },
		"a name as an expression":   func(s *Settings) { s.Sockets[0].Name = ".*" },
		"no version":                func(s *Settings) { s.Version = "" },
		"a limit of nothing":        func(s *Settings) { s.Rates.API.Burst = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newSettings(t, change)
			_, err := Render(s)
			require.Error(t, err)
		})
	}
}

func TestRequestsReachTheirService(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for path, service := range map[string]string{
		"/auth/login": "auth", "/auth/refresh": "auth", "/auth/me": "auth", "/.well-known/jwks.json": "auth",
		"/api/v1/projects": "api", "/api/v1/x.yml": "api", "/sockets/socket.io/?EIO=4&transport=polling": "sockets",
	} {
		res, body := s.do(t, "POST", path, "{}")
		require.Equal(t, 200, res.StatusCode, path)
		require.JSONEq(t, `{"service":"`+service+`","bytes":2}`, body, path)
		require.Equal(t, "HTTP/2.0", res.Proto)
		require.NotContains(t, res.Header.Get("Server"), "secret")
	}
}

func TestCookiesReachTheAuthServiceOnly(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for path, u := range map[string]*upstream{"/auth/refresh": s.auth, "/auth/me": s.auth, "/api/v1/projects": s.api,
		"/sockets/socket.io/": s.sockets, "/.well-known/jwks.json": s.auth, "/api/..%2fauth/": s.api} {
		s.do(t, "GET", path, "", "Cookie", "__Host-cumin_rt=secret")
		want := ""
		if strings.HasPrefix(path, "/auth/") {
			want = "__Host-cumin_rt=secret"
		}
		if u.count() > 0 { // an odd path may be refused instead
			require.Equal(t, want, u.last(t).Header.Get("Cookie"), path)
		}
	}
}

func TestHeadersThatClaimAnIdentityAreReplaced(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	forged := []string{"X-Real-IP", "6.6.6.6", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "gopher", "X-Forwarded-Host", "evil.example",
		"X_User_Id", "root", "Authorization", "Bearer abc"}
	for _, name := range scrubbed {
		forged = append(forged, name, "evil")
	}
	s.do(t, "GET", "/api/v1/x", "", forged...)
	got := s.api.last(t)
	require.Equal(t, "localhost", got.Host)
	for name, want := range map[string]string{"X-Real-Ip": "127.0.0.1", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "Authorization": "Bearer abc"} {
		require.Equal(t, []string{want}, got.Header.Values(name), name)
	}
	for _, name := range append(scrubbed, "X_User_Id", "Upgrade") {
		require.Empty(t, got.Header.Values(name), name)
	}
	require.NotContains(t, got.Header.Get("X-Forwarded-Host"), "evil")
}

func TestForgedHostIsMisdirected(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, host := range []string{"evil.example", "localhost.evil.example", "xlocalhost"} {
		res, body := s.do(t, "GET", "/api/v1/x", "", "Host", host)
		problem(t, res, body, 421, "misdirected")
	}
	for _, line := range []string{"localhost:443@evil", "localhost\\evil", "loc alhost", ""} {
		answer := s.raw(t, "GET /api/v1/x HTTP/1.1\r\nHost: "+line+"\r\nConnection: close\r\n\r\n")
		require.Regexp(t, `^HTTP/1\.1 4(00|21) `, answer, line)
	}
	require.Zero(t, s.api.count())
	for _, host := range []string{"localhost", "127.0.0.1", "LOCALHOST"} {
		res, _ := s.do(t, "GET", "/api/v1/x", "", "Host", host)
		require.Equal(t, 200, res.StatusCode, host)
		require.Equal(t, "localhost", s.api.last(t).Host, "services see a constant")
	}
}

func TestRequestIDIsKeptWhenWellFormedElseMinted(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for sent, kept := range map[string]bool{"abcDEF.0_-9": true, "short": false, strings.Repeat("a", 65): false, "with space here": false, `quote"quote"`: false} {
		res, _ := s.do(t, "GET", "/api/v1/x", "", "X-Request-Id", sent)
		got := res.Header.Values("X-Request-Id")
		require.Len(t, got, 1)
		require.Equal(t, kept, got[0] == sent, sent)
		require.Regexp(t, `^[A-Za-z0-9._-]{8,64}$`, got[0])
		require.Equal(t, got[0], s.api.last(t).Header.Get("X-Request-Id"))
		require.Regexp(t, `^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`, s.api.last(t).Header.Get("traceparent"))
	}
}

func TestWebSocketPassesBothWays(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	conn := s.dial(t)
	_, err := io.WriteString(conn, "GET /sockets/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://localhost\r\n\r\n")
	require.NoError(t, err)
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, res.StatusCode)
	require.Equal(t, "https://localhost", s.sockets.last(t).Header.Get("Origin"), "the service checks it")
	_, err = io.WriteString(conn, "ping\n")
	require.NoError(t, err)
	line, err := r.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ping\n", line)
}

func TestOnlySocketsMayUpgrade(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	answer := s.raw(t, "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 200"), answer)
	require.Empty(t, s.api.last(t).Header.Get("Upgrade"))
}

func TestSocketSessionStaysOnItsInstance(t *testing.T) {
	t.Parallel()
	a, b := newUpstream(t, "a"), newUpstream(t, "b")
	s := start(t, func(s *Settings) { s.Sockets = []SocketsUpstream{{"a", a.address()}, {"ab", b.address()}} })
	for range 4 {
		s.do(t, "POST", "/sockets/socket.io/?EIO=4&transport=polling&sid=ab.123", "x")
	}
	require.Equal(t, 4, b.count())
	require.Zero(t, a.count())
	for range 4 {
		s.do(t, "GET", "/sockets/socket.io/?EIO=4&transport=polling", "")
	}
	require.Equal(t, 8, a.count()+b.count())
	require.NotZero(t, a.count(), "new sessions are spread")
}

func TestAmbiguousFramingNeverReachesAService(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	inner := "GET /api/v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, payload := range map[string]string{
		"content length and chunked":  "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
		"two content lengths":         "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 50\r\n\r\n" + inner,
		"content length list":         "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0, 50\r\n\r\n" + inner,
		"signed content length":       "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: +0\r\n\r\n" + inner,
		"xchunked":                    "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
		"chunked twice":               "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + inner,
		"chunk size 0x2":              "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n0\r\n\r\n",
		"space before the colon":      "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
		"two hosts":                   "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
		"no host":                     "GET /api/v1/x HTTP/1.1\r\n\r\n",
		"another version":             "GET /api/v1/x HTTP/3.7\r\nHost: localhost\r\n\r\n",
		"absolute URL to another one": "GET http://evil.example/api/v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"connect":                     "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"trace":                       "TRACE /api/v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			answer := s.raw(t, payload)
			require.Regexp(t, `^HTTP/1\.1 (400|405|421|501|505) `, answer)
			for _, r := range s.api.seen {
				require.NotContains(t, r.URL.Path, "smuggled")
			}
		})
	}
	require.Zero(t, s.api.count())
}

func TestBareLFBeforeTransferEncodingIsOneRequestForEverybody(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	// nginx reads a bare LF as the end of a line: then this has both framings.
	answer := s.raw(t, "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nX: a\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /api/v1/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 400"), answer)
	require.Zero(t, s.api.count())
}

func TestChunkedBodiesReachServicesWithALength(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	answer := s.raw(t, "POST /api/v1/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 200"), answer)
	require.EqualValues(t, 2, s.api.last(t).ContentLength, "the services' guard takes no chunks")
	require.Empty(t, s.api.last(t).TransferEncoding)
}

func TestRefusalsOfNginxAreProblems(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.api.Close()
	for name, tc := range map[string]struct {
		method, path, body string
		header             []string
		status             int
		code               string
	}{
		"a missing asset":            {"GET", "/assets/app-old.js", "", nil, 404, "not_found"},
		"an asset written to":        {"POST", "/assets/app-abc.js", "{}", nil, 405, "method_not_allowed"},
		"a page written to":          {"DELETE", "/projects", "", nil, 405, "method_not_allowed"},
		"an odd method":              {"PROPFIND", "/api/v1/x", "", nil, 405, "method_not_allowed"},
		"a trace":                    {"TRACE", "/api/v1/x", "", nil, 405, "method_not_allowed"},
		"a trace of a page":          {"TRACE", "/projects", "", nil, 405, "method_not_allowed"},
		"a source map":               {"GET", "/index.js.map", "", nil, 404, "not_found"},
		"a dot file":                 {"GET", "/.env", "", nil, 404, "not_found"},
		"a repository":               {"GET", "/.git/config", "", nil, 404, "not_found"},
		"a service that is down":     {"GET", "/api/v1/x", "", nil, 502, "unavailable"},
		"a body for refresh too big": {"POST", "/auth/refresh", strings.Repeat("x", 5<<10), nil, 413, "body_too_large"},
		"a body for login too big":   {"POST", "/auth/login", strings.Repeat("x", 17<<10), nil, 413, "body_too_large"},
		"a body too big":             {"POST", "/api/v1/x", strings.Repeat("x", 257<<10), nil, 413, "body_too_large"},
		"an internal location":       {"GET", "/__error/", "", nil, 404, "not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := s.do(t, tc.method, tc.path, tc.body, tc.header...)
			problem(t, res, body, tc.status, tc.code)
			require.Equal(t, tc.status == 405, res.Header.Get("Allow") != "", "RFC 9110, 15.5.6")
		})
	}
	answer := s.raw(t, "nonsense\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 400"), "not 500: %s", answer)
	require.Contains(t, answer, "application/problem+json")
	answer = s.raw(t, "GET /api/v1/x HTTP/1.1\r\nHost: localhost\r\nX: "+strings.Repeat("a", 9<<10)+"\r\n\r\n")
	require.True(t, strings.HasPrefix(answer, "HTTP/1.1 431"), answer[:40])
}

func TestStrictRatesRefuseAFlood(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *Settings) { s.Rates = Rates{} })
	refused := 0
	for i := range 60 {
		path := []string{"/auth/login", "/auth/reset"}[i%2] // one limit for whatever hashes a password
		res, body := s.do(t, "POST", path, "{}")
		if res.StatusCode == 429 {
			problem(t, res, body, 429, "rate_limited")
			require.NotEmpty(t, res.Header.Get("Retry-After"))
			refused++
		}
	}
	require.Greater(t, refused, 20, "20 at once and 5 a second pass")
	res, _ := s.do(t, "GET", "/api/v1/x", "")
	require.Equal(t, 200, res.StatusCode, "each kind has its own limit")
}

func TestPagesOfTheClient(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	for _, path := range []string{"/", "/projects/01J00000000000000000000001", "/reset", "/index.html"} {
		res, body := s.do(t, "GET", path, "")
		require.Equal(t, 200, res.StatusCode)
		require.Contains(t, body, "<title>Cumin</title>")
		require.Equal(t, "no-cache", res.Header.Get("Cache-Control"))
		require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"))
		csp := res.Header.Get("Content-Security-Policy")
		require.Contains(t, csp, "default-src 'none'; script-src 'self'; style-src 'self';")
		require.Contains(t, csp, "connect-src 'self' wss://127.0.0.1:")
		require.NotContains(t, csp, "unsafe")
		require.Empty(t, res.Header.Get("Strict-Transport-Security"), "production only")
	}
	res, _ := s.do(t, "GET", "/assets/app-abc.js", "")
	require.Equal(t, "public, max-age=31536000, immutable", res.Header.Get("Cache-Control"))
	require.Equal(t, "text/javascript; charset=utf-8", res.Header.Get("Content-Type"))
}

func TestPagesOfTheServicesLoadOurStyleSheetAndNothingElse(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	const nothing = "default-src 'none'; frame-ancestors 'none'"
	for path, styled := range map[string]bool{
		"/api/v1/docs": true, "/api/v1/docs/problems": true, "/auth/docs": true, "/auth/docs?x=1": true,
		"/api/v1/projects": false, "/api/v1/docsx": false, "/auth/me": false, "/api/v1/x/docs": false,
	} {
		res, _ := s.do(t, "GET", path, "")
		csp := res.Header.Values("Content-Security-Policy")
		require.Len(t, csp, 1, path)
		if !styled {
			require.Equal(t, nothing, csp[0], path)
			continue
		}
		require.Contains(t, csp[0], "default-src 'none'; style-src 'self'; font-src 'self';", path)
		require.NotContains(t, csp[0], "script-src", path)
		require.NotContains(t, csp[0], "unsafe", path)
	}
	for _, path := range []string{"/docs", "/api/docs"} {
		res, _ := s.do(t, "GET", path, "")
		require.Equal(t, 302, res.StatusCode, path)
		require.Equal(t, "/api/v1/docs", res.Header.Get("Location"), path)
		require.Equal(t, nothing, res.Header.Get("Content-Security-Policy"), path)
	}
}

func TestFilesThatAreNotTheClientsStayHidden(t *testing.T) {
	t.Parallel()
	s := start(t, nil) // its files are there, also those beside the assets
	for _, target := range []string{
		"/.env", "/assets/.env", "/assets/app-abc.js.map", "/assets/app-abc.js%2emap", "/assets/APP-ABC.JS.MAP", "/assets/app-abc.js.map?v=1",
		"/assets/../.env", "/assets/%2e%2e/.env", "/assets/..%2f.env", "/assets/..%2f..%2frun/nginx.conf", "/assets//../%2e./run/nginx.conf",
		"/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..\\.env", "/assets/", "/assets/app-abc.js/", "/assets/%00app-abc.js",
		"/.well-known/../.env", "/__error/", "/%5f_error/",
	} {
		answer := s.raw(t, "GET "+target+" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
		require.Regexp(t, `^HTTP/1\.1 (400|404) `, answer, target)
	}
}

func TestPlainHTTPRedirectsPagesAndRefusesCalls(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *Settings) { s.HSTS, s.PublicHost, s.PublicPort = true, "app.example.com", 443 })
	plain := "http://" + s.address(s.settings.HTTPPort)
	res, _ := s.send(t, plain, "GET", "/projects", "", "Host", "evil.example")
	require.Equal(t, 308, res.StatusCode)
	require.Equal(t, "https://app.example.com/", res.Header.Get("Location"), "never to what Host says")
	for _, path := range []string{"/auth/login", "/api/v1/x", "/sockets/socket.io/"} {
		res, body := s.send(t, plain, "POST", path, "{}")
		problem(t, res, body, 403, "forbidden")
	}
	res, _ = s.do(t, "GET", "/", "", "Host", "app.example.com")
	require.Equal(t, "max-age=63072000; includeSubDomains", res.Header.Get("Strict-Transport-Security"))
}

func TestPlainLocalServesTheWholeSite(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *Settings) { s.PlainLocal = true })
	plain := "http://" + s.address(s.settings.HTTPPort)
	res, _ := s.send(t, plain, "GET", "/", "")
	require.Contains(t, res.Header.Get("Content-Security-Policy"), "ws://127.0.0.1:")
	res, _ = s.send(t, plain, "POST", "/auth/login", "{}", "Cookie", "a=b")
	require.Equal(t, 200, res.StatusCode)
	require.Equal(t, "http", s.auth.last(t).Header.Get("X-Forwarded-Proto"))
	res, body := s.send(t, plain, "GET", "/", "", "Host", "evil.example")
	problem(t, res, body, 421, "misdirected")
}

func TestAccessLogIsJSONWithoutQueries(t *testing.T) {
	t.Parallel()
	s := start(t, nil)
	s.do(t, "GET", "/api/v1/x?token=secret", "", "X-Request-Id", "req-12345678", "User-Agent", `a "quoted" agent`)
	var line map[string]any
	require.Eventually(t, func() bool {
		raw, err := os.ReadFile(filepath.Join(s.settings.RunDir, "access.log"))
		return err == nil && json.Unmarshal(raw, &line) == nil
	}, 2*time.Second, 10*time.Millisecond)
	require.Equal(t, "req-12345678", line["request_id"])
	require.Equal(t, "/api/v1/x", line["path"])
	require.EqualValues(t, 200, line["status"])
	require.Equal(t, `a "quoted" agent`, line["agent"])
}
