package main

import (
	"strconv"
	"time"

	"github.com/anikeshk/cumin/internal/csvfile"
	"github.com/anikeshk/cumin/internal/cumin"
)

const contentType = "text/csv; charset=utf-8"

// columns is the first record of every file. People's columns come first,
// those for programs after them; new ones are added at the end.
var columns = []string{
	"number", "title", "status", "priority", "assignee", "due", "labels", "description", "created_at", "updated_at",
	"id", "assignee_id", "created_by", "updated_by", "version",
}

// exported reports whether a task belongs into the file.
func exported(e cumin.Export, t cumin.Task) bool {
	return t.Status != cumin.StatusDeleted && (e.Status == "" || e.Status == t.Status)
}

// appendTask appends a task's record. The same task gives the same bytes.
func appendTask(dst []byte, t cumin.Task, people map[cumin.UserID]string) []byte {
	return csvfile.Append(dst,
		strconv.FormatInt(t.Number, 10), t.Title, string(t.Status), string(t.Priority), people[t.Assignee], t.Due,
		csvfile.List(t.Labels), t.Description, stamp(t.CreatedAt), stamp(t.UpdatedAt),
		string(t.ID), string(t.Assignee), string(t.CreatedBy), string(t.Last.By), strconv.FormatInt(t.Version, 10),
	)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
