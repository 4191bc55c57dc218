package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// maxReadAhead bounds the items read for one page when a filter drops most of
// them; the page is then short, with a position to go on from.
const maxReadAhead = 2_000

// collection is one partition of an index, and what of it is wanted.
type collection struct {
	index   string
	pkName  string
	pk      string
	sortKey string // the index's sort attribute
	forward bool
	bounded bool // by maxReadAhead
	wanted  map[string]string
}

// List pages through a project's tasks, by rank through its columns or by the
// last change.
func (s Tasks) List(ctx context.Context, project cumin.ProjectID, q cumin.TaskQuery, limit int, after *cumin.TaskPosition) (cumin.Page[cumin.Task, cumin.TaskPosition], error) {
	if q.Sort == cumin.SortRecent {
		return s.page(ctx, recent(project, q), project, limit, after)
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
		next, err := s.page(ctx, column(project, status, q), project, limit-len(page.Items), after)
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
func column(project cumin.ProjectID, status cumin.Status, q cumin.TaskQuery) collection {
	c := collection{
		index: IndexBoard, pkName: AttrBoardPK, pk: BoardPK(project, status), sortKey: AttrRank, forward: true,
		bounded: true, wanted: map[string]string{},
	}
	if q.Assignee != "" {
		c.wanted[AttrAssignee] = string(q.Assignee)
	}
	return c
}

// recent is a project's tasks, or one person's in it, last change first. The
// person's tasks lie in one partition for all projects: they are few enough to
// read on until the page is full, which also keeps every position inside the
// project.
func recent(project cumin.ProjectID, q cumin.TaskQuery) collection {
	c := collection{
		index: IndexRecent, pkName: AttrRecentPK, pk: ProjectPK(project), sortKey: AttrUpdatedAt,
		bounded: true, wanted: map[string]string{},
	}
	if q.Assignee != "" {
		c.index, c.pkName, c.pk, c.bounded = IndexAssignee, AttrAssigneePK, UserPK(q.Assignee), false
		c.wanted[PK] = ProjectPK(project)
	}
	if q.Status != "" {
		c.wanted[AttrStatus] = string(q.Status)
	}
	return c
}

// page reads up to limit tasks of a collection after a position.
func (s Tasks) page(ctx context.Context, c collection, project cumin.ProjectID, limit int, after *cumin.TaskPosition) (cumin.Page[cumin.Task, cumin.TaskPosition], error) {
	var page cumin.Page[cumin.Task, cumin.TaskPosition]
	in := c.query(s.db.tables.Tasks)
	if after != nil && after.ID != "" {
		in.ExclusiveStartKey = c.startKey(project, *after)
	}
	for read := 0; ; {
		in.Limit = aws.Int32(int32(limit - len(page.Items)))
		out, err := s.db.client.Query(ctx, in)
		if err != nil {
			return page, fmt.Errorf("list tasks of project %s: %w", project, err)
		}
		tasks, err := decodeAll(out.Items, DecodeTask)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, tasks...)
		if len(out.LastEvaluatedKey) == 0 {
			return page, nil
		}
		read += int(out.ScannedCount)
		if len(page.Items) == limit || c.bounded && read >= maxReadAhead {
			page.Next, err = c.position(out.LastEvaluatedKey)
			return page, err
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func (c collection) query(table string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                 &table,
		IndexName:                 &c.index,
		KeyConditionExpression:    aws.String("#collection = :collection"),
		ExpressionAttributeNames:  map[string]string{"#collection": c.pkName},
		ExpressionAttributeValues: Item{":collection": attrS(c.pk)},
		ScanIndexForward:          &c.forward,
	}
	var filters []string
	for name, value := range c.wanted {
		filters = append(filters, fmt.Sprintf("#%s = :%s", name, name))
		in.ExpressionAttributeNames["#"+name] = name
		in.ExpressionAttributeValues[":"+name] = attrS(value)
	}
	if len(filters) > 0 {
		in.FilterExpression = aws.String(strings.Join(filters, " AND "))
	}
	return in
}

// startKey rebuilds the key that a page ended at. The project is the caller's,
// not the position's: a position cannot lead into another project.
func (c collection) startKey(project cumin.ProjectID, p cumin.TaskPosition) Item {
	it := key(ProjectPK(project), TaskSK(p.ID))
	it[c.pkName], it[c.sortKey] = attrS(c.pk), attrS(p.Key)
	return it
}

// position is where a page ended.
func (c collection) position(last Item) (*cumin.TaskPosition, error) {
	r := reader{item: last}
	p := &cumin.TaskPosition{Key: r.str(c.sortKey), ID: cumin.TaskID(r.id(SK, PrefixTask))}
	if c.index == IndexBoard {
		_, status, _ := strings.Cut(c.pk, "#")
		p.Status = cumin.Status(status)
	}
	return p, r.err
}
