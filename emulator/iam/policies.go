package iam

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ManagedPolicy is a policy of the account's own, with up to five versions.
type ManagedPolicy struct {
	Name        string
	ID          string
	ARN         string
	Account     string
	Path        string
	Description string
	Default     string // of Versions
	Next        int    // number of the next version
	Versions    map[string]PolicyVersion
	Tags        map[string]string
	Created     time.Time
	Updated     time.Time

	policy Policy // the default version, set by compile
}

// PolicyVersion is one text of a managed policy.
type PolicyVersion struct {
	Document string
	Created  time.Time
}

func (p *ManagedPolicy) compile() (err error) {
	p.policy, err = ParsePolicy(p.Versions[p.Default].Document)
	return err
}

func (s *Service) checkDocument(text string) error {
	if err := checkJSON(text); err != nil || s.cfg.Unevaluated {
		return err
	}
	_, err := ParsePolicy(text)
	return err
}

// CreatePolicy adds a managed policy. Errors: EntityAlreadyExists,
// MalformedPolicyDocument.
func (s *Service) CreatePolicy(ctx context.Context, p ManagedPolicy, document string) (*ManagedPolicy, error) {
	if !nameForm.MatchString(p.Name) {
		return nil, errName("policyName")
	}
	if err := s.checkDocument(document); err != nil {
		return nil, err
	}
	if p.Path == "" {
		p.Path = "/"
	}
	p.Account = wire.IdentityFrom(ctx).Account
	p.ARN, p.ID = "arn:aws:iam::"+p.Account+":policy"+p.Path+p.Name, s.newID("ANPA")
	p.Created = s.cfg.Clock.Now()
	p.Updated, p.Default, p.Next = p.Created, "v1", 2
	p.Versions = map[string]PolicyVersion{"v1": {document, p.Created}}
	s.mu.Lock()
	for _, other := range s.policies.All("arn:aws:iam::" + p.Account + ":") {
		if other.Name == p.Name {
			s.mu.Unlock()
			return nil, wire.Errorf(409, "EntityAlreadyExists", "A policy called %s already exists. Duplicate names are not allowed.", p.Name)
		}
	}
	wait := s.putPolicy(&p)
	s.mu.Unlock()
	return &p, wait()
}

// putPolicy stores a policy. Called with mu held.
func (s *Service) putPolicy(p *ManagedPolicy) func() error {
	if err := p.compile(); err != nil && !s.cfg.Unevaluated {
		return func() error { return err }
	}
	return s.policies.Put(p.ARN, p)
}

func (s *Service) changePolicy(arn string, edit func(*ManagedPolicy) error) (*ManagedPolicy, error) {
	s.mu.Lock()
	old, ok := s.policies.Get(arn)
	if !ok {
		s.mu.Unlock()
		return nil, errPolicyNone(arn)
	}
	next := *old
	next.Versions = map[string]PolicyVersion{}
	for id, v := range old.Versions {
		next.Versions[id] = v
	}
	if err := edit(&next); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next.Updated = s.cfg.Clock.Now()
	wait := s.putPolicy(&next)
	s.mu.Unlock()
	return &next, wait()
}

// SetDocument gives a managed policy a new default version; the oldest other
// one makes room.
func (s *Service) SetDocument(arn, document string) error {
	_, err := s.addVersion(arn, document, true, true)
	return err
}

func (s *Service) addVersion(arn, document string, isDefault, makeRoom bool) (version string, err error) {
	if err := s.checkDocument(document); err != nil {
		return "", err
	}
	_, err = s.changePolicy(arn, func(p *ManagedPolicy) error {
		if len(p.Versions) == 5 {
			if !makeRoom {
				return wire.Errorf(409, "LimitExceeded", "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
			}
			for _, id := range p.versions() {
				if id != p.Default {
					delete(p.Versions, id)
					break
				}
			}
		}
		version = "v" + strconv.Itoa(p.Next)
		p.Next++
		p.Versions[version] = PolicyVersion{document, s.cfg.Clock.Now()}
		if isDefault {
			p.Default = version
		}
		return nil
	})
	return version, err
}

// versions lists the ids, oldest first.
func (p *ManagedPolicy) versions() []string {
	ids := make([]string, 0, len(p.Versions))
	for id := range p.Versions {
		ids = append(ids, id)
	}
	number := func(id string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(id, "v")) // made by addVersion
		return n
	}
	slices.SortFunc(ids, func(a, b string) int { return number(a) - number(b) })
	return ids
}

// DeletePolicy removes a managed policy that nobody has; with force it is taken
// from everybody first.
func (s *Service) DeletePolicy(arn string, force bool) error {
	s.mu.Lock()
	p, ok := s.policies.Get(arn)
	if !ok {
		s.mu.Unlock()
		return errPolicyNone(arn)
	}
	roles, users := s.holders(p)
	if !force && len(roles)+len(users) > 0 {
		s.mu.Unlock()
		return wire.Errorf(409, "DeleteConflict", "Cannot delete a policy attached to entities.")
	}
	if !force && len(p.Versions) > 1 {
		s.mu.Unlock()
		return wire.Errorf(409, "DeleteConflict", "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	without := func(list []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(a string) bool { return a == arn })
	}
	for _, r := range roles {
		next := *r
		next.Attached = without(r.Attached)
		s.roles.Put(key(r.Account, r.Name), &next) // awaited with the deletion, which comes after it
	}
	for _, u := range users {
		next := *u
		next.Attached = without(u.Attached)
		s.users.Put(key(u.Account, u.Name), &next)
	}
	wait := s.policies.Delete(arn)
	s.mu.Unlock()
	return wait()
}

// holders lists who has a policy. Called with mu held.
func (s *Service) holders(p *ManagedPolicy) (roles []*Role, users []*User) {
	for _, r := range s.roles.All(key(p.Account, "")) {
		if slices.Contains(r.Attached, p.ARN) {
			roles = append(roles, r)
		}
	}
	for _, u := range s.users.All(key(p.Account, "")) {
		if slices.Contains(u.Attached, p.ARN) {
			users = append(users, u)
		}
	}
	return roles, users
}
