package iam

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Policy is an identity-based policy, ready to be evaluated. It never changes.
type Policy struct{ statements []statement }

// statement is one entry of a policy. Actions are lower case, for IAM does not
// tell case apart in them; resources are as written.
type statement struct {
	deny         bool
	actions      []string
	notActions   bool // actions are those it does not speak of
	resources    []string
	notResources bool
}

// ParsePolicy reads the JSON text of an identity-based policy. What AWS refuses
// is refused in AWS's words; what AWS takes and this package does not evaluate,
// conditions and policy variables, is refused too, because a policy that is
// stored and half heeded would allow more, or less, than it says. Every error
// is a MalformedPolicyDocument.
//
// Source: IAM User Guide, "Grammar of the IAM JSON policy language".
func ParsePolicy(text string) (Policy, error) {
	members, err := object([]byte(text), "Version", "Id", "Statement")
	if err != nil {
		return Policy{}, err
	}
	if raw, ok := members["Version"]; ok {
		var version string
		if json.Unmarshal(raw, &version) != nil || version != "2012-10-17" && version != "2008-10-17" {
			return Policy{}, errSyntax()
		}
	}
	raw, ok := members["Statement"]
	if !ok {
		return Policy{}, errSyntax()
	}
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil {
		entries = []json.RawMessage{raw} // one alone needs no list
	}
	var p Policy
	for _, entry := range entries {
		s, err := parseStatement(entry)
		if err != nil {
			return Policy{}, err
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

func parseStatement(text []byte) (s statement, err error) {
	members, err := object(text, "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal", "NotPrincipal")
	if err != nil {
		return s, err
	}
	switch string(members["Effect"]) {
	case `"Allow"`:
	case `"Deny"`:
		s.deny = true
	default:
		return s, errSyntax()
	}
	if members["Principal"] != nil || members["NotPrincipal"] != nil {
		return s, errPolicy("Policy document should not specify a principal.")
	}
	if raw := members["Condition"]; raw != nil {
		conditions, err := object(raw)
		if err != nil || len(conditions) > 0 {
			return s, errUnevaluated("a Condition")
		}
	}
	if s.actions, s.notActions, err = either(members, "Action"); err != nil {
		return s, err
	}
	if s.resources, s.notResources, err = either(members, "Resource"); err != nil {
		return s, err
	}
	return s, s.check()
}

// check looks at the patterns themselves and lowers the actions.
func (s *statement) check() error {
	if len(s.actions) == 0 {
		return errPolicy("Policy statement must contain actions.")
	}
	if len(s.resources) == 0 {
		return errPolicy("Policy statement must contain resources.")
	}
	for i, action := range s.actions {
		if action != "*" && strings.IndexByte(action, ':') < 1 {
			return errPolicy("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
		}
		s.actions[i] = strings.ToLower(action)
	}
	for _, resource := range s.resources {
		if strings.Contains(resource, "${") {
			return errUnevaluated("the policy variable in " + resource)
		}
		if resource != "*" && !strings.HasPrefix(resource, "arn:") {
			return errPolicy("Resource %s must be in ARN format or \"*\".", resource)
		}
	}
	return nil
}

// either reads NAME or NotNAME, of which exactly one may be there.
func either(members map[string]json.RawMessage, name string) (list []string, not bool, err error) {
	raw, negated := members[name], members["Not"+name]
	if raw != nil && negated != nil {
		return nil, false, errSyntax()
	}
	if negated != nil {
		raw, not = negated, true
	}
	if raw == nil {
		return nil, not, nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil && raw[0] == '"' {
		return []string{one}, not, nil
	}
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return nil, not, errSyntax()
	}
	return list, not, nil
}

// object reads a JSON object. Given names, it refuses any other: a misspelt
// element must not be one that is not there.
func object(text []byte, names ...string) (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return nil, errMalformed()
	}
	for name := range members {
		if len(names) > 0 && !slices.Contains(names, name) {
			return nil, errSyntax()
		}
	}
	return members, nil
}

// Codes and texts as the IAM API answers them (PutRolePolicy, "Errors").

func errPolicy(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "MalformedPolicyDocument", format, args...)
}

func errSyntax() *wire.Error { return errPolicy("Syntax errors in policy.") }

// errUnevaluated refuses in words what AWS evaluates and this package does not.
func errUnevaluated(what string) *wire.Error {
	return errPolicy("Cumin's embedded AWS does not evaluate %s in a policy. Write the policy without, or start without IAM (emulator.WithoutIAM).", what)
}
