package cumin

import (
	"context"
	"errors"
)

// place is the rank of t in the column to, between the neighbours named. Their
// ranks are read consistently; who stands beyond a single named neighbour
// comes from an index, and a task missed there costs no more than the order of
// two cards that were dropped within the same second. Crowded tells that a
// neighbour's rank may be rewritten at any time.
func (s Tasks) place(ctx context.Context, t Task, to Move) (rank string, crowded bool, err error) {
	after, err := s.neighbour(ctx, t, to.Status, to.After)
	if err != nil {
		return "", false, err
	}
	before, err := s.neighbour(ctx, t, to.Status, to.Before)
	if err != nil {
		return "", false, err
	}
	switch {
	case after == "" && before == "":
		rank, err = s.endOf(ctx, t.Project, to.Status)
		return rank, false, err
	case after == "":
		after, err = s.Store.RankBefore(ctx, t.Project, to.Status, before)
	case before == "" || before <= after: // the second: they have changed places meanwhile
		before, err = s.Store.RankAfter(ctx, t.Project, to.Status, after)
	}
	if err != nil {
		return "", false, err
	}
	rank, err = RankBetween(after, before, s.Pick)
	if err != nil { // no room left between two equal or very crowded neighbours
		rank, err = s.endOf(ctx, t.Project, to.Status)
		return rank, false, err
	}
	return rank, max(len(after), len(before)) > PlainRank, nil
}

// drop puts t where it is to go. Beside a rank that may be rewritten at any
// time it does so only while none is.
func (s Tasks) drop(ctx context.Context, by Actor, t Task, to Move) (Task, error) {
	rank, crowded, err := s.place(ctx, t, to)
	if err != nil {
		return Task{}, err
	}
	if !crowded {
		t.Status, t.Rank = to.Status, rank
		return s.write(ctx, by, t)
	}
	crowd, err := s.Store.Crowd(ctx, t.Project, to.Status)
	if err != nil {
		return Task{}, err
	}
	if rank, _, err = s.place(ctx, t, to); err != nil { // again: what was read before the crowd may be older
		return Task{}, err
	}
	t.Status, t.Rank = to.Status, rank
	t = s.next(by, t)
	return t, s.Store.ReplaceCrowded(ctx, t, crowd, len(rank) > LongRank)
}

// neighbour is the rank of the task named, empty when it has vanished from the
// column or is t itself.
func (s Tasks) neighbour(ctx context.Context, t Task, column Status, id TaskID) (string, error) {
	if id == "" || id == t.ID {
		return "", nil
	}
	n, err := s.get(ctx, t.Project, id)
	if errors.Is(err, ErrNotFound) || err == nil && n.Status != column {
		return "", nil
	}
	return n.Rank, err
}

// endOf is a rank below all tasks of a column.
func (s Tasks) endOf(ctx context.Context, project ProjectID, column Status) (string, error) {
	last, err := s.Store.RankBefore(ctx, project, column, "")
	if err != nil {
		return "", err
	}
	return RankBetween(last, "", s.Pick)
}
