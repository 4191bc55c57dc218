package emulator

import (
	"context"
	"net"
	"net/http"

	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/sts"
)

// caller is who sent a request. Those whose access key this AWS gave out, to a
// function, a user or a role's session, are known and held to their policies.
// Everybody else, the key "test" of a suite for one, is the account's root.
type caller struct {
	iam.Principal
	known    bool
	function bool
	cause    string // of the invocation on whose behalf a function calls
	refused  error  // the key is no longer good
}

func (a *AWS) callerOf(accessKey string) caller {
	if f, ok := a.lambda.Caller(accessKey); ok {
		return caller{Principal: a.functionPrincipal(f), known: true, function: true, cause: f.Cause}
	}
	who, ok, err := a.iam.Caller(accessKey)
	return caller{Principal: who, known: ok, refused: err}
}

// functionPrincipal is a function as the session of its role that it acts as.
func (a *AWS) functionPrincipal(f lambda.Caller) iam.Principal {
	return a.rolePrincipal(f.Role, f.Function, f.Account)
}

func (a *AWS) rolePrincipal(roleARN, session, account string) iam.Principal {
	who := iam.Principal{Account: account, Role: roleARN, ARN: sessionOf(roleARN, session, account)}
	if role, ok := a.iam.RoleByARN(roleARN); ok {
		who.ID, who.Tags = role.ID+":"+session, role.Tags
	}
	return who
}

// requestKeys are the condition keys of the request itself. Plain HTTP to a
// loopback port stands for AWS's TLS.
func requestKeys(r *http.Request) iam.Keys {
	keys := iam.Keys{}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		keys.Set("aws:SourceIp", host)
	}
	keys.Set("aws:SecureTransport", "true")
	keys.Set("aws:RequestedRegion", wire.IdentityFrom(r.Context()).Region)
	for key, header := range map[string]string{"aws:UserAgent": "User-Agent", "aws:Referer": "Referer"} {
		if value := r.Header.Get(header); value != "" {
			keys.Set(key, value)
		}
	}
	return keys
}

// roleSessions offers iam's sessions to sts.
type roleSessions struct{ aws *AWS }

// principal is who calls, root when the key is nobody's.
func (s roleSessions) principal(ctx context.Context) iam.Principal {
	id := wire.IdentityFrom(ctx)
	if who := s.aws.callerOf(id.AccessKey); who.known {
		return who.Principal
	}
	return iam.Principal{Account: id.Account, ARN: wire.CallerARN(ctx), ID: id.Account}
}

func (s roleSessions) Caller(ctx context.Context) (arn, id string) {
	who := s.principal(ctx)
	return who.ARN, who.ID
}

func (s roleSessions) Assume(ctx context.Context, roleARN string, w sts.Wish) (sts.Session, error) {
	made, err := s.aws.iam.Assume(ctx, s.principal(ctx), roleARN, iam.Wish{Name: w.Name, Seconds: w.Seconds, Policy: w.Policy, ExternalID: w.ExternalID})
	return session(made, err)
}

func (s roleSessions) User(ctx context.Context, seconds int) (sts.Session, error) {
	who := s.principal(ctx)
	if who.Role != "" {
		return sts.Session{}, wire.Errorf(http.StatusForbidden, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	if who.User == "" {
		return sts.Session{}, wire.Errorf(http.StatusBadRequest, "ValidationError", "Cumin's embedded AWS gives sessions to users; this key is the account's root.")
	}
	return session(s.aws.iam.UserSession(who, seconds))
}

func session(made *iam.Session, err error) (sts.Session, error) {
	if err != nil {
		return sts.Session{}, err
	}
	return sts.Session{Key: made.Key, Secret: made.Secret, Token: made.Token, Expires: made.Expires, ARN: made.ARN, ID: made.ID}, nil
}
