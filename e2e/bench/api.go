package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/anikeshk/cumin/internal/platform"
)

// caller is a client of the API behind nginx's plain listener.
type caller struct {
	base, token string
	http        *http.Client
}

func newCaller(ctx context.Context, p *platform.Platform, clients int) (*caller, error) {
	c := &caller{base: p.URL(), http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}}
	user := map[string]any{"name": "Bench", "email": "bench@example.com", "password": "a long enough phrase 42"}
	if err := c.call(ctx, http.MethodPost, "/auth/register", user, nil); err != nil {
		return nil, err
	}
	delete(user, "name")
	return c, c.signIn(ctx, user)
}

func (c *caller) signIn(ctx context.Context, credentials map[string]any) error {
	var session struct{ AccessToken string }
	if err := c.call(ctx, http.MethodPost, "/auth/login", credentials, &session); err != nil {
		return err
	}
	c.token = session.AccessToken
	return nil
}

func (c *caller) call(ctx context.Context, method, path string, body, answer any, headers ...string) error {
	var content io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s answered %d: %s", method, path, resp.StatusCode, raw)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(raw, answer)
}

type task struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
}

// benchAPI measures reads and writes through nginx against nginx's own answer,
// and then the creation of exports.
func benchAPI(ctx context.Context, b *bench, c *caller) error {
	var project struct{ ID string }
	if err := c.call(ctx, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Bench"}, &project); err != nil {
		return err
	}
	path := "/api/v1/projects/" + project.ID
	peer, err := b.load(ctx, func(ctx context.Context, _ int) error { return c.call(ctx, http.MethodGet, "/healthz", nil, nil) })
	if err != nil {
		return err
	}
	b.row("nginx answers by itself", peer, result{})
	for _, row := range []struct {
		name string
		op   func(ctx context.Context, client int) error
	}{
		{"GET project (counts included)", func(ctx context.Context, _ int) error { return c.call(ctx, http.MethodGet, path, nil, nil) }},
		{"POST task", func(ctx context.Context, _ int) error {
			return c.call(ctx, http.MethodPost, path+"/tasks", map[string]string{"title": "A task of usual length"}, nil)
		}},
		{"GET board, 3 columns of 50", func(ctx context.Context, _ int) error {
			return c.call(ctx, http.MethodGet, path+"/board?limit=50", nil, nil)
		}},
	} {
		r, err := b.load(ctx, row.op)
		if err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
		b.row(row.name, r, peer)
	}
	return benchExports(ctx, b, c, path)
}

// exports is how many exports are asked for, one at a time: nobody may have
// more than one under way in a project.
const exports = 100

// benchExports times the request that starts an export of a project; it is
// canceled before the next.
func benchExports(ctx context.Context, b *bench, c *caller, project string) error {
	var times []time.Duration
	for range exports {
		var job struct{ ID string }
		at := time.Now()
		if err := c.call(ctx, http.MethodPost, project+"/exports", map[string]string{"format": "csv"}, &job); err != nil {
			return err
		}
		times = append(times, time.Since(at))
		if err := c.call(ctx, http.MethodPost, "/api/v1/exports/"+job.ID+"/cancel", map[string]string{}, nil); err != nil {
			return err
		}
	}
	r := summarize(times)
	r.perSecond = float64(time.Second) / float64(r.p50)
	b.row("POST export, one at a time", r, result{})
	return nil
}

// moves is how many single moves are timed until their count shows.
const moves = 200

// benchCounts times a task's move from the request to the count a reader sees:
// write, stream, function, transaction, read.
func benchCounts(ctx context.Context, b *bench, c *caller) error {
	var project struct{ ID string }
	if err := c.call(ctx, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Counted"}, &project); err != nil {
		return err
	}
	path := "/api/v1/projects/" + project.ID
	var t task
	if err := c.call(ctx, http.MethodPost, path+"/tasks", map[string]string{"title": "Moves"}, &t); err != nil {
		return err
	}
	shown := func(status string) (bool, error) {
		var got struct{ Counts map[string]int }
		err := c.call(ctx, http.MethodGet, path, nil, &got)
		return got.Counts[map[string]string{"todo": "todo", "in_progress": "inProgress", "done": "done"}[status]] == 1, err
	}
	var times []time.Duration
	statuses := []string{"in_progress", "done", "todo"}
	for i := range moves {
		status := statuses[i%3]
		at := time.Now()
		if err := c.call(ctx, http.MethodPost, path+"/tasks/"+t.ID+"/move", map[string]string{"status": status}, &t,
			"If-Match", fmt.Sprintf(`"v%d"`, t.Version)); err != nil {
			return err
		}
		for {
			ok, err := shown(status)
			if err != nil {
				return err
			}
			if ok {
				break
			}
			if time.Since(at) > 10*time.Second {
				return fmt.Errorf("the count of %s did not show within 10 s", status)
			}
		}
		times = append(times, time.Since(at))
	}
	r := summarize(times)
	r.perSecond = float64(time.Second) / float64(r.p50)
	b.row("move sent -> count visible, one at a time", r, result{})
	return nil
}
