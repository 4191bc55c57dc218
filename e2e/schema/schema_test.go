//go:build schema

// Package schema lets schemathesis (schemathesis.io, PyPI) loose on a stack of
// its own: requests made from docs/openapi/{api,auth}.json, right and wrong ones,
// whose answers have to be as the documents say. Its seed is fixed. What it
// finds and we leave as it is stands in accepted.json with the reason; anything
// else fails, and so does an entry that no longer occurs, unless it is one that
// only some draws meet. Needs Python 3 with
// venv; schemathesis is installed into .local when it is missing.
package schema

import (
	"net/http"
	"testing"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{Calm: true}) }

const api = "/api/v1"

// TestAPI asks everything of services/api, on a project with tasks, comments,
// members and an export. What an operation would delete or archive is its own.
func TestAPI(t *testing.T) {
	s := stack.Use(t)
	ann := client.NewUser(t, s.URL(), s.Authority(), "Ann")
	ben := client.NewUser(t, s.URL(), s.Authority(), "Ben")
	here := furnish(t, ann, ben)
	own := func(operations ...string) (all []override) {
		for _, id := range operations {
			all = append(all, override{id, furnish(t, ann, ben)})
		}
		return all
	}
	check(t, s, ann, subject{
		Document:   "api",
		Parameters: here,
		Overrides: own("patch-projects-project", "delete-projects-project", "put-projects-project-members-user",
			"delete-projects-project-members-user", "delete-projects-project-invites-invite", "delete-projects-project-tasks-task",
			"delete-projects-project-tasks-task-comments-comment"),
	})
}

// TestAuth asks everything of services/auth but what would sign the asking
// person out: that has a person of its own, below.
func TestAuth(t *testing.T) {
	s := stack.Use(t)
	ann := client.NewUser(t, s.URL(), s.Authority(), "Ann")
	check(t, s, ann, subject{
		Document:   "auth",
		Exclude:    "logoutAll",
		Parameters: values{"path.id": sessionOf(t, ann.Elsewhere(t))},
	})
}

// TestSigningOut ends all sessions of a person who is there for nothing else:
// after the first request that succeeds the rest must be refused.
func TestSigningOut(t *testing.T) {
	s := stack.Use(t)
	zoe := client.NewUser(t, s.URL(), s.Authority(), "Zoe")
	check(t, s, zoe, subject{Document: "auth", Only: "logoutAll", SignsOut: true})
}

// values of parameters, by schemathesis' names of them ("path.project").
type values map[string]string

// furnish makes a project in which there is one of everything a path can name.
func furnish(t *testing.T, owner, member *client.User) values {
	t.Helper()
	var project, task, comment, invite, export struct{ ID string }
	owner.Must(t, http.MethodPost, api+"/projects", map[string]string{"name": "Spice rack"}, &project)
	in := api + "/projects/" + project.ID
	owner.Admit(t, project.ID, "editor", member)
	for _, title := range []string{"Grind", "Sift", "Roast"} {
		owner.Must(t, http.MethodPost, in+"/tasks", map[string]any{"title": title, "labels": []string{"seed"}}, &task)
	}
	owner.Must(t, http.MethodPost, in+"/tasks/"+task.ID+"/comments", map[string]string{"body": "Slowly."}, &comment)
	owner.Must(t, http.MethodPost, in+"/invites", map[string]string{"role": "viewer"}, &invite)
	all := values{
		"path.project": project.ID, "path.task": task.ID, "path.comment": comment.ID,
		"path.invite": invite.ID, "path.user": member.ID,
	}
	var exports struct{ Items []struct{ ID string } }
	owner.Must(t, http.MethodGet, api+"/exports", nil, &exports)
	if len(exports.Items) == 0 {
		owner.Must(t, http.MethodPost, in+"/exports", map[string]string{"format": "csv"}, &export)
		all["path.export"] = export.ID
	}
	return all
}

// sessionOf is the id of the session that the person uses.
func sessionOf(t *testing.T, u *client.User) string {
	t.Helper()
	var sessions struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	u.Must(t, http.MethodGet, "/auth/sessions", nil, &sessions)
	for _, session := range sessions.Items {
		if session.Current {
			return session.ID
		}
	}
	t.Fatal("no session is the current one")
	return ""
}
