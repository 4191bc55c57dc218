package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

func (s *service) exportView(e cumin.Export) view.Export { return view.OfExport(e, s.clock.Now()) }

type newExport struct {
	Format cumin.ExportFormat `json:"format"`
	Filter exportFilter       `json:"filter,omitzero" doc:"Which tasks; absent: all"`
}

// exportFilter is the filters of a list, in a body.
type exportFilter struct {
	Status   cumin.Status   `json:"status,omitempty"`
	Priority cumin.Priority `json:"priority,omitempty"`
	Assignee cumin.UserID   `json:"assignee,omitempty" maxLength:"26" doc:"A user id, or none"`
	Label    string         `json:"label,omitempty" maxLength:"40"`
	Due      string         `json:"due,omitempty" maxLength:"22" pattern:"^(overdue|none|[0-9]{4}-[0-9]{2}-[0-9]{2}[.][.]([0-9]{4}-[0-9]{2}-[0-9]{2})?|[.][.][0-9]{4}-[0-9]{2}-[0-9]{2})?$" patternDescription:"overdue, none, or a range like 2026-01-01..2026-01-31" doc:"overdue, none, or a range like 2026-01-01..2026-01-31"`
	Text     string         `json:"q,omitempty" maxLength:"200"`
}

func (s *service) createExport(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Repeatable
	Body newExport
},
) (*created[view.Export], error) {
	made, err := once(ctx, s, by, in.Repeatable, "exports:"+string(in.Project), in.Body, s.exportView,
		func(once *cumin.Once[cumin.Export]) (cumin.Export, error) {
			return s.exports.Create(ctx, by, in.Project, cumin.NewExport{Format: in.Body.Format, Filter: cumin.TaskFilter(in.Body.Filter)}, once)
		})
	made.Location = fmt.Sprintf("%s/exports/%s", basePath, made.Body.ID)
	return &made, err
}

func (s *service) listExports(ctx context.Context, by cumin.Actor, in *struct{ Paging }) (*page[view.Export], error) {
	const list = "exports"
	after, err := openCursor[cumin.ExportID](s.cursors, by.User, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	jobs, err := s.exports.List(ctx, by.User, in.Limit, after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, list, jobs.Next)
	return pageOf(jobs.Items, s.exportView, next), err
}

type exportAnswer struct{ Body view.Export }

func (s *service) getExport(ctx context.Context, by cumin.Actor, in *ExportPath) (*exportAnswer, error) {
	e, err := s.exports.Get(ctx, by.User, in.Export)
	return &exportAnswer{s.exportView(e)}, err
}

func (s *service) cancelExport(ctx context.Context, by cumin.Actor, in *ExportPath) (*exportAnswer, error) {
	e, err := s.exports.Cancel(ctx, by, in.Export)
	return &exportAnswer{s.exportView(e)}, err
}

type download struct {
	URL       string    `json:"url" format:"uri"`
	ExpiresAt view.Time `json:"expiresAt"`
}

// downloadExport is a POST because a browser cannot put a bearer token on a
// link: the client asks for the address at the click and goes there.
func (s *service) downloadExport(ctx context.Context, by cumin.Actor, in *ExportPath) (*struct{ Body download }, error) {
	url, expires, err := s.exports.Download(ctx, by.User, in.Export)
	return &struct{ Body download }{download{URL: url, ExpiresAt: view.Time(expires)}}, err
}

type redirect struct {
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
}

func (s *service) redirectToExport(ctx context.Context, by cumin.Actor, in *ExportPath) (*redirect, error) {
	url, _, err := s.exports.Download(ctx, by.User, in.Export)
	return &redirect{Location: url, CacheControl: "no-store"}, err
}
