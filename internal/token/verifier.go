package token

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Leeway is how far the clocks of issuer and verifier may differ.
const Leeway = 5 * time.Second

// maxTokenBytes bounds what is parsed at all; ours have about 400.
const maxTokenBytes = 4 << 10

// Revoked tells whether a token was ended before its time.
type Revoked interface {
	Revoked(c Claims) bool
}

// Verifier checks access tokens. Safe for concurrent use.
type Verifier struct {
	keys    Keys
	revoked Revoked
	parser  *jwt.Parser
}

// NewVerifier checks tokens of the issuer named by its public origin. revoked
// may be nil where the session itself is read anyway (the auth service).
func NewVerifier(origin string, keys Keys, revoked Revoked, clock cumin.Clock) *Verifier {
	return &Verifier{keys: keys, revoked: revoked, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}),
		jwt.WithIssuer(origin),
		jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(Leeway),
		jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(clock.Now),
	)}
}

// Verify returns what a valid token says. Everything else is an *cumin.Error:
// token_missing, token_expired (only when nothing else is wrong),
// token_invalid, session_revoked, or unavailable when the issuer's keys cannot
// be had (the session may be fine: try again).
func (v *Verifier) Verify(ctx context.Context, raw string) (Claims, error) {
	if raw == "" {
		return Claims{}, cumin.Refuse(cumin.CodeTokenMissing, "Please sign in.")
	}
	if len(raw) > maxTokenBytes {
		return Claims{}, invalid(errors.New("longer than 4 KiB"))
	}
	var wire wireClaims
	if _, err := v.parser.ParseWithClaims(raw, &wire, v.keyFor(ctx)); err != nil {
		return Claims{}, refusal(err)
	}
	c, err := wire.claims()
	if err != nil {
		return Claims{}, invalid(err)
	}
	if v.revoked != nil && v.revoked.Revoked(c) {
		return Claims{}, cumin.Refuse(cumin.CodeSessionRevoked, "This session was ended. Please sign in again.")
	}
	return c, nil
}

// Authenticate verifies raw and puts its claims into the context; it fits
// httpapi.RequireBearer.
func (v *Verifier) Authenticate(ctx context.Context, raw string) (context.Context, error) {
	c, err := v.Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	return WithClaims(ctx, c), nil
}

// keyFor checks the headers the JWT library leaves alone and finds the key by
// its id among the issuer's own. A key or URL inside the token (jwk, jku, x5c,
// x5u) is never looked at (RFC 8725 §3.10).
func (v *Verifier) keyFor(ctx context.Context) jwt.Keyfunc {
	return func(t *jwt.Token) (any, error) {
		if typ, _ := t.Header["typ"].(string); !strings.EqualFold(typ, typeAccess) {
			return nil, errors.New("typ is not at+jwt")
		}
		if _, ok := t.Header["crit"]; ok {
			return nil, errors.New("crit names extensions, we know none")
		}
		kid, _ := t.Header["kid"].(string)
		if kid == "" || len(kid) > 64 {
			return nil, errors.New("no usable kid")
		}
		key, err := v.keys.Key(ctx, kid)
		if err != nil && !errors.Is(err, ErrUnknownKey) {
			return nil, &cumin.Error{Code: cumin.CodeUnavailable, Message: "Sign-in cannot be checked right now. Please try again.", Err: err}
		}
		return key, err
	}
}

// claims checks what the JWT library leaves alone in the payload.
func (w wireClaims) claims() (Claims, error) {
	if !cumin.ValidID(w.Subject) || !cumin.ValidID(w.Session) || w.ID == "" || w.IssuedAt == nil {
		return Claims{}, errors.New("sub, sid, jti or iat is missing or malformed")
	}
	return Claims{
		User:    cumin.UserID(w.Subject),
		Session: cumin.SessionID(w.Session),
		ID:      w.ID,
		Issued:  w.IssuedAt.Time,
		Expires: w.ExpiresAt.Time,
	}, nil
}

// refusal turns the parser's error into ours.
func refusal(err error) error {
	if e, ok := errors.AsType[*cumin.Error](err); ok {
		return e
	}
	if errors.Is(err, jwt.ErrTokenExpired) && !otherwiseWrong(err) {
		return cumin.Refuse(cumin.CodeTokenExpired, "Your access token has expired.")
	}
	return invalid(err)
}

// otherwiseWrong reports whether an expired token is also not meant for us; to
// refresh would not help its holder.
func otherwiseWrong(err error) bool {
	for _, also := range []error{jwt.ErrTokenInvalidAudience, jwt.ErrTokenInvalidIssuer, jwt.ErrTokenNotValidYet,
		jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenRequiredClaimMissing} {
		if errors.Is(err, also) {
			return true
		}
	}
	return false
}

func invalid(cause error) error {
	return &cumin.Error{Code: cumin.CodeTokenInvalid, Message: "The access token is not valid.", Err: fmt.Errorf("access token: %w", cause)}
}
