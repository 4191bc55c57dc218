package kms

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
)

// A ciphertext of a symmetric key:
//
//	magic 4 | account NUL region NUL key id, behind its length in 2 bytes | nonce 12 | AES-256-GCM of the plaintext
//
// The encryption context is authenticated and not in it, as on AWS.
var magic = []byte{0x01, 'C', 'U', 'M'}

// maxPlaintext is the most Encrypt takes of a symmetric key, in bytes.
const maxPlaintext = 4096

func aead(k *Key) cipher.AEAD {
	block, err := aes.NewCipher(k.Material)
	if err != nil {
		panic(err) // the material has the 32 bytes it was made with
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // AES has GCM's block size
	}
	return gcm
}

// additional is the encryption context as bytes, each name and value behind
// its length, so that no two contexts look alike.
func additional(values map[string]string) []byte {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, text := range []string{name, values[name]} {
			b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
			b = append(b, text...)
		}
	}
	return b
}

func seal(k *Key, plaintext []byte, values map[string]string) ([]byte, error) {
	place := shelf.Key(k.Account, k.Region, k.ID)
	gcm := aead(k)
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	out := binary.BigEndian.AppendUint16(slices.Clone(magic), uint16(len(place)))
	out = append(append(out, place...), nonce...)
	return gcm.Seal(out, nonce, plaintext, additional(values)), nil
}

// placeOf reads which key made a ciphertext; ok is false for other bytes.
func placeOf(blob []byte) (place string, rest []byte, ok bool) {
	blob, ok = bytes.CutPrefix(blob, magic)
	if !ok || len(blob) < 2 {
		return "", nil, false
	}
	n := int(binary.BigEndian.Uint16(blob))
	if len(blob) < 2+n {
		return "", nil, false
	}
	return string(blob[2 : 2+n]), blob[2+n:], true
}

func unseal(k *Key, sealed []byte, values map[string]string) ([]byte, error) {
	gcm := aead(k)
	if len(sealed) < gcm.NonceSize() {
		return nil, errCiphertext()
	}
	plaintext, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], additional(values))
	if err != nil {
		return nil, errCiphertext()
	}
	return plaintext, nil
}

// options are members that several operations have.
type options struct {
	GrantTokens []string
	DryRun      bool
}

// check comes last, when the request would otherwise succeed.
func (o options) check() error {
	if len(o.GrantTokens) > 0 {
		return errUnsupported("grants")
	}
	if o.DryRun {
		return errDryRun()
	}
	return nil
}

type encryptInput struct {
	options
	KeyId               string
	Plaintext           []byte
	EncryptionAlgorithm string
	EncryptionContext   map[string]string
}

type encryptOutput struct {
	CiphertextBlob      []byte
	KeyId               string
	EncryptionAlgorithm string
}

func (s *Service) encrypt(ctx context.Context, in *encryptInput) (*encryptOutput, error) {
	k, err := s.usable(ctx, in.KeyId, encrypting, "Encrypt")
	if err != nil {
		return nil, err
	}
	name, err := k.encryption(in.EncryptionAlgorithm, in.EncryptionContext)
	if err != nil {
		return nil, err
	}
	if len(in.Plaintext) == 0 || len(in.Plaintext) > maxPlaintext {
		return nil, errMember("", "plaintext", "Member must have length between 1 and 4096")
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	blob, err := k.encrypt(name, in.Plaintext, in.EncryptionContext)
	return &encryptOutput{blob, k.ARN, name}, err
}

// encryption checks the algorithm, which only the symmetric key has by itself,
// and that no context is given where none is heeded.
func (k *Key) encryption(name string, values map[string]string) (string, error) {
	if name == "" {
		name = symmetric
	}
	if !slices.Contains(specs[k.Spec].encrypts, name) {
		return "", errAlgorithm(k, name)
	}
	if name != symmetric && len(values) > 0 {
		return "", errValidation("EncryptionContext is not supported with asymmetric KMS keys.")
	}
	return name, nil
}

func (k *Key) encrypt(name string, plaintext []byte, values map[string]string) ([]byte, error) {
	if name == symmetric {
		return seal(k, plaintext, values)
	}
	private, err := k.private()
	if err != nil {
		return nil, err
	}
	blob, err := rsa.EncryptOAEP(oaep(name), rand.Reader, private.Public().(*rsa.PublicKey), plaintext, nil)
	if err != nil {
		return nil, errValidation("Plaintext is too long for %s with a key of %s.", name, k.Spec)
	}
	return blob, nil
}

func oaep(name string) hash.Hash {
	if name == "RSAES_OAEP_SHA_1" {
		return sha1.New()
	}
	return sha256.New()
}

type decryptInput struct {
	options
	KeyId               string
	CiphertextBlob      []byte
	EncryptionAlgorithm string
	EncryptionContext   map[string]string
	DryRunModifiers     []string
}

type decryptOutput struct {
	Plaintext           []byte
	KeyId               string
	EncryptionAlgorithm string
}

func (s *Service) decrypt(ctx context.Context, in *decryptInput) (*decryptOutput, error) {
	if len(in.DryRunModifiers) > 0 {
		return nil, errUnsupported("DryRunModifiers")
	}
	k, plaintext, name, err := s.open(ctx, in.KeyId, in.CiphertextBlob, in.EncryptionAlgorithm, in.EncryptionContext, "Decrypt")
	if err != nil {
		return nil, err
	}
	return &decryptOutput{plaintext, k.ARN, name}, in.check()
}

// open decrypts a blob under the key it names, which must be keyID when that is
// given; an asymmetric key's blob names none.
func (s *Service) open(ctx context.Context, keyID string, blob []byte, name string, values map[string]string, operation string) (*Key, []byte, string, error) {
	if name != "" && name != symmetric {
		k, err := s.usable(ctx, keyID, encrypting, operation)
		if err != nil {
			return nil, nil, "", err
		}
		if name, err = k.encryption(name, values); err != nil {
			return nil, nil, "", err
		}
		private, err := k.private()
		if err != nil {
			return nil, nil, "", err
		}
		plaintext, err := rsa.DecryptOAEP(oaep(name), nil, private.(*rsa.PrivateKey), blob, nil)
		if err != nil {
			return nil, nil, "", errCiphertext()
		}
		return k, plaintext, name, nil
	}
	place, sealed, ok := placeOf(blob)
	if !ok {
		return nil, nil, "", errCiphertext()
	}
	s.mu.Lock()
	made, ok := s.keys.Get(place)
	s.mu.Unlock()
	if !ok {
		return nil, nil, "", errCiphertext()
	}
	if keyID == "" {
		keyID = made.ARN
	}
	k, err := s.usable(ctx, keyID, encrypting, operation)
	if err != nil {
		return nil, nil, "", err
	}
	if k.ARN != made.ARN {
		return nil, nil, "", errWrongKey()
	}
	plaintext, err := unseal(k, sealed, values)
	return k, plaintext, symmetric, err
}

type reEncryptInput struct {
	options
	CiphertextBlob                 []byte
	SourceKeyId                    string
	SourceEncryptionAlgorithm      string
	SourceEncryptionContext        map[string]string
	DestinationKeyId               string
	DestinationEncryptionAlgorithm string
	DestinationEncryptionContext   map[string]string
}

type reEncryptOutput struct {
	CiphertextBlob                 []byte
	KeyId                          string
	SourceKeyId                    string
	SourceEncryptionAlgorithm      string
	DestinationEncryptionAlgorithm string
}

func (s *Service) reEncrypt(ctx context.Context, in *reEncryptInput) (*reEncryptOutput, error) {
	from, plaintext, was, err := s.open(ctx, in.SourceKeyId, in.CiphertextBlob, in.SourceEncryptionAlgorithm, in.SourceEncryptionContext, "ReEncrypt")
	if err != nil {
		return nil, err
	}
	to, err := s.usable(ctx, in.DestinationKeyId, encrypting, "ReEncrypt")
	if err != nil {
		return nil, err
	}
	name, err := to.encryption(in.DestinationEncryptionAlgorithm, in.DestinationEncryptionContext)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	blob, err := to.encrypt(name, plaintext, in.DestinationEncryptionContext)
	return &reEncryptOutput{blob, to.ARN, from.ARN, was, name}, err
}
