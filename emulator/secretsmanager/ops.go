package secretsmanager

import (
	"context"
	"maps"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// ops is the support matrix.
func (s *Service) ops() wire.Ops {
	return wire.Ops{
		"CreateSecret":             wire.Op(s.createSecret),
		"GetSecretValue":           wire.Op(s.getSecretValue),
		"BatchGetSecretValue":      wire.Op(s.batchGetSecretValue),
		"PutSecretValue":           wire.Op(s.putSecretValue),
		"UpdateSecret":             wire.Op(s.updateSecret),
		"UpdateSecretVersionStage": wire.Op(s.updateSecretVersionStage),
		"DescribeSecret":           wire.Op(s.describeSecret),
		"ListSecrets":              wire.Op(s.listSecrets),
		"ListSecretVersionIds":     wire.Op(s.listSecretVersionIds),
		"DeleteSecret":             wire.Op(s.deleteSecret),
		"RestoreSecret":            wire.Op(s.restoreSecret),
		"TagResource":              wire.Op(s.tagResource),
		"UntagResource":            wire.Op(s.untagResource),
		"PutResourcePolicy":        wire.Op(s.putResourcePolicy),
		"GetResourcePolicy":        wire.Op(s.getResourcePolicy),
		"DeleteResourcePolicy":     wire.Op(s.deleteResourcePolicy),
		"GetRandomPassword":        wire.Op(s.getRandomPassword),
	}
}

// The methods below are for templates.

// Settings are a secret's properties that a template sets.
type Settings struct {
	Name, Description, KeyID string
	Value                    *string // nil: as it is; a new secret has none then
	Tags                     map[string]string
}

// Create makes a secret and returns its ARN.
func (s *Service) Create(ctx context.Context, in Settings) (arn string, err error) {
	out, err := s.createSecret(ctx, &createSecretInput{Name: in.Name, Description: in.Description, KmsKeyId: in.KeyID, payload: payload{SecretString: in.Value}})
	if err != nil {
		return "", err
	}
	return out.ARN, s.retag(ctx, out.ARN, in.Tags)
}

// Update changes what a template says of a secret.
func (s *Service) Update(ctx context.Context, arn string, in Settings) error {
	key := in.KeyID
	if key == "" {
		key = defaultKey
	}
	if _, err := s.updateSecret(ctx, &updateSecretInput{SecretId: arn, Description: &in.Description, KmsKeyId: &key, payload: payload{SecretString: in.Value}}); err != nil {
		return err
	}
	return s.retag(ctx, arn, in.Tags)
}

func (s *Service) retag(ctx context.Context, arn string, tags map[string]string) error {
	_, err := s.change(ctx, arn, false, func(secret *Secret) error {
		secret.Tags = maps.Clone(tags)
		return nil
	})
	return err
}

// Delete removes a secret at once, as CloudFormation does. Errors:
// ResourceNotFoundException.
func (s *Service) Delete(ctx context.Context, arn string) error {
	_, err := s.drop(ctx, arn)
	return err
}

// Value is a secret's text for a template. stage and version may be empty: what
// is current. Errors: those of GetSecretValue; a binary secret has no text.
func (s *Service) Value(ctx context.Context, id, stage, version string) (string, error) {
	out, err := s.getSecretValue(ctx, &getSecretValueInput{id, version, stage})
	if err != nil {
		return "", err
	}
	if out.SecretString == nil {
		return "", errRequest("The secret %s is binary and has no text.", id)
	}
	return *out.SecretString, nil
}
