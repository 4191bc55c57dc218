package iam

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Config is what a Service needs; all fields but Unevaluated are required.
type Config struct {
	Clock *clock.Clock
	Store store.Store
	Log   *slog.Logger
	NewID func() string
	// Unevaluated: nobody asks for decisions, so any JSON is taken for a policy.
	Unevaluated bool
}

const bucketRoles = "iam/roles" // account NUL name → Role

// Role is a role as the store keeps it. Policies are JSON texts.
type Role struct {
	Name        string
	ID          string
	ARN         string
	Account     string
	Path        string
	Description string
	Trust       string
	MaxSession  int // seconds
	Inline      map[string]string
	Attached    []string
	Tags        map[string]string
	Created     time.Time

	policies []Policy // inline and attached ones, set by compile
}

// Service is IAM. Build it with New.
type Service struct {
	cfg   Config
	query *wire.Query

	mu    sync.Mutex // guards roles; values are replaced, never changed
	roles map[string]*Role
}

// New loads the roles the store keeps.
func New(cfg Config) (*Service, error) {
	s := &Service{cfg: cfg, roles: map[string]*Role{}}
	s.query = &wire.Query{Namespace: "https://iam.amazonaws.com/doc/2010-05-08/", Version: "2010-05-08", MaxBody: 1 << 20, Ops: s.ops(), Log: cfg.Log}
	err := cfg.Store.Load(bucketRoles, func(key, value []byte) error {
		r := &Role{}
		if err := json.Unmarshal(value, r); err != nil {
			return fmt.Errorf("load role %q: %w", key, err)
		}
		if err := r.compile(); err != nil && !cfg.Unevaluated {
			cfg.Log.Warn("the policies of a stored role cannot be evaluated: it may do nothing", slog.String("role", r.ARN), slog.Any("err", err))
			r.policies = nil
		}
		s.roles[string(key)] = r
		return nil
	})
	return s, err
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

// Codes and texts as in the API Reference, "Errors" of each operation.

func errNoRole(name string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "The role with name %s cannot be found.", name)
}

func errNoPolicy(name string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "The role policy with name %s cannot be found.", name)
}

func errRoleExists(name string) *wire.Error {
	return wire.Errorf(409, "EntityAlreadyExists", "Role with name %s already exists.", name)
}

func errMalformed() *wire.Error {
	return wire.Errorf(400, "MalformedPolicyDocument", "This policy contains invalid Json")
}

func errConflict(what string) *wire.Error {
	return wire.Errorf(409, "DeleteConflict", "Cannot delete entity, must %s first.", what)
}

func key(account, name string) string { return account + "\x00" + name }

var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// check refuses what AWS refuses of a role, and policies that cannot be
// evaluated.
func (s *Service) check(r *Role) error {
	if !roleName.MatchString(r.Name) {
		return wire.Errorf(400, "ValidationError", "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	for _, text := range append(slices.Collect(maps.Values(r.Inline)), r.Trust) {
		var policy map[string]any
		if err := json.Unmarshal([]byte(text), &policy); err != nil || policy["Statement"] == nil {
			return errMalformed()
		}
	}
	if s.cfg.Unevaluated {
		return nil
	}
	return r.compile()
}

// Create adds a role; Name, Trust, Path and the policies come from r, the rest
// is filled in.
func (s *Service) Create(ctx context.Context, r Role) (*Role, error) {
	if r.Path == "" {
		r.Path = "/"
	}
	if r.MaxSession == 0 {
		r.MaxSession = 3600
	}
	r.Account = wire.IdentityFrom(ctx).Account
	r.ARN = "arn:aws:iam::" + r.Account + ":role" + r.Path + r.Name
	r.ID = "AROA" + strings.ToUpper(strings.ReplaceAll(s.cfg.NewID(), "-", ""))[:17]
	r.Created = s.cfg.Clock.Now()
	if err := s.check(&r); err != nil {
		return nil, err
	}
	s.mu.Lock()
	if _, ok := s.roles[key(r.Account, r.Name)]; ok {
		s.mu.Unlock()
		return nil, errRoleExists(r.Name)
	}
	wait := s.put(&r)
	s.mu.Unlock()
	return &r, wait()
}

// Role returns a role of the caller's account.
func (s *Service) Role(ctx context.Context, name string) (*Role, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.roles[key(wire.IdentityFrom(ctx).Account, name)]
	if !ok {
		return nil, errNoRole(name)
	}
	return r, nil
}

// Change replaces a role by what edit makes of a copy.
func (s *Service) Change(ctx context.Context, name string, edit func(*Role) error) (*Role, error) {
	s.mu.Lock()
	old, ok := s.roles[key(wire.IdentityFrom(ctx).Account, name)]
	if !ok {
		s.mu.Unlock()
		return nil, errNoRole(name)
	}
	next := *old
	next.Inline, next.Attached, next.Tags = maps.Clone(old.Inline), slices.Clone(old.Attached), maps.Clone(old.Tags)
	if next.Inline == nil {
		next.Inline = map[string]string{}
	}
	if err := edit(&next); err == nil {
		err = s.check(&next)
		if err != nil {
			s.mu.Unlock()
			return nil, err
		}
	} else {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.put(&next)
	s.mu.Unlock()
	return &next, wait()
}

// Delete removes a role with its inline policies when force is set; without,
// it refuses while policies are left, as the API does.
func (s *Service) Delete(ctx context.Context, name string, force bool) error {
	s.mu.Lock()
	k := key(wire.IdentityFrom(ctx).Account, name)
	r, ok := s.roles[k]
	switch {
	case !ok:
		s.mu.Unlock()
		return errNoRole(name)
	case !force && len(r.Inline) > 0:
		s.mu.Unlock()
		return errConflict("delete policies")
	case !force && len(r.Attached) > 0:
		s.mu.Unlock()
		return errConflict("detach all policies")
	}
	delete(s.roles, k)
	var b store.Batch
	b.Delete(bucketRoles, []byte(k))
	wait := s.cfg.Store.Apply(&b)
	s.mu.Unlock()
	return wait()
}

// put stores a role. Called with mu held.
func (s *Service) put(r *Role) func() error {
	k := key(r.Account, r.Name)
	s.roles[k] = r
	if !s.cfg.Store.Durable() {
		return func() error { return nil }
	}
	value, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings, numbers and times always encode
	}
	var b store.Batch
	b.Put(bucketRoles, []byte(k), value)
	return s.cfg.Store.Apply(&b)
}

// list returns the account's roles by name.
func (s *Service) list(ctx context.Context, prefix string) []*Role {
	account := wire.IdentityFrom(ctx).Account
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Role
	for _, k := range slices.Sorted(maps.Keys(s.roles)) {
		if r := s.roles[k]; r.Account == account && strings.HasPrefix(r.Path, prefix) {
			out = append(out, r)
		}
	}
	return out
}
