package dynamo

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxReadAhead bounds the items read for one page when a filter drops most of
// them; the page is then short, with a position to go on from.
const maxReadAhead = 2_000

// readAhead is how many items are asked for at a time when some of them may
// be dropped.
const readAhead = 250

// collection is one partition of the table or of an index, in one order.
type collection struct {
	index   string // empty: the table
	pkName  string
	pk      string
	sortKey string       // the index's sort attribute
	status  cumin.Status // the column, in IndexBoard
	forward bool
	bounded bool // by maxReadAhead
}

// List pages through a project's tasks, by rank through its columns, by the
// last change or by age.
func (s Tasks) List(ctx context.Context, project cumin.ProjectID, q cumin.TaskQuery, limit int, after *cumin.TaskPosition) (cumin.Page[cumin.Task, cumin.TaskPosition], error) {
	switch q.Sort {
	case cumin.SortRecent:
		return s.page(ctx, recent(project, q), project, q, limit, after)
	case cumin.SortOldest, cumin.SortNewest:
		byAge := collection{pkName: PK, pk: ProjectPK(project), forward: q.Sort == cumin.SortOldest, bounded: true}
		return s.page(ctx, byAge, project, q, limit, after)
	}
	columns := cumin.Columns[:]
	if q.Status != "" {
		columns = []cumin.Status{q.Status}
	}
	if after != nil {
		columns = columns[max(0, slices.Index(columns, after.Status)):]
	}
	var page cumin.Page[cumin.Task, cumin.TaskPosition]
	for i, status := range columns {
		next, err := s.page(ctx, column(project, status), project, q, limit-len(page.Items), after)
		if err != nil {
			return page, err
		}
		page.Items, page.Next = append(page.Items, next.Items...), next.Next
		if page.Next != nil {
			return page, nil
		}
		if len(page.Items) == limit && i < len(columns)-1 {
			// full exactly at a column's end: the next page begins with the next column
			page.Next = &cumin.TaskPosition{Status: columns[i+1]}
			return page, nil
		}
		after = nil
	}
	return page, nil
}

// column is one column by rank.
func column(project cumin.ProjectID, status cumin.Status) collection {
	return collection{
		index: IndexBoard, pkName: AttrBoardPK, pk: BoardPK(project, status), sortKey: AttrRank, status: status, forward: true, bounded: true,
	}
}

// recent is a project's tasks, or one person's, last change first. The
// person's tasks lie in one partition for all projects: they are few enough to
// read on until the page is full, which also keeps every position inside the
// project.
func recent(project cumin.ProjectID, q cumin.TaskQuery) collection {
	if q.Assignee != "" && q.Assignee != cumin.AssigneeNone {
		return collection{index: IndexAssignee, pkName: AttrAssigneePK, pk: UserPK(q.Assignee), sortKey: AttrUpdatedAt}
	}
	return collection{index: IndexRecent, pkName: AttrRecentPK, pk: ProjectPK(project), sortKey: AttrUpdatedAt, bounded: true}
}

// page reads up to limit tasks of a collection after a position. What is not
// wanted is dropped here and not by DynamoDB, which knows neither case nor
// dates and would bill the same.
func (s Tasks) page(ctx context.Context, c collection, project cumin.ProjectID, q cumin.TaskQuery, limit int, after *cumin.TaskPosition) (cumin.Page[cumin.Task, cumin.TaskPosition], error) {
	var page cumin.Page[cumin.Task, cumin.TaskPosition]
	in := c.query(s.db.tables.Tasks)
	if after != nil && after.ID != "" {
		in.ExclusiveStartKey = c.startKey(project, *after)
	}
	for read := 0; ; {
		ask := limit - len(page.Items)
		if c.drops(q) {
			ask = max(ask, readAhead)
		}
		in.Limit = aws.Int32(int32(ask))
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return page, fmt.Errorf("list tasks of project %s: %w", project, err)
		}
		for i, it := range out.Items {
			t, err := DecodeTask(it)
			if err != nil {
				return page, err
			}
			if t.Project != project || t.Status == cumin.StatusDeleted || !q.Match(t, q.Today) {
				continue
			}
			page.Items = append(page.Items, t)
			if len(page.Items) == limit && (i < len(out.Items)-1 || len(out.LastEvaluatedKey) > 0) {
				page.Next = c.position(t)
				return page, nil
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			return page, nil
		}
		if read += len(out.Items); c.bounded && read >= maxReadAhead {
			last, err := DecodeTask(out.Items[len(out.Items)-1])
			page.Next = c.position(last)
			return page, err
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

// drops reports whether some of the collection's tasks may not be wanted.
func (c collection) drops(q cumin.TaskQuery) bool {
	f := q.TaskFilter
	if c.index == IndexBoard {
		f.Status = ""
	}
	return !f.Empty()
}

func (c collection) query(table string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                 &table,
		KeyConditionExpression:    aws.String("#collection = :collection"),
		ExpressionAttributeNames:  map[string]string{"#collection": c.pkName},
		ExpressionAttributeValues: Item{":collection": attrS(c.pk)},
		ScanIndexForward:          &c.forward,
	}
	if c.index != "" {
		in.IndexName = &c.index
	}
	return in
}

// startKey rebuilds the key that a page ended at. The project is the caller's,
// not the position's: a position cannot lead into another project.
func (c collection) startKey(project cumin.ProjectID, p cumin.TaskPosition) Item {
	it := key(ProjectPK(project), TaskSK(p.ID))
	if c.index != "" {
		it[c.pkName], it[c.sortKey] = attrS(c.pk), attrS(p.Key)
	}
	return it
}

// position is where a page ends with t.
func (c collection) position(t cumin.Task) *cumin.TaskPosition {
	p := &cumin.TaskPosition{Status: c.status, ID: t.ID}
	switch c.sortKey {
	case AttrRank:
		p.Key = t.Rank
	case AttrUpdatedAt:
		p.Key = FormatTime(t.UpdatedAt)
	}
	return p
}
