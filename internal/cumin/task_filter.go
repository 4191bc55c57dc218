package cumin

import (
	"slices"
	"strings"
	"time"
)

// AssigneeNone stands in a filter for tasks that nobody has.
const AssigneeNone UserID = "none"

// Words of TaskFilter.Due beside a range.
const (
	DueOverdue = "overdue" // before today and not done
	DueNone    = "none"
)

// MaxQuery is how long a filter's text may be, in characters.
const MaxQuery = 200

// TaskFilter says which tasks are meant: those of which all fields hold. An
// empty field holds for every task.
type TaskFilter struct {
	Status   Status   `json:"status,omitempty"`
	Priority Priority `json:"priority,omitempty"`
	Assignee UserID   `json:"assignee,omitempty"` // or AssigneeNone
	Label    string   `json:"label,omitempty"`    // any case
	Due      string   `json:"due,omitempty"`      // DueOverdue, DueNone, or "2026-01-01..2026-01-31" with either end open
	Text     string   `json:"q,omitempty"`        // in title, description or a label, any case; "WS-12" and "12" are the number too
}

// Empty reports whether every task is meant.
func (f TaskFilter) Empty() bool { return f == TaskFilter{} }

// check finds what is wrong with a filter; pointer is where it stands.
func (f TaskFilter) check(wrong *fields, pointer string) {
	if f.Status != "" {
		wrong.column(pointer+"/status", f.Status)
	}
	if f.Priority != "" {
		wrong.priority(pointer+"/priority", f.Priority)
	}
	if f.Assignee != "" && f.Assignee != AssigneeNone && !ValidID(string(f.Assignee)) {
		wrong.add(pointer+"/assignee", "wrong_format", "It must be a user's id, or none.")
	}
	wrong.text(pointer+"/label", f.Label, MaxLabel)
	wrong.text(pointer+"/q", f.Text, MaxQuery)
	if f.Due == "" || f.Due == DueOverdue || f.Due == DueNone {
		return
	}
	from, to, ranged := strings.Cut(f.Due, "..")
	if !ranged || from == "" && to == "" || !dateOrNone(from) || !dateOrNone(to) {
		wrong.add(pointer+"/due", "wrong_format", "It must be overdue, none, or a range like 2026-01-01..2026-01-31.")
	}
}

func dateOrNone(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return s == "" || err == nil
}

// Match reports whether t is meant. Today is a date like 2026-12-31.
func (f TaskFilter) Match(t Task, today string) bool {
	switch {
	case f.Status != "" && t.Status != f.Status, f.Priority != "" && t.Priority != f.Priority:
		return false
	case f.Assignee == AssigneeNone && t.Assignee != "", f.Assignee != "" && f.Assignee != AssigneeNone && t.Assignee != f.Assignee:
		return false
	case f.Label != "" && !slices.ContainsFunc(t.Labels, func(l string) bool { return strings.EqualFold(l, f.Label) }):
		return false
	}
	return f.matchDue(t, today) && f.matchText(t)
}

func (f TaskFilter) matchDue(t Task, today string) bool {
	switch f.Due {
	case "":
		return true
	case DueNone:
		return t.Due == ""
	case DueOverdue:
		return t.Due != "" && t.Due < today && t.Status != StatusDone
	}
	from, to, _ := strings.Cut(f.Due, "..")
	return t.Due != "" && t.Due >= from && (to == "" || t.Due <= to)
}

// matchText looks for the text as it was typed, and for a number that was.
func (f TaskFilter) matchText(t Task) bool {
	text := strings.ToLower(strings.TrimSpace(f.Text))
	if text == "" {
		return true
	}
	if n, ok := taskNumber(text); ok && n == t.Number {
		return true
	}
	return containsFold(t.Title, text) || containsFold(t.Description, text) ||
		slices.ContainsFunc(t.Labels, func(l string) bool { return containsFold(l, text) })
}

// Today is the date at now, in UTC, as due dates are compared with it.
func Today(now time.Time) string { return now.UTC().Format(time.DateOnly) }
