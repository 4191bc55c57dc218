package emulator

import (
	"net/http"
	"strings"

	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/lambda"
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

// authorize reports whether a function's request may go on: the function's role
// must allow everything the request needs. If not, it has answered.
func (a *AWS) authorize(w http.ResponseWriter, r *http.Request, who lambda.Caller, service http.Handler, name string) bool {
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
	needs, err := g.Needs(r)
	if err != nil {
		g.Refuse(w, r, err)
		return false
	}
	for _, n := range needs {
		d := a.iam.Decide(who.Role, iam.Request{Action: n.Action, Resource: n.Resource})
		if d.Allowed {
			continue
		}
		g.Refuse(w, r, g.Denied(n, func(action, resource string) string {
			return d.Denial(sessionOf(who), action, resource)
		}))
		return false
	}
	return true
}

// sessionOf is the ARN under which a function acts.
func sessionOf(who lambda.Caller) string {
	role := who.Role[strings.LastIndexByte(who.Role, '/')+1:]
	return "arn:aws:sts::" + who.Account + ":assumed-role/" + role + "/" + who.Function
}

// byOperation guards the services of the query protocol, which are not made for
// functions: SERVICE:OPERATION on no resource, so only a statement with
// Resource "*" allows it. Who one is, STS tells everybody.
type byOperation struct {
	aws     *AWS
	service http.Handler
	name    string
}

func (b byOperation) Needs(r *http.Request) ([]wire.Need, error) {
	asked := operation(b.service, r)
	if b.name == serviceSTS && asked == "GetCallerIdentity" {
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
type functionRoles struct{ iam *iam.Service }

func (f functionRoles) Assumable(roleARN string) bool {
	return f.iam.Trusts(roleARN, "lambda.amazonaws.com")
}

func (f functionRoles) Allowed(roleARN, action, resource string) bool {
	return f.iam.Decide(roleARN, iam.Request{Action: action, Resource: resource}).Allowed
}
