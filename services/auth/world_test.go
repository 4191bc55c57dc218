package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

const (
	origin   = "https://cumin.test"
	password = "a river of small stones"
)

// world is the service on an embedded AWS of its own.
type world struct {
	t     *testing.T
	aws   *dynamotest.AWS
	app   *fiber.App
	clock *testClock
	logs  *lockedBuffer
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	w := &world{t: t, aws: dynamotest.Start(t), clock: &testClock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}, logs: &lockedBuffer{}}
	cfg := Config{Origins: []string{origin}, Tables: w.aws.Tables, SigningKeyFile: filepath.Join(t.TempDir(), "signing.pem"),
		AccessTTL: 5 * time.Minute, RefreshGrace: 30 * time.Second, PasswordMin: 15, Free: FreeAttempts{Logins: 1000, Signups: 1000}}
	if change != nil {
		change(&cfg)
	}
	shell, err := newServer(cfg, w.aws.DB, w.clock, cheap, slog.New(slog.NewJSONHandler(w.logs, nil)))
	require.NoError(t, err)
	w.app = shell.App()
	return w
}

// testClock moves when a test says so.
type testClock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *testClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *testClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type lockedBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// answer is one response.
type answer struct {
	status  int
	header  http.Header
	session SessionBody
	problem httpapi.Problem
	raw     string
}

// cookie is the refresh token that the answer sets; empty when it sets none
// or takes it away.
func (a answer) cookie() string {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.Name == cookieName {
			return c.Value
		}
	}
	return ""
}

// cleared reports whether the answer takes the cookie away.
func (a answer) cleared() bool {
	return strings.HasPrefix(a.header.Get("Set-Cookie"), cookieName+"=;")
}

// do sends a request as a browser of the site does; headers come in pairs and
// an empty value removes one.
func (w *world) do(method, path, body string, header ...string) answer {
	w.t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Origin", origin)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if req.Header.Del(header[i]); header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	res, err := w.app.Test(req, 30_000)
	require.NoError(w.t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(w.t, err)
	a := answer{status: res.StatusCode, header: res.Header, raw: string(raw)}
	if res.StatusCode >= 400 {
		require.NoError(w.t, json.Unmarshal(raw, &a.problem), string(raw))
	} else if len(raw) > 0 {
		require.NoError(w.t, json.Unmarshal(raw, &a.session), string(raw))
	}
	return a
}

func (w *world) refused(a answer, status int, code cumin.Code) {
	w.t.Helper()
	require.Equal(w.t, status, a.status, a.raw)
	require.Equal(w.t, code, a.problem.Code)
}

// notBrowser removes what only browsers send.
var notBrowser = []string{"Origin", "", "Sec-Fetch-Site", ""}

func body(t *testing.T, members map[string]string) string {
	t.Helper()
	b, err := json.Marshal(members)
	require.NoError(t, err)
	return string(b)
}

// register makes an account and returns the first answer.
func (w *world) register(email string) answer {
	w.t.Helper()
	a := w.do("POST", "/auth/register", body(w.t, map[string]string{"email": email, "name": "Ada Lovelace", "password": password}))
	require.Equal(w.t, 201, a.status, a.raw)
	return a
}

func (w *world) login(email, password string, header ...string) answer {
	w.t.Helper()
	return w.do("POST", "/auth/login", body(w.t, map[string]string{"email": email, "password": password}), header...)
}

func (w *world) refresh(cookie string, header ...string) answer {
	w.t.Helper()
	return w.do("POST", "/auth/refresh", "", append([]string{"Cookie", cookieName + "=" + cookie}, header...)...)
}

func (w *world) me(access string) answer {
	w.t.Helper()
	return w.do("GET", "/auth/me", "", "Authorization", "Bearer "+access)
}

// devices lists the caller's sessions.
func (w *world) devices(access string) []Device {
	w.t.Helper()
	a := w.do("GET", "/auth/sessions", "", "Authorization", "Bearer "+access)
	require.Equal(w.t, 200, a.status, a.raw)
	var list struct{ Items []Device }
	require.NoError(w.t, json.Unmarshal([]byte(a.raw), &list))
	return list.Items
}

// stored is the session that a refresh token names, as the table has it.
func (w *world) stored(raw string) cumin.Session {
	w.t.Helper()
	r, err := token.ParseRefresh(raw)
	require.NoError(w.t, err)
	se, err := w.aws.DB.Auth().Session(w.t.Context(), r.User, r.Session)
	require.NoError(w.t, err)
	return se
}

func (w *world) revocations() []cumin.Revocation {
	w.t.Helper()
	found, err := w.aws.DB.Auth().Revocations(w.t.Context(), w.clock.Now())
	require.NoError(w.t, err)
	return found
}
