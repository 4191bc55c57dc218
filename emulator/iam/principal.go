package iam

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Principal is who asks. The zero value is nobody: no policy of a resource
// speaks to it but those for everyone.
type Principal struct {
	ARN     string // of a user, of a role's session, or the account's root
	Account string
	ID      string            // AIDA… of a user, AROA…:SESSION of a role's session
	Role    string            // ARN of the role a session is of
	User    string            // name of a user
	Service string            // a service that acts by itself, such as sns.amazonaws.com; has no ARN
	Tags    map[string]string // of the role or user
	Issued  time.Time         // of temporary credentials
	Expires time.Time         // of temporary credentials; zero: never
	limit   *Policy           // what the session may do at most
}

// root is the account itself, which policies name by its id or this ARN.
func root(account string) string { return "arn:aws:iam::" + account + ":root" }

// principals is the Principal element of a statement.
type principals struct {
	not      bool // NotPrincipal: everybody else
	everyone bool
	aws      []string
	services []string
}

func parsePrincipals(members map[string]json.RawMessage, k kind) (*principals, error) {
	raw, negated := members["Principal"], members["NotPrincipal"]
	switch {
	case k == ofIdentity && (raw != nil || negated != nil):
		return nil, errPolicy("Policy document should not specify a principal.")
	case k == ofIdentity:
		return nil, nil
	case raw != nil && negated != nil:
		return nil, errSyntax()
	case raw == nil && negated == nil:
		return nil, errPolicy("Missing required field Principal")
	}
	p := &principals{not: negated != nil}
	if p.not {
		raw = negated
	}
	if string(raw) == `"*"` {
		p.everyone = true
		return p, nil
	}
	kinds, err := object(raw, "AWS", "Service", "Federated", "CanonicalUser")
	if err != nil {
		return nil, errPolicy("Invalid principal in policy: %s", raw)
	}
	for name, raw := range kinds {
		list, ok := texts(raw)
		if !ok {
			return nil, errPolicy("Invalid principal in policy: %s", raw)
		}
		switch name {
		case "AWS":
			p.aws = list
			p.everyone = p.everyone || slices.Contains(list, "*")
		case "Service":
			p.services = list
		default:
			return nil, errUnevaluated("a principal of kind " + name)
		}
	}
	return p, nil
}

// reach is how a statement speaks to a principal.
type reach int

const (
	notAtAll     reach = iota
	asAccount          // it names the account, whose own policies then decide
	byThemselves       // it names the principal, its role, its service, or everyone
)

func (p *principals) reaches(who Principal) reach {
	r := p.named(who)
	if p.not {
		if r == notAtAll {
			return byThemselves
		}
		return notAtAll
	}
	return r
}

func (p *principals) named(who Principal) reach {
	if p.everyone || who.Service != "" && slices.Contains(p.services, who.Service) {
		return byThemselves
	}
	best := notAtAll
	for _, name := range p.aws {
		switch {
		case name == who.ARN && who.ARN != "", name == who.Role && who.Role != "":
			return byThemselves
		case who.Account != "" && (name == who.Account || name == root(who.Account)):
			best = asAccount
		}
	}
	return best
}

// keys are the condition keys that every request of the principal has.
func (p Principal) keys(add func(name string, values ...string)) {
	if p.Service != "" {
		add("aws:PrincipalIsAWSService", "true")
		add("aws:PrincipalServiceName", p.Service)
		return
	}
	add("aws:PrincipalIsAWSService", "false")
	add("aws:PrincipalAccount", p.Account)
	add("aws:userid", p.ID)
	arn, is := p.ARN, "Account"
	switch {
	case p.Role != "":
		arn, is = p.Role, "AssumedRole"
	case p.User != "":
		is = "User"
		add("aws:username", p.User)
	}
	add("aws:PrincipalArn", arn)
	add("aws:PrincipalType", is)
	if !p.Issued.IsZero() {
		add("aws:TokenIssueTime", p.Issued.UTC().Format(time.RFC3339))
	}
	for name, value := range p.Tags {
		add("aws:PrincipalTag/"+name, value)
	}
}

// name is the last part of an ARN's path.
func nameIn(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
