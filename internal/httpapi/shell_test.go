package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
)

const origin = "https://localhost:8443"

func newShell(t *testing.T) (*Server, *bytes.Buffer) {
	t.Helper()
	var logs bytes.Buffer
	s, err := New(Config{Log: slog.New(slog.NewJSONHandler(&logs, nil)), Origins: []string{origin}, Deadline: 200 * time.Millisecond})
	require.NoError(t, err)
	return s, &logs
}

func do(t *testing.T, s *Server, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] == "" {
			req.Header.Del(header[i])
			continue
		}
		req.Header.Add(header[i], header[i+1])
	}
	res, err := s.App().Test(req, 5000)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(b)
}

func problem(t *testing.T, res *http.Response, body string) Problem {
	t.Helper()
	require.Equal(t, ProblemType, res.Header.Get("Content-Type"), body)
	var p Problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	require.Equal(t, res.StatusCode, p.Status)
	require.Equal(t, res.Header.Get(HeaderRequestID), p.RequestID)
	return p
}

func TestErrorsBecomeProblems(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err       error
		status    int
		code      cumin.Code
		challenge string
		retry     string
	}{
		"a refusal":           {cumin.ErrNotFound, 404, cumin.CodeNotFound, "", ""},
		"no token":            {cumin.Refuse(cumin.CodeTokenMissing, "x"), 401, cumin.CodeTokenMissing, `Bearer realm="cumin"`, ""},
		"an expired token":    {cumin.Refuse(cumin.CodeTokenExpired, "x"), 401, cumin.CodeTokenExpired, `Bearer realm="cumin", error="invalid_token"`, ""},
		"forbidden":           {cumin.Refuse(cumin.CodeForbidden, "x"), 403, cumin.CodeForbidden, "", ""},
		"throttled":           {&RetryError{Err: cumin.Refuse(cumin.CodeRateLimited, "x"), After: 1500 * time.Millisecond}, 429, cumin.CodeRateLimited, "", "2"},
		"overloaded":          {cumin.Refuse(cumin.CodeUnavailable, "x"), 503, cumin.CodeUnavailable, "", "1"},
		"out of time":         {context.DeadlineExceeded, 503, cumin.CodeUnavailable, "", "1"},
		"a stale version":     {&StaleError{Current: map[string]int{"version": 7}}, 412, cumin.CodeVersion, "", ""},
		"an unknown error":    {errors.New("dynamodb: table cumin-secret is gone"), 500, cumin.CodeInternal, "", ""},
		"a code of nobody":    {cumin.Refuse("new_code", "x"), 500, "new_code", "", ""},
		"fiber's own refusal": {fiber.NewError(405, "Method secret"), 405, CodeMethodNotAllowed, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := newShell(t)
			s.App().Get("/x", func(*fiber.Ctx) error { return tc.err })
			res, body := do(t, s, "GET", "/x", "")
			p := problem(t, res, body)
			require.Equal(t, tc.status, p.Status)
			require.Equal(t, tc.code, p.Code)
			require.Equal(t, tc.challenge, res.Header.Get("WWW-Authenticate"))
			require.Equal(t, tc.retry, res.Header.Get("Retry-After"))
			require.NotContains(t, body, "secret")
		})
	}
}

func TestPanicCostsOneRequestAndIsLoggedOnce(t *testing.T) {
	t.Parallel()
	s, logs := newShell(t)
	s.App().Get("/x", func(*fiber.Ctx) error { panic("broken invariant") })
	res, body := do(t, s, "GET", "/x", "", HeaderRequestID, "req-12345678")
	require.Equal(t, cumin.CodeInternal, problem(t, res, body).Code)
	require.NotContains(t, body, "invariant")
	require.Equal(t, 1, strings.Count(logs.String(), "broken invariant"))
	require.Equal(t, 2, strings.Count(logs.String(), `"request_id":"req-12345678"`), "cause and access line")
}

func TestRequestIDIsTakenWhenWellFormedElseMinted(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	s.App().Get("/x", func(c *fiber.Ctx) error {
		_, ok := c.UserContext().Deadline()
		require.True(t, ok, "handlers run under a deadline")
		return c.SendString(RequestID(c.UserContext()))
	})
	for sent, kept := range map[string]bool{"abc.DEF_9-x": true, "short": false, "has space in": false, strings.Repeat("a", 65): false, "": false} {
		res, body := do(t, s, "GET", "/x", "", HeaderRequestID, sent)
		require.Equal(t, body, res.Header.Get(HeaderRequestID))
		require.Equal(t, kept, body == sent, "%q", sent)
		require.Len(t, body, map[bool]int{true: len(sent), false: 32}[kept])
	}
}

func TestUnsafeRequestsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	s.App().All("/x", func(c *fiber.Ctx) error { return c.SendStatus(204) })
	for name, tc := range map[string]struct {
		method string
		header []string
		want   int
	}{
		"no browser":                         {"POST", nil, 204},
		"same origin":                        {"POST", []string{"Sec-Fetch-Site", "same-origin", "Origin", origin}, 204},
		"typed by the user":                  {"POST", []string{"Sec-Fetch-Site", "none"}, 204},
		"another site":                       {"POST", []string{"Sec-Fetch-Site", "cross-site", "Origin", origin}, 403},
		"a neighbour domain":                 {"DELETE", []string{"Sec-Fetch-Site", "same-site"}, 403},
		"an old browser, our origin":         {"PATCH", []string{"Origin", origin}, 204},
		"an old browser, another port":       {"PATCH", []string{"Origin", "https://localhost:9443"}, 403},
		"an old browser, plain http":         {"PUT", []string{"Origin", "http://localhost:8443"}, 403},
		"a sandboxed frame":                  {"POST", []string{"Origin", "null"}, 403},
		"reading is harmless":                {"GET", []string{"Sec-Fetch-Site", "cross-site"}, 204},
		"an unknown value of the new header": {"POST", []string{"Sec-Fetch-Site", "same-galaxy"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, s, tc.method, "/x", "", tc.header...)
			require.Equal(t, tc.want, res.StatusCode)
			if tc.want == 403 {
				require.Equal(t, cumin.CodeOrigin, problem(t, res, body).Code)
			}
		})
	}
}

type noteInput struct {
	Limit int `query:"limit" minimum:"1" maximum:"100" default:"50"`
	Body  struct {
		Title  string   `json:"title" minLength:"1" maxLength:"5"`
		Labels []string `json:"labels,omitempty" maxItems:"2"`
		Inner  any      `json:"inner,omitempty"`
	}
}

type noteOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Title string `json:"title"`
	}
}

// newNotes is a server with one Huma operation that echoes, and one that wants
// the bearer "good".
func newNotes(t *testing.T) (*Server, huma.API) {
	t.Helper()
	s, _ := newShell(t)
	api := NewAPI(s, APIConfig{Title: "Notes", Version: "1", OpenAPIPath: "/openapi"})
	RequireBearer(api, func(ctx context.Context, raw string) (context.Context, error) {
		if raw != "good" {
			return nil, cumin.Refuse(cumin.CodeTokenExpired, "Your access token has expired.")
		}
		return ctx, nil
	})
	huma.Register(api, huma.Operation{Method: "POST", Path: "/notes"}, func(_ context.Context, in *noteInput) (*noteOutput, error) {
		if in.Body.Title == "stale" {
			return nil, &StaleError{Current: map[string]string{"title": "now"}}
		}
		out := &noteOutput{ETag: ETag(7)}
		out.Body.Title = in.Body.Title
		return out, nil
	})
	huma.Register(api, huma.Operation{Method: "PATCH", Path: "/notes"}, func(_ context.Context, in *noteInput) (*noteOutput, error) {
		out := &noteOutput{ETag: ETag(8)}
		out.Body.Title = in.Body.Title
		return out, nil
	})
	huma.Register(api, huma.Operation{Method: "GET", Path: "/mine", Security: NeedsBearer}, func(ctx context.Context, _ *struct{}) (*noteOutput, error) {
		return &noteOutput{ETag: RequestID(ctx)}, nil
	})
	return s, api
}

func TestBodiesAreStrict(t *testing.T) {
	t.Parallel()
	s, _ := newNotes(t)
	deep := strings.Repeat("[", 32) + strings.Repeat("]", 32)
	for name, tc := range map[string]struct {
		body   string
		header []string
		status int
		code   cumin.Code
		errors []ProblemField
	}{
		"good":                    {`{"title":"a"}`, nil, 200, "", nil},
		"charset":                 {`{"title":"a"}`, []string{"Content-Type", "", "Content-Type", "application/json; charset=UTF-8"}, 200, "", nil},
		"another charset":         {`{"title":"a"}`, []string{"Content-Type", "", "Content-Type", "application/json; charset=latin1"}, 415, CodeMediaType, nil},
		"a form":                  {`title=a`, []string{"Content-Type", "", "Content-Type", "application/x-www-form-urlencoded"}, 415, CodeMediaType, nil},
		"no type":                 {`{"title":"a"}`, []string{"Content-Type", ""}, 415, CodeMediaType, nil},
		"compressed":              {`{"title":"a"}`, []string{"Content-Encoding", "gzip"}, 415, CodeMediaType, nil},
		"no body":                 {"", nil, 400, cumin.CodeMalformed, nil},
		"broken":                  {`{"title":`, nil, 400, cumin.CodeMalformed, nil},
		"trailing data":           {`{"title":"a"} {}`, nil, 400, cumin.CodeMalformed, nil},
		"broken UTF-8":            {"{\"title\":\"\xff\"}", nil, 400, cumin.CodeMalformed, nil},
		"NUL":                     {`{"title":"a\u0000"}`, nil, 400, cumin.CodeMalformed, nil},
		"a member twice":          {`{"title":"a","title":"b"}`, nil, 400, cumin.CodeMalformed, nil},
		"deep enough to be meant": {`{"title":"a","inner":` + deep[1:63] + `}`, nil, 200, "", nil},
		"too deep":                {`{"title":"a","inner":` + deep + `}`, nil, 400, cumin.CodeMalformed, nil},
		"an unknown member": {`{"title":"a","owner":"x"}`, nil, 422, cumin.CodeInvalid,
			[]ProblemField{{"/owner", "unknown_field", "There is no such field here."}}},
		"another case": {`{"Title":"a"}`, nil, 422, cumin.CodeInvalid, []ProblemField{
			{"/title", "required", "It is missing."}, {"/Title", "unknown_field", "There is no such field here."}}},
		"too long": {`{"title":"abcdef"}`, nil, 422, cumin.CodeInvalid,
			[]ProblemField{{"/title", "too_long", "It may have at most 5 characters."}}},
		"wrong type in a list": {`{"title":"a","labels":["x",1]}`, nil, 422, cumin.CodeInvalid,
			[]ProblemField{{"/labels/1", "wrong_type", "It must be text."}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, s, "POST", "/notes", tc.body, tc.header...)
			require.Equal(t, tc.status, res.StatusCode, body)
			if tc.code != "" {
				p := problem(t, res, body)
				require.Equal(t, tc.code, p.Code)
				if tc.errors != nil {
					require.Equal(t, tc.errors, p.Errors)
				}
			}
		})
	}
}

func TestAChangeMayBeCalledAMergePatch(t *testing.T) {
	t.Parallel()
	s, api := newNotes(t)
	for name, tc := range map[string]struct {
		method, media, site string
		status              int
	}{
		"a merge patch":                      {"PATCH", mergePatch, "none", 200},
		"with its charset":                   {"PATCH", mergePatch + "; charset=utf-8", "none", 200},
		"in another charset":                 {"PATCH", mergePatch + "; charset=latin1", "none", 415},
		"plain JSON":                         {"PATCH", "application/json", "none", 200},
		"another kind of patch":              {"PATCH", "application/json-patch+json", "none", 415},
		"a form":                             {"PATCH", "application/x-www-form-urlencoded", "none", 415},
		"a merge patch that is no change":    {"POST", mergePatch, "none", 415},
		"a merge patch sent by another site": {"PATCH", mergePatch, "cross-site", 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, s, tc.method, "/notes", `{"title":"a"}`, "Content-Type", "", "Content-Type", tc.media, "Sec-Fetch-Site", tc.site)
			require.Equal(t, tc.status, res.StatusCode, body)
			if tc.method == "PATCH" && tc.status == 415 {
				require.Equal(t, "application/merge-patch+json, application/json", res.Header.Get("Accept-Patch"))
			}
		})
	}
	res, body := do(t, s, "PATCH", "/notes", `{"title":"abcdef"}`, "Content-Type", "", "Content-Type", mergePatch)
	require.Equal(t, "/title", problem(t, res, body).Errors[0].Pointer, "it is held to the same schema")

	notes := api.OpenAPI().Paths["/notes"]
	require.Equal(t, notes.Patch.RequestBody.Content["application/json"], notes.Patch.RequestBody.Content[mergePatch])
	require.NotContains(t, notes.Post.RequestBody.Content, mergePatch)
}

func TestHumaSpeaksOurProblems(t *testing.T) {
	t.Parallel()
	s, api := newNotes(t)

	res, body := do(t, s, "POST", "/notes?limit=900", `{"title":"a"}`)
	require.Equal(t, []ProblemField{{"query/limit", "too_large", "It must be 100 or less."}}, problem(t, res, body).Errors)

	res, body = do(t, s, "POST", "/notes", `{"title":"stale"}`)
	require.Equal(t, map[string]any{"title": "now"}, problem(t, res, body).Current)
	require.Equal(t, 412, res.StatusCode)

	res, _ = do(t, s, "POST", "/notes", `{"title":"a"}`)
	require.Equal(t, `"v7"`, res.Header.Get("ETag"))

	res, body = do(t, s, "PUT", "/notes", `{}`)
	require.Equal(t, CodeMethodNotAllowed, problem(t, res, body).Code)

	res, body = do(t, s, "GET", "/nowhere", "")
	require.Equal(t, cumin.CodeNotFound, problem(t, res, body).Code)

	require.Equal(t, "3.1.0", api.OpenAPI().OpenAPI)
	require.Equal(t, false, api.OpenAPI().Components.Schemas.Map()["NoteInputBody"].AdditionalProperties)
	res, body = do(t, s, "GET", "/openapi.json", "")
	require.Equal(t, 200, res.StatusCode)
	require.Contains(t, body, `"Problem"`)
}

func TestBearerIsTakenFromOneHeaderOnly(t *testing.T) {
	t.Parallel()
	s, _ := newNotes(t)
	for name, tc := range map[string]struct {
		header []string
		status int
		code   cumin.Code
	}{
		"good":          {[]string{"Authorization", "Bearer good"}, 200, ""},
		"lower case":    {[]string{"Authorization", "bearer good"}, 200, ""},
		"none":          {nil, 401, cumin.CodeTokenMissing},
		"basic":         {[]string{"Authorization", "Basic Zm9v"}, 401, cumin.CodeTokenMissing},
		"expired":       {[]string{"Authorization", "Bearer old"}, 401, cumin.CodeTokenExpired},
		"two headers":   {[]string{"Authorization", "Bearer good", "Authorization", "Bearer good"}, 400, cumin.CodeMalformed},
		"only a scheme": {[]string{"Authorization", "Bearer"}, 401, cumin.CodeTokenMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, s, "GET", "/mine", "", tc.header...)
			require.Equal(t, tc.status, res.StatusCode)
			if tc.code != "" {
				require.Equal(t, tc.code, problem(t, res, body).Code)
			}
		})
	}
}

func TestVersionsInHeaders(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]cumin.Code{`"v7"`: "", ` "v7" `: "", `"v7-3"`: "",
		`"v7-"`: cumin.CodeMalformed, `"v7-x"`: cumin.CodeMalformed, `"v7-3-3"`: cumin.CodeMalformed, `"v+7"`: cumin.CodeMalformed, "": cumin.CodeMatchRequired, "*": cumin.CodeMalformed,
		`W/"v7"`: cumin.CodeMalformed, `"v7","v8"`: cumin.CodeMalformed, `"v-7"`: cumin.CodeMalformed, `"7"`: cumin.CodeMalformed, `v7`: cumin.CodeMalformed} {
		version, err := IfMatch(header)
		if want == "" {
			require.NoError(t, err)
			require.EqualValues(t, 7, version)
			continue
		}
		require.Equal(t, want, cumin.CodeOf(err), header)
	}
	for header, want := range map[string]bool{`"v7"`: true, `W/"v7"`: true, `"v6", "v7"`: true, "*": true, `"v6"`: false, "": false} {
		require.Equal(t, want, NotModified(header, ETag(7)), header)
	}
}

func TestReadinessNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection refused")
	s, err := New(Config{Log: slog.New(slog.DiscardHandler), Origins: []string{origin},
		Ready: []Check{{"dynamodb", func(context.Context) error { return broken }}}})
	require.NoError(t, err)
	res, _ := do(t, s, "GET", "/healthz", "")
	require.Equal(t, 200, res.StatusCode)
	res, body := do(t, s, "GET", "/readyz", "")
	require.Equal(t, 503, res.StatusCode)
	require.JSONEq(t, `{"status":"not ready","dependency":"dynamodb"}`, body)
}

func TestConfigWithoutOriginsOrWithAWildcardIsRefused(t *testing.T) {
	t.Parallel()
	for _, origins := range [][]string{nil, {""}, {"*"}, {"https://*.cumin.test"}, {origin, "https://cumin.test/"}, {"https://Cumin.test"}, {"cumin.test"}, {"https://a@cumin.test"}} {
		_, err := New(Config{Log: slog.New(slog.DiscardHandler), Origins: origins})
		require.ErrorContains(t, err, "origin")
	}
}

func TestStoppingFinishesRunningRequestsAndRefusesReadiness(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	entered, release := make(chan struct{}), make(chan struct{})
	s.App().Get("/slow", func(c *fiber.Ctx) error {
		close(entered)
		<-release
		return c.SendString("done")
	})
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- s.Run(ctx, ln, func(context.Context) error {
			res, _ := do(t, s, "GET", "/readyz", "")
			require.Equal(t, 503, res.StatusCode, "nobody sends new work here")
			close(release)
			return nil
		})
	}()
	answered := make(chan string, 1)
	go func() {
		res, err := http.Get("http://" + ln.Addr().String() + "/slow")
		if err != nil {
			answered <- err.Error()
			return
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		answered <- string(b)
	}()
	<-entered
	stop()
	require.Equal(t, "done", <-answered)
	require.NoError(t, <-stopped)
	_, err = http.Get("http://" + ln.Addr().String() + "/slow")
	require.Error(t, err)
}

func TestStoppingBeforeServingLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, s.Run(ctx, ln))
	_, err = http.Get("http://" + ln.Addr().String() + "/healthz")
	require.Error(t, err)
}
