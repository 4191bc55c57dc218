package iam

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// compile reads the role's policies for evaluation. Errors: what ParsePolicy
// refuses, a managed policy that is not known.
func (r *Role) compile() error {
	r.policies = nil
	for _, name := range slices.Sorted(maps.Keys(r.Inline)) {
		p, err := ParsePolicy(r.Inline[name])
		if err != nil {
			return err
		}
		r.policies = append(r.policies, p)
	}
	for _, arn := range r.Attached {
		p, ok := managed[arn]
		if !ok {
			return errNotAttachable(arn)
		}
		r.policies = append(r.policies, p)
	}
	return nil
}

func errNotAttachable(arn string) *wire.Error {
	return wire.Errorf(404, "NoSuchEntity", "Policy %s does not exist or is not attachable. Of managed policies, Cumin's embedded AWS knows %s.", arn, strings.Join(slices.Sorted(maps.Keys(managed)), ", "))
}

// Decide evaluates a role's policies. A role that is not there has none.
func (s *Service) Decide(roleARN string, r Request) Decision {
	role := s.byARN(roleARN)
	if role == nil {
		return Decision{}
	}
	return Evaluate(role.policies, r)
}

// Trusts reports whether the role is there and its trust policy lets a service,
// such as "lambda.amazonaws.com", assume it. A trust statement with a Condition
// counts for nothing, because conditions are not evaluated.
func (s *Service) Trusts(roleARN, service string) bool {
	role := s.byARN(roleARN)
	return role != nil && trusts(role.Trust, service)
}

func (s *Service) byARN(arn string) *Role {
	parts := strings.SplitN(arn, ":", arnSegments)
	if len(parts) != arnSegments {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.roles[key(parts[4], arn[strings.LastIndexByte(arn, '/')+1:])]
	if r == nil || r.ARN != arn {
		return nil
	}
	return r
}

// trusts reads the trust policy's text, which check has found to be JSON.
func trusts(text, service string) bool {
	var policy struct{ Statement oneOrMore[trustStatement] }
	if err := json.Unmarshal([]byte(text), &policy); err != nil {
		return false
	}
	allowed := false
	for _, s := range policy.Statement {
		if !some(s.Action, "sts:assumerole", func(pattern, text string) bool { return glob(strings.ToLower(pattern), text) }) || !s.Principal.includes(service) {
			continue
		}
		if s.Effect == "Deny" {
			return false
		}
		allowed = allowed || s.Effect == "Allow" && len(s.Condition) == 0
	}
	return allowed
}

type trustStatement struct {
	Effect    string
	Action    oneOrMore[string]
	Principal principal
	Condition map[string]json.RawMessage
}

// principal is who a trust policy speaks of: "*", or lists by kind.
type principal struct {
	Service  oneOrMore[string]
	everyone bool
}

func (p *principal) UnmarshalJSON(text []byte) error {
	if string(text) == `"*"` {
		p.everyone = true
		return nil
	}
	var kinds struct{ Service oneOrMore[string] }
	err := json.Unmarshal(text, &kinds)
	p.Service = kinds.Service
	return err
}

func (p principal) includes(service string) bool {
	return p.everyone || slices.Contains(p.Service, service)
}

// oneOrMore is a JSON list that may be written as its single element.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '[' {
		return json.Unmarshal(text, (*[]T)(l))
	}
	var one T
	err := json.Unmarshal(text, &one)
	*l = oneOrMore[T]{one}
	return err
}
