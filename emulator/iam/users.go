package iam

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// User is a user as the store keeps it.
type User struct {
	Attachments
	Name    string
	ID      string
	ARN     string
	Account string
	Path    string
	Tags    map[string]string
	Created time.Time
}

// AccessKey is a user's long-lived credential.
type AccessKey struct {
	ID       string
	Secret   string
	Account  string
	User     string
	Inactive bool
	Created  time.Time
}

func (s *Service) user(ctx context.Context, name string) (*User, error) {
	if name == "" {
		return nil, wire.Errorf(400, "ValidationError", "Must specify userName when calling with non-User credentials")
	}
	u, ok := s.users.Get(key(wire.IdentityFrom(ctx).Account, name))
	if !ok {
		return nil, errNone("user", name)
	}
	return u, nil
}

// changeUser replaces a user by what edit makes of a copy.
func (s *Service) changeUser(ctx context.Context, name string, edit func(*User) error) error {
	s.mu.Lock()
	old, err := s.user(ctx, name)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	next := *old
	next.Attachments, next.Tags = old.clone(), copied(old.Tags)
	if err = edit(&next); err == nil {
		err = s.check(&next.Attachments)
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	wait := s.users.Put(key(next.Account, next.Name), &next)
	s.mu.Unlock()
	return wait()
}

type userDescription struct {
	UserName, UserId, Arn, Path string
	CreateDate                  time.Time
	Tags                        []tag
}

func describeUser(u *User) userDescription {
	return userDescription{u.Name, u.ID, u.ARN, u.Path, u.Created, tagList(u.Tags)}
}

type createUserInput struct {
	UserName, Path string
	Tags           []tag
}

type userOutput struct{ User userDescription }

func (s *Service) createUser(ctx context.Context, in *createUserInput) (*userOutput, error) {
	if !nameForm.MatchString(in.UserName) || len(in.UserName) > 64 {
		return nil, errName("userName")
	}
	account := wire.IdentityFrom(ctx).Account
	u := &User{Name: in.UserName, Account: account, Path: in.Path, Tags: tagMap(in.Tags), Created: s.cfg.Clock.Now(), ID: s.newID("AIDA")}
	if u.Path == "" {
		u.Path = "/"
	}
	u.ARN = "arn:aws:iam::" + account + ":user" + u.Path + u.Name
	s.mu.Lock()
	if _, taken := s.users.Get(key(account, u.Name)); taken {
		s.mu.Unlock()
		return nil, errExists("User", u.Name)
	}
	wait := s.users.Put(key(account, u.Name), u)
	s.mu.Unlock()
	return &userOutput{describeUser(u)}, wait()
}

type userInput struct{ UserName string }

// getUser answers who calls when no name is given, as AWS does.
func (s *Service) getUser(ctx context.Context, in *userInput) (*userOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.UserName
	if name == "" {
		if k, ok := s.keys.Get(wire.IdentityFrom(ctx).AccessKey); ok {
			name = k.User
		}
	}
	u, err := s.user(ctx, name)
	if err != nil {
		return nil, err
	}
	return &userOutput{describeUser(u)}, nil
}

func (s *Service) deleteUser(ctx context.Context, in *userInput) (*none, error) {
	s.mu.Lock()
	u, err := s.user(ctx, in.UserName)
	if err == nil {
		err = u.left()
	}
	if err == nil && len(s.keysOf(u)) > 0 {
		err = errConflict("delete access keys")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.users.Delete(key(u.Account, u.Name))
	s.mu.Unlock()
	return &none{}, wait()
}

type listInput struct {
	PathPrefix string
	Marker     string // there is always but one page
	MaxItems   int
}

type listUsersOutput struct {
	Users       []userDescription
	IsTruncated bool
}

func (s *Service) listUsers(ctx context.Context, in *listInput) (*listUsersOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &listUsersOutput{Users: []userDescription{}}
	for _, u := range s.users.All(key(wire.IdentityFrom(ctx).Account, "")) {
		if strings.HasPrefix(u.Path, in.PathPrefix) {
			out.Users = append(out.Users, describeUser(u))
		}
	}
	return out, nil
}

// keysOf lists a user's keys, oldest first. Called with mu held.
func (s *Service) keysOf(u *User) []*AccessKey {
	keys := slices.DeleteFunc(s.keys.All(""), func(k *AccessKey) bool { return k.Account != u.Account || k.User != u.Name })
	slices.SortFunc(keys, func(a, b *AccessKey) int { return a.Created.Compare(b.Created) })
	return keys
}

type accessKeyDescription struct {
	UserName, AccessKeyId, Status string
	SecretAccessKey               string `query:",omitempty"`
	CreateDate                    time.Time
}

func (k *AccessKey) describe() accessKeyDescription {
	d := accessKeyDescription{UserName: k.User, AccessKeyId: k.ID, Status: "Active", CreateDate: k.Created}
	if k.Inactive {
		d.Status = "Inactive"
	}
	return d
}

type accessKeyOutput struct{ AccessKey accessKeyDescription }

func (s *Service) createAccessKey(ctx context.Context, in *userInput) (*accessKeyOutput, error) {
	s.mu.Lock()
	u, err := s.user(ctx, in.UserName)
	if err == nil && len(s.keysOf(u)) == 2 {
		err = wire.Errorf(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2")
	}
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	k := &AccessKey{Account: u.Account, User: u.Name, Created: s.cfg.Clock.Now()}
	k.ID, k.Secret = newAccessKey("AKIA")
	wait := s.keys.Put(k.ID, k)
	s.mu.Unlock()
	d := k.describe()
	d.SecretAccessKey = k.Secret
	return &accessKeyOutput{d}, wait()
}

type listAccessKeysOutput struct {
	AccessKeyMetadata []accessKeyDescription
	IsTruncated       bool
}

func (s *Service) listAccessKeys(ctx context.Context, in *userInput) (*listAccessKeysOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.user(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	out := &listAccessKeysOutput{AccessKeyMetadata: []accessKeyDescription{}}
	for _, k := range s.keysOf(u) {
		out.AccessKeyMetadata = append(out.AccessKeyMetadata, k.describe())
	}
	return out, nil
}

type updateAccessKeyInput struct{ UserName, AccessKeyId, Status string }

func (s *Service) updateAccessKey(ctx context.Context, in *updateAccessKeyInput) (*none, error) {
	if in.Status != "Active" && in.Status != "Inactive" {
		return nil, wire.Errorf(400, "ValidationError", "1 validation error detected: Value '%s' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]", in.Status)
	}
	s.mu.Lock()
	k, err := s.accessKey(ctx, in.AccessKeyId)
	if err != nil {
		s.mu.Unlock()
		return nil, err
	}
	next := *k
	next.Inactive = in.Status == "Inactive"
	wait := s.keys.Put(next.ID, &next)
	s.mu.Unlock()
	return &none{}, wait()
}

func (s *Service) accessKey(ctx context.Context, id string) (*AccessKey, error) {
	k, ok := s.keys.Get(id)
	if !ok || k.Account != wire.IdentityFrom(ctx).Account {
		return nil, wire.Errorf(404, "NoSuchEntity", "The Access Key with id %s cannot be found.", id)
	}
	return k, nil
}

type deleteAccessKeyInput struct{ UserName, AccessKeyId string }

func (s *Service) deleteAccessKey(ctx context.Context, in *deleteAccessKeyInput) (*none, error) {
	s.mu.Lock()
	if _, err := s.accessKey(ctx, in.AccessKeyId); err != nil {
		s.mu.Unlock()
		return nil, err
	}
	wait := s.keys.Delete(in.AccessKeyId)
	s.mu.Unlock()
	return &none{}, wait()
}
