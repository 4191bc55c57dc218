// Package sts tells callers who they are and gives out temporary credentials:
// GetCallerIdentity, AssumeRole, GetSessionToken. Whom a role trusts, and what its credentials allow, iam knows; see Sessions.
//
// Not built and refused by name: federation by SAML, by web identity and by
// GetFederationToken, MFA, session tags, and session policies by ARN.
//
// Source: AWS Security Token Service API Reference (2011-06-15).
package sts

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Sessions gives out credentials; implemented over iam.
type Sessions interface {
	// Assume answers the caller's wish for a role's credentials. Errors:
	// AccessDenied, ValidationError, MalformedPolicyDocument.
	Assume(ctx context.Context, roleARN string, w Wish) (Session, error)
	// User gives the calling user credentials for so many seconds, 0 for the
	// usual time.
	User(ctx context.Context, seconds int) (Session, error)
	// Caller is the caller's ARN and id.
	Caller(ctx context.Context) (arn, id string)
}

// Wish is what is asked of a role's session.
type Wish struct {
	Name       string
	Seconds    int    // 0: the usual time
	Policy     string // what the session may do at most
	ExternalID string
}

// Session is temporary credentials.
type Session struct {
	Key, Secret, Token string
	Expires            time.Time
	ARN, ID            string // of the assumed role
}

// Service is STS. Build it with New.
type Service struct {
	query    *wire.Query
	sessions Sessions
}

// New returns a Service; log takes gaps.
func New(log *slog.Logger, sessions Sessions) *Service {
	s := &Service{sessions: sessions}
	s.query = &wire.Query{
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Version: "2011-06-15", MaxBody: 1 << 20, Log: log,
		Ops: wire.QueryOps{
			"GetCallerIdentity": wire.QueryOp(s.getCallerIdentity),
			"AssumeRole":        wire.QueryOp(s.assumeRole),
			"GetSessionToken":   wire.QueryOp(s.getSessionToken),
		},
	}
	return s
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

type none struct{}

type callerIdentity struct{ UserId, Account, Arn string }

func (s *Service) getCallerIdentity(ctx context.Context, _ *none) (*callerIdentity, error) {
	arn, id := s.sessions.Caller(ctx)
	return &callerIdentity{UserId: id, Account: wire.IdentityFrom(ctx).Account, Arn: arn}, nil
}

type credentials struct {
	AccessKeyId, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

type assumeRoleInput struct {
	RoleArn, RoleSessionName, ExternalId, Policy string
	DurationSeconds                              int
}

type assumedRoleUser struct{ AssumedRoleId, Arn string }

type assumeRoleOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedRoleUser
}

func (s *Service) assumeRole(ctx context.Context, in *assumeRoleInput) (*assumeRoleOutput, error) {
	made, err := s.sessions.Assume(ctx, in.RoleArn, Wish{Name: in.RoleSessionName, Seconds: in.DurationSeconds, Policy: in.Policy, ExternalID: in.ExternalId})
	if err != nil {
		return nil, err
	}
	return &assumeRoleOutput{credentials{made.Key, made.Secret, made.Token, made.Expires}, assumedRoleUser{made.ID, made.ARN}}, nil
}

type sessionTokenOutput struct{ Credentials credentials }

func (s *Service) getSessionToken(ctx context.Context, in *struct{ DurationSeconds int }) (*sessionTokenOutput, error) {
	made, err := s.sessions.User(ctx, in.DurationSeconds)
	if err != nil {
		return nil, err
	}
	return &sessionTokenOutput{credentials{made.Key, made.Secret, made.Token, made.Expires}}, nil
}
