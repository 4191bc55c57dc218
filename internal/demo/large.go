package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// MaxLarge bounds Large.
const MaxLarge = 5_000_000

// batch is DynamoDB's limit of items in one BatchWriteItem.
const batch = 25

// Progress is told how many tasks have been written.
type Progress func(written int)

// Large writes one more project, of n tasks, each in one version, and returns
// it. Its owner is one of People, by place there; Grace is an editor. Its
// counts follow from the stream, some time after. A run that is interrupted
// leaves a smaller project.
func Large(ctx context.Context, s Stack, owner, n int, told Progress) (cumin.Project, error) {
	if n < 1 || n > MaxLarge {
		return cumin.Project{}, fmt.Errorf("a demo project has 1 to %d tasks, not %d", MaxLarge, n)
	}
	w, err := s.writer(ctx)
	if err != nil {
		return cumin.Project{}, err
	}
	plan := webShop
	plan.name, plan.description = thousands(n)+" tasks", "As large as you asked for: open it, scroll, move, export."
	plan.age, plan.owner, plan.others = 300, owner, map[int]cumin.Role{}
	if owner != grace {
		plan.others[grace] = cumin.RoleEditor
	}
	id := cumin.ProjectID(ulid.MustNew(ulid.Timestamp(w.now), ulid.DefaultEntropy()).String())
	now, err := w.begin(ctx, id, plan)
	if err != nil {
		return cumin.Project{}, err
	}
	if err := w.number(ctx, id, int64(n)); err != nil {
		return cumin.Project{}, err
	}
	b := &builder{
		plan: plan, id: id, people: w.people, team: plan.team(), now: now, dice: rand.New(rand.NewPCG(uint64(n), 1)),
		ids: func(int) cumin.TaskID {
			return cumin.TaskID(ulid.MustNew(ulid.Timestamp(now), ulid.DefaultEntropy()).String())
		},
		columns: map[cumin.Status]ends{},
	}
	if err := w.large(ctx, b, n, told); err != nil {
		return cumin.Project{}, fmt.Errorf("write project %s: %w", plan.name, err)
	}
	return cumin.Project{ID: id, Name: plan.name}, nil
}

func (w *writer) large(ctx context.Context, b *builder, n int, told Progress) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	step := time.Duration(b.plan.age) * 24 * time.Hour / time.Duration(n+1)
	items := make([]types.WriteRequest, 0, batch)
	for number := 1; number <= n && ctx.Err() == nil; number++ {
		h, err := b.history(number, b.numbered(number), step*time.Duration(n+1-number))
		if err != nil {
			return err
		}
		t := h.last()
		t.Version = 1
		if t.Assignee != "" { // they took it themselves: nobody is told of thousands of tasks
			t.CreatedBy, t.Last.By = t.Assignee, t.Assignee
		}
		items = append(items, types.WriteRequest{PutRequest: &types.PutRequest{Item: dynamo.EncodeTask(t)}})
		if len(items) < batch && number < n {
			continue
		}
		full := items
		g.Go(func() error { return w.put(ctx, full) })
		items = make([]types.WriteRequest, 0, batch)
		told(number)
	}
	return g.Wait()
}

// numbered is one of a large project's tasks: half done, a tenth in progress.
func (b *builder) numbered(n int) fixed {
	work, thing := b.plan.work[b.dice.IntN(len(b.plan.work))], b.plan.things[b.dice.IntN(len(b.plan.things))]
	status := cumin.StatusTodo
	switch die := b.dice.IntN(10); {
	case die < 5:
		status = cumin.StatusDone
	case die == 5:
		status = cumin.StatusInProgress
	}
	return fixed{title: fmt.Sprintf(work, thing) + ", part " + strconv.Itoa(n), status: status, priority: b.priority(), labels: b.plan.labelsOf(thing)}
}

// put writes a batch, again what DynamoDB did not take.
func (w *writer) put(ctx context.Context, items []types.WriteRequest) error {
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		out, err := w.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{w.tables.Tasks: items}})
		if err != nil {
			return err
		}
		if items = out.UnprocessedItems[w.tables.Tasks]; len(items) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// thousands writes 100000 as 100,000.
func thousands(n int) string {
	digits := strconv.Itoa(n)
	var parts []string
	for len(digits) > 3 {
		parts = append([]string{digits[len(digits)-3:]}, parts...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, parts...), ",")
}
