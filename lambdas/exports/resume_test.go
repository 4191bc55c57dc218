package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/queue"
)

// large is a project whose file has several parts, made up page by page; it
// stops the run behind some rows, as time does.
type large struct {
	rows, stopAt int
	stop         context.CancelCauseFunc
}

const largePage = 100

func largeTask(n int) cumin.Task {
	return task(n, func(t *cumin.Task) { t.Description = strings.Repeat("lorem ipsum, ", 1_500) })
}

func (l *large) Page(ctx context.Context, _ cumin.ProjectID, after cumin.TaskID) ([]cumin.Task, cumin.TaskID, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	var page []cumin.Task
	for n := 1; n <= l.rows && len(page) < largePage; n++ {
		if t := largeTask(n); t.ID > after {
			if n == l.stopAt {
				l.stop(queue.ErrOutOfTime)
			}
			page = append(page, t)
		}
	}
	if len(page) < largePage {
		return page, "", nil
	}
	return page, page[len(page)-1].ID, nil
}

// handleUntil runs the handler until a row is reached.
func (w *world) handleUntil(h *Handler, l *large, row int) int {
	w.t.Helper()
	ctx, stop := context.WithCancelCause(w.t.Context())
	l.stopAt, l.stop = row, stop
	h.Tasks = l
	out, err := h.Handle(ctx, w.message("job.json"))
	require.NoError(w.t, err)
	return len(out.BatchItemFailures)
}

func TestAFileTooLargeForOneRunIsFinishedByTheNextOnes(t *testing.T) {
	t.Parallel()
	const rows = 1_500 // of 20 KB: 30 MB, three parts and a bit
	whole := start(t)
	whole.Tasks = &large{rows: rows}
	require.Empty(t, whole.deliver(whole.Handler, "job.json"))
	want, _ := whole.file()

	w := start(t)
	l := &large{rows: rows}
	for _, stopAt := range []int{600, 1_100} { // each behind a part more
		require.Zero(t, w.handleUntil(w.Handler, l, stopAt), "no failed delivery: it came further")
		e := w.job()
		require.Equal(t, cumin.ExportRunning, e.State)
		require.NotEmpty(t, e.Checkpoint)
		require.Len(t, w.Take(w.exports), 1, "sent anew; the one it had is still hidden")
	}
	require.Equal(t, 1, unfinished(t, w.files), "the parts stay")
	l.stopAt = 0
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	got, records := w.file()
	require.Len(t, records, rows)
	require.True(t, want == got, "the same bytes as from one run")
	e := w.job()
	require.Equal(t, []any{cumin.ExportSucceeded, int64(rows), int64(len(got)), 3}, []any{e.State, e.RowsDone, e.Bytes, e.Attempts})
	require.Empty(t, e.Checkpoint)
	require.Zero(t, unfinished(t, w.files))
}

func TestARunThatCameNowhereCountsAsAFailedDelivery(t *testing.T) {
	t.Parallel()
	w := start(t)
	require.Equal(t, 1, w.handleUntil(w.Handler, &large{rows: 1_500}, 10))
	require.Empty(t, w.job().Checkpoint)
	require.Zero(t, unfinished(t, w.files))
}

func TestAnUploadThatIsGoneIsBegunAnew(t *testing.T) {
	t.Parallel()
	w := start(t)
	l := &large{rows: 1_000}
	require.Zero(t, w.handleUntil(w.Handler, l, 600))
	c, ok := readCheckpoint(w.job())
	require.True(t, ok)
	_, err := w.files.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String(key), UploadId: &c.Upload})
	require.NoError(t, err)
	w.Take(w.exports)

	l.stopAt = 0
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	_, records := w.file()
	require.Len(t, records, 1_000)
}

func TestACanceledExportLeavesNoParts(t *testing.T) {
	t.Parallel()
	w := start(t)
	l := &large{rows: 1_500}
	require.Zero(t, w.handleUntil(w.Handler, l, 600))
	w.Take(w.exports)
	l.stopAt, l.stop = 900, func(error) {
		_, err := w.DB.Exports().Cancel(t.Context(), jobID, w.clock.Now(), cumin.Change{By: ann})
		require.NoError(t, err)
	}
	require.Empty(t, w.deliver(w.Handler, "job.json"))
	require.Equal(t, cumin.ExportCanceled, w.job().State)
	require.Zero(t, unfinished(t, w.files))
}

func TestLinesOfJSONAreTasksAsTheAPIShowsThem(t *testing.T) {
	t.Parallel()
	w := start(t)
	_, err := w.DB.Exports().Cancel(t.Context(), jobID, morning, cumin.Change{By: ann})
	require.NoError(t, err)
	const id = cumin.ExportID("01KQRZ5V8T0000000000000EX2")
	_, err = w.DB.Exports().Create(t.Context(), cumin.Export{
		ID: id, Project: project, User: ann, Format: cumin.FormatJSONL, Filter: cumin.TaskFilter{Label: "bug", Due: cumin.DueOverdue},
		State: cumin.ExportQueued, Version: 1, CreatedAt: morning, UpdatedAt: morning, Last: cumin.Change{By: ann},
	}, nil)
	require.NoError(t, err)
	bug := func(t *cumin.Task) { t.Labels, t.Due, t.Assignee = []string{"bug"}, "2026-05-03", ann }
	w.fill(task(1, bug), task(2), task(3, bug, func(t *cumin.Task) { t.Due = cumin.Today(morning) }))
	e := w.message("job.json")
	e.Records[0].Body = `{"exportId":"` + string(id) + `"}`
	out, err := w.Handle(t.Context(), e)
	require.NoError(t, err)
	require.Empty(t, out.BatchItemFailures)

	got, err := w.files.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(cumin.ExportKey(ann, id, cumin.FormatJSONL))})
	require.NoError(t, err)
	require.Equal(t, "application/x-ndjson", *got.ContentType)
	var lines []map[string]any
	for d := json.NewDecoder(got.Body); d.More(); {
		var line map[string]any
		require.NoError(t, d.Decode(&line))
		lines = append(lines, line)
	}
	require.Len(t, lines, 1, "what is due on the day it was asked for is not overdue")
	require.Equal(t, []any{1.0, "Task 1", "Ann", []any{"bug"}}, []any{lines[0]["number"], lines[0]["title"], lines[0]["assigneeName"], lines[0]["labels"]})
}
