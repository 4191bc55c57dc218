package cumin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
	"time"
)

// Limits of invites.
const (
	InviteTTL  = 7 * 24 * time.Hour
	MaxInvites = 50 // open ones of a project
)

// Invite lets whoever shows its token join a project, once. Only the token's
// hash is kept.
type Invite struct {
	ID        InviteID
	Project   ProjectID
	Email     string // whom it was meant for; empty: whoever has the link
	Role      Role
	Hash      []byte // SHA-256 of the token's secret
	CreatedAt time.Time
	ExpiresAt time.Time
	Last      Change // who invites
}

// InviteToken is what an invite's link carries.
type InviteToken struct {
	Project ProjectID
	Invite  InviteID
	Secret  []byte // 32 random bytes
}

const (
	invitePrefix = "inv1_"
	secretBytes  = 32
	idBytes      = 26 // of a ULID's text
)

// String is the token as text: 100 characters that may stand in a URL.
func (t InviteToken) String() string {
	return invitePrefix + string(t.Project) + string(t.Invite) + base64.RawURLEncoding.EncodeToString(t.Secret)
}

// ParseInviteToken reads what String wrote; ErrInviteOver for anything else.
func ParseInviteToken(s string) (InviteToken, error) {
	s, ok := strings.CutPrefix(s, invitePrefix)
	if !ok || len(s) < 2*idBytes {
		return InviteToken{}, ErrInviteOver
	}
	secret, err := base64.RawURLEncoding.Strict().DecodeString(s[2*idBytes:])
	t := InviteToken{Project: ProjectID(s[:idBytes]), Invite: InviteID(s[idBytes : 2*idBytes]), Secret: secret}
	if err != nil || len(secret) != secretBytes || !ValidID(string(t.Project)) || !ValidID(string(t.Invite)) {
		return InviteToken{}, ErrInviteOver
	}
	return t, nil
}

// Hash is what is kept of the token.
func (t InviteToken) Hash() []byte {
	sum := sha256.Sum256(t.Secret)
	return sum[:]
}

// Opens reports whether the token is the invite's.
func (i Invite) Opens(t InviteToken) bool { return subtle.ConstantTimeCompare(i.Hash, t.Hash()) == 1 }
