package cumin

import (
	"context"
	"errors"
)

// place is the rank of t in the column to, between the neighbours named. Their
// ranks are read consistently; who stands beyond a single named neighbour
// comes from an index, and a task missed there costs no more than the order of
// two cards that were dropped within the same second.
func (s Tasks) place(ctx context.Context, t Task, to Move) (string, error) {
	after, err := s.neighbour(ctx, t, to.Status, to.After)
	if err != nil {
		return "", err
	}
	before, err := s.neighbour(ctx, t, to.Status, to.Before)
	if err != nil {
		return "", err
	}
	switch {
	case after == "" && before == "":
		return s.endOf(ctx, t.Project, to.Status)
	case after == "":
		after, err = s.Store.RankBefore(ctx, t.Project, to.Status, before)
	case before == "" || before <= after: // the second: they have changed places meanwhile
		before, err = s.Store.RankAfter(ctx, t.Project, to.Status, after)
	}
	if err != nil {
		return "", err
	}
	rank, err := RankBetween(after, before, s.Pick)
	if err != nil { // no room left between two equal or very crowded neighbours
		return s.endOf(ctx, t.Project, to.Status)
	}
	return rank, nil
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
