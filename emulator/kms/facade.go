package kms

import (
	"context"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
)

// The methods in this file are for the other services of the embedded AWS.

// Encrypt encrypts what another service keeps, under a symmetric key. An AWS
// managed key ("alias/aws/ssm") is made at its first use. Errors: those of the
// Encrypt operation.
func (s *Service) Encrypt(ctx context.Context, key string, plaintext []byte, values map[string]string) ([]byte, error) {
	if strings.HasPrefix(key, "alias/aws/") {
		if err := s.ensureManaged(ctx, key); err != nil {
			return nil, err
		}
	}
	k, err := s.usable(ctx, key, encrypting, "Encrypt")
	if err != nil {
		return nil, err
	}
	if k.Spec != symmetric {
		return nil, errUsage(k, "Encrypt")
	}
	return seal(k, plaintext, values) // of any length: AWS's services use data keys above 4 KB
}

// Decrypt is the reverse of Encrypt. Errors: those of the Decrypt operation.
func (s *Service) Decrypt(ctx context.Context, blob []byte, values map[string]string) ([]byte, error) {
	_, plaintext, _, err := s.open(ctx, "", blob, symmetric, values, "Decrypt")
	return plaintext, err
}

// KeyARN is the ARN of a key however it is named. Errors: NotFoundException.
func (s *Service) KeyARN(ctx context.Context, key string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.key(ctx, key)
	if err != nil {
		return "", err
	}
	return k.ARN, nil
}

// ensureManaged makes the AWS managed key behind an alias when it is not there.
func (s *Service) ensureManaged(ctx context.Context, name string) error {
	account, region := scope(ctx)
	place := shelf.Key(account, region, name)
	s.mu.Lock()
	_, ok := s.aliases.Get(place)
	s.mu.Unlock()
	if ok {
		return nil
	}
	k, err := s.create(ctx, Settings{Description: "Default key that protects what " + strings.TrimPrefix(name, "alias/aws/") + " keeps when no other key is named"}, "AWS")
	if err != nil {
		return err
	}
	s.mu.Lock()
	if _, ok := s.aliases.Get(place); ok { // somebody was quicker; theirs counts, ours is dropped
		wait := s.keys.Delete(shelf.Key(account, region, k.ID))
		s.mu.Unlock()
		return wait()
	}
	wait := s.aliases.Put(place, &alias{Name: name, ARN: arn(account, region, name), KeyID: k.ID, Created: k.Created, Updated: k.Created})
	s.mu.Unlock()
	return wait()
}

// Describe returns a key for a template. Errors: NotFoundException.
func (s *Service) Describe(ctx context.Context, key string) (*Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key(ctx, key)
}

// SetDescription changes what a key says of itself.
func (s *Service) SetDescription(ctx context.Context, key, description string) error {
	_, err := s.updateKeyDescription(ctx, &struct{ KeyId, Description string }{key, description})
	return err
}
