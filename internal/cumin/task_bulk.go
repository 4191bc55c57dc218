package cumin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// MaxBulk is how many tasks can be changed at once.
const MaxBulk = 100

// bulkWorkers is how many of them are written at the same time.
const bulkWorkers = 8

// BulkEdit is one change to many tasks.
type BulkEdit struct {
	Items  []BulkItem
	Set    BulkSet
	Delete bool
}

// BulkItem names a task. A version of 0 is whatever is stored. Rank is the place
// that it takes in a column it goes to: the one it had there before. An empty
// one, and one so long that it may have been rewritten since, is the end.
type BulkItem struct {
	ID      TaskID
	Version int64
	Rank    string
}

// BulkSet changes the fields that are not nil. Tasks that change their column
// go to its end, in the order they are named in, unless they say where.
type BulkSet struct {
	Status       *Status
	Priority     *Priority
	Assignee     *UserID
	Due          *string
	AddLabels    []string
	RemoveLabels []string
}

func (b BulkSet) empty() bool {
	return b.Status == nil && b.Priority == nil && b.Assignee == nil && b.Due == nil && len(b.AddLabels)+len(b.RemoveLabels) == 0
}

// BulkResult is what became of one task: its new state (not when it was
// deleted), or why not; *VersionError[Task] and the other refusals of single
// changes.
type BulkResult struct {
	ID   TaskID
	Task Task
	Err  error
}

// Bulk changes tasks one by one: each as if alone, so that one refusal stops
// no other. The error is what is wrong with all of it.
func (s Tasks) Bulk(ctx context.Context, by Actor, project ProjectID, edit BulkEdit) ([]BulkResult, error) {
	if _, err := admitWorker(ctx, s.Access, by.User, project); err != nil {
		return nil, err
	}
	if err := edit.check(); err != nil {
		return nil, err
	}
	if a := edit.Set.Assignee; a != nil {
		if err := s.checkAssignee(ctx, project, *a); err != nil {
			return nil, err
		}
	}
	ranks, err := s.ranksFor(ctx, project, edit)
	if err != nil {
		return nil, err
	}
	results := make([]BulkResult, len(edit.Items))
	free := make(chan struct{}, bulkWorkers)
	var wg sync.WaitGroup
	for i, item := range edit.Items {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			t, err := s.bulkOne(ctx, by, project, item, edit, ranks[i])
			results[i] = BulkResult{ID: item.ID, Task: t, Err: err}
		})
	}
	wg.Wait()
	return results, nil
}

func (e BulkEdit) check() error {
	var f fields
	if len(e.Items) == 0 || len(e.Items) > MaxBulk {
		f.add("/items", "too_many", fmt.Sprintf("Name 1 to %d tasks.", MaxBulk))
	}
	seen := map[TaskID]bool{}
	for i, item := range e.Items {
		if seen[item.ID] {
			f.add(fmt.Sprintf("/items/%d/id", i), "repeated", "This task is named twice.")
		}
		seen[item.ID] = true
		if item.Rank != "" && (e.Set.Status == nil || !isRank(item.Rank)) {
			f.add(fmt.Sprintf("/items/%d/rank", i), "not_allowed", "Name the rank that the task had in the column it goes to.")
		}
	}
	if e.Delete != e.Set.empty() {
		f.add("/set", "not_allowed", "Say either what to set or delete.")
	}
	if e.Set.Status != nil {
		f.column("/set/status", *e.Set.Status)
	}
	if e.Set.Priority != nil {
		f.priority("/set/priority", *e.Set.Priority)
	}
	if e.Set.Due != nil {
		f.due("/set/due", *e.Set.Due)
	}
	f.labels("/set/addLabels", e.Set.AddLabels)
	return f.err()
}

// ranksFor gives each task a place in the column it may move to.
func (s Tasks) ranksFor(ctx context.Context, project ProjectID, edit BulkEdit) ([]string, error) {
	ranks := make([]string, len(edit.Items))
	if edit.Set.Status == nil {
		return ranks, nil
	}
	last, err := s.Store.RankBefore(ctx, project, *edit.Set.Status, "")
	if err != nil {
		return nil, err
	}
	for i, item := range edit.Items {
		if item.Rank != "" && len(item.Rank) <= PlainRank {
			ranks[i] = item.Rank
			continue
		}
		if last, err = RankBetween(last, "", s.Pick); err != nil {
			return nil, err
		}
		ranks[i] = last
	}
	return ranks, nil
}

// bulkOne changes one task, again while others are faster and no version was
// named.
func (s Tasks) bulkOne(ctx context.Context, by Actor, project ProjectID, item BulkItem, edit BulkEdit, rank string) (Task, error) {
	for range maxStale {
		t, err := s.get(ctx, project, item.ID)
		if err != nil {
			return Task{}, err
		}
		if item.Version != 0 && !t.is(item.Version) {
			return Task{}, &VersionError[Task]{Current: t}
		}
		next := s.deleted(t)
		if !edit.Delete {
			if next, err = edit.Set.apply(t, rank); err != nil {
				return Task{}, err
			}
		}
		if next.same(t) {
			return t, nil
		}
		next, err = s.write(ctx, by, next)
		if stale, lost := errors.AsType[*VersionError[Task]](err); lost && (item.Version == 0 || stale.Current.is(item.Version)) {
			continue
		}
		return next, err
	}
	return Task{}, errBusy
}

// apply is t with what is set; rank is its place if it changes the column.
func (b BulkSet) apply(t Task, rank string) (Task, error) {
	if b.Status != nil && *b.Status != t.Status {
		t.Status, t.Rank = *b.Status, rank
	}
	patch := TaskPatch{Priority: b.Priority, Assignee: b.Assignee, Due: b.Due}
	if len(b.AddLabels)+len(b.RemoveLabels) > 0 {
		labels := slices.DeleteFunc(slices.Clone(t.Labels), func(l string) bool { return slices.Contains(b.RemoveLabels, l) })
		for _, l := range b.AddLabels {
			if !slices.Contains(labels, l) {
				labels = append(labels, l)
			}
		}
		patch.Labels = &labels
	}
	return patch.apply(t)
}
