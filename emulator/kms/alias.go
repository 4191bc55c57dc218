package kms

import (
	"context"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

var aliasName = pattern.New(`^alias/[a-zA-Z0-9/_-]{1,250}$`)

func errAliasExists(arn string) *wire.Error {
	return wire.Errorf(400, "AlreadyExistsException", "An alias with the name %s already exists", arn)
}

func checkAlias(name string) error {
	switch {
	case !strings.HasPrefix(name, "alias/"):
		return wire.Errorf(400, "ValidationException", "Invalid identifier")
	case strings.HasPrefix(name, "alias/aws/"):
		return wire.Errorf(400, "NotAuthorizedException", "")
	case !aliasName.MatchString(name):
		return wire.Errorf(400, "InvalidAliasNameException", "Alias name must match the pattern ^alias/[a-zA-Z0-9/_-]+$")
	}
	return nil
}

type aliasInput struct{ AliasName, TargetKeyId string }

func (s *Service) createAlias(ctx context.Context, in *aliasInput) (*none, error) {
	return &none{}, s.CreateAlias(ctx, in.AliasName, in.TargetKeyId)
}

// CreateAlias gives a key another name, "alias/…".
func (s *Service) CreateAlias(ctx context.Context, name, key string) error {
	if err := checkAlias(name); err != nil {
		return err
	}
	return s.setAlias(ctx, name, key, false)
}

// setAlias points an alias, which must be there or must not, at a key.
func (s *Service) setAlias(ctx context.Context, name, key string, there bool) error {
	account, region := scope(ctx)
	s.mu.Lock()
	old, ok := s.aliases.Get(shelf.Key(account, region, name))
	k, err := s.key(ctx, key)
	full := arn(account, region, name)
	switch {
	case strings.Contains(key, "alias/"):
		err = errValidation("Aliases must refer to keys. Not aliases")
	case ok && !there:
		err = errAliasExists(full)
	case !ok && there:
		err = errNoAlias(full)
	case err == nil:
		err = k.changeable()
	}
	if err != nil {
		s.mu.Unlock()
		return err
	}
	now := s.cfg.Clock.Now()
	a := &alias{Name: name, ARN: full, KeyID: k.ID, Created: now, Updated: now}
	if there {
		a.Created = old.Created
		if was, err := s.key(ctx, old.KeyID); err == nil && was.Usage != k.Usage {
			s.mu.Unlock()
			return errValidation("Alias %s cannot be changed from a key of usage %s to a key of usage %s.", full, was.Usage, k.Usage)
		}
	}
	wait := s.aliases.Put(shelf.Key(account, region, name), a)
	s.mu.Unlock()
	return wait()
}

func (s *Service) updateAlias(ctx context.Context, in *aliasInput) (*none, error) {
	return &none{}, s.UpdateAlias(ctx, in.AliasName, in.TargetKeyId)
}

// UpdateAlias points an alias at another key of the same usage.
func (s *Service) UpdateAlias(ctx context.Context, name, key string) error {
	if err := checkAlias(name); err != nil {
		return err
	}
	return s.setAlias(ctx, name, key, true)
}

func (s *Service) deleteAlias(ctx context.Context, in *struct{ AliasName string }) (*none, error) {
	return &none{}, s.DeleteAlias(ctx, in.AliasName)
}

// DeleteAlias removes a name; its key stays.
func (s *Service) DeleteAlias(ctx context.Context, name string) error {
	if err := checkAlias(name); err != nil {
		return err
	}
	account, region := scope(ctx)
	s.mu.Lock()
	if _, ok := s.aliases.Get(shelf.Key(account, region, name)); !ok {
		s.mu.Unlock()
		return errNoAlias(arn(account, region, name))
	}
	wait := s.aliases.Delete(shelf.Key(account, region, name))
	s.mu.Unlock()
	return wait()
}

type listAliasesInput struct {
	pageInput
	KeyId string
}

type aliasEntry struct {
	AliasName, AliasArn, TargetKeyId string
	CreationDate, LastUpdatedDate    *wire.Timestamp
}

type listAliasesOutput struct {
	Aliases    []aliasEntry
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

func (s *Service) listAliases(ctx context.Context, in *listAliasesInput) (*listAliasesOutput, error) {
	account, region := scope(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.aliases.All(shelf.Key(account, region, ""))
	if in.KeyId != "" {
		k, err := s.key(ctx, in.KeyId)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(a *alias) bool { return a.KeyID != k.ID })
	}
	page, next := shelf.Page(all, func(a *alias) string { return a.Name }, in.Marker, in.size(50))
	out := &listAliasesOutput{Aliases: []aliasEntry{}, NextMarker: next, Truncated: next != ""}
	for _, a := range page {
		out.Aliases = append(out.Aliases, aliasEntry{a.Name, a.ARN, a.KeyID, wire.At(a.Created), wire.At(a.Updated)})
	}
	return out, nil
}
