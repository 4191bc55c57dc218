package iam

import (
	"context"
	"maps"
	"slices"
)

// The operations on the policies of roles and of users are the same but for who
// is named.

type rolePolicyInput struct{ RoleName, PolicyName, PolicyDocument string }

type userPolicyInput struct{ UserName, PolicyName, PolicyDocument string }

func (s *Service) editRole(ctx context.Context, name string, edit func(*Attachments) error) (*none, error) {
	_, err := s.Change(ctx, name, func(r *Role) error { return edit(&r.Attachments) })
	return &none{}, err
}

func (s *Service) editUser(ctx context.Context, name string, edit func(*Attachments) error) (*none, error) {
	return &none{}, s.changeUser(ctx, name, func(u *User) error { return edit(&u.Attachments) })
}

func setInline(name, document string) func(*Attachments) error {
	return func(a *Attachments) error {
		a.Inline[name] = document
		return nil
	}
}

func (s *Service) putRolePolicy(ctx context.Context, in *rolePolicyInput) (*none, error) {
	return s.editRole(ctx, in.RoleName, setInline(in.PolicyName, in.PolicyDocument))
}

func (s *Service) putUserPolicy(ctx context.Context, in *userPolicyInput) (*none, error) {
	return s.editUser(ctx, in.UserName, setInline(in.PolicyName, in.PolicyDocument))
}

type rolePolicyName struct{ RoleName, PolicyName string }

type userPolicyName struct{ UserName, PolicyName string }

func (s *Service) getRolePolicy(ctx context.Context, in *rolePolicyName) (*rolePolicyInput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	if !has(r.Inline, in.PolicyName) {
		return nil, errNone("role policy", in.PolicyName)
	}
	return &rolePolicyInput{r.Name, in.PolicyName, encode(r.Inline[in.PolicyName])}, nil
}

func (s *Service) getUserPolicy(ctx context.Context, in *userPolicyName) (*userPolicyInput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	if !has(u.Inline, in.PolicyName) {
		return nil, errNone("user policy", in.PolicyName)
	}
	return &userPolicyInput{u.Name, in.PolicyName, encode(u.Inline[in.PolicyName])}, nil
}

func (s *Service) deleteRolePolicy(ctx context.Context, in *rolePolicyName) (*none, error) {
	return s.editRole(ctx, in.RoleName, func(a *Attachments) error { return a.drop("role", in.PolicyName) })
}

func (s *Service) deleteUserPolicy(ctx context.Context, in *userPolicyName) (*none, error) {
	return s.editUser(ctx, in.UserName, func(a *Attachments) error { return a.drop("user", in.PolicyName) })
}

type policyNamesOutput struct {
	PolicyNames []string
	IsTruncated bool
}

func (a Attachments) names() *policyNamesOutput {
	return &policyNamesOutput{PolicyNames: append([]string{}, slices.Sorted(maps.Keys(a.Inline))...)}
}

func (s *Service) listRolePolicies(ctx context.Context, in *roleInput) (*policyNamesOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return r.names(), nil
}

func (s *Service) listUserPolicies(ctx context.Context, in *userInput) (*policyNamesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	return u.names(), nil
}

type attachRoleInput struct{ RoleName, PolicyArn string }

type attachUserInput struct{ UserName, PolicyArn string }

func (s *Service) attachRolePolicy(ctx context.Context, in *attachRoleInput) (*none, error) {
	return s.editRole(ctx, in.RoleName, func(a *Attachments) error { return a.attach(in.PolicyArn) })
}

func (s *Service) attachUserPolicy(ctx context.Context, in *attachUserInput) (*none, error) {
	return s.editUser(ctx, in.UserName, func(a *Attachments) error { return a.attach(in.PolicyArn) })
}

func (s *Service) detachRolePolicy(ctx context.Context, in *attachRoleInput) (*none, error) {
	return s.editRole(ctx, in.RoleName, func(a *Attachments) error { return a.detach(in.PolicyArn) })
}

func (s *Service) detachUserPolicy(ctx context.Context, in *attachUserInput) (*none, error) {
	return s.editUser(ctx, in.UserName, func(a *Attachments) error { return a.detach(in.PolicyArn) })
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

type attachedOutput struct {
	AttachedPolicies []attachedPolicy
	IsTruncated      bool
}

func (a Attachments) attached() *attachedOutput {
	out := &attachedOutput{AttachedPolicies: []attachedPolicy{}}
	for _, arn := range a.Attached {
		out.AttachedPolicies = append(out.AttachedPolicies, attachedPolicy{nameIn(arn), arn})
	}
	return out
}

func (s *Service) listAttachedRolePolicies(ctx context.Context, in *roleInput) (*attachedOutput, error) {
	r, err := s.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return r.attached(), nil
}

func (s *Service) listAttachedUserPolicies(ctx context.Context, in *userInput) (*attachedOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	return u.attached(), nil
}
