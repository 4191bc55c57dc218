// Package counts shows that the status counts on the projects page are exact:
// whatever is delivered twice, out of order or cut short, they end equal to
// the tasks that exist.
package counts

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/emulator/fault"
)

func TestMain(m *testing.M) { stack.Main(m, stack.Options{Durable: true}) }

// counts are the three numbers of a project card.
type counts struct {
	Todo       int `json:"todo"`
	InProgress int `json:"inProgress"`
	Done       int `json:"done"`
}

type task struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Version int    `json:"version"`
}

func (t task) etag() string { return fmt.Sprintf(`"v%d"`, t.Version) }

var columns = []string{"todo", "in_progress", "done"}

func newUser(t *testing.T, name string) *client.User {
	s := stack.Use(t)
	return client.NewUser(t, s.SecureURL(), s.Authority(), name)
}

func newProject(t *testing.T, u *client.User) string {
	var project struct{ ID string }
	u.Must(t, http.MethodPost, "/api/v1/projects", map[string]string{"name": "Counted"}, &project)
	return project.ID
}

func shown(ctx context.Context, u *client.User, project string) (counts, error) {
	var p struct{ Counts counts }
	err := u.Do(ctx, http.MethodGet, "/api/v1/projects/"+project, nil, &p)
	return p.Counts, err
}

// scan counts the project's tasks in the table, which no feature of the
// product does.
func scan(t *testing.T, project string) counts {
	t.Helper()
	s := stack.Use(t)
	pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(s.AWS()), &dynamodb.QueryInput{
		TableName: aws.String(s.Outputs()["TableTasks"]), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "PROJECT#" + project}},
	})
	var c counts
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, item := range page.Items {
			switch item["status"].(*types.AttributeValueMemberS).Value {
			case "todo":
				c.Todo++
			case "in_progress":
				c.InProgress++
			case "done":
				c.Done++
			}
		}
	}
	return c
}

// agree waits until the counts shown equal the tasks that exist.
func agree(t *testing.T, u *client.User, project string, patience time.Duration) counts {
	t.Helper()
	want := scan(t, project)
	stack.Eventually(t, patience, func() error {
		got, err := shown(t.Context(), u, project)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("shown %+v, in the table %+v", got, want)
		}
		return nil
	})
	return want
}

func TestMovingACardMovesTheCounts(t *testing.T) {
	t.Parallel()
	u := newUser(t, "ada")
	project := newProject(t, u)
	path := "/api/v1/projects/" + project + "/tasks"
	var a, b, c task
	u.Must(t, http.MethodPost, path, map[string]string{"title": "a"}, &a)
	u.Must(t, http.MethodPost, path, map[string]string{"title": "b"}, &b)
	u.Must(t, http.MethodPost, path, map[string]string{"title": "c", "status": "done"}, &c)
	require.Equal(t, counts{Todo: 2, Done: 1}, agree(t, u, project, patience))

	u.Must(t, http.MethodPost, path+"/"+a.ID+"/move", map[string]string{"status": "in_progress"}, &a, "If-Match", a.etag())
	require.Equal(t, counts{Todo: 1, InProgress: 1, Done: 1}, agree(t, u, project, patience))

	u.Must(t, http.MethodPatch, path+"/"+b.ID, map[string]string{"title": "b, better"}, &b, "If-Match", b.etag())
	u.Must(t, http.MethodDelete, path+"/"+c.ID, nil, nil, "If-Match", c.etag())
	require.Equal(t, counts{Todo: 1, InProgress: 1}, agree(t, u, project, patience), "a deleted task counts nowhere")
}

// TestThousandsOfChangesUnderTheWorstLegalAWS makes at least 2,000 changes
// with 16 writers while batches are delivered twice and again later and the
// counting function is killed twice.
func TestThousandsOfChangesUnderTheWorstLegalAWS(t *testing.T) {
	stack.Needs(t, stack.Faults, stack.Kill)
	s := stack.Use(t)
	function := s.Outputs()["Stack"] + "-statuscounts"
	s.SetFaults(t,
		stack.Fault{Kind: fault.Duplicate, Target: function, P: 0.3},
		stack.Fault{Kind: fault.Replay, Target: function, P: 0.2},
	)

	const writers, perWriter = 16, 150 // creations and moves: 2,400 changes
	owner := newUser(t, "grace")
	project := newProject(t, owner)
	var (
		changes atomic.Int64
		wg      sync.WaitGroup
		failed  = make([]error, writers)
	)
	for w := range writers {
		dice := rand.New(rand.NewPCG(s.Seed, uint64(w)))
		wg.Go(func() {
			failed[w] = write(t.Context(), owner, project, dice, perWriter, &changes)
		})
	}
	killed := 0
	for _, at := range []int64{600, 1500} {
		stack.Eventually(t, 2*time.Minute, func() error {
			if n := changes.Load(); n < at {
				return fmt.Errorf("%d of %d changes made", n, at)
			}
			return nil
		})
		killed += s.KillFunction(t, function)
	}
	wg.Wait()
	require.NoError(t, errors.Join(failed...))
	require.GreaterOrEqual(t, changes.Load(), int64(2000))

	final := agree(t, owner, project, patience)
	fired := s.FaultsFired(t)
	t.Logf("figure: %d changes by %d writers, counts %+v, faults fired %v, function killed %d times, seed %d (CUMIN_SEED replays its dice)",
		changes.Load(), writers, final, fired, killed, s.Seed)
	require.Positive(t, fired[fault.Duplicate], "no duplicate was delivered: the test showed nothing")
	require.Positive(t, fired[fault.Replay], "no old batch came again: the test showed nothing")
	require.GreaterOrEqual(t, killed, 2, "the function was not running when it was killed: the test showed nothing")
}

// write makes n random changes to tasks of its own: creates, moves, edits,
// deletes. A change that a slow AWS left unanswered (503) may have happened or
// not: the writer leaves its task alone from then on and makes another instead,
// until as many were left unanswered as were to be made.
func write(ctx context.Context, u *client.User, project string, dice *rand.Rand, n int, changes *atomic.Int64) error {
	path := "/api/v1/projects/" + project + "/tasks"
	var mine []task
	for made, unanswered := 0, 0; made < n; {
		at, i := len(mine), dice.IntN(10)
		if at == 0 || i < 3 {
			mine = append(mine, task{})
		} else {
			at = dice.IntN(at)
		}
		var (
			err  error
			over bool // the task is no more, or nobody knows
		)
		switch m := &mine[at]; {
		case m.ID == "":
			err = u.Do(ctx, http.MethodPost, path, map[string]string{"title": "t", "status": columns[dice.IntN(3)]}, m)
		case i < 8:
			err = u.Do(ctx, http.MethodPost, path+"/"+m.ID+"/move", map[string]string{"status": columns[dice.IntN(3)]}, m, "If-Match", m.etag())
		case i < 9:
			err = u.Do(ctx, http.MethodPatch, path+"/"+m.ID, map[string]any{"priority": "high", "title": fmt.Sprint("t", dice.IntN(1000))}, m, "If-Match", m.etag())
		default:
			err = u.Do(ctx, http.MethodDelete, path+"/"+m.ID, nil, nil, "If-Match", m.etag())
			over = true
		}
		switch {
		case err == nil:
			made++
			changes.Add(1)
		case client.CodeOf(err) == "unavailable" && unanswered < n:
			unanswered++
			over = true
		default:
			return err
		}
		if over {
			mine = slices.Delete(mine, at, at+1)
		}
	}
	return nil
}

func TestCountsSurviveARestartOfTheAWS(t *testing.T) {
	stack.Needs(t, stack.Restart)
	s := stack.Use(t)
	u := newUser(t, "joan")
	project := newProject(t, u)
	path := "/api/v1/projects/" + project + "/tasks"
	for range 40 {
		u.Must(t, http.MethodPost, path, map[string]string{"title": "kept"}, nil)
	}
	require.NoError(t, s.Kill("aws")) // some records are not counted yet
	require.NoError(t, s.WaitReady(t.Context(), "aws"))
	require.Equal(t, 40, scan(t, project).Todo, "every acknowledged task is still there")
	agree(t, u, project, patience)
}
