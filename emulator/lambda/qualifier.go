package lambda

import (
	"context"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// callee is a function as a caller names it. An alias stands for a version, or
// for one of two by weight, so which version runs is decided per invocation.
type callee struct {
	e         *entry
	qualifier string // $LATEST, a number, an alias, or empty, which means $LATEST
}

// arn is the callee's ARN as it was named.
func (c callee) arn() string {
	if c.qualifier == "" {
		return c.e.arn
	}
	return c.e.arn + ":" + c.qualifier
}

// settingsKey is where settings that belong to a qualifier are kept.
func (c callee) settingsKey() string {
	if c.qualifier == "" {
		return latest
	}
	return c.qualifier
}

// isVersion tells a version's number from an alias's name, which is never all
// digits.
func isVersion(qualifier string) bool {
	return qualifier != "" && strings.Trim(qualifier, "0123456789") == ""
}

// qualified reads a function reference whose qualifier may be in either of two
// places, but not different in both.
func qualified(ctx context.Context, name, qualifier string) (reference, error) {
	ref, err := parseReference(name, wire.IdentityFrom(ctx))
	switch {
	case err != nil:
		return ref, err
	case qualifier == "":
	case !qualifierName.MatchString(qualifier):
		return ref, errConstraint("'"+qualifier+"'", "qualifier", `Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`)
	case ref.Qualifier != "" && ref.Qualifier != qualifier:
		return ref, errQualifiers()
	default:
		ref.Qualifier = qualifier
	}
	return ref, nil
}

// find returns the function a reference names, for operations on functions as
// a whole: a version or an alias is refused.
func (s *Service) find(ctx context.Context, name string) (*entry, error) {
	ref, err := parseReference(name, wire.IdentityFrom(ctx))
	if err != nil {
		return nil, err
	}
	if ref.Qualifier != "" && ref.Qualifier != latest {
		return nil, errQualified()
	}
	return s.entryOf(ref.arn())
}

// resolve returns what a reference names: the qualifier must be there too.
func (s *Service) resolve(ctx context.Context, name, qualifier string) (callee, error) {
	ref, err := qualified(ctx, name, qualifier)
	if err != nil {
		return callee{}, err
	}
	return s.calleeOf(ref)
}

// calleeAt returns what an ARN names.
func (s *Service) calleeAt(arn string) (callee, error) {
	ref, err := parseReference(arn, wire.Identity{})
	if err != nil {
		return callee{}, err
	}
	return s.calleeOf(ref)
}

func (s *Service) calleeOf(ref reference) (callee, error) {
	e, err := s.entryOf(ref.arn())
	if err != nil {
		return callee{}, err
	}
	c := callee{e, ref.Qualifier}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.poolOf(c, 1)
	return c, err
}

func (s *Service) entryOf(arn string) (*entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.functions[arn]
	if !ok {
		return nil, errNoFunction(arn)
	}
	return e, nil
}

// poolOf returns the environments that run a callee; dice, from 0 up to 1,
// chooses between an alias's two versions, and 1 means its main one. Called with
// s.mu held.
func (s *Service) poolOf(c callee, dice float64) (*pool, error) {
	version := c.settingsKey()
	if a := c.e.aliases[version]; a != nil {
		version = a.choose(dice)
	} else if version != latest && !isVersion(version) {
		return nil, errNoAlias(c.arn())
	}
	if version == latest {
		return c.e.pool, nil
	}
	p := c.e.versions[version]
	if p == nil {
		return nil, errNoFunction(c.e.arn + ":" + version)
	}
	return p, nil
}

// pick chooses the version that the next invocation of a callee runs.
func (s *Service) pick(c callee) (*pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.poolOf(c, s.dice.Float64())
}

// function is the version a callee stands for: of an alias, its main one.
func (s *Service) function(c callee) (*Function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.poolOf(c, 1)
	if err != nil {
		return nil, err
	}
	return p.function(), nil
}
