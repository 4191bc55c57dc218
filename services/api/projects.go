package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

func projectView(p cumin.ProjectView) view.Project {
	return view.OfProject(p.Project, p.Role, p.Counts)
}

// projectTag names what a caller sees of a project: its version, and what
// changes without one (the counts, the caller's role).
func projectTag(p cumin.ProjectView) string {
	c := p.Counts
	return fmt.Sprintf(`"v%d-%d.%d.%d-%s"`, p.Project.Version, c.Todo, c.InProgress, c.Done, p.Role)
}

// projectVersion is the version in an If-Match made of projectTag or of the
// version alone; 0 without the header: a project may be changed unseen.
func projectVersion(header string) (int64, error) {
	if header == "" {
		return 0, nil
	}
	if version, _, ok := strings.Cut(header, "-"); ok {
		header = version + `"`
	}
	return httpapi.IfMatch(header)
}

func (s *service) listProjects(ctx context.Context, by cumin.Actor, in *struct{ Paging }) (*page[view.Project], error) {
	const list = "projects"
	after, err := openCursor[cumin.ProjectID](s.cursors, by.User, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	projects, err := s.projects.List(ctx, by.User, in.Limit, after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, list, projects.Next)
	return pageOf(projects.Items, projectView, next), err
}

type newProject struct {
	Name        string `json:"name" minLength:"1" maxLength:"100" example:"Spring launch"`
	Description string `json:"description,omitempty" maxLength:"2000"`
}

func (s *service) createProject(ctx context.Context, by cumin.Actor, in *struct {
	Repeatable
	Body newProject
},
) (*created[view.Project], error) {
	made, err := once(ctx, s, by, in.Repeatable, "projects", in.Body, projectView,
		func(once *cumin.Once[cumin.ProjectView]) (cumin.ProjectView, error) {
			return s.projects.Create(ctx, by, cumin.NewProject(in.Body), once)
		})
	made.Location = fmt.Sprintf("%s/projects/%s", basePath, made.Body.ID)
	made.ETag = httpapi.ETag(made.Body.Version)
	return &made, err
}

func (s *service) getProject(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Cached
},
) (*tagged[view.Project], error) {
	p, err := s.projects.Get(ctx, by.User, in.Project)
	return fresh(in.Cached, projectTag(p), projectView(p)), err
}

// projectPatch is a merge patch (RFC 7396): null takes a value away, which a
// name does not survive.
type projectPatch struct {
	Name        merge[string] `json:"name,omitzero" minLength:"1" maxLength:"100"`
	Description merge[string] `json:"description,omitzero" maxLength:"2000"`
	Archived    merge[bool]   `json:"archived,omitzero"`
}

// domain is the patch in the domain's terms.
func (p projectPatch) domain() cumin.ProjectPatch {
	return cumin.ProjectPatch{Name: p.Name.pointer(), Description: p.Description.pointer(), Archived: p.Archived.pointer()}
}

func (s *service) updateProject(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Guarded
	Body projectPatch
},
) (*tagged[view.Project], error) {
	version, err := projectVersion(in.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.projects.Update(ctx, by, in.Project, in.Body.domain(), version)
	return fresh(Cached{}, projectTag(p), projectView(p)), err
}

func (s *service) deleteProject(ctx context.Context, by cumin.Actor, in *struct{ ProjectPath }) (*none, error) {
	return nil, s.projects.Delete(ctx, by, in.Project)
}
