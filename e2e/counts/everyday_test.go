package counts

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
)

// patience is what a slow target may take from a change to its count.
const patience = time.Minute

func create(t *testing.T, u *client.User, project, status string, headers ...string) task {
	t.Helper()
	var made task
	u.Must(t, http.MethodPost, "/api/v1/projects/"+project+"/tasks", map[string]string{"title": "t", "status": status}, &made, headers...)
	return made
}

// becomes waits until the card shows these numbers.
func becomes(t *testing.T, u *client.User, project string, want counts) {
	t.Helper()
	stack.Eventually(t, patience, func() error {
		got, err := shown(t.Context(), u, project)
		if err == nil && got != want {
			err = fmt.Errorf("shown %+v, want %+v", got, want)
		}
		return err
	})
}

func TestANewCardCountsInItsColumn(t *testing.T) {
	t.Parallel()
	u := newUser(t, "mary")
	for status, want := range map[string]counts{"todo": {Todo: 1}, "in_progress": {InProgress: 1}, "done": {Done: 1}} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			project := newProject(t, u)
			create(t, u, project, status)
			becomes(t, u, project, want)
		})
	}
}

func TestADeletedCardCountsNowhere(t *testing.T) {
	t.Parallel()
	u := newUser(t, "hedy")
	project := newProject(t, u)
	kept, gone := create(t, u, project, "done"), create(t, u, project, "done")
	becomes(t, u, project, counts{Done: 2})
	u.Must(t, http.MethodDelete, "/api/v1/projects/"+project+"/tasks/"+gone.ID, nil, nil, "If-Match", gone.etag())
	becomes(t, u, project, counts{Done: 1})
	require.NotEqual(t, kept.ID, gone.ID)
}

func TestWhatChangesNoColumnChangesNoCount(t *testing.T) {
	t.Parallel()
	u := newUser(t, "edith")
	project := newProject(t, u)
	path := "/api/v1/projects/" + project + "/tasks/"
	card := create(t, u, project, "todo")
	stale := card.etag()
	u.Must(t, http.MethodPatch, path+card.ID, map[string]string{"title": "better"}, &card, "If-Match", card.etag())
	u.Must(t, http.MethodPost, path+card.ID+"/move", map[string]string{"status": "todo"}, &card, "If-Match", card.etag())
	err := u.Do(t.Context(), http.MethodPost, path+card.ID+"/move", map[string]string{"status": "done"}, nil, "If-Match", stale)
	require.Error(t, err, "a move of an old version is refused")
	// What was counted after those is counted behind them: one shard keeps the
	// order of a task, and this task is the same.
	u.Must(t, http.MethodPost, path+card.ID+"/move", map[string]string{"status": "in_progress"}, &card, "If-Match", card.etag())
	becomes(t, u, project, counts{InProgress: 1})
}

func TestARetriedCreationCountsOnce(t *testing.T) {
	t.Parallel()
	u := newUser(t, "radia")
	project := newProject(t, u)
	first := create(t, u, project, "todo", "Idempotency-Key", "the-same-key")
	again := create(t, u, project, "todo", "Idempotency-Key", "the-same-key")
	require.Equal(t, first.ID, again.ID)
	create(t, u, project, "done")
	becomes(t, u, project, counts{Todo: 1, Done: 1})
}

func TestProjectsCountApart(t *testing.T) {
	t.Parallel()
	u := newUser(t, "sophie")
	one, other := newProject(t, u), newProject(t, u)
	create(t, u, one, "todo")
	create(t, u, other, "done")
	create(t, u, other, "done")
	becomes(t, u, one, counts{Todo: 1})
	becomes(t, u, other, counts{Done: 2})

	var page struct {
		Items []struct {
			ID       string
			Counts   counts
			CountsAt *time.Time `json:"countsAsOf"`
		}
	}
	u.Must(t, http.MethodGet, "/api/v1/projects", nil, &page)
	seen := map[string]counts{}
	for _, p := range page.Items {
		seen[p.ID] = p.Counts
		require.NotNil(t, p.CountsAt, "the card says as of when it counts")
	}
	require.Equal(t, map[string]counts{one: {Todo: 1}, other: {Done: 2}}, seen, "the page of all projects shows the same")
}

func TestWhoWatchesTheBoardIsToldTheCounts(t *testing.T) {
	t.Parallel()
	u := newUser(t, "annie")
	project := newProject(t, u)
	device := u.Connect(t, client.Upgrade)
	device.Join(t, project)
	create(t, u, project, "in_progress")
	device.WaitEvent(t, "the counts", func(e cumin.Event) bool {
		var data struct{ Counts counts }
		return e.Type == cumin.EventProjectCounts && json.Unmarshal(e.Data, &data) == nil && data.Counts == counts{InProgress: 1}
	})
}

// TestManyWritersAtOnceEndExact is the core of the test under faults: any AWS
// can run it.
func TestManyWritersAtOnceEndExact(t *testing.T) {
	const writers, perWriter = 16, 25
	s := stack.Use(t)
	owner := newUser(t, "barbara")
	project := newProject(t, owner)
	var (
		changes atomic.Int64
		wg      sync.WaitGroup
		failed  = make([]error, writers)
	)
	for w := range writers {
		dice := rand.New(rand.NewPCG(s.Seed, uint64(w)))
		wg.Go(func() { failed[w] = write(t.Context(), owner, project, dice, perWriter, &changes) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(failed...))
	final := agree(t, owner, project, patience)
	t.Logf("figure: %d changes by %d writers, counts %+v, seed %d (CUMIN_SEED replays its dice)", changes.Load(), writers, final, s.Seed)
}
