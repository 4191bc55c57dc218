package restarts

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
)

const (
	changesBefore = 20
	changesAway   = 60 // made while nobody tells the page
)

// TestAPageThatWasAwayEqualsAFreshLoad: what was changed while a page was
// offline, or while the sockets were gone, reaches it by the feed's delta alone.
func TestAPageThatWasAwayEqualsAFreshLoad(t *testing.T) {
	for name, away := range map[string]func(*testing.T, *stack.Stack, *client.Socket, func()){
		"after 30 s offline": func(t *testing.T, s *stack.Stack, device *client.Socket, others func()) {
			device.Close()
			others()
			s.Advance(t, 30*time.Second)
		},
		"after a restart of the sockets": func(t *testing.T, s *stack.Stack, device *client.Socket, others func()) {
			require.NoError(t, s.Kill("sockets"))
			others()
			require.NoError(t, s.WaitReady(t.Context(), "sockets"))
			device.WaitConnects(t, 2)
			others() // some of it comes to the device, which has joined again
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack.Needs(t, stack.Clock)
			s := stack.Use(t)
			owner := client.NewUser(t, s.SecureURL(), s.Authority(), "ada")
			viewer := client.NewUser(t, s.SecureURL(), s.Authority(), "grace")
			third := client.NewUser(t, s.SecureURL(), s.Authority(), "joan")
			var project struct{ ID string }
			owner.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Resumed"}, &project)
			owner.Admit(t, project.ID, "editor", viewer)
			owner.Admit(t, project.ID, "editor", third)
			c := &changer{t: t, user: owner, path: "/api/v1/projects/" + project.ID, third: third.ID, dice: rand.New(rand.NewPCG(s.Seed, 3))}
			c.make(changesBefore)

			device := viewer.Connect(t, client.Upgrade)
			device.Join(t, project.ID)
			open := load(t, viewer, project.ID)
			away(t, s, device, func() { c.make(changesAway) })

			seen := 0
			stack.Eventually(t, patience, func() error {
				live := device.Events()
				for _, e := range live[seen:] {
					open.apply(e)
				}
				seen = len(live)
				open.catchUp()
				if fresh := load(t, viewer, project.ID); !reflect.DeepEqual(fresh.board, open.board) {
					return fmt.Errorf("a fresh load shows\n%+v\nand the page\n%+v", fresh.board, open.board)
				}
				return nil
			})
			require.GreaterOrEqual(t, open.read, changesAway, "the page was told all the same: the test showed nothing")
			t.Logf("figure: %d changes, %d events came live, %d by the feed; the page equals a fresh load of %d tasks", c.made, seen, open.read, len(open.Tasks))
		})
	}
}

// changer changes a project as its owner.
type changer struct {
	t           *testing.T
	user        *client.User
	path, third string
	dice        *rand.Rand
	tasks       []changed
	made        int
}

type changed struct {
	ID      string
	Version int64
}

func (c *changer) make(n int) {
	c.t.Helper()
	for range n {
		c.one()
		c.made++
	}
}

func (c *changer) one() {
	c.t.Helper()
	die := c.dice.IntN(20)
	switch {
	case die == 0:
		c.user.Must(c.t, http.MethodPatch, c.path, map[string]string{"name": fmt.Sprint("Resumed ", c.made)}, nil)
		return
	case die == 1:
		role := []string{"viewer", "editor", "owner"}[c.dice.IntN(3)]
		c.user.Must(c.t, http.MethodPut, c.path+"/members/"+c.third, map[string]string{"role": role}, nil)
		return
	case die < 8 || len(c.tasks) == 0:
		var made changed
		c.user.Must(c.t, http.MethodPost, c.path+"/tasks", map[string]string{"title": fmt.Sprint("task ", c.made)}, &made)
		c.tasks = append(c.tasks, made)
		return
	}
	i := c.dice.IntN(len(c.tasks))
	task := &c.tasks[i]
	path, match := c.path+"/tasks/"+task.ID, fmt.Sprintf(`"v%d"`, task.Version)
	switch {
	case die < 14:
		status := []string{"todo", "in_progress", "done"}[c.dice.IntN(3)]
		c.user.Must(c.t, http.MethodPost, path+"/move", map[string]string{"status": status}, task, "If-Match", match)
	case die < 16:
		c.user.Must(c.t, http.MethodPost, path+"/comments", map[string]string{"body": fmt.Sprint("said ", c.made)}, nil)
	case die < 18:
		c.user.Must(c.t, http.MethodPatch, path, map[string]string{"title": fmt.Sprint("changed ", c.made), "priority": "high"}, task, "If-Match", match)
	default:
		c.user.Must(c.t, http.MethodDelete, path, nil, nil, "If-Match", match)
		c.tasks = append(c.tasks[:i], c.tasks[i+1:]...)
	}
}
