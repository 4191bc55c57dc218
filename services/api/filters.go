package main

import "github.com/anikeshk/cumin/internal/cumin"

// Filters are the parameters by which lists and boards are narrowed; all that
// are given must hold.
type Filters struct {
	Status   cumin.Status   `query:"status"`
	Priority cumin.Priority `query:"priority"`
	Assignee cumin.UserID   `query:"assignee" maxLength:"26" doc:"A user id, or none"`
	Label    string         `query:"label" maxLength:"40"`
	Due      string         `query:"due" maxLength:"22" pattern:"^(overdue|none|[0-9]{4}-[0-9]{2}-[0-9]{2}[.][.]([0-9]{4}-[0-9]{2}-[0-9]{2})?|[.][.][0-9]{4}-[0-9]{2}-[0-9]{2})?$" patternDescription:"overdue, none, or a range like 2026-01-01..2026-01-31" doc:"overdue, none, or a range with either end open" example:"2026-01-01..2026-01-31"`
	Text     string         `query:"q" maxLength:"200" doc:"In title, description or labels, any case; WS-12 or 12 is the number, whatever the key"`
}

func (f Filters) domain() cumin.TaskFilter { return cumin.TaskFilter(f) }
