package iam

import (
	"context"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type contextEntry struct {
	ContextKeyName   string
	ContextKeyValues []string
	ContextKeyType   string
}

type simulateInput struct {
	PolicySourceArn string
	PolicyInputList []string
	ActionNames     []string
	ResourceArns    []string
	ResourcePolicy  string
	CallerArn       string
	ContextEntries  []contextEntry
	MaxItems        int
	Marker          string
}

type evaluation struct {
	EvalActionName   string
	EvalResourceName string
	EvalDecision     string // allowed, explicitDeny or implicitDeny
}

type simulateOutput struct {
	EvaluationResults []evaluation
	IsTruncated       bool
}

// simulatePrincipalPolicy evaluates what a role or user may do, with nothing
// done.
func (s *Service) simulatePrincipalPolicy(_ context.Context, in *simulateInput) (*simulateOutput, error) {
	who := Principal{ARN: in.PolicySourceArn}
	if parts := strings.SplitN(in.PolicySourceArn, ":", arnSegments); len(parts) == arnSegments {
		who.Account = parts[4]
	}
	if r, ok := s.RoleByARN(in.PolicySourceArn); ok {
		who.Role, who.ID, who.Tags = r.ARN, r.ID, r.Tags
	} else if strings.Contains(in.PolicySourceArn, ":user/") {
		who.User = nameIn(in.PolicySourceArn)
	}
	s.mu.Lock()
	_, isUser := s.users.Get(key(who.Account, who.User))
	s.mu.Unlock()
	if who.Role == "" && !isUser {
		return nil, wire.Errorf(404, "NoSuchEntity", "ARN %s is not a role or user that is there.", in.PolicySourceArn)
	}
	policies := s.policiesOf(who)
	return s.simulate(in, who, policies)
}

// simulateCustomPolicy evaluates policies that nobody has.
func (s *Service) simulateCustomPolicy(_ context.Context, in *simulateInput) (*simulateOutput, error) {
	return s.simulate(in, Principal{ARN: in.CallerArn}, nil)
}

func (s *Service) simulate(in *simulateInput, who Principal, policies []Policy) (*simulateOutput, error) {
	for _, text := range in.PolicyInputList {
		p, err := ParsePolicy(text)
		if err != nil {
			return nil, err
		}
		policies = append(policies, p)
	}
	if in.ResourcePolicy != "" {
		return nil, wire.Errorf(400, "ValidationError", "Cumin's embedded AWS does not simulate a ResourcePolicy.")
	}
	resources := in.ResourceArns
	if len(resources) == 0 {
		resources = []string{"*"}
	}
	keys := Keys{}
	for _, e := range in.ContextEntries {
		keys.Set(e.ContextKeyName, e.ContextKeyValues...)
	}
	out := &simulateOutput{EvaluationResults: []evaluation{}}
	for _, action := range in.ActionNames {
		for _, resource := range resources {
			r := Request{Action: action, Resource: resource, Keys: keys}
			r.Keys = s.complete(who, r)
			e := evaluation{action, resource, "implicitDeny"}
			switch d := Evaluate(policies, r); {
			case d.Explicit:
				e.EvalDecision = "explicitDeny"
			case d.Allowed:
				e.EvalDecision = "allowed"
			}
			out.EvaluationResults = append(out.EvaluationResults, e)
		}
	}
	return out, nil
}
