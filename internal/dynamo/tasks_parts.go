package dynamo

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/anikeshk/cumin/internal/cumin"
)

// part is a stretch of a list: a range of one partition of the table or of an
// index, in one order. A list is its parts, one after another.
type part struct {
	name     string // names it in positions
	index    string // empty: the table
	pkName   string
	pk       string
	sortKey  string // the index's sort attribute
	from, to string // bounds of it, both inclusive; empty: none
	forward  bool
	keysOnly bool             // the index has no more than keys
	bounded  bool             // by maxReadAhead
	filter   cumin.TaskFilter // what is still to be asked of its tasks
}

// partsOf is what a list is read from.
func partsOf(project cumin.ProjectID, q cumin.TaskQuery) []part {
	switch q.Sort {
	case cumin.SortRecent:
		return []part{recent(project, q.TaskFilter)}
	case cumin.SortOldest, cumin.SortNewest:
		return []part{byAge(project, "", q.Sort == cumin.SortOldest, q.TaskFilter)}
	case cumin.SortDueFirst, cumin.SortDueLast:
		return byDue(project, q)
	case cumin.SortLeastFirst, cumin.SortMostFirst:
		return byPriority(project, q)
	}
	var parts []part
	for _, status := range cumin.Columns {
		if q.Status == "" || q.Status == status {
			parts = append(parts, column(project, status, q.TaskFilter))
		}
	}
	return parts
}

// column is one column by rank.
func column(project cumin.ProjectID, status cumin.Status, f cumin.TaskFilter) part {
	f.Status = ""
	return part{
		name: string(status), index: IndexBoard, pkName: AttrBoardPK, pk: BoardPK(project, status), sortKey: AttrRank,
		forward: true, bounded: true, filter: f,
	}
}

// recent is a project's tasks, or one person's, last change first. The
// person's tasks lie in one partition for all projects: they are few enough to
// read on until the page is full, which also keeps every position inside the
// project.
func recent(project cumin.ProjectID, f cumin.TaskFilter) part {
	if f.Assignee != "" && f.Assignee != cumin.AssigneeNone {
		return part{index: IndexAssignee, pkName: AttrAssigneePK, pk: UserPK(f.Assignee), sortKey: AttrUpdatedAt, filter: f}
	}
	return part{index: IndexRecent, pkName: AttrRecentPK, pk: ProjectPK(project), sortKey: AttrUpdatedAt, bounded: true, filter: f}
}

// byAge is a project's tasks as they were made.
func byAge(project cumin.ProjectID, name string, forward bool, f cumin.TaskFilter) part {
	return part{name: name, pkName: PK, pk: ProjectPK(project), forward: forward, bounded: true, filter: f}
}

// byDue is the tasks with a date, by it, and then those without, for which
// there is no index: most tasks have no date and would each pay for it.
func byDue(project cumin.ProjectID, q cumin.TaskQuery) []part {
	dated := part{
		name: "dated", index: IndexDue, pkName: AttrRecentPK, pk: ProjectPK(project), sortKey: AttrDue,
		forward: q.Sort == cumin.SortDueFirst, keysOnly: true, bounded: true, filter: q.TaskFilter,
	}
	switch q.Due {
	case "":
		f := q.TaskFilter
		f.Due = cumin.DueNone
		return []part{dated, byAge(project, "undated", true, f)}
	case cumin.DueNone:
		return []part{byAge(project, "undated", true, q.TaskFilter)}
	case cumin.DueOverdue:
		dated.to = q.Today
	default:
		dated.from, dated.to, _ = strings.Cut(q.Due, "..")
		if dated.to != "" && dated.to < dated.from {
			return nil // which DynamoDB would refuse
		}
		dated.filter.Due = ""
	}
	return []part{dated}
}

// byPriority is the tasks of one priority after those of another and, as with
// byDue, those without at the end and from no index.
func byPriority(project cumin.ProjectID, q cumin.TaskQuery) []part {
	order := slices.Clone(cumin.Priorities[1:])
	if q.Sort == cumin.SortMostFirst {
		slices.Reverse(order)
	}
	var parts []part
	for _, p := range append(order, cumin.PriorityNone) {
		if q.Priority != "" && q.Priority != p {
			continue
		}
		f := q.TaskFilter
		if f.Priority = p; p == cumin.PriorityNone {
			parts = append(parts, byAge(project, string(p), true, f))
			continue
		}
		f.Priority = ""
		parts = append(parts, part{
			name: string(p), index: IndexPriority, pkName: AttrRecentPK, pk: ProjectPK(project), sortKey: AttrPriority,
			from: string(p), to: string(p), forward: true, keysOnly: true, bounded: true, filter: f,
		})
	}
	return parts
}

// query reads the part from its start.
func (p part) query(table string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                 &table,
		ExpressionAttributeNames:  map[string]string{"#pk": p.pkName},
		ExpressionAttributeValues: Item{":pk": attrS(p.pk)},
		ScanIndexForward:          &p.forward,
	}
	if p.index != "" {
		in.IndexName = &p.index
	}
	where := "#pk = :pk"
	switch {
	case p.from != "" && p.to != "":
		where += " AND #key BETWEEN :from AND :to"
	case p.from != "":
		where += " AND #key >= :from"
	case p.to != "":
		where += " AND #key <= :to"
	}
	in.KeyConditionExpression = aws.String(where)
	for name, bound := range map[string]string{":from": p.from, ":to": p.to} {
		if bound != "" {
			in.ExpressionAttributeNames["#key"], in.ExpressionAttributeValues[name] = p.sortKey, attrS(bound)
		}
	}
	return in
}

// startKey rebuilds the key that a page ended at. The project is the caller's,
// not the position's: a position cannot lead into another project.
func (p part) startKey(project cumin.ProjectID, at cumin.TaskPosition) Item {
	it := key(ProjectPK(project), TaskSK(at.ID))
	if p.index != "" {
		it[p.pkName], it[p.sortKey] = attrS(p.pk), attrS(at.Key)
	}
	return it
}

// position is where a page ends with the item, as the part has it.
func (p part) position(it Item) (*cumin.TaskPosition, error) {
	r := reader{item: it}
	at := &cumin.TaskPosition{Part: p.name, ID: cumin.TaskID(r.id(SK, PrefixTask))}
	if p.index != "" {
		at.Key = r.str(p.sortKey)
	}
	return at, r.err
}
