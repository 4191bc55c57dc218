package token

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/anikeshk/cumin/internal/cumin"
)

// The layout of a refresh token: "rt1." and, in base64url, user 16 | session
// 16 | generation 4 | secret 32 | tag 16 bytes; 116 characters in all.
const (
	refreshPrefix = "rt1."
	idBytes       = 16
	genBytes      = 4
	secretBytes   = 32
	tagBytes      = 16
	signedBytes   = 2*idBytes + genBytes + secretBytes
	refreshLength = len(refreshPrefix) + (signedBytes+tagBytes)*4/3
)

// successorLabel separates the derivation from any other use of the secret.
const successorLabel = "cumin/rt/v1"

// Refresh is the content of a refresh token.
type Refresh struct {
	User    cumin.UserID
	Session cumin.SessionID
	Gen     uint32
	Secret  [secretBytes]byte

	tag [tagBytes]byte // as presented
}

// errNotRefresh says only that much: what is wrong with a token is nobody's
// business.
var errNotRefresh = errors.New("not a refresh token")

// NewRefresh makes the first token of a session.
func NewRefresh(user cumin.UserID, session cumin.SessionID) Refresh {
	r := Refresh{User: user, Session: session, Gen: 1}
	rand.Read(r.Secret[:]) // never fails (crypto/rand, Go 1.24)
	return r
}

// NewSecret makes 32 random bytes: a session's tag key, or a salt.
func NewSecret() []byte {
	b := make([]byte, secretBytes)
	rand.Read(b)
	return b
}

// ParseRefresh reads a presented token. It proves nothing: ask Genuine.
func ParseRefresh(raw string) (Refresh, error) {
	body, ok := strings.CutPrefix(raw, refreshPrefix)
	if !ok || len(raw) != refreshLength {
		return Refresh{}, errNotRefresh
	}
	b, err := b64.DecodeString(body)
	if err != nil {
		return Refresh{}, errNotRefresh
	}
	var r Refresh
	r.User = cumin.UserID(ulid.ULID(b[:idBytes]).String())
	r.Session = cumin.SessionID(ulid.ULID(b[idBytes : 2*idBytes]).String())
	r.Gen = binary.BigEndian.Uint32(b[2*idBytes:])
	copy(r.Secret[:], b[2*idBytes+genBytes:])
	copy(r.tag[:], b[signedBytes:])
	return r, nil
}

// Encode writes the token, tagged with its session's key. The ids must be
// ULIDs.
func (r Refresh) Encode(tagKey []byte) string {
	signed := r.signed()
	return refreshPrefix + base64.RawURLEncoding.EncodeToString(append(signed, mac(tagKey, signed)[:tagBytes]...))
}

// Genuine reports whether the token was really issued for the session with
// this key, now or earlier. It tells reuse, which ends the session, from junk
// that names somebody's session, which must change nothing.
func (r Refresh) Genuine(tagKey []byte) bool {
	return hmac.Equal(r.tag[:], mac(tagKey, r.signed())[:tagBytes])
}

// Hash is what is stored of the token.
func (r Refresh) Hash() []byte {
	sum := sha256.Sum256(r.Secret[:])
	return sum[:]
}

// Next derives the successor that the salt stands for. The same parent and
// salt give the same successor, so a client that lost the answer gets it
// again; without the salt the parent gives none.
func (r Refresh) Next(salt []byte) Refresh {
	next := Refresh{User: r.User, Session: r.Session, Gen: r.Gen + 1}
	h := hmac.New(sha256.New, r.Secret[:])
	h.Write([]byte(successorLabel))
	h.Write([]byte(r.Session))
	h.Write(binary.BigEndian.AppendUint32(nil, next.Gen))
	h.Write(salt)
	copy(next.Secret[:], h.Sum(nil))
	return next
}

func (r Refresh) signed() []byte {
	user, session := ulid.MustParseStrict(string(r.User)), ulid.MustParseStrict(string(r.Session))
	b := make([]byte, 0, signedBytes+tagBytes)
	b = append(b, user[:]...)
	b = append(b, session[:]...)
	b = binary.BigEndian.AppendUint32(b, r.Gen)
	return append(b, r.Secret[:]...)
}

func mac(key, message []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(message)
	return h.Sum(nil)
}
