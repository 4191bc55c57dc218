package httpapi

import (
	"context"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// form has a field for every rule that a schema of ours can break.
type form struct {
	Limit int  `query:"limit" minimum:"1" maximum:"100"`
	All   bool `query:"all"`
	Body  struct {
		Name   string   `json:"name" minLength:"1"`
		Code   string   `json:"code,omitempty" minLength:"3" maxLength:"5"`
		Labels []string `json:"labels,omitempty" minItems:"1" maxItems:"2" uniqueItems:"true"`
		Size   string   `json:"size,omitempty" enum:"small,medium,large"`
		Client string   `json:"client,omitempty" enum:"native"`
		Email  string   `json:"email,omitempty" format:"email"`
		Due    string   `json:"due,omitempty" format:"date"`
		Key    string   `json:"key,omitempty" pattern:"^[A-Z]+$" patternDescription:"capital letters, one or more"`
		Count  int      `json:"count,omitempty"`
		Done   bool     `json:"done,omitempty"`
		Inner  struct{} `json:"inner,omitempty"`
		Choice oneOf    `json:"choice,omitzero"`
	}
}

// oneOf is an object of exactly one member.
type oneOf struct {
	A string `json:"a,omitempty"`
	B string `json:"b,omitempty"`
}

// TransformSchema says so.
func (oneOf) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	one := 1
	s.MinProperties, s.MaxProperties = &one, &one
	return s
}

func TestWhatIsWrongWithAFieldIsSaidInPlainWords(t *testing.T) {
	t.Parallel()
	s, _ := newShell(t)
	api := NewAPI(s, APIConfig{Title: "Forms", Version: "1"})
	huma.Register(api, huma.Operation{Method: http.MethodPost, Path: "/forms", RejectUnknownQueryParameters: true},
		func(context.Context, *form) (*struct{}, error) { return nil, nil })
	for name, tc := range map[string]struct {
		query, body string
		want        ProblemField
	}{
		"missing":               {"", `{}`, ProblemField{"/name", "required", "It is missing."}},
		"unknown":               {"", `{"name":"a","x":1}`, ProblemField{"/x", "unknown_field", "There is no such field here."}},
		"empty":                 {"", `{"name":""}`, ProblemField{"/name", "too_short", "It must not be empty."}},
		"too short":             {"", `{"name":"a","code":"ab"}`, ProblemField{"/code", "too_short", "It must have at least 3 characters."}},
		"too long":              {"", `{"name":"a","code":"abcdef"}`, ProblemField{"/code", "too_long", "It may have at most 5 characters."}},
		"none of them":          {"", `{"name":"a","labels":[]}`, ProblemField{"/labels", "too_few", "There must be at least one."}},
		"too many":              {"", `{"name":"a","labels":["a","b","c"]}`, ProblemField{"/labels", "too_many", "There may be at most 2."}},
		"one twice":             {"", `{"name":"a","labels":["a","a"]}`, ProblemField{"/labels", "repeated", "The same may not be given twice."}},
		"none of three words":   {"", `{"name":"a","size":"huge"}`, ProblemField{"/size", "not_allowed", "It must be small, medium or large."}},
		"not the one word":      {"", `{"name":"a","client":"x"}`, ProblemField{"/client", "not_allowed", "It must be native."}},
		"no address":            {"", `{"name":"a","email":"x"}`, ProblemField{"/email", "wrong_format", "This is not an e-mail address."}},
		"no such day":           {"", `{"name":"a","due":"2026-02-30"}`, ProblemField{"/due", "wrong_format", "It must be a date like 2026-12-31."}},
		"another pattern":       {"", `{"name":"a","key":"x"}`, ProblemField{"/key", "wrong_format", "It must be capital letters, one or more."}},
		"a half":                {"", `{"name":"a","count":0.5}`, ProblemField{"/count", "wrong_type", "It must be a whole number."}},
		"what Go does not read": {"", `{"name":"a","count":12.0}`, ProblemField{"", "invalid", "It is not valid."}},
		"no yes or no":          {"", `{"name":"a","done":1}`, ProblemField{"/done", "wrong_type", "It must be true or false."}},
		"no list":               {"", `{"name":"a","labels":"a"}`, ProblemField{"/labels", "wrong_type", "It must be a list."}},
		"no object":             {"", `{"name":"a","inner":"a"}`, ProblemField{"/inner", "wrong_type", "It must be an object."}},
		"no text":               {"", `{"name":1}`, ProblemField{"/name", "wrong_type", "It must be text."}},
		"nothing to choose":     {"", `{"name":"a","choice":{}}`, ProblemField{"/choice", "too_few", "Something must be given."}},
		"both of two":           {"", `{"name":"a","choice":{"a":"x","b":"y"}}`, ProblemField{"/choice", "too_many", "Only one of them may be given."}},
		"an unknown parameter":  {"?x=1", `{"name":"a"}`, ProblemField{"query/x", "unknown_field", "There is no such parameter here."}},
		"too little":            {"?limit=0", `{"name":"a"}`, ProblemField{"query/limit", "too_small", "It must be 1 or more."}},
		"too much":              {"?limit=101", `{"name":"a"}`, ProblemField{"query/limit", "too_large", "It must be 100 or less."}},
		"a word for a number":   {"?limit=x", `{"name":"a"}`, ProblemField{"query/limit", "wrong_type", "It must be a whole number."}},
		"a word for yes or no":  {"?all=x", `{"name":"a"}`, ProblemField{"query/all", "wrong_type", "It must be true or false."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res, body := do(t, s, "POST", "/forms"+tc.query, tc.body)
			require.Equal(t, 422, res.StatusCode, body)
			require.Equal(t, []ProblemField{tc.want}, problem(t, res, body).Errors)
		})
	}
}
