package emulator

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// guarded is a service that knows which permissions its requests want.
type guarded interface {
	// Needs says which permissions a request wants; none when the service has no
	// such operation. An error is the answer to a request that cannot be read.
	Needs(*http.Request) ([]wire.Need, error)
	// Denied is the service's answer to a caller who lacks one of them.
	Denied(n wire.Need, words func(action, resource string) string) error
	// Refuse writes an error in the service's protocol.
	Refuse(http.ResponseWriter, *http.Request, error)
}

// authorize reports whether a known caller's request may go on: their policies,
// and those of the resources, must allow everything the request needs. If not,
// it has answered.
func (a *AWS) authorize(w http.ResponseWriter, r *http.Request, who caller, service http.Handler, name string) bool {
	if a.unevaluated {
		return true
	}
	g, ok := service.(guarded)
	if !ok && a.services[name] == nil {
		return true // there is no such service, which it says itself
	}
	if !ok {
		g = byOperation{a, service, name}
	}
	if who.refused != nil {
		g.Refuse(w, r, who.refused)
		return false
	}
	needs, err := g.Needs(r)
	if err != nil {
		g.Refuse(w, r, err)
		return false
	}
	keys := requestKeys(r)
	for _, n := range needs {
		d := a.iam.Decide(who.Principal, iam.Request{Action: n.Action, Resource: n.Resource, Keys: keys}, a.resourcePolicy(r.Context(), n.Resource))
		if d.Allowed {
			a.used.note(who.Role, n.Action, n.Resource)
			continue
		}
		g.Refuse(w, r, g.Denied(n, func(action, resource string) string {
			return d.Denial(who.ARN, action, resource)
		}))
		return false
	}
	return true
}

// resourcePolicy finds the policy of what a request is about.
func (a *AWS) resourcePolicy(ctx context.Context, resource string) iam.ResourcePolicy {
	parts := strings.SplitN(resource, ":", 4)
	if len(parts) != 4 {
		return iam.ResourcePolicy{}
	}
	switch parts[2] {
	case serviceKMS:
		text, ok := a.kms.ResourcePolicy(resource)
		return iam.ResourcePolicy{Text: text, Rules: ok}
	case serviceSecrets:
		text, _ := a.secrets.ResourcePolicy(resource)
		return iam.ResourcePolicy{Text: text}
	case serviceSNS:
		text, _ := a.sns.ResourcePolicy(resource)
		return iam.ResourcePolicy{Text: text}
	case serviceLambda:
		return iam.ResourcePolicy{Text: a.lambda.ResourcePolicy(resource)}
	case serviceSQS:
		d, err := a.sqs.DescribeQueue(ctx, resource)
		if err != nil {
			return iam.ResourcePolicy{} // no such queue, which the operation says
		}
		return iam.ResourcePolicy{Text: d.Attributes["Policy"]}
	}
	return iam.ResourcePolicy{}
}

// sessionOf is the ARN of a role's session.
func sessionOf(roleARN, session, account string) string {
	return "arn:aws:sts::" + account + ":assumed-role/" + roleARN[strings.LastIndexByte(roleARN, '/')+1:] + "/" + session
}

// byOperation guards the services of the query protocol, which are not made for
// functions: SERVICE:OPERATION on no resource, so only a statement with
// Resource "*" allows it. Who one is, STS tells everybody, and whom a role
// trusts, it asks itself.
type byOperation struct {
	aws     *AWS
	service http.Handler
	name    string
}

func (b byOperation) Needs(r *http.Request) ([]wire.Need, error) {
	asked := operation(b.service, r)
	if b.name == serviceSTS {
		return nil, nil
	}
	return []wire.Need{{Action: b.name + ":" + asked, Resource: "*"}}, nil
}

func (b byOperation) Denied(n wire.Need, words func(action, resource string) string) error {
	return wire.Errorf(http.StatusForbidden, "AccessDenied", "%s", words(n.Action, n.Resource))
}

func (b byOperation) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	(&wire.Query{Log: b.aws.logOf(b.name)}).Refuse(w, r, err)
}

// functionRoles answers lambda's questions about roles.
type functionRoles struct{ aws *AWS }

func (f functionRoles) Assumable(roleARN string) bool {
	return f.aws.iam.Trusts(roleARN, "lambda.amazonaws.com")
}

func (f functionRoles) Allowed(roleARN, action, resource string) bool {
	account := ""
	if parts := strings.Split(roleARN, ":"); len(parts) > 4 {
		account = parts[4]
	}
	who := f.aws.rolePrincipal(roleARN, "", account)
	allowed := f.aws.iam.Decide(who, iam.Request{Action: action, Resource: resource}, f.aws.resourcePolicy(context.Background(), resource)).Allowed
	if allowed {
		f.aws.used.note(roleARN, action, resource)
	}
	return allowed
}

// usage remembers what roles were allowed, so that a test can tell what a role
// grants and nobody uses.
type usage struct {
	mu      sync.Mutex                            // guards actions
	actions map[string]map[string]map[string]bool // role ARN → action → resources
}

// maxUsed bounds the resources remembered of one action.
const maxUsed = 1000

func (u *usage) note(roleARN, action, resource string) {
	if roleARN == "" {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.actions == nil {
		u.actions = map[string]map[string]map[string]bool{}
	}
	if u.actions[roleARN] == nil {
		u.actions[roleARN] = map[string]map[string]bool{}
	}
	resources := u.actions[roleARN][action]
	if resources == nil {
		resources = map[string]bool{}
		u.actions[roleARN][action] = resources
	}
	if len(resources) < maxUsed {
		resources[resource] = true
	}
}

// UsedActions lists, by role ARN and action, on which resources the roles of
// this AWS were allowed something since it started, up to a thousand each.
func (a *AWS) UsedActions() map[string]map[string][]string {
	a.used.mu.Lock()
	defer a.used.mu.Unlock()
	out := map[string]map[string][]string{}
	for role, actions := range a.used.actions {
		out[role] = map[string][]string{}
		for action, resources := range actions {
			out[role][action] = slices.Sorted(maps.Keys(resources))
		}
	}
	return out
}
