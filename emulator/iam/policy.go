package iam

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Policy is a policy, ready to be evaluated. It never changes.
type Policy struct{ statements []statement }

// statement is one entry of a policy. Actions are lower case, for IAM does not
// tell case apart in them; resources are as written.
type statement struct {
	deny         bool
	who          *principals // nil in identity-based policies
	actions      []string
	notActions   bool // actions are those it does not speak of
	resources    []string
	notResources bool
	conditions   []condition
	variables    bool // ${…} means something: the policy is of 2012-10-17
}

// kind is what a policy is attached to, which decides what it must say.
type kind int

const (
	ofIdentity kind = iota // a role or user: no Principal
	ofResource             // a queue, key, topic: Principal
	ofTrust                // a role's trust: Principal and no Resource
)

// ParsePolicy reads the JSON text of an identity-based policy. What AWS refuses
// is refused in AWS's words; what AWS takes and this package does not evaluate
// is refused too, because a policy that is stored and half heeded would allow
// more, or less, than it says. Every error is a MalformedPolicyDocument.
//
// Source: IAM User Guide, "Grammar of the IAM JSON policy language".
func ParsePolicy(text string) (Policy, error) { return parse(text, ofIdentity) }

// ParseResourcePolicy reads the policy of a resource, whose statements say to
// whom they speak. Errors as ParsePolicy.
func ParseResourcePolicy(text string) (Policy, error) { return parse(text, ofResource) }

// CheckResourcePolicy refuses what ParseResourcePolicy refuses.
func CheckResourcePolicy(text string) error {
	_, err := ParseResourcePolicy(text)
	return err
}

// parseTrust reads a role's trust policy.
func parseTrust(text string) (Policy, error) { return parse(text, ofTrust) }

func parse(text string, k kind) (Policy, error) {
	members, err := object([]byte(text), "Version", "Id", "Statement")
	if err != nil {
		return Policy{}, err
	}
	version := "2008-10-17" // what a policy without a version has
	if raw, ok := members["Version"]; ok {
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
		s, err := parseStatement(entry, k, version == "2012-10-17")
		if err != nil {
			return Policy{}, err
		}
		p.statements = append(p.statements, s)
	}
	return p, nil
}

func parseStatement(text []byte, k kind, variables bool) (s statement, err error) {
	members, err := object(text, "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal", "NotPrincipal")
	if err != nil {
		return s, err
	}
	s.variables = variables
	switch string(members["Effect"]) {
	case `"Allow"`:
	case `"Deny"`:
		s.deny = true
	default:
		return s, errSyntax()
	}
	if s.who, err = parsePrincipals(members, k); err != nil {
		return s, err
	}
	if raw := members["Condition"]; raw != nil {
		if s.conditions, err = parseConditions(raw); err != nil {
			return s, err
		}
	}
	if s.actions, s.notActions, err = either(members, "Action"); err != nil {
		return s, err
	}
	if s.resources, s.notResources, err = either(members, "Resource"); err != nil {
		return s, err
	}
	if k == ofTrust {
		if s.resources != nil {
			return s, errPolicy("Has prohibited field Resource")
		}
		s.resources = []string{"*"}
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
		if resource != "*" && !strings.HasPrefix(resource, "arn:") {
			return errPolicy("Resource %s must be in ARN format or \"*\".", resource)
		}
		if err := checkVariables(resource, s.variables); err != nil {
			return err
		}
	}
	for _, c := range s.conditions {
		for _, value := range c.values {
			if err := checkVariables(value, s.variables); err != nil {
				return err
			}
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
	list, ok := texts(raw)
	if !ok {
		return nil, not, errSyntax()
	}
	return list, not, nil
}

// texts reads a string or a list of strings.
func texts(raw json.RawMessage) (list []string, ok bool) {
	var one string
	if json.Unmarshal(raw, &one) == nil && raw[0] == '"' {
		return []string{one}, true
	}
	if raw[0] != '[' || json.Unmarshal(raw, &list) != nil {
		return nil, false
	}
	return list, true
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
