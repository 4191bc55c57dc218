// Package edge attacks a running Cumin as a stranger, a member and a former
// member would: through nginx and on each service's own port, where somebody
// who is inside already would stand. What a proxy or a browser would do for the
// attacker's victim is not relied on: requests are written by hand.
package edge

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{}) }

const (
	patience = 10 * time.Second       // of every wait for an answer
	silence  = 300 * time.Millisecond // after an answer: no other will come
)

// door is a place where bytes can be put in.
type door struct {
	name string
	dial func() (net.Conn, error)
	http *http.Client
	url  string
}

// doors are nginx and the service's own port: auth, api or sockets.
func doors(t *testing.T, service string) []door {
	t.Helper()
	s := stack.Use(t)
	ports := s.State().Ports
	port := map[string]int{"auth": ports.Auth, "api": ports.API, "sockets": ports.Sockets}[service]
	require.NotZero(t, port)
	trust := &tls.Config{RootCAs: s.Authority(), MinVersion: tls.VersionTLS12}
	transport := &http.Transport{TLSClientConfig: trust, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	browser := &http.Client{Transport: transport, Timeout: 3 * patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	own := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	return []door{
		{"nginx", func() (net.Conn, error) {
			return tls.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(ports.HTTPS)),
				&tls.Config{RootCAs: s.Authority(), ServerName: "localhost", NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12})
		}, browser, s.SecureURL()},
		{service, func() (net.Conn, error) { return net.Dial("tcp", own) }, browser, "http://" + own},
	}
}

// answer is what came back.
type answer struct {
	status int
	code   string // of a problem
	header http.Header
	body   string
}

// send makes one request with exactly these headers: name, value, name, value …
func (d door) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.url+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := d.http.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	a := answer{status: res.StatusCode, header: res.Header, body: string(content)}
	var p client.Problem
	if json.Unmarshal(content, &p) == nil {
		a.code = p.Code
	}
	return a
}

// inject writes bytes and returns the statuses of all answers that come before
// the connection ends or falls silent, and their text.
func (d door) inject(payload string) (statuses []int, text string, err error) {
	conn, err := d.dial()
	if err != nil {
		return nil, "", err
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, payload); err != nil {
		return nil, "", err
	}
	var all []byte
	buffer := make([]byte, 16<<10)
	wait := patience
	for {
		if err := conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return nil, "", err
		}
		n, err := conn.Read(buffer)
		all = append(all, buffer[:n]...)
		if err != nil {
			break // ended, or silent
		}
		wait = silence
	}
	r := bufio.NewReader(bytes.NewReader(all))
	for {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses, string(all), nil
		}
		_, err = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		statuses = append(statuses, res.StatusCode)
		if err != nil {
			return statuses, string(all), nil
		}
	}
}

func newUser(t *testing.T, name string) *client.User {
	t.Helper()
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

// bearer are the headers of an API client that is no browser.
func bearer(u *client.User) []string {
	return []string{"Authorization", "Bearer " + u.Token(), "Content-Type", "application/json"}
}

// thing is anything with an id and a version.
type thing struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	State   string `json:"state"`
}

func newProject(t *testing.T, owner *client.User) string {
	t.Helper()
	var p thing
	owner.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Vault"}, &p)
	return p.ID
}

func newTask(t *testing.T, u *client.User, project string) string {
	t.Helper()
	var task thing
	u.Must(t, http.MethodPost, "/api/v1/projects/"+project+"/tasks", map[string]string{"title": "Secret"}, &task)
	return task.ID
}

func addMember(t *testing.T, owner *client.User, project string, u *client.User, role string) {
	t.Helper()
	owner.Admit(t, project, role, u)
}

func removeMember(t *testing.T, owner *client.User, project string, u *client.User) {
	t.Helper()
	owner.Must(t, http.MethodDelete, fmt.Sprintf("/api/v1/projects/%s/members/%s", project, u.ID), nil, nil)
}

// refreshCookie is the user's refresh token as its browser would send it.
func refreshCookie(t *testing.T, u *client.User) string {
	t.Helper()
	for _, c := range u.Cookies(t) {
		if strings.HasPrefix(c.Name, "__Host-cumin_rt") {
			return c.Name + "=" + c.Value
		}
	}
	require.Fail(t, "no refresh cookie")
	return ""
}
