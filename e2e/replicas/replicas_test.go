// Package replicas shows that two sockets instances are one service: whoever is
// on either sees what is caused by people on the other, and an instance may be
// killed without anything being missed.
package replicas

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/platform"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{Replicas: true}) }

const (
	patience = 2 * time.Minute // LocalStack on a busy machine
	writers  = 4               // changes at a time
)

// pair is two people on one board whose sockets are on different instances.
type pair struct {
	owner, editor *client.User
	on            map[*client.User]*client.Socket
	project       string
}

func newPair(t *testing.T) pair {
	t.Helper()
	s := stack.Use(t)
	p := pair{owner: client.NewUser(t, s.SecureURL(), s.Authority(), "ada"), editor: client.NewUser(t, s.SecureURL(), s.Authority(), "grace")}
	var project struct{ ID string }
	p.owner.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "On both"}, &project)
	p.project = project.ID
	p.owner.Admit(t, p.project, "editor", p.editor)
	p.on = map[*client.User]*client.Socket{p.owner: connectTo(t, p.owner, "a"), p.editor: connectTo(t, p.editor, "b")}
	for _, socket := range p.on {
		socket.Join(t, p.project)
	}
	require.NotEqual(t, p.on[p.owner].Instance(), p.on[p.editor].Instance(), "both sockets are on one instance")
	return p
}

// connectTo connects until the edge has chosen the instance. One that was killed
// is not chosen for some seconds after it is back.
func connectTo(t *testing.T, u *client.User, instance string) (found *client.Socket) {
	t.Helper()
	stack.Eventually(t, patience, func() error {
		socket := u.Connect(t, client.WebSocket)
		if on := socket.Instance(); on != instance {
			socket.Close()
			return fmt.Errorf("the edge chose instance %s and not %s", on, instance)
		}
		found = socket
		return nil
	})
	return found
}

// create makes tasks, some at a time, with these fields beside a title: n, or as
// many as are begun before ctx ends.
func (p pair) create(ctx context.Context, t *testing.T, by *client.User, n int, fields map[string]string) (made int, err error) {
	var g errgroup.Group
	g.SetLimit(writers)
	for ; made < n && ctx.Err() == nil; made++ {
		title := fmt.Sprintf("%s %d", by.Name, made)
		g.Go(func() error {
			body := map[string]string{"title": title}
			for name, value := range fields {
				body[name] = value
			}
			return by.Do(t.Context(), http.MethodPost, "/api/v1/projects/"+p.project+"/tasks", body, nil)
		})
	}
	return made, g.Wait()
}

// created counts the distinct tasks that a socket was told somebody made.
func created(s *client.Socket, by *client.User) int {
	seen := map[string]bool{}
	for _, e := range s.Events() {
		var task struct{ ID string }
		if e.Type == cumin.EventTaskCreated && e.Actor == cumin.UserID(by.ID) && json.Unmarshal(e.Data, &task) == nil {
			seen[task.ID] = true
		}
	}
	return len(seen)
}

func TestEachSideSeesEverythingThatTheOtherDoes(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	const atMost, within = 500, time.Minute // a slow AWS makes fewer
	short, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	var owners, editors int
	var g errgroup.Group
	g.Go(func() (err error) { owners, err = p.create(short, t, p.owner, atMost, nil); return err })
	g.Go(func() (err error) { editors, err = p.create(short, t, p.editor, atMost, nil); return err })
	require.NoError(t, g.Wait())
	require.Positive(t, min(owners, editors))
	for _, other := range []struct {
		viewer, by *client.User
		made       int
	}{{p.owner, p.editor, editors}, {p.editor, p.owner, owners}} {
		stack.Eventually(t, patience, func() error {
			if n := created(p.on[other.viewer], other.by); n != other.made {
				return fmt.Errorf("%s was told of %d of %d tasks that %s made", other.viewer.Name, n, other.made, other.by.Name)
			}
			return nil
		})
	}
	t.Logf("figure: all %d events reached the other instance", owners+editors)
}

func TestAKilledInstanceLosesNothing(t *testing.T) {
	stack.Needs(t, stack.Kill)
	s := stack.Use(t)
	p := newPair(t)
	device := p.on[p.editor]
	const told = 60
	assign := func() {
		made, err := p.create(t.Context(), t, p.owner, told/3, map[string]string{"assignee": p.editor.ID})
		require.NoError(t, err)
		require.Equal(t, told/3, made)
	}
	assign()
	require.NoError(t, s.Kill(platform.Replica))
	assign() // while the instance, or the device, is away
	device.WaitConnects(t, 2)
	assign()

	stack.Eventually(t, patience, func() error {
		times := map[cumin.EventID]int{}
		for _, n := range device.Notifications() {
			if n.Kind == cumin.NotifyAssigned {
				times[n.ID]++
			}
		}
		for id, n := range times {
			require.Equal(t, 1, n, "notification %s was shown %d times", id, n)
		}
		if len(times) != told {
			return fmt.Errorf("%d of %d assignments arrived", len(times), told)
		}
		return nil
	})
	require.NoError(t, s.WaitReady(t.Context(), platform.Replica))
	t.Logf("figure: %d of %d notifications across a killed sockets instance, then on instance %s", told, told, device.Instance())
}

// Long polling meets its instance again with every request, or it breaks.
func TestLongPollingStaysWithItsInstance(t *testing.T) {
	t.Parallel()
	s := stack.Use(t)
	u := client.NewUser(t, s.SecureURL(), s.Authority(), "mei")
	var project struct{ ID string }
	u.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Polled"}, &project)
	instances := map[string]bool{}
	stack.Eventually(t, patience, func() error {
		for _, transport := range []sioclient.Transport{client.Polling, client.Upgrade} {
			socket := u.Connect(t, transport)
			socket.Join(t, project.ID)
			instances[socket.Instance()] = true
		}
		if len(instances) < 2 {
			return fmt.Errorf("the edge chose only %v", instances)
		}
		return nil
	})
}
