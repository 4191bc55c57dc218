package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

func taskAnswer(in Cached, t cumin.Task) *tagged[view.Task] {
	return fresh(in, httpapi.ETagBeside(t.Version, t.Talk.Version), view.OfTask(t))
}

func (s *service) listTasks(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Paging
	Filters
	Sort cumin.TaskSort `query:"sort" default:"rank"`
},
) (*page[view.Task], error) {
	q := cumin.TaskQuery{TaskFilter: in.domain(), Sort: in.Sort}
	list := taskList(in.Project, q)
	after, err := openCursor[cumin.TaskPosition](s.cursors, by.User, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	tasks, err := s.tasks.List(ctx, by.User, in.Project, q, in.Limit, after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, list, tasks.Next)
	return pageOf(tasks.Items, view.OfTask, next), err
}

// taskList names a list of tasks; a board's column has the name of the list
// that goes on where it ends.
func taskList(project cumin.ProjectID, q cumin.TaskQuery) string {
	return fmt.Sprintf("tasks/%s?%q&%s", project, q.TaskFilter, q.Sort)
}

type newTask struct {
	Title       string         `json:"title" minLength:"1" maxLength:"200" example:"Buy cumin"`
	Description string         `json:"description,omitempty" maxLength:"20000" doc:"Markdown"`
	Status      cumin.Status   `json:"status,omitempty" default:"todo"`
	Priority    cumin.Priority `json:"priority,omitempty" default:"none"`
	Assignee    cumin.UserID   `json:"assignee,omitempty" nullable:"true" doc:"A member's user id"`
	Due         string         `json:"due,omitempty" nullable:"true" format:"date"`
	Labels      []string       `json:"labels,omitempty" nullable:"false" maxItems:"10"`
}

func (s *service) createTask(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Repeatable
	Body newTask
},
) (*created[view.Task], error) {
	made, err := once(ctx, s, by, in.Repeatable, "tasks:"+string(in.Project), in.Body, view.OfTask,
		func(once *cumin.Once[cumin.Task]) (cumin.Task, error) {
			return s.tasks.Create(ctx, by, in.Project, cumin.NewTask(in.Body), once)
		})
	made.Location = fmt.Sprintf("%s/projects/%s/tasks/%s", basePath, in.Project, made.Body.ID)
	made.ETag = httpapi.ETag(made.Body.Version)
	return &made, err
}

func (s *service) getTask(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Cached
},
) (*tagged[view.Task], error) {
	t, err := s.tasks.Get(ctx, by.User, in.Project, in.Task)
	return taskAnswer(in.Cached, t), err
}

// taskPatch is a merge patch (RFC 7396): null takes a value away, which a title
// does not survive.
type taskPatch struct {
	Title       merge[string]         `json:"title,omitzero" nullable:"false" minLength:"1" maxLength:"200"`
	Description merge[string]         `json:"description,omitzero" maxLength:"20000"`
	Priority    merge[cumin.Priority] `json:"priority,omitzero"`
	Assignee    merge[cumin.UserID]   `json:"assignee,omitzero" doc:"A member's user id"`
	Due         merge[string]         `json:"due,omitzero" format:"date"`
	Labels      merge[[]string]       `json:"labels,omitzero" maxItems:"10"`
}

// domain is the patch in the domain's terms; a priority taken away is none.
func (p taskPatch) domain() cumin.TaskPatch {
	patch := cumin.TaskPatch{
		Title: p.Title.pointer(), Description: p.Description.pointer(), Priority: p.Priority.pointer(),
		Assignee: p.Assignee.pointer(), Due: p.Due.pointer(), Labels: p.Labels.pointer(),
	}
	if patch.Priority != nil && *patch.Priority == "" {
		*patch.Priority = cumin.PriorityNone
	}
	return patch
}

func (s *service) updateTask(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Guarded
	Body taskPatch
},
) (*tagged[view.Task], error) {
	version, err := httpapi.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	t, err := s.tasks.Update(ctx, by, in.Project, in.Task, in.Body.domain(), version)
	return taskAnswer(Cached{}, t), err
}

func (s *service) deleteTask(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Guarded
},
) (*none, error) {
	version, err := httpapi.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.tasks.Delete(ctx, by, in.Project, in.Task, version)
}

type move struct {
	Status cumin.Status `json:"status"`
	After  cumin.TaskID `json:"after,omitempty" nullable:"true" doc:"Id of the task above the new place"`
	Before cumin.TaskID `json:"before,omitempty" nullable:"true" doc:"Id of the task below the new place"`
}

func (s *service) moveTask(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Guarded
	Body move
},
) (*tagged[view.Task], error) {
	version, err := httpapi.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	t, err := s.tasks.Move(ctx, by, in.Project, in.Task, cumin.Move(in.Body), version)
	return taskAnswer(Cached{}, t), err
}

func (s *service) restoreTask(ctx context.Context, by cumin.Actor, in *struct{ TaskPath }) (*tagged[view.Task], error) {
	t, err := s.tasks.Restore(ctx, by, in.Project, in.Task)
	return taskAnswer(Cached{}, t), err
}
