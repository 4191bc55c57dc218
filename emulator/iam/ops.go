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
		"CreateRole":               wire.QueryOp(s.createRole),
		"GetRole":                  wire.QueryOp(s.getRole),
		"DeleteRole":               wire.QueryOp(s.deleteRole),
		"ListRoles":                wire.QueryOp(s.listRoles),
		"UpdateAssumeRolePolicy":   wire.QueryOp(s.updateAssumeRolePolicy),
		"PutRolePolicy":            wire.QueryOp(s.putRolePolicy),
		"GetRolePolicy":            wire.QueryOp(s.getRolePolicy),
		"DeleteRolePolicy":         wire.QueryOp(s.deleteRolePolicy),
		"ListRolePolicies":         wire.QueryOp(s.listRolePolicies),
		"AttachRolePolicy":         wire.QueryOp(s.attachRolePolicy),
		"DetachRolePolicy":         wire.QueryOp(s.detachRolePolicy),
		"ListAttachedRolePolicies": wire.QueryOp(s.listAttachedRolePolicies),
	}
}

type none struct{}

type tag struct{ Key, Value string }

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
	d := description{r.Name, r.ID, r.ARN, r.Path, r.Created, encode(r.Trust), r.Description, r.MaxSession, []tag{}}
	for _, k := range slices.Sorted(maps.Keys(r.Tags)) {
		d.Tags = append(d.Tags, tag{k, r.Tags[k]})
	}
	return d
}

// encode is RFC 3986's percent-encoding, as IAM answers policies.
func encode(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

type roleOutput struct{ Role description }

func (s *Service) createRole(ctx context.Context, in *createRoleInput) (*roleOutput, error) {
	r := Role{Name: in.RoleName, Path: in.Path, Description: in.Description, Trust: in.AssumeRolePolicyDocument, MaxSession: in.MaxSessionDuration, Tags: map[string]string{}}
	for _, t := range in.Tags {
		r.Tags[t.Key] = t.Value
	}
	made, err := s.Create(ctx, r)
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

func (s *Service) deleteRole(ctx context.Context, in *roleInput) (*none, error) {
	return &none{}, s.Delete(ctx, in.RoleName, false)
}

type listRolesInput struct{ PathPrefix string }

type listRolesOutput struct {
	Roles       []description
	IsTruncated bool
}

func (s *Service) listRoles(ctx context.Context, in *listRolesInput) (*listRolesOutput, error) {
	out := &listRolesOutput{Roles: []description{}}
	for _, r := range s.list(ctx, in.PathPrefix) {
		out.Roles = append(out.Roles, describe(r))
	}
	return out, nil
}

type policyInput struct{ RoleName, PolicyName, PolicyDocument string }

func (s *Service) updateAssumeRolePolicy(ctx context.Context, in *struct{ RoleName, PolicyDocument string }) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		r.Trust = in.PolicyDocument
		return nil
	})
	return &none{}, err
}

func (s *Service) putRolePolicy(ctx context.Context, in *policyInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		r.Inline[in.PolicyName] = in.PolicyDocument
		return nil
	})
	return &none{}, err
}

type policyNameInput struct{ RoleName, PolicyName string }

func (s *Service) getRolePolicy(ctx context.Context, in *policyNameInput) (*policyInput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	text, ok := r.Inline[in.PolicyName]
	if !ok {
		return nil, errNoPolicy(in.PolicyName)
	}
	return &policyInput{r.Name, in.PolicyName, encode(text)}, nil
}

func (s *Service) deleteRolePolicy(ctx context.Context, in *policyNameInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		if _, ok := r.Inline[in.PolicyName]; !ok {
			return errNoPolicy(in.PolicyName)
		}
		delete(r.Inline, in.PolicyName)
		return nil
	})
	return &none{}, err
}

type policyNamesOutput struct {
	PolicyNames []string
	IsTruncated bool
}

func (s *Service) listRolePolicies(ctx context.Context, in *roleInput) (*policyNamesOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &policyNamesOutput{PolicyNames: append([]string{}, slices.Sorted(maps.Keys(r.Inline))...)}, nil
}

type attachInput struct{ RoleName, PolicyArn string }

func (s *Service) attachRolePolicy(ctx context.Context, in *attachInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		if !slices.Contains(r.Attached, in.PolicyArn) {
			r.Attached = append(r.Attached, in.PolicyArn)
		}
		return nil
	})
	return &none{}, err
}

func (s *Service) detachRolePolicy(ctx context.Context, in *attachInput) (*none, error) {
	_, err := s.Change(ctx, in.RoleName, func(r *Role) error {
		i := slices.Index(r.Attached, in.PolicyArn)
		if i < 0 {
			return wire.Errorf(404, "NoSuchEntity", "Policy %s was not found.", in.PolicyArn)
		}
		r.Attached = slices.Delete(r.Attached, i, i+1)
		return nil
	})
	return &none{}, err
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

type attachedOutput struct {
	AttachedPolicies []attachedPolicy
	IsTruncated      bool
}

func (s *Service) listAttachedRolePolicies(ctx context.Context, in *roleInput) (*attachedOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	out := &attachedOutput{AttachedPolicies: []attachedPolicy{}}
	for _, arn := range r.Attached {
		out.AttachedPolicies = append(out.AttachedPolicies, attachedPolicy{arn[strings.LastIndexByte(arn, '/')+1:], arn})
	}
	return out, nil
}
