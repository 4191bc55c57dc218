package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/anikeshk/cumin/internal/cumin"
)

// Issuer signs access tokens with its first key and publishes all of them.
// Safe for concurrent use.
type Issuer struct {
	name   string // iss: the public origin
	ttl    time.Duration
	signer crypto.Signer
	kid    string
	public KeySet
}

// NewIssuer makes an issuer named by its public origin. The signers may be key
// files or a key service; all must be on P-256.
func NewIssuer(origin string, ttl time.Duration, signers []crypto.Signer) (*Issuer, error) {
	if origin == "" || ttl <= 0 || len(signers) == 0 {
		return nil, errors.New("token issuer: wants an origin, a lifetime and a key")
	}
	is := &Issuer{name: origin, ttl: ttl, signer: signers[0], public: KeySet{}}
	for i, s := range signers {
		pub, ok := s.Public().(*ecdsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("token issuer: key %d is %T, want ECDSA", i, s.Public())
		}
		k, err := jwkOf(pub)
		if err != nil {
			return nil, fmt.Errorf("token issuer: key %d: %w", i, err)
		}
		is.public[k.ID] = pub
		if i == 0 {
			is.kid = k.ID
		}
	}
	return is, nil
}

// Keys are the published keys: next, current and retired.
func (is *Issuer) Keys() KeySet { return is.public }

// TTL is how long the issued tokens live.
func (is *Issuer) TTL() time.Duration { return is.ttl }

// Issue signs an access token as of at. Take at before reading the account, so
// that a token minted beside a logout-all is older than it.
func (is *Issuer) Issue(user cumin.UserID, session cumin.SessionID, at time.Time) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodES256, wireClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    is.name,
			Subject:   string(user),
			Audience:  jwt.ClaimStrings{Audience},
			ID:        rand.Text(),
			IssuedAt:  jwt.NewNumericDate(at),
			NotBefore: jwt.NewNumericDate(at),
			ExpiresAt: jwt.NewNumericDate(at.Add(is.ttl)),
		},
		Session: string(session),
	})
	t.Header["typ"] = typeAccess
	t.Header["kid"] = is.kid
	unsigned, err := t.SigningString()
	if err != nil {
		return "", fmt.Errorf("issue access token: %w", err)
	}
	sig, err := sign(is.signer, unsigned)
	if err != nil {
		return "", fmt.Errorf("issue access token: %w", err)
	}
	return unsigned + "." + b64.EncodeToString(sig), nil
}

// sign turns the DER signature that every crypto.Signer makes into JOSE's
// r‖s (RFC 7518 §3.4).
func sign(s crypto.Signer, unsigned string) ([]byte, error) {
	digest := sha256.Sum256([]byte(unsigned))
	der, err := s.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var point struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &point); err != nil || len(rest) > 0 {
		return nil, fmt.Errorf("signature is not DER: %w", errors.Join(err))
	}
	out := make([]byte, 2*coordinateBytes)
	point.R.FillBytes(out[:coordinateBytes])
	point.S.FillBytes(out[coordinateBytes:])
	return out, nil
}
