// Package tokens shows what a person notices of token refresh: nothing, until
// somebody else uses their token.
package tokens

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

const (
	accessTTL = time.Second
	leeway    = 5 * time.Second // of the verifier, SECURITY §3.1
	grace     = 2 * time.Second
)

func TestMain(m *testing.M) {
	stack.Main(m, stack.Options{Settings: map[string]string{
		"CUMIN_ACCESS_TTL": accessTTL.String(), "CUMIN_REFRESH_GRACE": grace.String(),
	}})
}

func newUser(t *testing.T, name string) *client.User {
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

// expire waits until the user's access token is refused as expired.
func expire(t *testing.T, u *client.User) {
	t.Helper()
	token := u.Token()
	stack.Eventually(t, accessTTL+leeway+10*time.Second, func() error {
		return refusedWith(u, token, "token_expired")
	})
}

func refusedWith(u *client.User, token, code string) error {
	err := u.Raw(http.MethodGet, "/api/v1/projects", nil, nil, "Authorization", "Bearer "+token)
	if client.CodeOf(err) == code {
		return nil
	}
	return &unexpected{want: code, got: err}
}

type unexpected struct {
	want string
	got  error
}

func (e *unexpected) Error() string {
	if e.got == nil {
		return "want " + e.want + ", the call succeeded"
	}
	return "want " + e.want + ", got " + e.got.Error()
}

func TestAnExpiryMidSessionIsRefreshedOnceForManyParallelCalls(t *testing.T) {
	t.Parallel()
	u := newUser(t, "ines")
	expire(t, u)

	const calls = 20
	errs := make([]error, calls)
	var wg sync.WaitGroup
	for i := range calls {
		wg.Go(func() { errs[i] = u.Do(t.Context(), http.MethodGet, "/api/v1/projects", nil, nil) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, 1, u.Refreshes, "20 parallel calls share one refresh")
}

func TestTwoTabsThatRefreshAtOnceGetTheSameSession(t *testing.T) {
	t.Parallel()
	u := newUser(t, "omar")
	before := u.Cookies(t)
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	first := u.Cookies(t)

	u.SetCookies(t, before) // the second tab still holds the parent
	require.NoError(t, u.Refresh(t.Context(), u.Token()), "the parent is accepted within the grace")
	require.Equal(t, first[0].Value, u.Cookies(t)[0].Value, "and gets the identical successor")
	require.NoError(t, u.Refresh(t.Context(), u.Token()), "which goes on working")
}

func TestALaterReuseEndsTheSessionAndOnlyThatOne(t *testing.T) {
	t.Parallel()
	u := newUser(t, "lena")
	elsewhere := u.Elsewhere(t)
	device := elsewhere.Connect(t, client.Upgrade)
	stolen := u.Cookies(t)
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	good := u.Cookies(t)

	u.SetCookies(t, stolen) // a grandparent: never graced
	require.Equal(t, "refresh_reused", client.CodeOf(u.Refresh(t.Context(), u.Token())))

	u.SetCookies(t, good)
	require.Contains(t, []string{"session_revoked", "refresh_reused"}, client.CodeOf(u.Refresh(t.Context(), u.Token())),
		"the successor died with the session")
	stack.Eventually(t, 10*time.Second, func() error { return refusedWith(u, u.Token(), "session_revoked") })
	require.NoError(t, elsewhere.Do(t.Context(), http.MethodGet, "/api/v1/projects", nil, nil), "another device stays signed in")
	device.WaitNotification(t, "the copy", func(n cumin.Notification) bool { return n.Kind == cumin.NotifySessionReuse })
}

func TestAParentPresentedAfterTheGraceIsReuse(t *testing.T) {
	t.Parallel()
	u := newUser(t, "yuki")
	parent := u.Cookies(t)
	require.NoError(t, u.Refresh(t.Context(), u.Token()))
	rotated := time.Now()
	stack.Eventually(t, grace+5*time.Second, func() error {
		if time.Since(rotated) <= grace+500*time.Millisecond {
			return &unexpected{want: "the grace to end"}
		}
		return nil
	})
	u.SetCookies(t, parent)
	require.Equal(t, "refresh_reused", client.CodeOf(u.Refresh(t.Context(), u.Token())))
}

func TestALogoutEndsTheAccessTokenToo(t *testing.T) {
	t.Parallel()
	u := newUser(t, "noor")
	token := u.Token()
	require.NoError(t, u.Raw(http.MethodPost, "/auth/logout", nil, nil))
	stack.Eventually(t, 5*time.Second, func() error {
		err := refusedWith(u, token, "session_revoked")
		if err != nil {
			return refusedWith(u, token, "token_expired") // its second of life may end first
		}
		return nil
	})
	require.Error(t, u.Refresh(t.Context(), u.Token()))
}

func TestForbiddenNeverRefreshes(t *testing.T) {
	t.Parallel()
	owner, viewer := newUser(t, "vera"), newUser(t, "otto")
	var project struct{ ID string }
	owner.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Closed"}, &project)
	owner.Admit(t, project.ID, "viewer", viewer)

	require.NoError(t, viewer.Refresh(t.Context(), viewer.Token())) // its token may have run out meanwhile
	before := viewer.Refreshes
	err := viewer.Do(t.Context(), http.MethodPost, "/api/v1/projects/"+project.ID+"/tasks", map[string]string{"title": "No"}, nil)
	require.Equal(t, "forbidden", client.CodeOf(err))
	require.Equal(t, before, viewer.Refreshes)
}
