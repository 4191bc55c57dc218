package secretsmanager

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type tag struct{ Key, Value string }

// payload is a new value: one of the two, or none.
type payload struct {
	SecretString *string
	SecretBinary []byte
}

// maxValue is the largest value, in bytes.
const maxValue = 65536

func (p payload) check() error {
	switch {
	case p.SecretString != nil && p.SecretBinary != nil:
		return errParameter("You can't specify both a binary secret value and a string secret value in the same secret.")
	case len(p.SecretBinary) > maxValue || p.SecretString != nil && len(*p.SecretString) > maxValue:
		return errParameter("The secret value must be at most %d bytes.", maxValue)
	}
	return nil
}

func (p payload) none() bool { return p.SecretString == nil && p.SecretBinary == nil }

func (p payload) bytes() []byte {
	if p.SecretString != nil {
		return []byte(*p.SecretString)
	}
	return p.SecretBinary
}

// addVersion encrypts a value and puts it under an id. The same id with the
// same value is a retry and changes nothing; with another one it is refused.
func (s *Service) addVersion(ctx context.Context, secret *Secret, token string, p payload, stages []string) (id string, err error) {
	if err := p.check(); err != nil {
		return "", err
	}
	if token == "" {
		token = s.cfg.NewID()
	}
	if old, ok := secret.Versions[token]; ok {
		was, err := s.unseal(ctx, secret, token, old)
		if err != nil {
			return "", err
		}
		if !bytes.Equal(was, p.bytes()) || old.Binary != (p.SecretString == nil) {
			return "", errToken(token, secret.ARN)
		}
		return token, nil
	}
	sealed, err := s.cfg.Keys.Encrypt(ctx, secret.KeyID, p.bytes(), encryptionContext(secret, token))
	if err != nil {
		return "", errKey(err)
	}
	secret.Versions[token] = Version{Sealed: sealed, Binary: p.SecretString == nil, Created: s.cfg.Clock.Now(), KeyID: secret.KeyID}
	secret.stage(token, stages...)
	secret.trim()
	return token, nil
}

// encryptionContext binds a ciphertext to its secret and version (User Guide,
// "Secret encryption and decryption").
func encryptionContext(secret *Secret, version string) map[string]string {
	return map[string]string{"SecretARN": secret.ARN, "SecretVersionId": version}
}

func (s *Service) unseal(ctx context.Context, secret *Secret, id string, v Version) ([]byte, error) {
	plaintext, err := s.cfg.Keys.Decrypt(ctx, v.Sealed, encryptionContext(secret, id))
	if err != nil {
		return nil, errKey(err)
	}
	return plaintext, nil
}

// errKey is KMS's refusal in Secrets Manager's words.
func errKey(err error) error {
	e := wire.AsError(err)
	if e.Status >= 500 {
		return err
	}
	return wire.Errorf(400, "InvalidRequestException", "Access to KMS is not possible: %s (Service: AWSKMS; Error Code: %s)", e.Message, e.Code)
}

type createSecretInput struct {
	payload
	Name                        string
	ClientRequestToken          string
	Description                 string
	KmsKeyId                    string
	Tags                        []tag
	AddReplicaRegions           []struct{ Region, KmsKeyId string }
	ForceOverwriteReplicaSecret bool
	Type                        string
}

type versionOutput struct {
	ARN           string
	Name          string
	VersionId     string   `json:",omitempty"`
	VersionStages []string `json:",omitempty"`
}

var secretName = pattern.New(`^[a-zA-Z0-9/_+=.@-]{1,512}$`)

func (s *Service) createSecret(ctx context.Context, in *createSecretInput) (*versionOutput, error) {
	switch {
	case !secretName.MatchString(in.Name):
		return nil, errParameter("Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	case len(in.AddReplicaRegions) > 0:
		return nil, errUnsupported("replicas of secrets")
	case in.Type != "":
		return nil, errUnsupported("managed external secrets")
	}
	id := wire.IdentityFrom(ctx)
	now := s.cfg.Clock.Now()
	secret := &Secret{
		Name: in.Name, ARN: "arn:aws:secretsmanager:" + id.Region + ":" + id.Account + ":secret:" + in.Name + newSuffix(), Account: id.Account, Region: id.Region,
		Description: in.Description, KeyID: in.KmsKeyId, Tags: map[string]string{}, Created: now, Changed: now, Versions: map[string]Version{},
	}
	if secret.KeyID == "" {
		secret.KeyID = defaultKey
	}
	for _, t := range in.Tags {
		secret.Tags[t.Key] = t.Value
	}
	s.mu.Lock()
	defer s.mu.Unlock() // KMS is asked under the lock: it never asks back
	if old := s.lookup(ctx, in.Name); old != nil {
		if !old.Deletion.IsZero() {
			return nil, errRequest("You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
		if v, ok := old.Versions[in.ClientRequestToken]; !ok || in.none() {
			return nil, errExists(in.Name)
		} else if was, err := s.unseal(ctx, old, in.ClientRequestToken, v); err != nil || !bytes.Equal(was, in.bytes()) {
			return nil, errExists(in.Name)
		}
		return &versionOutput{ARN: old.ARN, Name: old.Name, VersionId: in.ClientRequestToken}, nil // a retry
	}
	version := ""
	if !in.none() {
		var err error
		if version, err = s.addVersion(ctx, secret, in.ClientRequestToken, in.payload, []string{current}); err != nil {
			return nil, err
		}
	}
	return &versionOutput{ARN: secret.ARN, Name: secret.Name, VersionId: version}, s.put(secret)()
}

type putSecretValueInput struct {
	payload
	SecretId           string
	ClientRequestToken string
	VersionStages      []string
	RotationToken      string
}

func (s *Service) putSecretValue(ctx context.Context, in *putSecretValueInput) (*versionOutput, error) {
	if in.none() {
		return nil, errParameter("You must provide either SecretString or SecretBinary.")
	}
	stages := in.VersionStages
	if len(stages) == 0 {
		stages = []string{current}
	}
	version := ""
	secret, err := s.change(ctx, in.SecretId, false, func(secret *Secret) (err error) {
		if secret.staged(current) == "" && !slices.Contains(stages, current) {
			stages = append(slices.Clone(stages), current) // the first version is always current
		}
		version, err = s.addVersion(ctx, secret, in.ClientRequestToken, in.payload, stages)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &versionOutput{secret.ARN, secret.Name, version, secret.Versions[version].Stages}, nil
}

type updateSecretInput struct {
	payload
	SecretId           string
	ClientRequestToken string
	Description        *string
	KmsKeyId           *string
	Type               string
}

func (s *Service) updateSecret(ctx context.Context, in *updateSecretInput) (*versionOutput, error) {
	if in.Type != "" {
		return nil, errUnsupported("managed external secrets")
	}
	version := ""
	secret, err := s.change(ctx, in.SecretId, false, func(secret *Secret) (err error) {
		if in.Description != nil {
			secret.Description = *in.Description
		}
		if in.KmsKeyId != nil {
			secret.KeyID = *in.KmsKeyId
		}
		if !in.none() {
			version, err = s.addVersion(ctx, secret, in.ClientRequestToken, in.payload, []string{current})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &versionOutput{ARN: secret.ARN, Name: secret.Name, VersionId: version}, nil
}

type stageInput struct {
	SecretId            string
	VersionStage        string
	MoveToVersionId     string
	RemoveFromVersionId string
}

// updateSecretVersionStage moves one label. To take it from where it is, the
// caller must say where that is, so that nobody moves what somebody else moved.
func (s *Service) updateSecretVersionStage(ctx context.Context, in *stageInput) (*versionOutput, error) {
	secret, err := s.change(ctx, in.SecretId, false, func(secret *Secret) error {
		at := secret.staged(in.VersionStage)
		_, known := secret.Versions[in.MoveToVersionId]
		switch {
		case in.MoveToVersionId != "" && !known:
			return errNoValue("VersionId", in.MoveToVersionId)
		case in.RemoveFromVersionId != at && (in.RemoveFromVersionId != "" || at != in.MoveToVersionId):
			return errParameter("The parameter RemoveFromVersionId can't be empty. Staging label %s is currently attached to version %s, so you must explicitly reference that version in RemoveFromVersionId.", in.VersionStage, at)
		case in.MoveToVersionId == "" && in.VersionStage == current:
			return errParameter("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.")
		}
		if in.MoveToVersionId == "" {
			secret.move(in.VersionStage, "")
			return nil
		}
		secret.stage(in.MoveToVersionId, in.VersionStage)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &versionOutput{ARN: secret.ARN, Name: secret.Name}, nil
}

type getSecretValueInput struct{ SecretId, VersionId, VersionStage string }

type secretValue struct {
	ARN           string
	Name          string
	VersionId     string
	SecretString  *string `json:",omitempty"`
	SecretBinary  []byte  `json:",omitempty"`
	VersionStages []string
	CreatedDate   *wire.Timestamp
}

func (s *Service) getSecretValue(ctx context.Context, in *getSecretValueInput) (*secretValue, error) {
	s.mu.Lock()
	secret, err := s.find(ctx, in.SecretId, false)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	id, v, err := secret.version(in.VersionId, in.VersionStage)
	if err != nil {
		return nil, err
	}
	value, err := s.unseal(ctx, secret, id, v)
	if err != nil {
		return nil, err
	}
	out := &secretValue{ARN: secret.ARN, Name: secret.Name, VersionId: id, VersionStages: v.Stages, CreatedDate: wire.At(v.Created)}
	if v.Binary {
		out.SecretBinary = value
	} else {
		text := string(value)
		out.SecretString = &text
	}
	return out, s.accessed(secret)
}

// version finds a value by its id, its label, or both.
func (s *Secret) version(id, label string) (string, Version, error) {
	if id == "" {
		if label == "" {
			label = current
		}
		if id = s.staged(label); id == "" {
			return "", Version{}, errNoValue("staging label", label)
		}
	}
	v, ok := s.Versions[id]
	if !ok || label != "" && !slices.Contains(v.Stages, label) {
		return "", v, errNoValue("VersionId", id)
	}
	return id, v, nil
}

// accessed notes the day of the last access, as DescribeSecret tells it.
func (s *Service) accessed(secret *Secret) error {
	day := s.cfg.Clock.Now().Truncate(24 * time.Hour)
	if secret.Accessed.Equal(day) {
		return nil
	}
	s.mu.Lock()
	wait := func() error { return nil }
	if now := s.lookup(wire.WithIdentity(context.Background(), wire.Identity{Account: secret.Account, Region: secret.Region}), secret.Name); now != nil && now.ARN == secret.ARN {
		next := *now
		next.Accessed = day
		wait = s.put(&next)
	}
	s.mu.Unlock()
	return wait()
}

type batchGetInput struct {
	SecretIdList []string
	Filters      []filter
	MaxResults   int
	NextToken    string
}

type batchError struct{ SecretId, ErrorCode, Message string }

type batchGetOutput struct {
	SecretValues []*secretValue
	Errors       []batchError
	NextToken    string `json:",omitempty"`
}

func (s *Service) batchGetSecretValue(ctx context.Context, in *batchGetInput) (*batchGetOutput, error) {
	if (len(in.SecretIdList) == 0) == (len(in.Filters) == 0) {
		return nil, errParameter("You must provide either SecretIdList or Filters, and not both.")
	}
	out := &batchGetOutput{SecretValues: []*secretValue{}, Errors: []batchError{}}
	ids := in.SecretIdList
	if len(in.Filters) > 0 {
		page, next, err := s.list(ctx, in.Filters, false, in.NextToken, in.MaxResults, 20)
		if err != nil {
			return nil, err
		}
		out.NextToken = next
		for _, secret := range page {
			ids = append(ids, secret.ARN)
		}
	}
	for _, id := range ids {
		value, err := s.getSecretValue(ctx, &getSecretValueInput{SecretId: id})
		if err != nil {
			e := wire.AsError(err)
			out.Errors = append(out.Errors, batchError{id, e.Code, e.Message})
			continue
		}
		out.SecretValues = append(out.SecretValues, value)
	}
	return out, nil
}
