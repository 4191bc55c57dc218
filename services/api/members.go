package main

import (
	"context"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/httpapi"
	"github.com/anikeshk/cumin/internal/view"
)

func memberView(m cumin.NamedMember) view.Member { return view.OfMember(m.Member, m.Name) }

func (s *service) listMembers(ctx context.Context, by cumin.Actor, in *struct{ ProjectPath }) (*page[view.Member], error) {
	members, err := s.members.List(ctx, by.User, in.Project)
	return pageOf(members, memberView, ""), err
}

// MemberPath is a route of one member.
type MemberPath struct {
	ProjectPath
	User cumin.UserID `path:"user" doc:"The member's user id"`
}

type newRole struct {
	Role cumin.Role `json:"role"`
}

func (s *service) setRole(ctx context.Context, by cumin.Actor, in *struct {
	MemberPath
	Body newRole
},
) (*tagged[view.Member], error) {
	m, err := s.members.SetRole(ctx, by, in.Project, in.User, in.Body.Role)
	return fresh(Cached{}, httpapi.ETag(m.Version), memberView(m)), err
}

func (s *service) removeMember(ctx context.Context, by cumin.Actor, in *struct{ MemberPath }) (*none, error) {
	return nil, s.members.Remove(ctx, by, in.Project, in.User)
}
