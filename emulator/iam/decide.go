package iam

import "time"

// ResourcePolicy is the policy of what a request is about.
type ResourcePolicy struct {
	Text string // JSON; empty: none
	// Rules: without an Allow of the resource's policy, to the principal or to
	// its account, identity-based policies count for nothing. KMS keys are so.
	Rules bool
}

// Decide says whether a principal may do something: its own policies, those of
// the resource, and those of its session together (IAM User Guide, "Policy
// evaluation for requests within a single account").
func (s *Service) Decide(who Principal, r Request, resource ResourcePolicy) Decision {
	r.Keys = s.complete(who, r)
	own := Evaluate(s.policiesOf(who), r)
	var g grant
	if resource.Text != "" {
		p, err := ParseResourcePolicy(resource.Text)
		if err != nil {
			return Decision{By: "resource-based"} // one that cannot be read allows nothing
		}
		g = evaluateResource(p, who, r)
	}
	var session Decision
	if who.limit != nil {
		session = Evaluate([]Policy{*who.limit}, r)
	}
	switch {
	case own.Explicit:
		return own
	case g.denied:
		return Decision{Explicit: true, By: "resource-based"}
	case session.Explicit:
		return Decision{Explicit: true, By: "session"}
	case who.limit != nil && !session.Allowed:
		return Decision{By: "session"}
	case g.allowed:
		return Decision{Allowed: true}
	case resource.Rules && !g.accounts, who.Service != "":
		return Decision{By: "resource-based"}
	}
	return own
}

// complete adds what is known of every request: who, when, and where it is not
// said otherwise.
func (s *Service) complete(who Principal, r Request) Keys {
	keys := Keys{}
	now := s.cfg.Clock.Now()
	keys.Set("aws:CurrentTime", now.UTC().Format(time.RFC3339))
	keys.Set("aws:EpochTime", epoch(now))
	keys.Set("aws:ViaAWSService", "false")
	who.keys(func(name string, values ...string) { keys.Set(name, values...) })
	for name, values := range r.Keys {
		keys[name] = values
	}
	return keys
}

// policiesOf are the identity-based policies of a principal. A role or user that
// is not there has none; root needs none and is not asked.
func (s *Service) policiesOf(who Principal) []Policy {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case who.Role != "":
		if r := s.roleByARN(who.Role); r != nil {
			return s.compiled(&r.Attachments)
		}
	case who.User != "":
		if u, ok := s.users.Get(key(who.Account, who.User)); ok {
			return s.compiled(&u.Attachments)
		}
	}
	return nil
}
