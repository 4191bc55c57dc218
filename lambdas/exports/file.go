package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/anikeshk/cumin/internal/csvfile"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

// columns is the first record of every CSV file. People's columns come first,
// those for programs after them; new ones are added at the end.
var columns = []string{
	"number", "title", "status", "priority", "assignee", "due", "labels", "description", "created_at", "updated_at",
	"id", "assignee_id", "created_by", "updated_by", "version",
}

// format is how a kind of file looks. The same task gives the same bytes.
type format struct {
	contentType string
	header      func() []byte
	append      func(dst []byte, t cumin.Task, people map[cumin.UserID]string) ([]byte, error)
}

var formats = map[cumin.ExportFormat]format{
	cumin.FormatCSV: {
		contentType: "text/csv; charset=utf-8",
		header:      func() []byte { return csvfile.Append(nil, columns...) },
		append:      appendRecord,
	},
	cumin.FormatJSONL: {
		contentType: "application/x-ndjson",
		header:      func() []byte { return nil },
		append:      appendLine,
	},
}

// exported reports whether a task belongs into the file. Overdue is as of the
// day the export was asked for, whenever it runs.
func exported(e cumin.Export, t cumin.Task) bool {
	return t.Status != cumin.StatusDeleted && e.Filter.Match(t, cumin.Today(e.CreatedAt))
}

func appendRecord(dst []byte, t cumin.Task, people map[cumin.UserID]string) ([]byte, error) {
	return csvfile.Append(dst,
		strconv.FormatInt(t.Number, 10), t.Title, string(t.Status), string(t.Priority), people[t.Assignee], t.Due,
		csvfile.List(t.Labels), t.Description, stamp(t.CreatedAt), stamp(t.UpdatedAt),
		string(t.ID), string(t.Assignee), string(t.CreatedBy), string(t.Last.By), strconv.FormatInt(t.Version, 10),
	), nil
}

// line is a task as the API shows it, with the name that a file cannot look
// up.
type line struct {
	view.Task
	AssigneeName string `json:"assigneeName,omitempty"`
}

func appendLine(dst []byte, t cumin.Task, people map[cumin.UserID]string) ([]byte, error) {
	b, err := json.Marshal(line{Task: view.OfTask(t), AssigneeName: people[t.Assignee]})
	if err != nil {
		return dst, fmt.Errorf("encode task %s: %w", t.ID, err)
	}
	return append(append(dst, b...), '\n'), nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
