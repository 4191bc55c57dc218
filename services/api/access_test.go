package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

// operation is one route, read from the OpenAPI document.
type operation struct {
	method, path, role string
	public             bool
}

func (w *world) operations() []operation {
	w.t.Helper()
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			Role     string           `json:"x-role"`
			Security []map[string]any `json:"security"`
		}
	}
	anybody := person{w: w}
	a := anybody.do("GET", "/openapi.json", nil)
	require.Equal(w.t, 200, a.status, "%s", a.body)
	require.NoError(w.t, json.Unmarshal(a.body, &doc))
	require.Equal(w.t, "3.1.0", doc.OpenAPI)
	var out []operation
	for path, methods := range doc.Paths {
		for method, o := range methods {
			out = append(out, operation{
				method: strings.ToUpper(method), path: strings.TrimPrefix(path, basePath), role: o.Role, public: len(o.Security) == 0,
			})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// bodies are acceptable bodies of the routes that want one.
var bodies = map[string]object{
	"PUT /notifications/preferences":                            {"muted": []string{"task.assigned"}},
	"POST /projects":                                            {"name": "x"},
	"PATCH /projects/{project}":                                 {"name": "x"},
	"POST /projects/{project}/invites":                          {"email": email("New"), "role": "viewer"},
	"POST /invites/preview":                                     {"token": "x"},
	"POST /invites/accept":                                      {"token": "x"},
	"PUT /projects/{project}/members/{user}":                    {"role": "viewer"},
	"POST /projects/{project}/tasks":                            {"title": "x"},
	"PATCH /projects/{project}/tasks/{task}":                    {"title": "x"},
	"POST /projects/{project}/tasks/{task}/comments":            {"body": "x"},
	"PATCH /projects/{project}/tasks/{task}/comments/{comment}": {"body": "x"},
	"POST /projects/{project}/tasks/{task}/move":                {"status": "done"},
	"POST /projects/{project}/tasks/bulk":                       {"items": []object{{"id": newID(time.Now())}}, "delete": true},
	"POST /projects/{project}/exports":                          {"format": "csv"},
	"POST /notifications/read":                                  {"upTo": 1},
}

// things are ids by the name that they have in paths.
type things map[string]string

// in fills in a path.
func (t things) in(path string) string {
	for name, id := range t {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	return path
}

// call fills in the path and sends what the route wants.
func (o operation) call(p person, ids things) answer {
	path := ids.in(o.path)
	if strings.HasSuffix(path, "/changes") {
		path += "?since=0"
	}
	var body any
	if b, ok := bodies[o.method+" "+o.path]; ok {
		body = b
	}
	return p.do(o.method, path, body, "If-Match", `"v1"`)
}

func TestEveryRouteAllowsExactlyItsRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob, cid := w.person("Ann"), w.person("Bob"), w.person("Cid")
	w.person("New")
	for _, o := range w.operations() {
		if o.role == self {
			continue
		}
		need := cumin.Role(o.role)
		require.True(t, need.Valid(), "x-role %q of %s %s", o.role, o.method, o.path)
		for _, role := range []cumin.Role{"", cumin.RoleViewer, cumin.RoleEditor, cumin.RoleOwner} {
			p := ann.project("Spices")
			task := ann.task(p, "Buy cumin")
			invite := ann.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer"}).want(201)
			if role != "" {
				ann.add(p, "Bob", string(role))
			}
			author := ann
			if role.Allows(cumin.RoleEditor) {
				author = bob // a comment is its author's to change
			}
			comment := author.comment(p, task, "Where?")
			ann.add(p, "Cid", "editor")
			refused := !role.Allows(need)
			var before []string
			if refused {
				before = w.dump()
			}
			got := o.call(bob, things{"project": p.id(), "task": task.id(), "user": string(cid.id), "invite": invite.id(), "comment": comment.id()})
			switch {
			case role == "":
				got.refused(404, cumin.CodeNotFound)
			case refused:
				got.refused(403, cumin.CodeForbidden)
			case o.method == "PATCH" && o.path == "/projects/{project}":
				got.refused(412, cumin.CodeVersion) // adding members has raised the version
			default:
				require.Less(t, got.status, 300, "%s as %s: %s", got.what, role, got.body)
			}
			if refused {
				require.Equal(t, before, w.dump(), "a refused request writes nothing")
			}
		}
	}
}

// family is a project with one of everything in it.
func (w *world) family(owner person, member string) things {
	w.t.Helper()
	p := owner.project("Of " + member)
	owner.add(p, member, "viewer")
	task := owner.task(p, "a")
	return things{
		"project": p.id(), "task": task.id(), "user": string(w.byName(member).id), "comment": owner.comment(p, task, "x").id(),
		"invite": owner.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer"}).want(201).id(),
	}
}

// TestNoRouteLeadsFromOneParentToAnothersChild tries every route with every
// thing in its path taken from another parent, one at a time: whatever is
// addressed under what is not its parent is not there, also for who owns both.
func TestNoRouteLeadsFromOneParentToAnothersChild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann := w.person("Ann")
	w.person("Bob")
	w.person("Cid")
	a, b := w.family(ann, "Bob"), w.family(ann, "Cid")
	sibling := ann.task(object{"id": a["project"]}, "another task of A")
	tried := 0
	before := w.dump()
	for _, o := range w.operations() {
		if o.role == self || strings.Count(o.path, "{") < 2 {
			continue
		}
		for name, foreign := range b {
			if !strings.Contains(o.path, "{"+name+"}") {
				continue
			}
			ids := maps.Clone(a)
			ids[name] = foreign
			o.call(ann, ids).refused(404, cumin.CodeNotFound)
			tried++
		}
		if strings.Contains(o.path, "{comment}") {
			ids := maps.Clone(a)
			ids["task"] = sibling.id()
			o.call(ann, ids).refused(404, cumin.CodeNotFound)
		}
	}
	bulk := ann.do("POST", "/projects/"+a["project"]+"/tasks/bulk", object{"items": []object{{"id": b["task"]}}, "delete": true}).want(200)
	require.Equal(t, []float64{404}, field[float64](bulk.items(), "status"))
	require.Greater(t, tried, 25)
	require.Equal(t, before, w.dump(), "nothing was written")
}

// TestWhatIsMineIsNobodyElses tries every route of one's own things with those
// of somebody else.
func TestWhatIsMineIsNobodyElses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ann, bob := w.person("Ann"), w.person("Bob")
	p, gone := ann.project("Spices"), ann.project("Herbs")
	export := ann.do("POST", "/projects/"+p.id()+"/exports", object{"format": "csv"}).want(202)
	invite := ann.do("POST", "/projects/"+p.id()+"/invites", object{"role": "viewer", "email": email("Cid")}).want(201)
	ann.do("DELETE", "/projects/"+gone.id(), nil).want(204)
	before := w.dump()
	tried := 0
	for _, o := range w.operations() {
		if o.role == self && strings.Contains(o.path, "{") {
			o.call(bob, things{"project": gone.id(), "export": export.id(), "invite": invite.id()}).refused(404, cumin.CodeNotFound)
			tried++
		}
	}
	require.GreaterOrEqual(t, tried, 6)
	require.Equal(t, before, w.dump(), "nothing was written")
}

func TestNoTokenOpensNoRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, o := range w.operations() {
		require.False(t, o.public, "%s %s", o.method, o.path)
		req := httptest.NewRequest(o.method, basePath+strings.NewReplacer("{", "", "}", "").Replace(o.path), nil)
		res, err := w.app.Test(req, -1)
		require.NoError(t, err)
		require.Equal(t, 401, res.StatusCode, "%s %s", o.method, o.path)
		require.Equal(t, `Bearer realm="cumin"`, res.Header.Get("WWW-Authenticate"))
	}
}

// dump is everything in the tables that people's requests write.
func (w *world) dump() []string {
	w.t.Helper()
	client := dynamodb.NewFromConfig(w.aws.Config)
	var out []string
	for _, table := range []string{w.aws.Tables.Core, w.aws.Tables.Tasks, w.aws.Tables.Jobs, w.aws.Tables.Inbox, w.aws.Tables.Ephemeral} {
		page, err := client.Scan(w.t.Context(), &dynamodb.ScanInput{TableName: &table})
		require.NoError(w.t, err)
		for _, item := range page.Items {
			b, err := json.Marshal(plain(item))
			require.NoError(w.t, err)
			out = append(out, table+" "+string(b))
		}
	}
	slices.Sort(out)
	return out
}

// plain is an item without the types of its values.
func plain(item map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for name, v := range item {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			out[name] = v.Value
		case *types.AttributeValueMemberN:
			out[name] = v.Value
		default:
			out[name] = fmt.Sprintf("%+v", v)
		}
	}
	return out
}
