package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// DemoUser is one of the two people of the demo data.
type DemoUser struct{ Name, Email, Password string }

// DemoUsers can sign in after Seed. They exist on local stacks only, made
// through the public API like anybody else.
func DemoUsers() [2]DemoUser {
	return [2]DemoUser{
		{"Ada Marlow", "ada@example.com", "paprika saffron 1815"},
		{"Grace Okafor", "grace@example.com", "turmeric clove 1906"},
	}
}

// Seed fills an empty stack with the demo data, through nginx, as a user's
// client would. A stack on which the first demo user can sign in has it
// already.
func (p *Platform) Seed(ctx context.Context) error {
	ada, grace := DemoUsers()[0], DemoUsers()[1]
	s := &seeder{base: p.URL(), http: &http.Client{}}
	err := s.login(ctx, ada)
	if err == nil {
		return nil
	}
	if !isStatus(err, http.StatusUnauthorized) {
		return fmt.Errorf("seed demo data: %w", err)
	}
	if err := errors.Join(s.register(ctx, grace), s.register(ctx, ada)); err != nil {
		return fmt.Errorf("seed demo data: %w", err)
	}
	if err := s.login(ctx, ada); err != nil {
		return fmt.Errorf("seed demo data: %w", err)
	}
	for _, project := range demoProjects {
		if err := s.project(ctx, project, grace); err != nil {
			return fmt.Errorf("seed project %s: %w", project.name, err)
		}
	}
	return nil
}

type demoProject struct {
	name, description string
	shared            bool // with the second user
	tasks             []demoTask
}

type demoTask struct {
	title, status, priority string
	labels                  []string
}

var demoProjects = []demoProject{
	{"Spice route", "Launch plan for the autumn catalogue.", true, []demoTask{
		{"Agree on the twelve hero blends", "done", "high", []string{"catalogue"}},
		{"Photograph the new tins", "done", "medium", []string{"catalogue", "photo"}},
		{"Write the story of each blend", "in_progress", "medium", []string{"copy"}},
		{"Price list for wholesale", "in_progress", "high", []string{"sales"}},
		{"Proofread the allergen table", "in_progress", "urgent", []string{"legal"}},
		{"Order sample boxes", "todo", "medium", []string{"sales"}},
		{"Book the tasting room", "todo", "low", nil},
		{"Invite forty buyers", "todo", "medium", []string{"sales"}},
		{"Translate labels into French", "todo", "low", []string{"copy"}},
	}},
	{"Kitchen rebuild", "Everything between the old stove and the new one.", true, []demoTask{
		{"Measure the alcove twice", "done", "medium", nil},
		{"Choose the extractor", "done", "low", nil},
		{"Electrician: three quotes", "in_progress", "high", []string{"quotes"}},
		{"Move the water pipe", "todo", "high", nil},
		{"Find a home for the old stove", "todo", "none", nil},
	}},
	{"Reading list", "Only mine.", false, []demoTask{
		{"The Spice Islands, chapters 4 to 7", "in_progress", "none", nil},
		{"Return the atlas", "todo", "low", nil},
	}},
}

// seeder is a client that is not a browser: it keeps its token itself.
type seeder struct {
	base  string
	http  *http.Client
	token string
}

func (s *seeder) register(ctx context.Context, u DemoUser) error {
	err := s.post(ctx, "/auth/register", map[string]any{"name": u.Name, "email": u.Email, "password": u.Password}, nil)
	if isStatus(err, http.StatusConflict) {
		return nil // a seed that was interrupted goes on
	}
	return err
}

func (s *seeder) login(ctx context.Context, u DemoUser) error {
	var session struct{ AccessToken string }
	if err := s.post(ctx, "/auth/login", map[string]any{"email": u.Email, "password": u.Password}, &session); err != nil {
		return err
	}
	s.token = session.AccessToken
	return nil
}

func (s *seeder) project(ctx context.Context, p demoProject, other DemoUser) error {
	var created struct{ ID string }
	if err := s.post(ctx, "/api/v1/projects", map[string]any{"name": p.name, "description": p.description}, &created); err != nil {
		return err
	}
	path := "/api/v1/projects/" + created.ID
	if p.shared {
		if err := s.post(ctx, path+"/members", map[string]any{"email": other.Email, "role": "editor"}, nil); err != nil {
			return err
		}
	}
	for _, t := range p.tasks {
		body := map[string]any{"title": t.title, "status": t.status, "priority": t.priority}
		if t.labels != nil {
			body["labels"] = t.labels
		}
		if err := s.post(ctx, path+"/tasks", body, nil); err != nil {
			return err
		}
	}
	return nil
}

// statusError is an answer other than 2xx.
type statusError struct {
	path   string
	status int
	body   string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("POST %s answered %d: %s", e.path, e.status, e.body)
}

func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*statusError](err)
	return ok && e.status == status
}

func (s *seeder) post(ctx context.Context, path string, body, answer any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	resp, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return &statusError{path, resp.StatusCode, string(content)}
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(content, answer)
}
