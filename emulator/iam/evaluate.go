package iam

import "strings"

// Request is one thing somebody wants to do: an action, such as
// "dynamodb:PutItem", on the ARN of a resource, or on "*" when the action is on
// none.
type Request struct{ Action, Resource string }

// Decision is the outcome of an evaluation. The zero value is the implicit
// denial: no statement allowed it.
type Decision struct {
	Allowed bool
	// Explicit: a Deny statement said no.
	Explicit bool
}

// Evaluate decides a request by identity-based policies: a Deny that speaks of
// it wins, else one Allow is needed. The order of policies and statements does
// not matter (IAM User Guide, "Policy evaluation logic").
func Evaluate(policies []Policy, r Request) Decision {
	var d Decision
	action := strings.ToLower(r.Action)
	for _, p := range policies {
		for i := range p.statements {
			s := &p.statements[i]
			if !s.covers(action, r.Resource) {
				continue
			}
			if s.deny {
				return Decision{Explicit: true}
			}
			d.Allowed = true
		}
	}
	return d
}

func (s *statement) covers(action, resource string) bool {
	return some(s.actions, action, glob) != s.notActions && some(s.resources, resource, matchResource) != s.notResources
}

func some(patterns []string, text string, match func(pattern, text string) bool) bool {
	for _, pattern := range patterns {
		if match(pattern, text) {
			return true
		}
	}
	return false
}

// Denial words a refusal as AWS does for a caller of the same account (IAM User
// Guide, "Troubleshoot access denied error messages"). user is the caller's ARN;
// resource is how the service writes it, which may be quoted.
func (d Decision) Denial(user, action, resource string) string {
	text := "User: " + user + " is not authorized to perform: " + action + " on resource: " + resource
	if d.Explicit {
		return text + " with an explicit deny in an identity-based policy"
	}
	return text + " because no identity-based policy allows the " + action + " action"
}
