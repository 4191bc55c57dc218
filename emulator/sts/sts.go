// Package sts answers who a caller is. Nothing is signed with what it could
// hand out, so sessions and assumed roles are not built and refused by name.
//
// Source: STS API Reference (2011-06-15).
package sts

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Service is STS. Build it with New.
type Service struct{ query *wire.Query }

// New returns a Service; log takes gaps.
func New(log *slog.Logger) *Service {
	return &Service{query: &wire.Query{
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Version: "2011-06-15", MaxBody: 1 << 20, Log: log,
		Ops: wire.QueryOps{"GetCallerIdentity": wire.QueryOp(getCallerIdentity)},
	}}
}

// ServeHTTP answers the query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.query.ServeHTTP(w, r) }

// Operations returns the names of the supported operations.
func (s *Service) Operations() []string { return s.query.Ops.Names() }

type none struct{}

type callerIdentity struct{ UserId, Account, Arn string }

func getCallerIdentity(ctx context.Context, _ *none) (*callerIdentity, error) {
	id := wire.IdentityFrom(ctx)
	return &callerIdentity{UserId: id.AccessKey, Account: id.Account, Arn: "arn:aws:iam::" + id.Account + ":root"}, nil
}
