package kms

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512" // registers SHA-384 and SHA-512 with package crypto
	"crypto/x509"
	"slices"
)

// maxMessage is the longest message of type RAW, in bytes; longer ones are
// hashed by the caller.
const maxMessage = 4096

type signInput struct {
	options
	KeyId            string
	Message          []byte
	MessageType      string
	SigningAlgorithm string
}

type signOutput struct {
	KeyId            string
	Signature        []byte
	SigningAlgorithm string
}

// prepared finds the key and what of the message is signed: its digest, or the
// message where the algorithm hashes by itself.
func (s *Service) prepared(ctx context.Context, in *signInput, operation string) (*Key, algorithm, []byte, error) {
	k, err := s.usable(ctx, in.KeyId, signing, operation)
	if err != nil {
		return nil, algorithm{}, nil, err
	}
	a, ok := signatures[in.SigningAlgorithm]
	if !ok {
		return nil, a, nil, errMember(in.SigningAlgorithm, "signingAlgorithm", "Member must satisfy enum value set: ["+list(signatures)+"]")
	}
	if !slices.Contains(specs[k.Spec].signs, in.SigningAlgorithm) {
		return nil, a, nil, errAlgorithm(k, in.SigningAlgorithm)
	}
	if len(in.Message) == 0 || len(in.Message) > maxMessage {
		return nil, a, nil, errMember("", "message", "Member must have length between 1 and 4096")
	}
	digest := in.Message
	switch in.MessageType {
	case "", "RAW":
		if in.SigningAlgorithm == "ED25519_PH_SHA_512" {
			return nil, a, nil, errValidation("MessageType RAW is not compatible with the signing algorithm ED25519_PH_SHA_512.")
		}
		if a.hash != 0 {
			h := a.hash.New()
			h.Write(in.Message)
			digest = h.Sum(nil)
		}
	case "DIGEST":
		if a.hash == 0 {
			return nil, a, nil, errValidation("MessageType DIGEST is not compatible with the signing algorithm %s.", in.SigningAlgorithm)
		}
		if len(digest) != a.hash.Size() {
			return nil, a, nil, errValidation("Digest is invalid length for algorithm %s.", in.SigningAlgorithm)
		}
	default:
		return nil, a, nil, errMember(in.MessageType, "messageType", "Member must satisfy enum value set: [DIGEST, RAW]")
	}
	return k, a, digest, nil
}

func (s *Service) sign(ctx context.Context, in *signInput) (*signOutput, error) {
	k, a, digest, err := s.prepared(ctx, in, "Sign")
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	private, err := k.private()
	if err != nil {
		return nil, err
	}
	var opts crypto.SignerOpts = a.hash
	if a.pss {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}
	}
	signature, err := private.Sign(rand.Reader, digest, opts) // ECDSA's is DER, as KMS answers it
	return &signOutput{k.ARN, signature, in.SigningAlgorithm}, err
}

type verifyInput struct {
	signInput
	Signature []byte
}

type verifyOutput struct {
	KeyId            string
	SignatureValid   bool
	SigningAlgorithm string
}

func (s *Service) verify(ctx context.Context, in *verifyInput) (*verifyOutput, error) {
	k, a, digest, err := s.prepared(ctx, &in.signInput, "Verify")
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	private, err := k.private()
	if err != nil {
		return nil, err
	}
	if !genuine(private.Public(), a, digest, in.Signature) {
		return nil, errSignature()
	}
	return &verifyOutput{k.ARN, true, in.SigningAlgorithm}, nil
}

func genuine(public crypto.PublicKey, a algorithm, digest, signature []byte) bool {
	switch public := public.(type) {
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(public, digest, signature)
	case ed25519.PublicKey:
		return ed25519.VerifyWithOptions(public, digest, signature, &ed25519.Options{Hash: a.hash}) == nil
	case *rsa.PublicKey:
		if a.pss {
			return rsa.VerifyPSS(public, a.hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(public, a.hash, digest, signature) == nil
	}
	return false
}

type publicKeyOutput struct {
	KeyId                 string
	PublicKey             []byte // DER of a SubjectPublicKeyInfo
	KeySpec               string
	CustomerMasterKeySpec string
	KeyUsage              string
	EncryptionAlgorithms  []string `json:",omitempty"`
	SigningAlgorithms     []string `json:",omitempty"`
}

func (s *Service) getPublicKey(ctx context.Context, in *describeKeyInput) (*publicKeyOutput, error) {
	if len(in.GrantTokens) > 0 {
		return nil, errUnsupported("grants")
	}
	s.mu.Lock()
	k, err := s.key(ctx, in.KeyId)
	s.mu.Unlock()
	switch {
	case err != nil:
		return nil, err
	case !specs[k.Spec].asymmetric:
		return nil, errUnsupportedKey(k, "GetPublicKey")
	case !k.Deletion.IsZero():
		return nil, errPending(k.ARN)
	case k.Disabled:
		return nil, errDisabled(k.ARN)
	}
	private, err := k.private()
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		return nil, err
	}
	m := k.describe()
	return &publicKeyOutput{k.ARN, der, k.Spec, k.Spec, k.Usage, m.EncryptionAlgorithms, m.SigningAlgorithms}, nil
}
