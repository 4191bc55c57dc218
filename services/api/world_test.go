package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/token"
)

// world is the service on an embedded AWS of its own. A bearer token is the
// user's id: what tokens are is proved in internal/token.
type world struct {
	t     *testing.T
	aws   *dynamotest.AWS
	app   *fiber.App
	clock *testClock
	files *fakeFiles
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, newLimiter(1e6, time.Now))
}

// newWorldAt is a world that lets people ask as often as limit allows.
func newWorldAt(t *testing.T, limit *limiter) *world {
	t.Helper()
	return newWorldOn(t, dynamotest.Start(t), limit)
}

// newWorldOn is a world on an AWS that the test has prepared.
func newWorldOn(t *testing.T, on *dynamotest.AWS, limit *limiter) *world {
	t.Helper()
	w := &world{t: t, aws: on, clock: &testClock{now: time.Now().UTC()}, files: &fakeFiles{}}
	shell, err := httpapi.New(httpapi.Config{
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), Origins: []string{"https://cumin.test"},
	})
	require.NoError(t, err)
	s := newService(w.aws.DB, w.files, w.clock, cursors{key: make([]byte, 32)})
	_, err = s.mount(shell, func(ctx context.Context, raw string) (context.Context, error) {
		return token.WithClaims(ctx, token.Claims{User: cumin.UserID(raw)}), nil
	}, limit)
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

// fakeFiles records what was signed.
type fakeFiles struct{ key, name string }

func (f *fakeFiles) Sign(_ context.Context, key, name string, ttl time.Duration) (string, time.Time, error) {
	f.key, f.name = key, name
	return "https://s3.test/" + key, time.Unix(0, 0).Add(ttl), nil
}

// person calls the API as somebody.
type person struct {
	w  *world
	id cumin.UserID
}

// person registers somebody under <name>@cumin.test.
func (w *world) person(name string) person {
	w.t.Helper()
	id := cumin.UserID(newID(time.Now()))
	require.NoError(w.t, w.aws.DB.Auth().CreateAccount(w.t.Context(), cumin.Account{
		ID: id, Email: email(name), Name: name, Password: "-", CreatedAt: time.Now(),
	}))
	return person{w: w, id: id}
}

func email(name string) string { return strings.ToLower(name) + "@cumin.test" }

// answer is one response.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	body   []byte
}

// do sends a request; body is marshalled, nil for none; headers come in pairs.
func (p person) do(method, path string, body any, headers ...string) answer {
	p.w.t.Helper()
	var text string
	if body != nil {
		b, err := json.Marshal(body)
		require.NoError(p.w.t, err)
		text = string(b)
	}
	req := httptest.NewRequest(method, basePath+path, strings.NewReader(text))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Authorization", "Bearer "+string(p.id))
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := p.w.app.Test(req, -1)
	require.NoError(p.w.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(p.w.t, err)
	return answer{t: p.w.t, what: fmt.Sprintf("%s %s %s", method, path, text), status: res.StatusCode, header: res.Header, body: b}
}

// object is a JSON object of an answer.
type object map[string]any

func (o object) id() string { return o["id"].(string) }

func (o object) version() int { return int(o["version"].(float64)) }

// tag is the If-Match that names the object's version.
func (o object) tag() string { return fmt.Sprintf(`"v%d"`, o.version()) }

// want checks the status and returns the body.
func (a answer) want(status int) object {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s\n%s", a.what, a.body)
	var o object
	if len(a.body) > 0 {
		require.NoError(a.t, json.Unmarshal(a.body, &o), "%s\n%s", a.what, a.body)
	}
	return o
}

// refused checks the status and the code of a problem.
func (a answer) refused(status int, code cumin.Code) object {
	a.t.Helper()
	o := a.want(status)
	require.Equal(a.t, string(code), o["code"], "%s\n%s", a.what, a.body)
	require.Equal(a.t, httpapi.ProblemType, a.header.Get("Content-Type"))
	return o
}

// items are the items of a list.
func (o object) items() []object {
	var out []object
	for _, i := range o["items"].([]any) {
		out = append(out, i.(map[string]any))
	}
	return out
}

// field collects one member of each object.
func field[T any](objects []object, name string) []T {
	out := []T{}
	for _, o := range objects {
		out = append(out, o[name].(T))
	}
	return out
}

// The things most tests begin with.
func (p person) project(name string) object {
	p.w.t.Helper()
	return p.do("POST", "/projects", object{"name": name}).want(201)
}

func (p person) task(project object, title string) object {
	p.w.t.Helper()
	return p.do("POST", "/projects/"+project.id()+"/tasks", object{"title": title}).want(201)
}

func (p person) comment(project, task object, body string) object {
	p.w.t.Helper()
	return p.do("POST", "/projects/"+project.id()+"/tasks/"+task.id()+"/comments", object{"body": body}).want(201)
}

// add invites somebody, who accepts.
func (p person) add(project object, name, role string) {
	p.w.t.Helper()
	invite := p.do("POST", "/projects/"+project.id()+"/invites", object{"role": role}).want(201)
	p.w.byName(name).do("POST", "/invites/accept", object{"token": invite["token"]}).want(200)
}

// byName is somebody registered before.
func (w *world) byName(name string) person {
	w.t.Helper()
	profile, err := w.aws.DB.Profiles().ByEmail(w.t.Context(), email(name))
	require.NoError(w.t, err)
	return person{w: w, id: profile.ID}
}

// count sets a project's count of open tasks, as the statuscounts function
// does.
func (w *world) count(project object, todo int) {
	w.t.Helper()
	_, err := dynamodb.NewFromConfig(w.aws.Config).UpdateItem(w.t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.aws.Tables.Core,
		Key: map[string]types.AttributeValue{
			dynamo.PK: &types.AttributeValueMemberS{Value: dynamo.ProjectPK(cumin.ProjectID(project.id()))},
			dynamo.SK: &types.AttributeValueMemberS{Value: dynamo.SKCounts},
		},
		UpdateExpression: aws.String("SET todo = :n, asOf = :at"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":n":  &types.AttributeValueMemberN{Value: fmt.Sprint(todo)},
			":at": &types.AttributeValueMemberS{Value: dynamo.FormatTime(w.clock.Now())},
		},
	})
	require.NoError(w.t, err)
}
