package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/view"
)

func (s *service) listInvites(ctx context.Context, by cumin.Actor, in *struct{ ProjectPath }) (*page[view.Invite], error) {
	open, err := s.invites.List(ctx, by.User, in.Project)
	return pageOf(open, view.OfInvite, ""), err
}

type newInvite struct {
	Email string     `json:"email,omitempty" format:"email" maxLength:"254" doc:"Whom it is meant for; absent: whoever has the link"`
	Role  cumin.Role `json:"role"`
}

// createInvite takes no Idempotency-Key: the answer has a secret that must not
// be kept to replay it.
func (s *service) createInvite(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Body newInvite
},
) (*secret[view.Invite], error) {
	i, token, err := s.invites.Create(ctx, by, in.Project, cumin.NewInvite(in.Body))
	out := &secret[view.Invite]{
		Location: fmt.Sprintf("%s/projects/%s/invites/%s", basePath, in.Project, i.ID), CacheControl: "no-store", Body: view.OfInvite(i),
	}
	out.Body.Token = token.String()
	return out, err
}

// secret is the answer of a creation that must not be kept anywhere.
type secret[V any] struct {
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
	Body         V
}

func (s *service) revokeInvite(ctx context.Context, by cumin.Actor, in *struct {
	ProjectPath
	Invite cumin.InviteID `path:"invite" doc:"The invite's id"`
},
) (*none, error) {
	return nil, s.invites.Revoke(ctx, by.User, in.Project, in.Invite)
}

// shownToken travels in a body: addresses are logged.
type shownToken struct {
	Token string `json:"token" minLength:"1" maxLength:"200"`
}

type invitePreview struct {
	ProjectName string     `json:"projectName"`
	Role        cumin.Role `json:"role"`
	InvitedBy   string     `json:"invitedBy" doc:"The name of who invites"`
	ExpiresAt   view.Time  `json:"expiresAt"`
}

func (s *service) previewInvite(ctx context.Context, _ cumin.Actor, in *struct{ Body shownToken }) (*struct{ Body invitePreview }, error) {
	p, err := s.invites.Preview(ctx, in.Body.Token)
	return &struct{ Body invitePreview }{invitePreview{
		ProjectName: p.Project.Name, Role: p.Invite.Role, InvitedBy: p.By.Name, ExpiresAt: view.Time(p.Invite.ExpiresAt),
	}}, err
}

func (s *service) acceptInvite(ctx context.Context, by cumin.Actor, in *struct{ Body shownToken }) (*tagged[view.Project], error) {
	p, err := s.invites.Accept(ctx, by, in.Body.Token)
	return fresh(Cached{}, projectTag(p), projectView(p)), err
}

func (s *service) acceptMyInvite(ctx context.Context, by cumin.Actor, in *struct {
	Invite cumin.InviteID `path:"invite" doc:"The id in invite.received"`
},
) (*tagged[view.Project], error) {
	p, err := s.invites.AcceptMine(ctx, by, in.Invite)
	return fresh(Cached{}, projectTag(p), projectView(p)), err
}
