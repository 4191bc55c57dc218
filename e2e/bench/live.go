package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/platform"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

const (
	seenMoves    = 400 // single moves that another person watches
	seenPatience = 10 * time.Second
)

// benchLive times a task's move from the request to its event at another person
// who has the board open: write, stream, function, queue, socket. What is not in
// it is the browser's painting.
func benchLive(ctx context.Context, b *bench, p *platform.Platform, c *caller) error {
	var project struct{ ID string }
	if err := c.call(ctx, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Watched"}, &project); err != nil {
		return err
	}
	path := "/api/v1/projects/" + project.ID
	came, done, err := watch(ctx, p, c, project.ID)
	if err != nil {
		return err
	}
	defer done()
	var t task
	if err := c.call(ctx, http.MethodPost, path+"/tasks", map[string]string{"title": "Moves"}, &t); err != nil {
		return err
	}
	var answered, seen []time.Duration
	statuses := []string{"in_progress", "done", "todo"}
	for i := range seenMoves {
		id := fmt.Sprintf("bench-live-%d", i)
		at := time.Now()
		if err := c.call(ctx, http.MethodPost, path+"/tasks/"+t.ID+"/move", map[string]string{"status": statuses[i%3]}, &t,
			"If-Match", fmt.Sprintf(`"v%d"`, t.Version), "X-Request-Id", id); err != nil {
			return err
		}
		answered = append(answered, time.Since(at))
		when, err := until(ctx, came, id)
		if err != nil {
			return err
		}
		seen = append(seen, when.Sub(at))
	}
	peer, r := oneAtATime(answered), oneAtATime(seen)
	b.row("move sent -> answered", peer, result{})
	b.row("move sent -> event at another person", r, peer)
	fmt.Fprintf(b.out, "%-44s %10s %9s\n", "  of which 95 of 100 within", "", round(seen[len(seen)*95/100]))
	return nil
}

// oneAtATime summarizes calls that waited for one another, and sorts them.
func oneAtATime(times []time.Duration) result {
	r := summarize(times)
	r.perSecond = float64(time.Second) / float64(max(r.p50, 1))
	return r
}

// arrival is a live event and when it came.
type arrival struct {
	event cumin.Event
	at    time.Time
}

// watch makes a second person a viewer of c's project, who opens its board.
func watch(ctx context.Context, p *platform.Platform, c *caller, project string) (<-chan arrival, func(), error) {
	viewer := &caller{base: c.base, http: c.http}
	user := map[string]any{"name": "Watcher", "email": "watcher@example.com", "password": "a long enough phrase 43"}
	if err := viewer.call(ctx, http.MethodPost, "/auth/register", user, nil); err != nil {
		return nil, nil, err
	}
	delete(user, "name")
	if err := viewer.signIn(ctx, user); err != nil {
		return nil, nil, err
	}
	var invite struct{ Token string }
	if err := c.call(ctx, http.MethodPost, "/api/v1/projects/"+project+"/invites", map[string]string{"role": "viewer"}, &invite); err != nil {
		return nil, nil, err
	}
	if err := viewer.call(ctx, http.MethodPost, "/api/v1/invites/accept", map[string]string{"token": invite.Token}, nil); err != nil {
		return nil, nil, err
	}
	came := make(chan arrival, 16*seenMoves) // duplicates and counts too; the reader must never be blocked
	conn, err := sioclient.Dial(ctx, sioclient.Options{
		URL: p.URL() + "/sockets/socket.io/", Transport: sioclient.Upgrade, Auth: map[string]any{"token": viewer.token},
		Header: http.Header{"Origin": {p.URL()}},
		OnEvent: func(e sioclient.Event) {
			var event cumin.Event
			if e.Name == "event" && len(e.Args) == 1 && json.Unmarshal(e.Args[0], &event) == nil {
				came <- arrival{event, time.Now()}
			}
		},
	})
	if err != nil {
		return nil, nil, err
	}
	args, err := conn.Call(ctx, "project:join", map[string]string{"projectId": project})
	var joined struct{ OK bool }
	if err == nil && (len(args) != 1 || json.Unmarshal(args[0], &joined) != nil || !joined.OK) {
		err = fmt.Errorf("the watcher may not join: %s", args)
	}
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return came, conn.Close, nil
}

// until waits for the event of a request and returns when it came.
func until(ctx context.Context, came <-chan arrival, requestID string) (time.Time, error) {
	late := time.After(seenPatience)
	for {
		select {
		case a := <-came:
			if a.event.RequestID == requestID {
				return a.at, nil
			}
		case <-late:
			return time.Time{}, fmt.Errorf("the event of %s did not come within %s", requestID, seenPatience)
		case <-ctx.Done():
			return time.Time{}, errors.New("interrupted")
		}
	}
}
