// Package exports shows that an export announces itself: to who is online, to
// who comes back, and once, also when the function that writes it is killed.
package exports

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/internal/cumin"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{}) }

type export struct {
	ID    string
	State string
	Error string
}

func newUser(t *testing.T, name string) *client.User {
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

// project is a board of n tasks whose titles want quoting.
func project(t *testing.T, u *client.User, n int) string {
	t.Helper()
	var p struct{ ID string }
	u.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Export me"}, &p)
	for i := range n {
		u.Must(t, http.MethodPost, "/api/v1/projects/"+p.ID+"/tasks", map[string]string{"title": fmt.Sprintf(`=SUM(A%d), "quoted"`, i)}, nil)
	}
	return p.ID
}

func start(t *testing.T, u *client.User, project string) export {
	t.Helper()
	var e export
	u.Must(t, http.MethodPost, "/api/v1/projects/"+project+"/exports", map[string]string{"format": "csv"}, &e)
	require.Equal(t, "queued", e.State)
	return e
}

// finished matches the notification of one export's success.
func finished(e export) func(cumin.Notification) bool {
	return func(n cumin.Notification) bool {
		var data struct{ ExportID string }
		return n.Kind == cumin.NotifyExportSucceeded && json.Unmarshal(n.Data, &data) == nil && data.ExportID == e.ID
	}
}

// rows downloads the file as a browser would and returns its rows.
func rows(t *testing.T, u *client.User, e export) [][]string {
	t.Helper()
	var link struct{ URL string }
	u.Must(t, http.MethodPost, "/api/v1/exports/"+e.ID+"/download", map[string]string{}, &link)
	resp, err := http.Get(link.URL)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%.2000s", body)
	require.Contains(t, resp.Header.Get("Content-Disposition"), "attachment")
	all, err := csv.NewReader(strings.NewReader(string(body))).ReadAll()
	require.NoError(t, err)
	return all
}

func TestWhoIsOnlineIsToldAtOnce(t *testing.T) {
	t.Parallel()
	u := newUser(t, "ada")
	device := u.Connect(t, client.Upgrade)
	e := start(t, u, project(t, u, 3))
	device.WaitNotification(t, "the file", finished(e))

	all := rows(t, u, e)
	require.Len(t, all, 4, "a header and three tasks")
	require.Contains(t, strings.Join(all[1], "|"), `'=SUM(A`, "no spreadsheet runs a title")
}

func TestWhoComesBackFindsIt(t *testing.T) {
	t.Parallel()
	u := newUser(t, "grace")
	away := u.Connect(t, client.WebSocket)
	away.Close()
	e := start(t, u, project(t, u, 2))
	succeeds(t, u, e)
	cursor := int64(0)
	back := u.Device(t, client.Upgrade, &cursor)
	back.WaitNotification(t, "the file that was finished meanwhile", finished(e))
}

func TestAFunctionKilledMidWayGivesOneFileAndOneNotification(t *testing.T) {
	stack.Needs(t, stack.Faults, stack.Kill, stack.Clock)
	s := stack.Use(t)
	u := newUser(t, "joan")
	p := project(t, u, 20)
	device := u.Connect(t, client.Upgrade)
	// Its second call comes after the claim: the lease is taken and nobody
	// renews it.
	s.SetFaults(t, stack.Fault{Kind: fault.Kill, Target: s.Outputs()["Stack"] + "-exports", Point: fault.AfterCall, Call: 2, Times: 1})
	e := start(t, u, p)
	stack.Eventually(t, 30*time.Second, func() error {
		if n := s.FaultsFired(t)[fault.Kill]; n != 1 {
			return fmt.Errorf("killed %d times", n)
		}
		return nil
	})
	s.Advance(t, 4*time.Minute) // the lease runs out, the message returns
	device.WaitNotification(t, "the file", finished(e))
	require.Len(t, rows(t, u, e), 21)

	var inbox struct{ Items []cumin.Notification }
	u.Must(t, http.MethodGet, "/api/v1/notifications", nil, &inbox)
	require.Len(t, inbox.Items, 1, "one file, one notification")
}
