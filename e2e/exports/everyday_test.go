package exports

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

// patience is what a slow target may take for one export.
const patience = time.Minute

// succeeds waits until the export has a file.
func succeeds(t *testing.T, u *client.User, e export) {
	t.Helper()
	stack.Eventually(t, patience, func() error {
		if err := u.Do(t.Context(), http.MethodGet, "/api/v1/exports/"+e.ID, nil, &e); err != nil {
			return err
		}
		if e.State != "succeeded" {
			return fmt.Errorf("the export is %s %s", e.State, e.Error)
		}
		return nil
	})
}

func TestTheFileHoldsWhatWasTyped(t *testing.T) {
	t.Parallel()
	u := newUser(t, "mary")
	p := project(t, u, 0)
	typed := map[string]string{
		"a comma, a \"quote\"":     "a comma, a \"quote\"",
		"Gemüse für Müller 🌶":      "Gemüse für Müller 🌶",
		"=HYPERLINK(\"http://x\")": "'=HYPERLINK(\"http://x\")", // no spreadsheet runs it
		"-1":                       "'-1",
	}
	for title := range typed {
		u.Must(t, http.MethodPost, "/api/v1/projects/"+p+"/tasks", map[string]string{"title": title}, nil)
	}
	e := start(t, u, p)
	succeeds(t, u, e)
	all := rows(t, u, e)
	require.Len(t, all, 1+len(typed))
	for _, want := range typed {
		require.True(t, slices.ContainsFunc(all, func(row []string) bool { return slices.Contains(row, want) }), "%q in %q", want, all)
	}
}

func TestAnExportOfOneColumnHoldsOnlyThat(t *testing.T) {
	t.Parallel()
	u := newUser(t, "hedy")
	p := project(t, u, 2)
	u.Must(t, http.MethodPost, "/api/v1/projects/"+p+"/tasks", map[string]string{"title": "finished", "status": "done"}, nil)
	var e export
	u.Must(t, http.MethodPost, "/api/v1/projects/"+p+"/exports", map[string]any{"format": "csv", "filter": map[string]string{"status": "done"}}, &e)
	succeeds(t, u, e)
	all := rows(t, u, e)
	require.Len(t, all, 2, "a header and one task")
	require.Contains(t, all[1], "finished")
}

func TestAnEmptyProjectGivesAFileToo(t *testing.T) {
	t.Parallel()
	u := newUser(t, "edith")
	e := start(t, u, project(t, u, 0))
	succeeds(t, u, e)
	require.Len(t, rows(t, u, e), 1, "the header")
}

func TestTwoExportsAreTwoFilesAndTwoNotifications(t *testing.T) {
	t.Parallel()
	u := newUser(t, "radia")
	device := u.Connect(t, client.Upgrade)
	small, large := project(t, u, 1), project(t, u, 5)
	one, other := start(t, u, small), start(t, u, large)
	device.WaitNotification(t, "the first file", finished(one))
	device.WaitNotification(t, "the second file", finished(other))
	require.Len(t, rows(t, u, one), 2)
	require.Len(t, rows(t, u, other), 6)
	var inbox struct{ Items []cumin.Notification }
	u.Must(t, http.MethodGet, "/api/v1/notifications", nil, &inbox)
	require.Len(t, inbox.Items, 2)
}

func TestARetriedRequestStartsOneExport(t *testing.T) {
	t.Parallel()
	u := newUser(t, "sophie")
	p := project(t, u, 1)
	var first, again export
	for _, e := range []*export{&first, &again} {
		u.Must(t, http.MethodPost, "/api/v1/projects/"+p+"/exports", map[string]string{"format": "csv"}, e, "Idempotency-Key", "the-same-key")
	}
	require.Equal(t, first.ID, again.ID)
	succeeds(t, u, first)
	var list struct{ Items []export }
	u.Must(t, http.MethodGet, "/api/v1/exports", nil, &list)
	require.Len(t, list.Items, 1)
}

func TestALinkOpensItsFileAndNoOther(t *testing.T) {
	t.Parallel()
	u, stranger := newUser(t, "annie"), newUser(t, "mallory")
	e := start(t, u, project(t, u, 1))
	succeeds(t, u, e)
	err := stranger.Do(t.Context(), http.MethodPost, "/api/v1/exports/"+e.ID+"/download", map[string]string{}, nil)
	require.Equal(t, "not_found", client.CodeOf(err), "what is not yours does not exist")

	var link struct{ URL string }
	u.Must(t, http.MethodPost, "/api/v1/exports/"+e.ID+"/download", map[string]string{}, &link)
	require.Equal(t, http.StatusOK, status(t, link.URL))
	require.Equal(t, http.StatusForbidden, status(t, strings.Replace(link.URL, e.ID, "01ARZ3NDEKTSV4RRFFQ69G5FAV", 1)), "the signature is for this file")
}

func TestACanceledExportSaysSo(t *testing.T) {
	t.Parallel()
	u := newUser(t, "barbara")
	e := start(t, u, project(t, u, 1))
	u.Must(t, http.MethodPost, "/api/v1/exports/"+e.ID+"/cancel", map[string]string{}, &e)
	require.Contains(t, []string{"canceled", "succeeded"}, e.State, "the file may be faster than the change of mind")
	was := e.State
	next := start(t, u, project(t, u, 1)) // whose queue is the same
	succeeds(t, u, next)
	u.Must(t, http.MethodGet, "/api/v1/exports/"+e.ID, nil, &e)
	require.Equal(t, was, e.State, "what has ended stays ended")
}

// status fetches a link as somebody without a session does.
func status(t *testing.T, link string) int {
	t.Helper()
	resp, err := http.Get(link)
	require.NoError(t, err)
	defer resp.Body.Close()
	return resp.StatusCode
}
