package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

type bulkEdit struct {
	Items  []bulkItem `json:"items" nullable:"false" minItems:"1" maxItems:"100"`
	Set    *bulkSet   `json:"set,omitempty" doc:"Either this …"`
	Delete bool       `json:"delete,omitempty" doc:"… or this"`
}

type bulkItem struct {
	ID      cumin.TaskID `json:"id"`
	Version int64        `json:"version,omitempty" minimum:"1" doc:"Of what the caller saw; absent: whatever is stored"`
	Rank    string       `json:"rank,omitempty" maxLength:"512" doc:"With set.status, that of the task as it stood in this column before: brings it back to its place; absent: the column's end"`
}

// bulkSet changes what is present, as a task's patch does.
type bulkSet struct {
	Status       *cumin.Status         `json:"status,omitempty" doc:"Tasks that change their column go to its end, or to the rank that they name"`
	Priority     merge[cumin.Priority] `json:"priority,omitzero"`
	Assignee     merge[cumin.UserID]   `json:"assignee,omitzero" doc:"A member's user id"`
	Due          merge[string]         `json:"due,omitzero" format:"date"`
	AddLabels    []string              `json:"addLabels,omitempty" nullable:"false" maxItems:"10"`
	RemoveLabels []string              `json:"removeLabels,omitempty" nullable:"false" maxItems:"10"`
}

func (b bulkEdit) domain() cumin.BulkEdit {
	edit := cumin.BulkEdit{Items: make([]cumin.BulkItem, len(b.Items)), Delete: b.Delete}
	for i, item := range b.Items {
		edit.Items[i] = cumin.BulkItem(item)
	}
	if b.Set != nil {
		patch := taskPatch{Priority: b.Set.Priority, Assignee: b.Set.Assignee, Due: b.Set.Due}.domain()
		edit.Set = cumin.BulkSet{
			Status: b.Set.Status, Priority: patch.Priority, Assignee: patch.Assignee, Due: patch.Due,
			AddLabels: b.Set.AddLabels, RemoveLabels: b.Set.RemoveLabels,
		}
	}
	return edit
}

// bulkResult is what the same change to this task alone would have answered.
type bulkResult struct {
	ID     cumin.TaskID `json:"id"`
	Status int          `json:"status" doc:"HTTP status as of the single request"`
	Task   *view.Task   `json:"task,omitempty" doc:"Its new state; with 412 what is stored"`
	Code   cumin.Code   `json:"code,omitempty"`
	Detail string       `json:"detail,omitempty"`
}

func (s *service) editTasks(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Body bulkEdit
},
) (*page[bulkResult], error) {
	results, err := s.tasks.Bulk(ctx, by, in.Project, in.Body.domain())
	return pageOf(results, func(r cumin.BulkResult) bulkResult { return bulkResultOf(r, in.Body.Delete) }, ""), err
}

func bulkResultOf(r cumin.BulkResult, deleted bool) bulkResult {
	if r.Err == nil && deleted {
		return bulkResult{ID: r.ID, Status: http.StatusNoContent}
	}
	if r.Err == nil {
		task := view.OfTask(r.Task)
		return bulkResult{ID: r.ID, Status: http.StatusOK, Task: &task}
	}
	p := httpapi.ProblemOf(onWire(r.Err))
	out := bulkResult{ID: r.ID, Status: p.Status, Code: p.Code, Detail: p.Detail}
	if e, ok := errors.AsType[*cumin.VersionError[cumin.Task]](r.Err); ok {
		task := view.OfTask(e.Current)
		out.Task = &task
	}
	return out
}
