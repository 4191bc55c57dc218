package token

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// Keys finds the public key with an id.
type Keys interface {
	// Key returns ErrUnknownKey when the issuer publishes no such key, another
	// error when that could not be found out.
	Key(ctx context.Context, id string) (*ecdsa.PublicKey, error)
}

// ErrUnknownKey is a key id that the issuer does not publish.
var ErrUnknownKey = errors.New("unknown key")

// KeySet is a fixed set of public keys by id.
type KeySet map[string]*ecdsa.PublicKey

// Key returns the key with the id, or ErrUnknownKey.
func (s KeySet) Key(_ context.Context, id string) (*ecdsa.PublicKey, error) {
	if k, ok := s[id]; ok {
		return k, nil
	}
	return nil, ErrUnknownKey
}

// jwk is a P-256 public key as RFC 7517 writes it.
type jwk struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Y         string `json:"y"`
	ID        string `json:"kid"`
	Algorithm string `json:"alg"`
	Use       string `json:"use"`
}

type jwks struct {
	Keys []jwk `json:"keys"`
}

// coordinateBytes is the length of each half of a P-256 point and signature.
const coordinateBytes = 32

var b64 = base64.RawURLEncoding.Strict()

// jwkOf writes the key; its id is the first 16 characters of its RFC 7638
// thumbprint, so that an id never means two keys.
func jwkOf(pub *ecdsa.PublicKey) (jwk, error) {
	point, err := pub.Bytes() // 0x04 | X | Y
	if err != nil || pub.Curve != elliptic.P256() {
		return jwk{}, fmt.Errorf("a signing key must be on P-256: %w", errors.Join(err))
	}
	k := jwk{Type: "EC", Curve: "P-256", Algorithm: "ES256", Use: "sig",
		X: b64.EncodeToString(point[1 : 1+coordinateBytes]), Y: b64.EncodeToString(point[1+coordinateBytes:])}
	sum := sha256.Sum256(fmt.Appendf(nil, `{"crv":%q,"kty":%q,"x":%q,"y":%q}`, k.Curve, k.Type, k.X, k.Y))
	k.ID = b64.EncodeToString(sum[:])[:16]
	return k, nil
}

// key reads the point and refuses what is not on the curve.
func (k jwk) key() (*ecdsa.PublicKey, error) {
	x, errX := b64.DecodeString(k.X)
	y, errY := b64.DecodeString(k.Y)
	if err := errors.Join(errX, errY); err != nil {
		return nil, err
	}
	if len(x) != coordinateBytes || len(y) != coordinateBytes {
		return nil, errors.New("coordinates must have 32 bytes")
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
}

// MarshalJSON writes the set as a JWKS document.
func (s KeySet) MarshalJSON() ([]byte, error) {
	doc := jwks{Keys: []jwk{}}
	for _, pub := range s {
		k, err := jwkOf(pub)
		if err != nil {
			return nil, err
		}
		doc.Keys = append(doc.Keys, k)
	}
	return json.Marshal(doc)
}

// ParseKeySet reads a JWKS document. Keys of other kinds or uses are skipped,
// as RFC 7517 §5 wants; a set without one usable key is an error.
func ParseKeySet(doc []byte) (KeySet, error) {
	var in jwks
	if err := json.Unmarshal(doc, &in); err != nil {
		return nil, fmt.Errorf("read JWKS: %w", err)
	}
	s := KeySet{}
	for _, k := range in.Keys {
		if k.Type != "EC" || k.Curve != "P-256" || k.ID == "" || (k.Use != "" && k.Use != "sig") || (k.Algorithm != "" && k.Algorithm != "ES256") {
			continue
		}
		pub, err := k.key()
		if err != nil {
			return nil, fmt.Errorf("read JWKS: key %q: %w", k.ID, err)
		}
		s[k.ID] = pub
	}
	if len(s) == 0 {
		return nil, errors.New("read JWKS: no ES256 key in it")
	}
	return s, nil
}
