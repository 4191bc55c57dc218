package iam

import "strings"

// Request is one thing somebody wants to do: an action, such as
// "dynamodb:PutItem", on the ARN of a resource, or on "*" when the action is on
// none.
type Request struct {
	Action, Resource string
	Keys             Keys
}

// Decision is the outcome of an evaluation. The zero value is the implicit
// denial: no statement allowed it.
type Decision struct {
	Allowed bool
	// Explicit: a Deny statement said no.
	Explicit bool
	// By is which kind of policy refused: resource-based or session; empty for
	// identity-based.
	By string
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
			if !s.covers(action, r) {
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

// grant is what a resource's policy says to a principal.
type grant struct {
	denied   bool
	allowed  bool // to the principal itself
	accounts bool // to its account, whose own policies decide
}

// evaluateResource asks the policy of a resource about a principal.
func evaluateResource(p Policy, who Principal, r Request) (g grant) {
	action := strings.ToLower(r.Action)
	for i := range p.statements {
		s := &p.statements[i]
		reached := s.who.reaches(who)
		if reached == notAtAll || !s.covers(action, r) {
			continue
		}
		switch {
		case s.deny:
			g.denied = true
		case reached == byThemselves:
			g.allowed = true
		default:
			g.accounts = true
		}
	}
	return g
}

// covers reports whether the statement speaks of a request: its action, its
// resource, and its conditions.
func (s *statement) covers(action string, r Request) bool {
	if some(s.actions, action, glob) == s.notActions || s.named(r) == s.notResources {
		return false
	}
	for i := range s.conditions {
		if !s.conditions[i].holds(r.Keys, s.variables) {
			return false
		}
	}
	return true
}

// named reports whether one of the statement's resource patterns matches.
func (s *statement) named(r Request) bool {
	return some(s.resources, r.Resource, func(pattern, resource string) bool {
		if !s.variables || !strings.Contains(pattern, "${") {
			return matchResource(pattern, resource)
		}
		pattern, ok := expand(pattern, r.Keys)
		return ok && matchResource(pattern, literal.Replace(resource))
	})
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
	by, article := d.By, "a "
	if by == "" {
		by, article = "identity-based", "an "
	}
	if d.Explicit {
		return text + " with an explicit deny in " + article + by + " policy"
	}
	return text + " because no " + by + " policy allows the " + action + " action"
}
