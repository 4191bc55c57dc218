package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"sync"
	"testing"
	"time"
)

// User is one person with one client: it signs in over HTTPS as a browser
// does, keeps the refresh token in a cookie jar and the access token in memory,
// and refreshes once when a call answers token_expired, however many calls are
// waiting for it.
type User struct {
	ID, Name, Email, Password string

	base string
	http *http.Client
	jar  *cookiejar.Jar

	mu         sync.Mutex // guards what follows
	token      string
	refreshing chan struct{} // closed when the refresh under way has ended
	refreshErr error
	Refreshes  int // POST /auth/refresh sent by this client
}

// Session is what register, login and refresh answer.
type Session struct {
	AccessToken  string  `json:"accessToken"`
	ExpiresIn    float64 `json:"expiresIn"`
	RefreshToken string  `json:"refreshToken"`
	User         struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Email string `json:"email"`
	} `json:"user"`
}

// Problem is an answer other than 2xx.
type Problem struct {
	Status    int             `json:"status"`
	Code      string          `json:"code"`
	Title     string          `json:"title"`
	Detail    string          `json:"detail"`
	RequestID string          `json:"requestId"`
	Current   json.RawMessage `json:"current"`
	Raw       string          `json:"-"`
}

func (p *Problem) Error() string { return fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Raw) }

// CodeOf returns the code of a Problem in err, empty when there is none.
func CodeOf(err error) string {
	if p, ok := errors.AsType[*Problem](err); ok {
		return p.Code
	}
	return ""
}

// NewUser registers a fresh person at base, an https origin that authority
// vouches for.
func NewUser(t testing.TB, base string, authority *x509.CertPool, name string) *User {
	t.Helper()
	u := newClient(t, base, authority)
	u.Name = name
	u.Email = fmt.Sprintf("%s.%s@example.com", name, rand.Text()[:10])
	u.Password = "fenugreek mustard " + rand.Text()[:6]
	var s Session
	if err := u.call(t.Context(), http.MethodPost, "/auth/register", map[string]string{"email": u.Email, "name": u.Name, "password": u.Password}, &s, nil); err != nil {
		t.Fatalf("register %s: %v", name, err)
	}
	u.ID, u.token = s.User.ID, s.AccessToken
	return u
}

// SignIn signs in somebody who is registered at base, as the demo's people are.
func SignIn(t testing.TB, base string, authority *x509.CertPool, name, email, password string) *User {
	t.Helper()
	u := newClient(t, base, authority)
	u.Name, u.Email, u.Password = name, email, password
	var s Session
	if err := u.call(t.Context(), http.MethodPost, "/auth/login", map[string]string{"email": email, "password": password}, &s, nil); err != nil {
		t.Fatalf("sign in %s: %v", name, err)
	}
	u.ID, u.token = s.User.ID, s.AccessToken
	return u
}

// Elsewhere signs the same person in on another device: a session of its own.
func (u *User) Elsewhere(t testing.TB) *User {
	t.Helper()
	return SignIn(t, u.base, u.http.Transport.(*http.Transport).TLSClientConfig.RootCAs, u.Name, u.Email, u.Password)
}

func newClient(t testing.TB, base string, authority *x509.CertPool) *User {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: authority, MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: 64,
		ForceAttemptHTTP2:   true,
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &User{base: base, jar: jar, http: &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Token is the access token as it stands.
func (u *User) Token() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.token
}

// Do calls the API with the access token; body and answer may be nil. An
// expired token is refreshed and the call made once more.
func (u *User) Do(ctx context.Context, method, path string, body, answer any, headers ...string) error {
	token := u.Token()
	err := u.call(ctx, method, path, body, answer, withToken(token, headers))
	if CodeOf(err) != "token_expired" {
		return err
	}
	if err := u.Refresh(ctx, token); err != nil {
		return err
	}
	return u.call(ctx, method, path, body, answer, withToken(u.Token(), headers))
}

// Must is Do for a call that has to succeed.
func (u *User) Must(t testing.TB, method, path string, body, answer any, headers ...string) {
	t.Helper()
	if err := u.Do(t.Context(), method, path, body, answer, headers...); err != nil {
		t.Fatalf("%s: %s %s: %v", u.Name, method, path, err)
	}
}

// Until repeats a call until it succeeds, as a person does while something is
// away.
func (u *User) Until(t testing.TB, patience time.Duration, method, path string, body any) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		err := u.Do(t.Context(), method, path, body, nil)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %s %s still fails after %s: %v", u.Name, method, path, patience, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Admit makes somebody a member of a project that u owns: u invites, they
// accept.
func (u *User) Admit(t testing.TB, project, role string, who *User) {
	t.Helper()
	var invite struct{ Token string }
	u.Must(t, http.MethodPost, "/api/v1/projects/"+project+"/invites", map[string]string{"role": role}, &invite)
	who.Must(t, http.MethodPost, "/api/v1/invites/accept", map[string]string{"token": invite.Token}, nil)
}

// Refresh replaces the token `stale` unless that has happened meanwhile; calls
// made together share one request.
func (u *User) Refresh(ctx context.Context, stale string) error {
	u.mu.Lock()
	if u.token != stale {
		u.mu.Unlock()
		return nil
	}
	if wait := u.refreshing; wait != nil {
		u.mu.Unlock()
		<-wait
		u.mu.Lock()
		defer u.mu.Unlock()
		return u.refreshErr
	}
	done := make(chan struct{})
	u.refreshing = done
	u.Refreshes++
	u.mu.Unlock()

	var s Session
	err := u.call(ctx, http.MethodPost, "/auth/refresh", nil, &s, nil)

	u.mu.Lock()
	defer u.mu.Unlock()
	if err == nil {
		u.token = s.AccessToken
	}
	u.refreshErr, u.refreshing = err, nil
	close(done)
	return err
}

// Cookies are the client's cookies for the stack, the refresh token among them.
func (u *User) Cookies(t testing.TB) []*http.Cookie {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, u.base+"/auth/refresh", nil)
	if err != nil {
		t.Fatal(err)
	}
	return u.jar.Cookies(req.URL)
}

// SetCookies puts cookies back, e.g. a refresh token that was used already.
func (u *User) SetCookies(t testing.TB, cookies []*http.Cookie) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, u.base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cookies {
		c.Path, c.Secure = "/", true
	}
	u.jar.SetCookies(req.URL, cookies)
}

// Raw sends one request as it is given: no token, no refresh.
func (u *User) Raw(method, path string, body, answer any, headers ...string) error {
	return u.call(context.Background(), method, path, body, answer, headers)
}

func withToken(token string, headers []string) []string {
	return append([]string{"Authorization", "Bearer " + token}, headers...)
}

// call sends one request as a browser on the same origin would. headers are
// name, value, name, value …
func (u *User) call(ctx context.Context, method, path string, body, answer any, headers []string) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, u.base+path, content)
	if err != nil {
		return err
	}
	if method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", u.base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := u.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		p := &Problem{Status: resp.StatusCode, Raw: string(raw)}
		_ = json.Unmarshal(raw, p) // an answer that is no problem+json keeps its text in Raw
		p.Status = resp.StatusCode
		return p
	}
	if answer == nil || len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, answer)
}
