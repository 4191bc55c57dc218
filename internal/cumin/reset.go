package cumin

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"
)

// ResetTTL is how long the link for a forgotten passphrase opens something.
const ResetTTL = time.Hour

// Reset lets whoever shows its token choose a new passphrase for an account,
// once. An account has at most one: a newer takes the place of an older. Only
// the token's hash is kept.
type Reset struct {
	User      UserID
	Hash      []byte // SHA-256 of the token's secret
	CreatedAt time.Time
	ExpiresAt time.Time
}

// ResetToken is what the link carries.
type ResetToken struct {
	User   UserID
	Secret []byte // 32 random bytes
}

const resetPrefix = "pr1_"

// NewReset makes a reset of the account and its token, which is not kept.
func NewReset(user UserID, now time.Time) (Reset, ResetToken) {
	t := ResetToken{User: user, Secret: make([]byte, secretBytes)}
	rand.Read(t.Secret) // never fails (crypto/rand, Go 1.24)
	return Reset{User: user, Hash: t.Hash(), CreatedAt: now, ExpiresAt: now.Add(ResetTTL)}, t
}

// String is the token as text: 73 characters that may stand in a URL.
func (t ResetToken) String() string {
	return resetPrefix + string(t.User) + base64.RawURLEncoding.EncodeToString(t.Secret)
}

// ParseResetToken reads what String wrote; ErrResetOver for anything else.
func ParseResetToken(s string) (ResetToken, error) {
	s, ok := strings.CutPrefix(s, resetPrefix)
	if !ok || len(s) < idBytes {
		return ResetToken{}, ErrResetOver
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(s[idBytes:])
	t := ResetToken{User: UserID(s[:idBytes]), Secret: secret}
	if err != nil || len(secret) != secretBytes || !ValidID(string(t.User)) {
		return ResetToken{}, ErrResetOver
	}
	return t, nil
}

// Hash is what is kept of the token.
func (t ResetToken) Hash() []byte {
	sum := sha256.Sum256(t.Secret)
	return sum[:]
}

// Opens reports whether the token is the reset's, and not after its time.
func (r Reset) Opens(t ResetToken, now time.Time) bool {
	return subtle.ConstantTimeCompare(r.Hash, t.Hash()) == 1 && now.Before(r.ExpiresAt) // DynamoDB deletes late
}
