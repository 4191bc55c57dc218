package kms

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"slices"
)

// Usages of a key (API Reference, CreateKey: KeyUsage).
const (
	encrypting = "ENCRYPT_DECRYPT"
	signing    = "SIGN_VERIFY"
	macs       = "GENERATE_VERIFY_MAC"
)

const symmetric = "SYMMETRIC_DEFAULT"

// algorithm is one way to sign: its hash and, for RSA, its padding.
type algorithm struct {
	hash crypto.Hash
	pss  bool
}

// signatures are the algorithms of Sign and Verify (Developer Guide, "Key spec
// reference"). Ed25519 hashes by itself, so what RAW gives it is the message.
var signatures = map[string]algorithm{
	"RSASSA_PKCS1_V1_5_SHA_256": {hash: crypto.SHA256}, "RSASSA_PKCS1_V1_5_SHA_384": {hash: crypto.SHA384}, "RSASSA_PKCS1_V1_5_SHA_512": {hash: crypto.SHA512},
	"RSASSA_PSS_SHA_256": {crypto.SHA256, true}, "RSASSA_PSS_SHA_384": {crypto.SHA384, true}, "RSASSA_PSS_SHA_512": {crypto.SHA512, true},
	"ECDSA_SHA_256": {hash: crypto.SHA256}, "ECDSA_SHA_384": {hash: crypto.SHA384}, "ECDSA_SHA_512": {hash: crypto.SHA512},
	"ED25519_SHA_512": {}, "ED25519_PH_SHA_512": {hash: crypto.SHA512},
}

// spec is what a key spec can do and how its material is made.
type spec struct {
	usages     []string // the first is the one a caller need not name; none: it must
	signs      []string // signing algorithms
	encrypts   []string // encryption algorithms
	macs       []string // MAC algorithms
	asymmetric bool
	generate   func() ([]byte, error)
}

var (
	rsaSignatures  = []string{"RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512", "RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512"}
	rsaEncryptions = []string{"RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256"}
)

// specs are the kinds of keys that can be made.
var specs = map[string]spec{
	symmetric:               {usages: []string{encrypting}, encrypts: []string{symmetric}, generate: random(32)},
	"RSA_2048":              rsaSpec(2048),
	"RSA_3072":              rsaSpec(3072),
	"RSA_4096":              rsaSpec(4096),
	"ECC_NIST_P256":         curveSpec(elliptic.P256(), "ECDSA_SHA_256"),
	"ECC_NIST_P384":         curveSpec(elliptic.P384(), "ECDSA_SHA_384"),
	"ECC_NIST_P521":         curveSpec(elliptic.P521(), "ECDSA_SHA_512"),
	"ECC_NIST_EDWARDS25519": {usages: []string{signing}, signs: []string{"ED25519_SHA_512", "ED25519_PH_SHA_512"}, asymmetric: true, generate: newEd25519},
	"HMAC_224":              macSpec("HMAC_SHA_224", 28),
	"HMAC_256":              macSpec("HMAC_SHA_256", 32),
	"HMAC_384":              macSpec("HMAC_SHA_384", 48),
	"HMAC_512":              macSpec("HMAC_SHA_512", 64),
}

func rsaSpec(bits int) spec {
	return spec{usages: []string{"", encrypting, signing}, signs: rsaSignatures, encrypts: rsaEncryptions, asymmetric: true, generate: func() ([]byte, error) {
		k, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			return nil, fmt.Errorf("generate an RSA key: %w", err)
		}
		return x509.MarshalPKCS8PrivateKey(k)
	}}
}

func curveSpec(curve elliptic.Curve, signature string) spec {
	return spec{usages: []string{"", signing}, signs: []string{signature}, asymmetric: true, generate: func() ([]byte, error) {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			return nil, fmt.Errorf("generate an elliptic-curve key: %w", err)
		}
		return x509.MarshalPKCS8PrivateKey(k)
	}}
}

func newEd25519() ([]byte, error) {
	_, k, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate an Ed25519 key: %w", err)
	}
	return x509.MarshalPKCS8PrivateKey(k)
}

func macSpec(algorithm string, size int) spec {
	return spec{usages: []string{"", macs}, macs: []string{algorithm}, generate: random(size)}
}

func random(size int) func() ([]byte, error) {
	return func() ([]byte, error) {
		b := make([]byte, size)
		_, err := rand.Read(b)
		return b, err
	}
}

// usageOf checks a key's usage against its spec. AWS wants it named for every
// spec but the symmetric one.
func (s spec) usageOf(name, usage string) (string, error) {
	if usage == "" {
		usage = s.usages[0]
	}
	if usage == "" {
		return "", errValidation("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.")
	}
	if !slices.Contains(s.usages, usage) {
		return "", errValidation("KeyUsage %s is not compatible with KeySpec %s", usage, name)
	}
	return usage, nil
}

// private reads the material of an asymmetric key.
func (k *Key) private() (crypto.Signer, error) {
	v, err := x509.ParsePKCS8PrivateKey(k.Material)
	if err != nil {
		return nil, fmt.Errorf("read the material of %s: %w", k.ARN, err)
	}
	return v.(crypto.Signer), nil // every kind PKCS #8 yields here is one
}
