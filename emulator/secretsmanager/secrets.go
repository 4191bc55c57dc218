package secretsmanager

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type secretInput struct{ SecretId string }

// description is a secret as AWS describes it, without its values.
type description struct {
	ARN                string
	Name               string
	Description        string          `json:",omitempty"`
	KmsKeyId           string          `json:",omitempty"`
	CreatedDate        *wire.Timestamp `json:",omitempty"`
	LastChangedDate    *wire.Timestamp `json:",omitempty"`
	LastAccessedDate   *wire.Timestamp `json:",omitempty"`
	DeletedDate        *wire.Timestamp `json:",omitempty"`
	Tags               []tag
	VersionIdsToStages map[string][]string `json:",omitempty"`
}

func (s *Secret) describe() description {
	d := description{
		ARN: s.ARN, Name: s.Name, Description: s.Description, CreatedDate: wire.At(s.Created), LastChangedDate: wire.At(s.Changed),
		LastAccessedDate: wire.At(s.Accessed), DeletedDate: wire.At(s.Deleted), Tags: []tag{}, VersionIdsToStages: map[string][]string{},
	}
	if s.KeyID != defaultKey {
		d.KmsKeyId = s.KeyID
	}
	for _, name := range slices.Sorted(maps.Keys(s.Tags)) {
		d.Tags = append(d.Tags, tag{name, s.Tags[name]})
	}
	for id, v := range s.Versions {
		if len(v.Stages) > 0 {
			d.VersionIdsToStages[id] = v.Stages
		}
	}
	return d
}

func (s *Service) describeSecret(ctx context.Context, in *secretInput) (*description, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret, err := s.find(ctx, in.SecretId, true)
	if err != nil {
		return nil, err
	}
	d := secret.describe()
	return &d, nil
}

type filter struct {
	Key    string
	Values []string
}

// wants reports whether one of the filter's values is the prefix of what it
// looks at; a value that begins with ! excludes.
func (f filter) wants(s *Secret) bool {
	var texts []string
	switch f.Key {
	case "name":
		texts = []string{s.Name}
	case "description":
		texts = []string{s.Description}
	case "tag-key":
		texts = slices.Collect(maps.Keys(s.Tags))
	case "tag-value":
		texts = slices.Collect(maps.Values(s.Tags))
	case "all":
		texts = append(append([]string{s.Name, s.Description}, slices.Collect(maps.Keys(s.Tags))...), slices.Collect(maps.Values(s.Tags))...)
	}
	return slices.ContainsFunc(f.Values, func(want string) bool {
		want, not := strings.CutPrefix(want, "!")
		return not != slices.ContainsFunc(texts, func(text string) bool { return strings.HasPrefix(text, want) })
	})
}

// list pages the caller's secrets by name.
func (s *Service) list(ctx context.Context, filters []filter, deleted bool, token string, size, usual int) ([]*Secret, string, error) {
	for _, f := range filters {
		if !slices.Contains([]string{"name", "description", "tag-key", "tag-value", "all"}, f.Key) {
			return nil, "", errUnsupported("the filter " + f.Key)
		}
	}
	if size <= 0 {
		size = usual
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock.Now()
	all := slices.DeleteFunc(s.secrets.All(place(ctx, "")), func(secret *Secret) bool {
		return secret.gone(now) || !deleted && !secret.Deletion.IsZero() || slices.ContainsFunc(filters, func(f filter) bool { return !f.wants(secret) })
	})
	page, next := shelf.Page(all, func(secret *Secret) string { return secret.Name }, token, size)
	return page, next, nil
}

type listSecretsInput struct {
	Filters                []filter
	IncludePlannedDeletion bool
	MaxResults             int
	NextToken              string
	SortOrder              string
}

type listEntry struct {
	description
	VersionIdsToStages     map[string][]string `json:"-"`
	SecretVersionsToStages map[string][]string
}

type listSecretsOutput struct {
	SecretList []listEntry
	NextToken  string `json:",omitempty"`
}

func (s *Service) listSecrets(ctx context.Context, in *listSecretsInput) (*listSecretsOutput, error) {
	if in.SortOrder != "" && in.SortOrder != "asc" {
		return nil, errUnsupported("the order " + in.SortOrder)
	}
	page, next, err := s.list(ctx, in.Filters, in.IncludePlannedDeletion, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	out := &listSecretsOutput{SecretList: []listEntry{}, NextToken: next}
	for _, secret := range page {
		d := secret.describe()
		stages := d.VersionIdsToStages
		d.VersionIdsToStages = nil
		out.SecretList = append(out.SecretList, listEntry{description: d, SecretVersionsToStages: stages})
	}
	return out, nil
}

type listVersionsInput struct {
	SecretId          string
	IncludeDeprecated bool
	MaxResults        int
	NextToken         string
}

type versionEntry struct {
	VersionId     string
	VersionStages []string
	CreatedDate   *wire.Timestamp
	KmsKeyIds     []string
}

type listVersionsOutput struct {
	ARN, Name string
	Versions  []versionEntry
	NextToken string `json:",omitempty"`
}

func (s *Service) listSecretVersionIds(ctx context.Context, in *listVersionsInput) (*listVersionsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret, err := s.find(ctx, in.SecretId, true)
	if err != nil {
		return nil, err
	}
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(secret.Versions)), func(id string) bool {
		return !in.IncludeDeprecated && len(secret.Versions[id].Stages) == 0
	})
	size := in.MaxResults
	if size <= 0 {
		size = 100
	}
	page, next := shelf.Page(ids, func(id string) string { return id }, in.NextToken, size)
	out := &listVersionsOutput{secret.ARN, secret.Name, []versionEntry{}, next}
	for _, id := range page {
		v := secret.Versions[id]
		out.Versions = append(out.Versions, versionEntry{id, append([]string{}, v.Stages...), wire.At(v.Created), []string{v.KeyID}})
	}
	return out, nil
}

type deleteSecretInput struct {
	SecretId                   string
	RecoveryWindowInDays       *int
	ForceDeleteWithoutRecovery bool
}

type deletedOutput struct {
	ARN, Name    string
	DeletionDate *wire.Timestamp
}

func (s *Service) deleteSecret(ctx context.Context, in *deleteSecretInput) (*deletedOutput, error) {
	days := 30
	if in.RecoveryWindowInDays != nil {
		days = *in.RecoveryWindowInDays
		if in.ForceDeleteWithoutRecovery {
			return nil, errParameter("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
		}
		if days < 7 || days > 30 {
			return nil, errParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
		}
	}
	now := s.cfg.Clock.Now()
	if in.ForceDeleteWithoutRecovery {
		return s.drop(ctx, in.SecretId)
	}
	secret, err := s.change(ctx, in.SecretId, false, func(secret *Secret) error {
		secret.Deleted, secret.Deletion = now, now.Add(time.Duration(days)*24*time.Hour)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &deletedOutput{secret.ARN, secret.Name, wire.At(secret.Deletion)}, nil
}

// drop removes a secret at once. Deleting one that is not there succeeds, as on
// AWS.
func (s *Service) drop(ctx context.Context, id string) (*deletedOutput, error) {
	s.mu.Lock()
	secret, err := s.find(ctx, id, true)
	if err != nil {
		s.mu.Unlock()
		if strings.HasPrefix(id, "arn:") {
			return nil, err
		}
		at := wire.IdentityFrom(ctx)
		return &deletedOutput{"arn:aws:secretsmanager:" + at.Region + ":" + at.Account + ":secret:" + id + newSuffix(), id, wire.At(s.cfg.Clock.Now())}, nil
	}
	wait := s.secrets.Delete(shelf.Key(secret.Account, secret.Region, secret.Name))
	s.mu.Unlock()
	return &deletedOutput{secret.ARN, secret.Name, wire.At(s.cfg.Clock.Now())}, wait()
}

func (s *Service) restoreSecret(ctx context.Context, in *secretInput) (*versionOutput, error) {
	secret, err := s.change(ctx, in.SecretId, true, func(secret *Secret) error {
		secret.Deleted, secret.Deletion = time.Time{}, time.Time{}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &versionOutput{ARN: secret.ARN, Name: secret.Name}, nil
}

type none struct{}

type tagsInput struct {
	SecretId string
	Tags     []tag
}

func (s *Service) tagResource(ctx context.Context, in *tagsInput) (*none, error) {
	_, err := s.change(ctx, in.SecretId, false, func(secret *Secret) error {
		for _, t := range in.Tags {
			secret.Tags[t.Key] = t.Value
		}
		return nil
	})
	return &none{}, err
}

type untagInput struct {
	SecretId string
	TagKeys  []string
}

func (s *Service) untagResource(ctx context.Context, in *untagInput) (*none, error) {
	_, err := s.change(ctx, in.SecretId, false, func(secret *Secret) error {
		for _, name := range in.TagKeys {
			delete(secret.Tags, name)
		}
		return nil
	})
	return &none{}, err
}

type policyInput struct {
	SecretId          string
	ResourcePolicy    string
	BlockPublicPolicy bool
}

type policyOutput struct {
	ARN, Name      string
	ResourcePolicy string `json:",omitempty"`
}

func (s *Service) putResourcePolicy(ctx context.Context, in *policyInput) (*policyOutput, error) {
	if in.BlockPublicPolicy {
		return nil, errUnsupported("BlockPublicPolicy")
	}
	if err := s.cfg.CheckPolicy(in.ResourcePolicy); err != nil {
		return nil, wire.Errorf(400, "MalformedPolicyDocumentException", "%s", wire.AsError(err).Message)
	}
	return s.setPolicy(ctx, in.SecretId, in.ResourcePolicy)
}

func (s *Service) setPolicy(ctx context.Context, id, policy string) (*policyOutput, error) {
	secret, err := s.change(ctx, id, false, func(secret *Secret) error {
		secret.Policy = policy
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &policyOutput{ARN: secret.ARN, Name: secret.Name}, nil
}

func (s *Service) getResourcePolicy(ctx context.Context, in *secretInput) (*policyOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secret, err := s.find(ctx, in.SecretId, true)
	if err != nil {
		return nil, err
	}
	return &policyOutput{secret.ARN, secret.Name, secret.Policy}, nil
}

func (s *Service) deleteResourcePolicy(ctx context.Context, in *secretInput) (*policyOutput, error) {
	return s.setPolicy(ctx, in.SecretId, "")
}
