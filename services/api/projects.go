package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

func projectView(p cumin.ProjectView) view.Project {
	p.Project.UpdatedAt = p.UpdatedAt()
	return view.OfProject(p.Project, p.Role, p.Counts)
}

// projectTag names what a caller sees of a project: its version, and what
// changes without one (the counts, the caller's role, when work was done).
func projectTag(p cumin.ProjectView) string {
	c := p.Counts
	return fmt.Sprintf(`"v%d-%d.%d.%d-%s-%x"`, p.Project.Version, c.Todo, c.InProgress, c.Done, p.Role, p.UpdatedAt().UnixMilli())
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

func (s *service) listProjects(ctx context.Context, by cumin.Actor, in *struct {
	Paging
	Text     string               `query:"q" maxLength:"200" doc:"In name or description, any case"`
	Archived cumin.ArchivedFilter `query:"archived" default:"false"`
	Sort     cumin.ProjectSort    `query:"sort" default:"-updatedAt"`
},
) (*page[view.Project], error) {
	q := cumin.ProjectQuery{Text: in.Text, Archived: in.Archived, Sort: in.Sort}
	list := fmt.Sprintf("projects?%q&%s&%s", q.Text, q.Archived, q.Sort)
	after, err := openCursor[cumin.ProjectPosition](s.cursors, by.User, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	projects, err := s.projects.List(ctx, by.User, q, in.Limit, after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, list, projects.Next)
	return pageOf(projects.Items, projectView, next), err
}

type newProject struct {
	Name        string           `json:"name" minLength:"1" maxLength:"100" example:"Spring launch"`
	Description string           `json:"description,omitempty" maxLength:"2000"`
	Key         cumin.ProjectKey `json:"key,omitempty" pattern:"^[A-Z][A-Z0-9]{1,4}$" patternDescription:"2 to 5 of the letters A–Z and the digits 0–9, beginning with a letter" example:"SL" doc:"What its tasks' names begin with; absent: made of the name"`
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
	made.Body.Key = cmp.Or(made.Body.Key, cumin.DefaultKey) // of an answer kept from before there were keys
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
// name and a key do not survive.
type projectPatch struct {
	Name        merge[string]           `json:"name,omitzero" nullable:"false" minLength:"1" maxLength:"100"`
	Description merge[string]           `json:"description,omitzero" maxLength:"2000"`
	Key         merge[cumin.ProjectKey] `json:"key,omitzero" nullable:"false" pattern:"^[A-Z][A-Z0-9]{1,4}$" patternDescription:"2 to 5 of the letters A–Z and the digits 0–9, beginning with a letter"`
	Archived    merge[bool]             `json:"archived,omitzero"`
}

// domain is the patch in the domain's terms.
func (p projectPatch) domain() cumin.ProjectPatch {
	return cumin.ProjectPatch{
		Name: p.Name.pointer(), Description: p.Description.pointer(), Key: p.Key.pointer(), Archived: p.Archived.pointer(),
	}
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

// deleted is 204, or 202 with the job when there is much to erase.
type deleted struct {
	Status   int
	Location string `header:"Location"`
	Body     *view.Deletion
}

func (s *service) deleteProject(ctx context.Context, by cumin.Actor, in *struct{ ProjectPath }) (*deleted, error) {
	d, err := s.projects.Delete(ctx, by, in.Project)
	if err != nil || d.Total <= cumin.BigDeletion {
		return &deleted{Status: http.StatusNoContent}, err
	}
	job := view.OfDeletion(d)
	return &deleted{
		Status: http.StatusAccepted, Location: fmt.Sprintf("%s/deletions/%s", basePath, in.Project), Body: &job,
	}, nil
}

func (s *service) getDeletion(ctx context.Context, by cumin.Actor, in *struct{ ProjectPath }) (*struct{ Body view.Deletion }, error) {
	d, err := s.projects.Deletion(ctx, by.User, in.Project)
	return &struct{ Body view.Deletion }{view.OfDeletion(d)}, err
}
