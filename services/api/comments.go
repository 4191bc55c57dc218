package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

// CommentPath is a route of one comment.
type CommentPath struct {
	TaskPath
	Comment cumin.CommentID `path:"comment" doc:"The comment's id"`
}

type commentBody struct {
	Body string `json:"body" minLength:"1" maxLength:"10000" doc:"Markdown; @[Name](userId) mentions a member"`
}

func (s *service) listComments(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Paging
},
) (*page[view.Comment], error) {
	list := fmt.Sprintf("comments/%s/%s", in.Project, in.Task)
	after, err := openCursor[cumin.CommentID](s.cursors, by.User, list, in.Cursor)
	if err != nil {
		return nil, err
	}
	comments, err := s.comments.List(ctx, by.User, in.Project, in.Task, in.Limit, after)
	if err != nil {
		return nil, err
	}
	next, err := sealNext(s.cursors, by.User, list, comments.Next)
	return pageOf(comments.Items, view.OfComment, next), err
}

func (s *service) createComment(ctx context.Context, by cumin.Actor, in *struct {
	TaskPath
	Repeatable
	Body commentBody
},
) (*created[view.Comment], error) {
	route := fmt.Sprintf("comments:%s:%s", in.Project, in.Task)
	made, err := once(ctx, s, by, in.Repeatable, route, in.Body, view.OfComment,
		func(once *cumin.Once[cumin.Comment]) (cumin.Comment, error) {
			return s.comments.Create(ctx, by, in.Project, in.Task, in.Body.Body, once)
		})
	made.Location = fmt.Sprintf("%s/projects/%s/tasks/%s/comments/%s", basePath, in.Project, in.Task, made.Body.ID)
	made.ETag = httpapi.ETag(made.Body.Version)
	return &made, err
}

func (s *service) updateComment(ctx context.Context, by cumin.Actor, in *struct {
	CommentPath
	Guarded
	Body commentBody
},
) (*tagged[view.Comment], error) {
	version, err := httpapi.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.comments.Update(ctx, by, in.Project, in.Task, in.Comment, in.Body.Body, version)
	return fresh(Cached{}, httpapi.ETag(c.Version), view.OfComment(c)), err
}

func (s *service) deleteComment(ctx context.Context, by cumin.Actor, in *struct {
	CommentPath
	Guarded
},
) (*none, error) {
	version, err := httpapi.IfMatch(in.IfMatch)
	if err != nil {
		return nil, err
	}
	return nil, s.comments.Delete(ctx, by, in.Project, in.Task, in.Comment, version)
}
