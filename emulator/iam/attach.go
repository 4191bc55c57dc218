package iam

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Attachments are the policies of a role or a user.
type Attachments struct {
	Inline   map[string]string // JSON by name
	Attached []string          // ARNs

	inline []Policy // set by compile
}

// compile reads the inline policies. Errors: what ParsePolicy refuses.
func (a *Attachments) compile() error {
	a.inline = nil
	for _, name := range slices.Sorted(maps.Keys(a.Inline)) {
		p, err := ParsePolicy(a.Inline[name])
		if err != nil {
			a.inline = nil
			return err
		}
		a.inline = append(a.inline, p)
	}
	return nil
}

func (a Attachments) clone() Attachments {
	next := Attachments{Inline: maps.Clone(a.Inline), Attached: slices.Clone(a.Attached)}
	if next.Inline == nil {
		next.Inline = map[string]string{}
	}
	return next
}

// left refuses to delete who still has policies, as AWS does.
func (a Attachments) left() error {
	switch {
	case len(a.Inline) > 0:
		return errConflict("delete policies")
	case len(a.Attached) > 0:
		return errConflict("detach all policies")
	}
	return nil
}

// compiled lists the policies of a role or user. Called with mu held.
func (s *Service) compiled(a *Attachments) []Policy {
	all := slices.Clip(a.inline)
	for _, arn := range a.Attached {
		if p, ok := managed[arn]; ok {
			all = append(all, p)
		} else if own, ok := s.policies.Get(arn); ok {
			all = append(all, own.policy)
		}
	}
	return all
}

// check refuses policies that AWS refuses, and those that cannot be evaluated.
// Called with mu held.
func (s *Service) check(a *Attachments) error {
	for _, arn := range a.Attached {
		if _, own := s.policies.Get(arn); !own && !has(managed, arn) && !s.cfg.Unevaluated {
			return errNotAttachable(arn)
		}
	}
	if s.cfg.Unevaluated {
		for _, text := range a.Inline {
			if err := checkJSON(text); err != nil {
				return err
			}
		}
		return nil
	}
	return a.compile()
}

// checkTrust is check for a role's trust policy.
func (s *Service) checkTrust(text string) error {
	if err := checkJSON(text); err != nil || s.cfg.Unevaluated {
		return err
	}
	_, err := parseTrust(text)
	return err
}

func checkJSON(text string) error {
	var policy map[string]any
	if err := json.Unmarshal([]byte(text), &policy); err != nil || policy["Statement"] == nil {
		return errMalformed()
	}
	return nil
}

func errNotAttachable(arn string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "Policy %s does not exist or is not attachable. Of AWS's managed policies, Cumin's embedded AWS knows %s.", arn, strings.Join(slices.Sorted(maps.Keys(managed)), ", "))
}

func has[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

// attach and its kin edit one policy of a role or user.

func (a *Attachments) attach(arn string) error {
	if !slices.Contains(a.Attached, arn) {
		a.Attached = append(a.Attached, arn)
	}
	return nil
}

func (a *Attachments) detach(arn string) error {
	i := slices.Index(a.Attached, arn)
	if i < 0 {
		return errPolicyNone(arn)
	}
	a.Attached = slices.Delete(a.Attached, i, i+1)
	return nil
}

func (a *Attachments) drop(kind, name string) error {
	if !has(a.Inline, name) {
		return errNone(kind+" policy", name)
	}
	delete(a.Inline, name)
	return nil
}
