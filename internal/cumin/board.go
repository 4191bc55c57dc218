package cumin

import (
	"context"
	"sync"
	"time"
)

// boardLag is how much older than the newest event a board's sequence is: the
// board's columns are read from indexes, which lag behind the feed by less
// than that. Events told twice do no harm, they carry versions.
const boardLag = 10 * time.Second

// maxChanges bounds one answer of Changes.
const maxChanges = 500

// Column is a column's first page.
type Column struct {
	Status Status
	Page[Task, TaskPosition]
}

// Board is what a person sees on opening a project.
type Board struct {
	View    ProjectView
	Seq     int64 // ask for changes, or join live events, from here
	Columns []Column
	Members []NamedMember
}

// Boards read a project as a whole.
type Boards struct {
	Projects Projects
	Members  Members
	Tasks    TaskStore
	Feed     FeedStore
	Clock    Clock
}

// Get reads a board with limit tasks, of those the filter means, a column; a
// filter's Status leaves the other columns empty. The sequence is read before the
// columns: whatever changes while they are read is told again by the events
// after it. It lags by so much that this holds for the project, which is read
// with the membership even before it, too.
func (s Boards) Get(ctx context.Context, by UserID, project ProjectID, filter TaskFilter, limit int) (Board, error) {
	var wrong fields
	filter.check(&wrong, "query")
	if err := wrong.err(); err != nil {
		return Board{}, err
	}
	member, view, err := s.Projects.open(ctx, by, project)
	if err != nil {
		return Board{}, err
	}
	seq, err := s.Feed.SeqAt(ctx, project, s.Clock.Now().Add(-boardLag))
	if err != nil {
		return Board{}, err
	}
	b := Board{View: view, Seq: seq, Columns: make([]Column, len(Columns))}
	reads := []func(ctx context.Context) error{
		func(ctx context.Context) (err error) {
			b.Members, err = s.Members.list(ctx, member)
			return err
		},
	}
	only := filter.Status
	for i, status := range Columns {
		if b.Columns[i].Status = status; only != "" && status != only {
			continue
		}
		reads = append(reads, func(ctx context.Context) (err error) {
			q := TaskQuery{TaskFilter: filter, Sort: SortRank, Today: Today(s.Clock.Now())}
			q.Status = status
			b.Columns[i].Page, err = s.Tasks.List(ctx, project, q, limit, nil)
			return err
		})
	}
	if err := together(ctx, reads); err != nil {
		return Board{}, err
	}
	return b, nil
}

// Changes is a part of a project's feed.
type Changes struct {
	Events []Event
	Seq    int64 // of the last event here; ask from it next
	More   bool
}

// Changes is what happened in a project after a sequence, oldest first.
// ErrSeqTooOld when the feed no longer reaches back that far.
func (s Boards) Changes(ctx context.Context, by UserID, project ProjectID, since int64) (Changes, error) {
	if _, err := admit(ctx, s.Projects.Store, by, project, RoleViewer); err != nil {
		return Changes{}, err
	}
	events, newest, err := s.Feed.Since(ctx, project, since, maxChanges)
	if err != nil {
		return Changes{}, err
	}
	c := Changes{Events: events, Seq: since}
	if len(events) > 0 {
		c.Seq = events[len(events)-1].Seq
	}
	c.More = c.Seq < newest
	return c, nil
}

// together runs reads at once and returns the first error, which stops the
// others.
func together(ctx context.Context, reads []func(context.Context) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var wg sync.WaitGroup
	for _, read := range reads {
		wg.Go(func() {
			if err := read(ctx); err != nil {
				stop(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
