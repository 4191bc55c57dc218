package cumin

import (
	"context"
	"slices"
	"strings"
	"time"
)

// ProjectSort orders a list of projects.
type ProjectSort string

// The orders: last worked in first, by name, by age.
const (
	ProjectsRecent ProjectSort = "-updatedAt"
	ProjectsByName ProjectSort = "name"
	ProjectsOldest ProjectSort = "createdAt"
	ProjectsNewest ProjectSort = "-createdAt"
)

// ProjectSorts are all of them.
var ProjectSorts = [...]ProjectSort{ProjectsRecent, ProjectsByName, ProjectsOldest, ProjectsNewest}

// ArchivedFilter says whether a list has the archived projects.
type ArchivedFilter string

// Without them, only them, or both.
const (
	ArchivedNot  ArchivedFilter = "false"
	ArchivedOnly ArchivedFilter = "true"
	ArchivedAll  ArchivedFilter = "all"
)

// ArchivedFilters are all of them.
var ArchivedFilters = [...]ArchivedFilter{ArchivedNot, ArchivedOnly, ArchivedAll}

// ProjectQuery says which of a person's projects to list; an empty Text does
// not filter.
type ProjectQuery struct {
	Text     string // in name or description, any case
	Archived ArchivedFilter
	Sort     ProjectSort
}

// ProjectPosition is where a list of projects was left.
type ProjectPosition struct {
	Key string
	ID  ProjectID
}

// UpdatedAt is when something last changed in the project: itself, its
// members or a task.
func (v ProjectView) UpdatedAt() time.Time {
	if v.WorkedAt.After(v.Project.UpdatedAt) {
		return v.WorkedAt
	}
	return v.Project.UpdatedAt
}

// List pages through the actor's projects. A person's own projects are few
// enough to be read and sorted whole; what they hold is never read.
func (s Projects) List(ctx context.Context, by UserID, q ProjectQuery, limit int, after *ProjectPosition) (Page[ProjectView, ProjectPosition], error) {
	var page Page[ProjectView, ProjectPosition]
	all, err := s.Store.List(ctx, by)
	if err != nil {
		return page, err
	}
	text := strings.ToLower(q.Text)
	all = slices.DeleteFunc(all, func(v ProjectView) bool {
		return !q.Archived.wants(v.Project.Archived) || !containsFold(v.Project.Name, text) && !containsFold(v.Project.Description, text) ||
			after != nil && q.Sort.compare(q.Sort.position(v), *after) <= 0
	})
	slices.SortFunc(all, func(a, b ProjectView) int { return q.Sort.compare(q.Sort.position(a), q.Sort.position(b)) })
	if len(all) > limit {
		all = all[:limit]
		last := q.Sort.position(all[limit-1])
		page.Next = &last
	}
	page.Items = all
	return page, nil
}

func (f ArchivedFilter) wants(archived bool) bool {
	return f == ArchivedAll || archived == (f == ArchivedOnly)
}

// position is where a project stands in this order.
func (s ProjectSort) position(v ProjectView) ProjectPosition {
	key := v.Project.CreatedAt
	switch s {
	case ProjectsByName:
		return ProjectPosition{Key: strings.ToLower(v.Project.Name), ID: v.Project.ID}
	case ProjectsRecent:
		key = v.UpdatedAt()
	}
	return ProjectPosition{Key: key.UTC().Format("2006-01-02T15:04:05.000"), ID: v.Project.ID}
}

// compare orders positions; ids tell equal keys apart.
func (s ProjectSort) compare(a, b ProjectPosition) int {
	order := strings.Compare(a.Key, b.Key)
	if order == 0 {
		order = strings.Compare(string(a.ID), string(b.ID))
	}
	if strings.HasPrefix(string(s), "-") {
		return -order
	}
	return order
}

// containsFold reports whether s contains lower, which is in lower case, in
// any case.
func containsFold(s, lower string) bool { return strings.Contains(strings.ToLower(s), lower) }
