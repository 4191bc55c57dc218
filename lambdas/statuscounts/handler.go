package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

const (
	maxRounds   = 12                     // plans per project and batch; another writer can win each but the last
	roundLimit  = 400 * time.Millisecond // longest wait between two rounds
	parallelism = 4                      // projects counted at the same time
)

// Handler brings batches of the tasks stream into the counts.
//
// The same record twice, records of two tasks interleaved, a batch repeated at
// other boundaries and a run that writes long after it was given up all change
// nothing: see cumin.PlanCounts. A crash between two transactions leaves some
// tasks counted and the others to the retry.
type Handler struct {
	Store cumin.CountStore
	Park  interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Clock cumin.Clock
	Log   *slog.Logger
}

// projectBatch is what a batch says about one project.
type projectBatch struct {
	id      cumin.ProjectID
	first   int // index of its first record
	changes []cumin.StatusChange
}

// Handle counts every project of the batch by itself, so that one in trouble
// does not hold up the others, and answers with the lowest record of those
// that failed. A record that cannot be read is parked.
func (h *Handler) Handle(ctx context.Context, batch stream.Batch) (events.DynamoDBEventResponse, error) {
	failed := stream.NoFailures()
	var projects []*projectBatch
	byID := map[cumin.ProjectID]*projectBatch{}
	for i := range batch.Records {
		change, err := statusChange(&batch.Records[i])
		if err != nil {
			if err := h.park(ctx, &batch.Records[i], err); err != nil {
				failed.At(i)
				h.Log.ErrorContext(ctx, "record not parked", slog.String("sequence", batch.Records[i].Sequence), slog.Any("err", err))
			}
			continue
		}
		p := byID[change.Project]
		if p == nil {
			p = &projectBatch{id: change.Project, first: i}
			byID[change.Project], projects = p, append(projects, p)
		}
		p.changes = append(p.changes, change)
	}
	var g errgroup.Group
	g.SetLimit(parallelism)
	for _, p := range projects {
		g.Go(func() error {
			if err := h.count(ctx, p); err != nil {
				failed.At(p.first)
				h.Log.ErrorContext(ctx, "project not counted", slog.String("project", string(p.id)),
					slog.String("sequence", batch.Records[p.first].Sequence), slog.Any("err", err))
			}
			return nil
		})
	}
	_ = g.Wait() // each project notes its own failure
	return batch.Answer(failed)
}

// count plans and applies until nothing is left to do. Each round reads the
// markers anew, so what an earlier round or another run counted drops out.
func (h *Handler) count(ctx context.Context, p *projectBatch) error {
	refs := cumin.CountedTasks(p.changes)
	if len(refs) == 0 {
		return nil
	}
	tasks := make([]cumin.TaskID, len(refs))
	for i, r := range refs {
		tasks[i] = r.Task
	}
	for round := 1; ; round++ {
		err := h.round(ctx, p, tasks)
		if !errors.Is(err, cumin.ErrLostRace) {
			return err
		}
		if round == maxRounds {
			return fmt.Errorf("after %d rounds: %w", round, err)
		}
		if err := pause(ctx, round); err != nil {
			return err
		}
	}
}

func (h *Handler) round(ctx context.Context, p *projectBatch, tasks []cumin.TaskID) error {
	read, err := h.Store.Markers(ctx, p.id, tasks)
	if err != nil {
		return err
	}
	markers := make(map[cumin.TaskRef]cumin.Marker, len(read))
	for task, m := range read {
		markers[cumin.TaskRef{Project: p.id, Task: task}] = m
	}
	for _, tx := range cumin.PlanCounts(p.changes, markers) {
		if err := h.Store.Apply(ctx, tx, h.Clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// park puts away a record that cannot be counted and marks its project, if its
// key still tells which, as wanting a recount.
func (h *Handler) park(ctx context.Context, r *stream.Record, reason error) error {
	if err := h.Park.Put(ctx, r.Parked(reason)); err != nil {
		return err
	}
	id := strings.TrimPrefix(r.PK, dynamo.ProjectPK(""))
	if id == r.PK || !cumin.ValidID(id) {
		return nil
	}
	return h.Store.MarkDirty(ctx, cumin.ProjectID(id), h.Clock.Now())
}

func statusChange(r *stream.Record) (cumin.StatusChange, error) {
	if r.Err != nil {
		return cumin.StatusChange{}, r.Err
	}
	before, err := task(r.Old)
	if err != nil {
		return cumin.StatusChange{}, err
	}
	after, err := task(r.New)
	if err != nil {
		return cumin.StatusChange{}, err
	}
	return cumin.StatusChangeOf(before, after), nil
}

func task(image dynamo.Item) (*cumin.Task, error) {
	if image == nil {
		return nil, nil //nolint:nilnil // a record has an old image, a new one, or both
	}
	t, err := dynamo.DecodeTask(image)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// pause waits a random time before the next round, up to a limit that doubles
// with each, so that rivals do not meet again.
func pause(ctx context.Context, round int) error {
	timer := time.NewTimer(rand.N(min(5*time.Millisecond<<round, roundLimit)))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
