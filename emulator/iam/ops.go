package iam

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ops is the support matrix.
func (s *Service) ops() wire.QueryOps {
	return wire.QueryOps{
		"CreateRole":                    wire.QueryOp(s.createRole),
		"GetRole":                       wire.QueryOp(s.getRole),
		"UpdateRole":                    wire.QueryOp(s.updateRole),
		"DeleteRole":                    wire.QueryOp(s.deleteRole),
		"ListRoles":                     wire.QueryOp(s.listRoles),
		"UpdateAssumeRolePolicy":        wire.QueryOp(s.updateAssumeRolePolicy),
		"PutRolePolicy":                 wire.QueryOp(s.putRolePolicy),
		"GetRolePolicy":                 wire.QueryOp(s.getRolePolicy),
		"DeleteRolePolicy":              wire.QueryOp(s.deleteRolePolicy),
		"ListRolePolicies":              wire.QueryOp(s.listRolePolicies),
		"AttachRolePolicy":              wire.QueryOp(s.attachRolePolicy),
		"DetachRolePolicy":              wire.QueryOp(s.detachRolePolicy),
		"ListAttachedRolePolicies":      wire.QueryOp(s.listAttachedRolePolicies),
		"TagRole":                       wire.QueryOp(s.tagRole),
		"UntagRole":                     wire.QueryOp(s.untagRole),
		"ListRoleTags":                  wire.QueryOp(s.listRoleTags),
		"CreateUser":                    wire.QueryOp(s.createUser),
		"GetUser":                       wire.QueryOp(s.getUser),
		"DeleteUser":                    wire.QueryOp(s.deleteUser),
		"ListUsers":                     wire.QueryOp(s.listUsers),
		"PutUserPolicy":                 wire.QueryOp(s.putUserPolicy),
		"GetUserPolicy":                 wire.QueryOp(s.getUserPolicy),
		"DeleteUserPolicy":              wire.QueryOp(s.deleteUserPolicy),
		"ListUserPolicies":              wire.QueryOp(s.listUserPolicies),
		"AttachUserPolicy":              wire.QueryOp(s.attachUserPolicy),
		"DetachUserPolicy":              wire.QueryOp(s.detachUserPolicy),
		"ListAttachedUserPolicies":      wire.QueryOp(s.listAttachedUserPolicies),
		"CreateAccessKey":               wire.QueryOp(s.createAccessKey),
		"ListAccessKeys":                wire.QueryOp(s.listAccessKeys),
		"UpdateAccessKey":               wire.QueryOp(s.updateAccessKey),
		"DeleteAccessKey":               wire.QueryOp(s.deleteAccessKey),
		"CreatePolicy":                  wire.QueryOp(s.createPolicy),
		"GetPolicy":                     wire.QueryOp(s.getPolicy),
		"DeletePolicy":                  wire.QueryOp(s.deletePolicy),
		"ListPolicies":                  wire.QueryOp(s.listPolicies),
		"CreatePolicyVersion":           wire.QueryOp(s.createPolicyVersion),
		"GetPolicyVersion":              wire.QueryOp(s.getPolicyVersion),
		"ListPolicyVersions":            wire.QueryOp(s.listPolicyVersions),
		"DeletePolicyVersion":           wire.QueryOp(s.deletePolicyVersion),
		"SetDefaultPolicyVersion":       wire.QueryOp(s.setDefaultPolicyVersion),
		"CreateInstanceProfile":         wire.QueryOp(s.createInstanceProfile),
		"GetInstanceProfile":            wire.QueryOp(s.getInstanceProfile),
		"DeleteInstanceProfile":         wire.QueryOp(s.deleteInstanceProfile),
		"AddRoleToInstanceProfile":      wire.QueryOp(s.addRoleToInstanceProfile),
		"RemoveRoleFromInstanceProfile": wire.QueryOp(s.removeRoleFromInstanceProfile),
		"SimulatePrincipalPolicy":       wire.QueryOp(s.simulatePrincipalPolicy),
		"SimulateCustomPolicy":          wire.QueryOp(s.simulateCustomPolicy),
	}
}

type none struct{}

type tag struct{ Key, Value string }

func tagMap(tags []tag) map[string]string {
	out := make(map[string]string, len(tags))
	for _, t := range tags {
		out[t.Key] = t.Value
	}
	return out
}

func tagList(tags map[string]string) []tag {
	out := []tag{}
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, tag{k, tags[k]})
	}
	return out
}

type createRoleInput struct {
	RoleName, AssumeRolePolicyDocument, Path, Description string
	MaxSessionDuration                                    int
	Tags                                                  []tag
}

// description is a role as AWS answers it; policies are percent-encoded.
type description struct {
	RoleName, RoleId, Arn, Path string
	CreateDate                  time.Time
	AssumeRolePolicyDocument    string
	Description                 string `query:",omitempty"`
	MaxSessionDuration          int
	Tags                        []tag
}

func describe(r *Role) description {
	return description{r.Name, r.ID, r.ARN, r.Path, r.Created, encode(r.Trust), r.Description, r.MaxSession, tagList(r.Tags)}
}

// encode is RFC 3986's percent-encoding, as IAM answers policies.
func encode(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

type roleOutput struct{ Role description }

func (s *Service) createRole(ctx context.Context, in *createRoleInput) (*roleOutput, error) {
	made, err := s.Create(ctx, Role{Name: in.RoleName, Path: in.Path, Description: in.Description, Trust: in.AssumeRolePolicyDocument, MaxSession: in.MaxSessionDuration, Tags: tagMap(in.Tags)})
	if err != nil {
		return nil, err
	}
	return &roleOutput{describe(made)}, nil
}

type roleInput struct{ RoleName string }

func (s *Service) getRole(ctx context.Context, in *roleInput) (*roleOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &roleOutput{describe(r)}, nil
}

type updateRoleInput struct {
	RoleName           string
	Description        *string
	MaxSessionDuration *int
}

func (s *Service) updateRole(ctx context.Context, in *updateRoleInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		if in.Description != nil {
			r.Description = *in.Description
		}
		if in.MaxSessionDuration != nil {
			r.MaxSession = *in.MaxSessionDuration
		}
		return nil
	})
	return &none{}, err
}

func (s *Service) deleteRole(ctx context.Context, in *roleInput) (*none, error) {
	return &none{}, s.Delete(ctx, in.RoleName, false)
}

type listRolesOutput struct {
	Roles       []description
	IsTruncated bool
}

func (s *Service) listRoles(ctx context.Context, in *listInput) (*listRolesOutput, error) {
	out := &listRolesOutput{Roles: []description{}}
	for _, r := range s.list(ctx, in.PathPrefix) {
		out.Roles = append(out.Roles, describe(r))
	}
	return out, nil
}

func (s *Service) updateAssumeRolePolicy(ctx context.Context, in *struct{ RoleName, PolicyDocument string }) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		r.Trust = in.PolicyDocument
		return nil
	})
	return &none{}, err
}

type tagRoleInput struct {
	RoleName string
	Tags     []tag
	TagKeys  []string
}

func (s *Service) tagRole(ctx context.Context, in *tagRoleInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		maps.Copy(r.Tags, tagMap(in.Tags))
		return nil
	})
	return &none{}, err
}

func (s *Service) untagRole(ctx context.Context, in *tagRoleInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		for _, name := range in.TagKeys {
			delete(r.Tags, name)
		}
		return nil
	})
	return &none{}, err
}

type tagsOutput struct {
	Tags        []tag
	IsTruncated bool
}

func (s *Service) listRoleTags(ctx context.Context, in *roleInput) (*tagsOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &tagsOutput{Tags: tagList(r.Tags)}, nil
}
