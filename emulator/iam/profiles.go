package iam

import (
	"context"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// InstanceProfile is what gives an instance its role. There are no instances
// here; it is kept for templates that have one.
type InstanceProfile struct {
	Name    string
	ID      string
	ARN     string
	Account string
	Path    string
	Roles   []string // names, at most one
	Created time.Time
}

type profileDescription struct {
	InstanceProfileName, InstanceProfileId, Arn, Path string
	CreateDate                                        time.Time
	Roles                                             []description
}

// describeProfile is called with mu held.
func (s *Service) describeProfile(p *InstanceProfile) profileDescription {
	d := profileDescription{p.Name, p.ID, p.ARN, p.Path, p.Created, []description{}}
	for _, name := range p.Roles {
		if r, ok := s.roles.Get(key(p.Account, name)); ok {
			d.Roles = append(d.Roles, describe(r))
		}
	}
	return d
}

type createProfileInput struct{ InstanceProfileName, Path string }

type profileOutput struct{ InstanceProfile profileDescription }

func (s *Service) createInstanceProfile(ctx context.Context, in *createProfileInput) (*profileOutput, error) {
	p, err := s.CreateProfile(ctx, in.InstanceProfileName, in.Path, nil)
	if err != nil {
		return nil, err
	}
	return s.getInstanceProfile(ctx, &profileInput{InstanceProfileName: p.Name})
}

// CreateProfile adds an instance profile with its roles, of which there may be
// one.
func (s *Service) CreateProfile(ctx context.Context, name, path string, roles []string) (*InstanceProfile, error) {
	if !nameForm.MatchString(name) {
		return nil, errName("instanceProfileName")
	}
	if path == "" {
		path = "/"
	}
	account := wire.IdentityFrom(ctx).Account
	p := &InstanceProfile{Name: name, ID: s.newID("AIPA"), ARN: "arn:aws:iam::" + account + ":instance-profile" + path + name, Account: account, Path: path, Created: s.cfg.Clock.Now()}
	s.mu.Lock()
	if _, taken := s.profiles.Get(key(account, name)); taken {
		s.mu.Unlock()
		return nil, errExists("Instance Profile", name)
	}
	for _, role := range roles {
		if err := s.addRole(p, role); err != nil {
			s.mu.Unlock()
			return nil, err
		}
	}
	wait := s.profiles.Put(key(account, name), p)
	s.mu.Unlock()
	return p, wait()
}

func (s *Service) addRole(p *InstanceProfile, role string) error {
	if _, ok := s.roles.Get(key(p.Account, role)); !ok {
		return errNone("role", role)
	}
	if len(p.Roles) > 0 {
		return wire.Errorf(409, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
	}
	p.Roles = append(slices.Clone(p.Roles), role)
	return nil
}

type profileInput struct{ InstanceProfileName, RoleName string }

func (s *Service) profile(ctx context.Context, name string) (*InstanceProfile, error) {
	p, ok := s.profiles.Get(key(wire.IdentityFrom(ctx).Account, name))
	if !ok {
		return nil, wire.Errorf(404, "NoSuchEntity", "Instance Profile %s cannot be found.", name)
	}
	return p, nil
}

func (s *Service) getInstanceProfile(ctx context.Context, in *profileInput) (*profileOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.profile(ctx, in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	return &profileOutput{s.describeProfile(p)}, nil
}

func (s *Service) changeProfile(ctx context.Context, name string, edit func(*InstanceProfile) error) (*none, error) {
	s.mu.Lock()
	old, err := s.profile(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next := *old
	if err := edit(&next); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.profiles.Put(key(next.Account, next.Name), &next)
	s.mu.Unlock()
	return &none{}, wait()
}

func (s *Service) addRoleToInstanceProfile(ctx context.Context, in *profileInput) (*none, error) {
	return s.changeProfile(ctx, in.InstanceProfileName, func(p *InstanceProfile) error { return s.addRole(p, in.RoleName) })
}

// SetProfileRoles replaces a profile's roles.
func (s *Service) SetProfileRoles(ctx context.Context, name string, roles []string) error {
	_, err := s.changeProfile(ctx, name, func(p *InstanceProfile) error {
		p.Roles = nil
		for _, role := range roles {
			if err := s.addRole(p, role); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func (s *Service) removeRoleFromInstanceProfile(ctx context.Context, in *profileInput) (*none, error) {
	return s.changeProfile(ctx, in.InstanceProfileName, func(p *InstanceProfile) error {
		if !slices.Contains(p.Roles, in.RoleName) {
			return errNone("role", in.RoleName)
		}
		p.Roles = nil
		return nil
	})
}

func (s *Service) deleteInstanceProfile(ctx context.Context, in *profileInput) (*none, error) {
	return &none{}, s.DeleteProfile(ctx, in.InstanceProfileName, false)
}

// DeleteProfile removes an instance profile; with force its role is taken from
// it first.
func (s *Service) DeleteProfile(ctx context.Context, name string, force bool) error {
	s.mu.Lock()
	p, err := s.profile(ctx, name)
	if err == nil && len(p.Roles) > 0 && !force {
		err = errConflict("remove roles from instance profile")
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	wait := s.profiles.Delete(key(p.Account, p.Name))
	s.mu.Unlock()
	return wait()
}

// Profile returns an instance profile of the caller's account.
func (s *Service) Profile(ctx context.Context, name string) (*InstanceProfile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.profile(ctx, name)
}
