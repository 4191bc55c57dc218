package iam

import (
	"context"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Role is a role as the store keeps it. Policies are JSON texts.
type Role struct {
	Attachments
	Name        string
	ID          string
	ARN         string
	Account     string
	Path        string
	Description string
	Trust       string
	MaxSession  int // seconds
	Tags        map[string]string
	Created     time.Time
}

// Create adds a role; Name, Trust, Path and the policies come from r, the rest
// is filled in.
func (s *Service) Create(ctx context.Context, r Role) (*Role, error) {
	if !nameForm.MatchString(r.Name) || len(r.Name) > 64 {
		return nil, errName("roleName")
	}
	if r.Path == "" {
		r.Path = "/"
	}
	if r.MaxSession == 0 {
		r.MaxSession = 3600
	}
	r.Account = wire.IdentityFrom(ctx).Account
	r.ARN = "arn:aws:iam::" + r.Account + ":role" + r.Path + r.Name
	r.ID = s.newID("AROA")
	r.Created = s.cfg.Clock.Now()
	if err := s.checkTrust(r.Trust); err != nil {
		return nil, err
	}
	s.mu.Lock()
	err := s.check(&r.Attachments)
	if _, taken := s.roles.Get(key(r.Account, r.Name)); taken && err == nil {
		err = errExists("Role", r.Name)
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.roles.Put(key(r.Account, r.Name), &r)
	s.mu.Unlock()
	return &r, wait()
}

// Role returns a role of the caller's account.
func (s *Service) Role(ctx context.Context, name string) (*Role, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.roles.Get(key(wire.IdentityFrom(ctx).Account, name))
	if !ok {
		return nil, errNone("role", name)
	}
	return r, nil
}

// Change replaces a role by what edit makes of a copy.
func (s *Service) Change(ctx context.Context, name string, edit func(*Role) error) (*Role, error) {
	s.mu.Lock()
	next, err := s.changed(ctx, name, edit)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.roles.Put(key(next.Account, next.Name), next)
	s.mu.Unlock()
	return next, wait()
}

func (s *Service) changed(ctx context.Context, name string, edit func(*Role) error) (*Role, error) {
	old, ok := s.roles.Get(key(wire.IdentityFrom(ctx).Account, name))
	if !ok {
		return nil, errNone("role", name)
	}
	next := *old
	next.Attachments, next.Tags = old.clone(), copied(old.Tags)
	if err := edit(&next); err != nil {
		return nil, err
	}
	if err := s.checkTrust(next.Trust); err != nil {
		return nil, err
	}
	return &next, s.check(&next.Attachments)
}

// Delete removes a role with its inline policies when force is set; without,
// it refuses while policies are left, as the API does.
func (s *Service) Delete(ctx context.Context, name string, force bool) error {
	s.mu.Lock()
	k := key(wire.IdentityFrom(ctx).Account, name)
	r, ok := s.roles.Get(k)
	err := error(nil)
	switch {
	case !ok:
		err = errNone("role", name)
	case !force:
		err = r.left()
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	wait := s.roles.Delete(k)
	s.mu.Unlock()
	return wait()
}

// list returns the account's roles by name.
func (s *Service) list(ctx context.Context, prefix string) []*Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Role
	for _, r := range s.roles.All(key(wire.IdentityFrom(ctx).Account, "")) {
		if strings.HasPrefix(r.Path, prefix) {
			out = append(out, r)
		}
	}
	return out
}

// Trusts reports whether the role is there and its trust policy lets a service,
// such as "lambda.amazonaws.com", assume it.
func (s *Service) Trusts(roleARN, service string) bool {
	s.mu.Lock()
	role := s.roleByARN(roleARN)
	s.mu.Unlock()
	return role != nil && s.trusted(role, Principal{Service: service}, nil).Allowed
}

// trusted asks a role's trust policy whether somebody may assume it. What names
// the account is enough for who may do so by their own policies.
func (s *Service) trusted(role *Role, who Principal, keys Keys) Decision {
	p, err := parseTrust(role.Trust)
	if err != nil {
		return Decision{By: "resource-based"}
	}
	r := Request{Action: "sts:AssumeRole", Resource: role.ARN, Keys: keys}
	r.Keys = s.complete(who, r)
	g := evaluateResource(p, who, r)
	own := Evaluate(s.policiesOf(who), r)
	switch {
	case own.Explicit:
		return own
	case g.denied:
		return Decision{Explicit: true, By: "resource-based"}
	case g.allowed:
		return Decision{Allowed: true}
	case !g.accounts:
		return Decision{By: "resource-based"}
	case who.Role == "" && who.User == "":
		return Decision{Allowed: true} // root
	}
	return own
}

// RoleByARN returns a role by its ARN.
func (s *Service) RoleByARN(arn string) (*Role, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roleByARN(arn)
	return r, r != nil
}

func (s *Service) roleByARN(arn string) *Role {
	parts := strings.SplitN(arn, ":", arnSegments)
	if len(parts) != arnSegments {
		return nil
	}
	r, ok := s.roles.Get(key(parts[4], nameIn(arn)))
	if !ok || r.ARN != arn {
		return nil
	}
	return r
}

func copied(tags map[string]string) map[string]string {
	out := make(map[string]string, len(tags))
	for k, v := range tags {
		out[k] = v
	}
	return out
}
