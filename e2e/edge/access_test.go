package edge

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
)

// operation is a route as the API's own document tells it to anybody.
type operation struct{ method, path string }

func operations(t *testing.T, d door) []operation {
	t.Helper()
	a := d.send(t, "GET", "/api/v1/openapi.json", "")
	require.Equal(t, 200, a.status)
	var doc struct{ Paths map[string]map[string]any }
	require.NoError(t, json.Unmarshal([]byte(a.body), &doc))
	var all []operation
	for path, methods := range doc.Paths {
		for method := range methods {
			all = append(all, operation{strings.ToUpper(method), path})
		}
	}
	require.Greater(t, len(all), 25)
	return all
}

// body is one that the operation would take.
func (o operation) body() string {
	switch {
	case o.method == "GET" || o.method == "DELETE":
		return ""
	case strings.HasSuffix(o.path, "/invites"):
		return `{"email":"nobody@example.com","role":"viewer"}`
	case strings.HasSuffix(o.path, "/comments"), strings.HasSuffix(o.path, "{comment}"):
		return `{"body":"Mine now"}`
	case strings.HasSuffix(o.path, "/bulk"):
		return `{"items":[{"id":"01JZ0000000000000000000001"}],"delete":true}`
	case o.method == "PUT":
		return `{"role":"owner"}`
	case strings.HasSuffix(o.path, "/move"):
		return `{"status":"done"}`
	case strings.HasSuffix(o.path, "/exports"):
		return `{"format":"csv"}`
	case strings.HasSuffix(o.path, "/tasks"), strings.HasSuffix(o.path, "{task}"):
		return `{"title":"Mine now"}`
	case strings.HasSuffix(o.path, "{project}"):
		return `{"name":"Mine now"}`
	}
	return "{}"
}

func TestNoRouteLeadsToTheThingsOfOthers(t *testing.T) {
	t.Parallel()
	victim, mallory := newUser(t, "owner"), newUser(t, "stranger")
	theirs, own := newProject(t, victim), newProject(t, mallory)
	task, ownTask := newTask(t, victim, theirs), newTask(t, mallory, own)
	var export thing
	victim.Must(t, http.MethodPost, "/api/v1/projects/"+theirs+"/exports", map[string]string{"format": "csv"}, &export)
	ids := func(project, task, user string) *strings.Replacer {
		return strings.NewReplacer("{project}", project, "{task}", task, "{user}", user, "{export}", export.ID)
	}
	for _, d := range doors(t, "api") {
		for _, o := range operations(t, d) {
			if !strings.Contains(o.path, "{") {
				continue
			}
			paths := []string{ids(theirs, task, victim.ID).Replace(o.path), ids(theirs, ownTask, mallory.ID).Replace(o.path)}
			if strings.Contains(o.path, "{task}") || strings.Contains(o.path, "{user}") {
				paths = append(paths, ids(own, task, victim.ID).Replace(o.path)) // a foreign child under one's own parent
			}
			for _, path := range paths {
				if strings.HasSuffix(path, "/changes") {
					path += "?since=0"
				}
				a := d.send(t, o.method, path, o.body(), append(bearer(mallory), "If-Match", `"v1"`)...)
				require.Equal(t, 404, a.status, "%s %s at %s: %s", o.method, path, d.name, a.body)
				require.Equal(t, "not_found", a.code)
			}
		}
		for _, id := range []string{"..", "%2e%2e", "%2e%2e%2f" + theirs, "*", "%00", theirs + "%00", theirs + "%23x", strings.ToLower(theirs), "01J0000000000000000000000%E2%84%AA"} {
			a := d.send(t, "GET", "/api/v1/projects/"+id+"/tasks", "", bearer(victim)...)
			require.Contains(t, []int{400, 404}, a.status, "%q at %s: %s", id, d.name, a.body)
		}
	}
	unchanged := func(u *client.User, project, task string) {
		var now thing
		u.Must(t, http.MethodGet, "/api/v1/projects/"+project+"/tasks/"+task, nil, &now)
		require.EqualValues(t, 1, now.Version, "nothing was written")
	}
	unchanged(victim, theirs, task)
	unchanged(mallory, own, ownTask)
}

func TestAViewerOnlyLooks(t *testing.T) {
	t.Parallel()
	owner, viewer := newUser(t, "boss"), newUser(t, "looker")
	project := newProject(t, owner)
	task := newTask(t, owner, project)
	addMember(t, owner, project, viewer, "viewer")
	for _, d := range doors(t, "api") {
		for _, o := range operations(t, d) {
			if o.method == "GET" || !strings.Contains(o.path, "{project}") {
				continue
			}
			path := strings.NewReplacer("{project}", project, "{task}", task, "{user}", owner.ID).Replace(o.path)
			a := d.send(t, o.method, path, o.body(), append(bearer(viewer), "If-Match", `"v1"`, "X-HTTP-Method-Override", "GET")...)
			require.Equal(t, "forbidden", a.code, "%s %s at %s: %s", o.method, path, d.name, a.body)
		}
	}
}

func TestCursorsAndKeysOfOthersAreWorthNothing(t *testing.T) {
	t.Parallel()
	alice, bob := newUser(t, "alice"), newUser(t, "bob")
	project := newProject(t, alice)
	addMember(t, alice, project, bob, "editor")
	tasks := "/api/v1/projects/" + project + "/tasks"
	first := newTask(t, alice, project)
	newTask(t, alice, project)
	var page struct{ NextCursor string }
	alice.Must(t, http.MethodGet, tasks+"?limit=1", nil, &page)
	require.NotEmpty(t, page.NextCursor)
	require.Equal(t, "invalid_fields", client.CodeOf(bob.Do(t.Context(), http.MethodGet, tasks+"?limit=1&cursor="+page.NextCursor, nil, nil)),
		"also to another member of the same project")
	flipped := "A" + page.NextCursor[1:]
	if flipped == page.NextCursor {
		flipped = "B" + page.NextCursor[1:]
	}
	require.Equal(t, "invalid_fields", client.CodeOf(alice.Do(t.Context(), http.MethodGet, tasks+"?limit=1&cursor="+flipped, nil, nil)))

	key := "key-of-alice"
	var made, other thing
	alice.Must(t, http.MethodPost, tasks, map[string]string{"title": "Once"}, &made, "Idempotency-Key", key)
	bob.Must(t, http.MethodPost, tasks, map[string]string{"title": "Once"}, &other, "Idempotency-Key", key)
	require.NotEqual(t, made.ID, other.ID, "bob's key is not alice's")

	removeMember(t, alice, project, bob)
	require.Equal(t, "not_found", client.CodeOf(bob.Do(t.Context(), http.MethodPost, tasks, map[string]string{"title": "Once"}, nil, "Idempotency-Key", key)),
		"nor does it show a former member their own answer again")
	require.Equal(t, "not_found", client.CodeOf(bob.Do(t.Context(), http.MethodGet, tasks+"/"+first, nil, nil)))
}

func TestWhoLeftTheProjectGetsNoFileOfIt(t *testing.T) {
	t.Parallel()
	owner, leaver := newUser(t, "keeper"), newUser(t, "goer")
	project := newProject(t, owner)
	newTask(t, owner, project)
	addMember(t, owner, project, leaver, "editor")
	var export thing
	leaver.Must(t, http.MethodPost, "/api/v1/projects/"+project+"/exports", map[string]string{"format": "csv"}, &export)
	file := "/api/v1/exports/" + export.ID
	stack.Eventually(t, 3*patience, func() error {
		if err := leaver.Do(t.Context(), http.MethodGet, file, nil, &export); err != nil {
			return err
		}
		if export.State != "succeeded" {
			return fmt.Errorf("the export is %s", export.State)
		}
		return nil
	})
	require.Equal(t, "not_found", client.CodeOf(owner.Do(t.Context(), http.MethodPost, file+"/download", map[string]string{}, nil)), "it is the editor's alone")

	var link struct{ URL string }
	leaver.Must(t, http.MethodPost, file+"/download", map[string]string{}, &link)
	require.Equal(t, 200, fetch(t, link.URL))
	for what, forged := range map[string]string{
		"another's file":      strings.Replace(link.URL, leaver.ID, owner.ID, 1),
		"another name":        strings.Replace(link.URL, "attachment", "inline", 1),
		"a longer life":       strings.Replace(link.URL, "X-Amz-Expires=300", "X-Amz-Expires=604800", 1),
		"without a signature": link.URL[:strings.Index(link.URL, "&X-Amz-Signature=")],
	} {
		require.NotEqual(t, link.URL, forged, what)
		require.Contains(t, []int{400, 403}, fetch(t, forged), what)
	}

	removeMember(t, owner, project, leaver)
	require.Equal(t, "not_found", client.CodeOf(leaver.Do(t.Context(), http.MethodPost, file+"/download", map[string]string{}, nil)), "no new address after leaving")
	require.Equal(t, "not_found", client.CodeOf(leaver.Do(t.Context(), http.MethodGet, file+"/download", nil, nil)))
}

func fetch(t *testing.T, url string) int {
	t.Helper()
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	return res.StatusCode
}
