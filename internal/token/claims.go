package token

import (
	"context"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Audience is the one audience of access tokens: API and sockets.
const Audience = "cumin-api"

// typeAccess is the typ header of access tokens (RFC 9068); a token of any
// other type is never one.
const typeAccess = "at+jwt"

// Claims are what a verified access token says.
type Claims struct {
	User    cumin.UserID
	Session cumin.SessionID
	ID      string // jti
	Issued  time.Time
	Expires time.Time // Verify accepts it for Leeway longer
}

// wireClaims is the JWT's payload.
type wireClaims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
}

// Milliseconds, not seconds: a login right after a logout-all must not look as
// old as what the logout-all ended. RFC 7519 allows fractions.
func init() { jwt.TimePrecision = time.Millisecond }

type claimsKey struct{}

// WithClaims puts verified claims into a request's context.
func WithClaims(ctx context.Context, c Claims) context.Context {
	return context.WithValue(ctx, claimsKey{}, c)
}

// FromContext returns the claims of the request; false when it carries none.
// Handlers pass the user on as an argument.
func FromContext(ctx context.Context) (Claims, bool) {
	c, ok := ctx.Value(claimsKey{}).(Claims)
	return c, ok
}
