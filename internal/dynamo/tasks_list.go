package dynamo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxReadAhead bounds the items read for one page when most of them are not
// meant; the page is then short, with a position to go on from.
const maxReadAhead = 2_000

// readAhead is how many items are asked for at a time when some of them may
// be dropped.
const readAhead = 250

// List pages through a project's tasks, part after part of the order asked for.
func (s Tasks) List(ctx context.Context, project cumin.ProjectID, q cumin.TaskQuery, limit int, after *cumin.TaskPosition) (cumin.Page[cumin.Task, cumin.TaskPosition], error) {
	l := listing{store: s, project: project, today: q.Today, limit: limit}
	parts := partsOf(project, q)
	if after != nil {
		i := slices.IndexFunc(parts, func(p part) bool { return p.name == after.Part })
		if i < 0 {
			return l.page, fmt.Errorf("list tasks of project %s: there is no part %q by %q", project, after.Part, q.Sort)
		}
		parts = parts[i:]
	}
	for i, p := range parts {
		if err := l.add(ctx, p, after); err != nil {
			return l.page, fmt.Errorf("list tasks of project %s: %w", project, err)
		}
		if l.page.Next != nil {
			break
		}
		if len(l.page.Items) == limit && i < len(parts)-1 {
			// full exactly at a part's end: the next page begins with the next part
			l.page.Next = &cumin.TaskPosition{Part: parts[i+1].name}
			break
		}
		after = nil
	}
	return l.page, nil
}

// listing is one page while it is read.
type listing struct {
	store   Tasks
	project cumin.ProjectID
	today   string
	limit   int
	read    int // items, meant or not
	page    cumin.Page[cumin.Task, cumin.TaskPosition]
}

// add reads tasks of a part after a position until the page is full, it has
// read enough (both set page.Next) or the part ends. What is not wanted is
// dropped here and not by DynamoDB, which knows neither case nor dates and
// would bill the same.
func (l *listing) add(ctx context.Context, p part, after *cumin.TaskPosition) error {
	in := p.query(l.store.db.tables.Tasks)
	if after != nil && after.ID != "" {
		at, err := l.reranked(ctx, p, *after)
		if err != nil {
			return err
		}
		in.ExclusiveStartKey = p.startKey(l.project, at)
	}
	for {
		ask := l.limit - len(l.page.Items)
		if !p.filter.Empty() {
			ask = max(ask, readAhead)
		}
		in.Limit = aws.Int32(int32(ask))
		out, err := l.store.db.client.Query(ctx, in)
		if err != nil {
			return err
		}
		tasks, err := l.store.of(ctx, p, out.Items)
		if err != nil {
			return err
		}
		for i, t := range tasks {
			if t.Project != l.project || t.Status == cumin.StatusDeleted || !p.filter.Match(t, l.today) {
				continue
			}
			l.page.Items = append(l.page.Items, t)
			if len(l.page.Items) == l.limit && (i < len(tasks)-1 || len(out.LastEvaluatedKey) > 0) {
				l.page.Next, err = p.position(out.Items[i])
				return err
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			return nil
		}
		if l.read += len(out.Items); p.bounded && l.read >= maxReadAhead {
			l.page.Next, err = p.position(out.LastEvaluatedKey)
			return err
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// reranked is a position in a column as it is now: the rank that the last page
// ended at may have been rewritten, and those around it. Short ones never are.
func (l *listing) reranked(ctx context.Context, p part, at cumin.TaskPosition) (cumin.TaskPosition, error) {
	if p.index != IndexBoard || len(at.Key) <= cumin.PlainRank {
		return at, nil
	}
	t, err := l.store.Stored(ctx, l.project, at.ID)
	if err == nil && t.SameSince != 0 && string(t.Status) == p.name {
		at.Key = t.Rank
	}
	if errors.Is(err, cumin.ErrNotFound) {
		err = nil
	}
	return at, err
}

// of is the tasks of items read from a part, in their order. Of an index that
// has keys only they are read from the table: what has changed its place in
// the index meanwhile, or left it, is no task here (zero), for it is told of
// in its new place.
func (s Tasks) of(ctx context.Context, p part, items []Item) ([]cumin.Task, error) {
	if !p.keysOnly {
		return decodeAll(items, DecodeTask)
	}
	keys := make([]Item, len(items))
	for i, it := range items {
		keys[i] = Item{PK: it[PK], SK: it[SK]}
	}
	found, err := s.db.batchGet(ctx, s.db.tables.Tasks, keys)
	if err != nil {
		return nil, err
	}
	whole := make(map[string]Item, len(found))
	for _, it := range found {
		_, sk := ItemKey(it)
		whole[sk] = it
	}
	tasks := make([]cumin.Task, len(items))
	for i, it := range items {
		_, sk := ItemKey(it)
		now := whole[sk]
		if now == nil || !reflect.DeepEqual(now[p.pkName], it[p.pkName]) || !reflect.DeepEqual(now[p.sortKey], it[p.sortKey]) {
			continue
		}
		if tasks[i], err = DecodeTask(now); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}
