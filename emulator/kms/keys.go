package kms

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type none struct{}

type tag struct{ TagKey, TagValue string }

type createKeyInput struct {
	Description                    string
	KeyUsage                       string
	KeySpec                        string
	CustomerMasterKeySpec          string // the older name of KeySpec
	Origin                         string
	MultiRegion                    bool
	Policy                         string
	BypassPolicyLockoutSafetyCheck bool // nobody is locked out here: root always may
	Tags                           []tag
}

// keyMetadata is a key as AWS describes it.
type keyMetadata struct {
	AWSAccountId          string
	Arn                   string
	KeyId                 string
	CreationDate          *wire.Timestamp
	CurrentKeyMaterialId  string          `json:",omitempty"`
	DeletionDate          *wire.Timestamp `json:",omitempty"`
	Description           string
	Enabled               bool
	KeyManager            string
	KeySpec               string
	CustomerMasterKeySpec string
	KeyState              string
	KeyUsage              string
	MultiRegion           bool
	Origin                string
	EncryptionAlgorithms  []string `json:",omitempty"`
	SigningAlgorithms     []string `json:",omitempty"`
	MacAlgorithms         []string `json:",omitempty"`
}

func (k *Key) state() string {
	switch {
	case !k.Deletion.IsZero():
		return "PendingDeletion"
	case k.Disabled:
		return "Disabled"
	}
	return "Enabled"
}

func (k *Key) describe() keyMetadata {
	m := keyMetadata{
		AWSAccountId: k.Account, Arn: k.ARN, KeyId: k.ID, CreationDate: wire.At(k.Created), DeletionDate: wire.At(k.Deletion), Description: k.Description,
		Enabled: k.state() == "Enabled", KeyManager: k.Manager, KeySpec: k.Spec, CustomerMasterKeySpec: k.Spec, KeyState: k.state(), KeyUsage: k.Usage, Origin: "AWS_KMS",
	}
	sp := specs[k.Spec]
	switch k.Usage {
	case encrypting:
		m.EncryptionAlgorithms = sp.encrypts
	case signing:
		m.SigningAlgorithms = sp.signs
	case macs:
		m.MacAlgorithms = sp.macs
	}
	return m
}

type keyOutput struct{ KeyMetadata keyMetadata }

func (s *Service) createKey(ctx context.Context, in *createKeyInput) (*keyOutput, error) {
	switch {
	case in.MultiRegion:
		return nil, errUnsupported("multi-region keys")
	case in.Origin != "" && in.Origin != "AWS_KMS":
		return nil, errUnsupported("the key origin " + in.Origin)
	case in.KeySpec != "" && in.CustomerMasterKeySpec != "" && in.KeySpec != in.CustomerMasterKeySpec:
		return nil, errValidation("You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.")
	}
	tags := map[string]string{}
	for _, t := range in.Tags {
		tags[t.TagKey] = t.TagValue
	}
	k, err := s.Create(ctx, Settings{Description: in.Description, Spec: in.KeySpec + in.CustomerMasterKeySpec, Usage: in.KeyUsage, Policy: in.Policy, Tags: tags})
	if err != nil {
		return nil, err
	}
	return &keyOutput{k.describe()}, nil
}

// Settings are what a caller may say of a new key.
type Settings struct {
	Description string
	Spec        string // empty: SYMMETRIC_DEFAULT
	Usage       string // empty: the spec's only one
	Policy      string // empty: the account may do everything
	Tags        map[string]string
	Rotation    int // days; 0: not rotated
	Disabled    bool
}

// Create makes a key. Errors: ValidationException, UnsupportedOperationException
// for a spec there is not, MalformedPolicyDocumentException.
func (s *Service) Create(ctx context.Context, in Settings) (*Key, error) {
	return s.create(ctx, in, "CUSTOMER")
}

func (s *Service) create(ctx context.Context, in Settings, manager string) (*Key, error) {
	if in.Spec == "" {
		in.Spec = symmetric
	}
	sp, ok := specs[in.Spec]
	if !ok {
		return nil, errUnsupported("the key spec " + in.Spec + "; it has " + list(specs))
	}
	usage, err := sp.usageOf(in.Spec, in.Usage)
	if err != nil {
		return nil, err
	}
	if in.Rotation > 0 && in.Spec != symmetric {
		return nil, errRotation()
	}
	account, region := scope(ctx)
	if in.Policy == "" {
		in.Policy = defaultPolicy(account)
	} else if err := s.checkPolicy(in.Policy); err != nil {
		return nil, err
	}
	k := &Key{
		ID: s.cfg.NewID(), Account: account, Region: region, Spec: in.Spec, Usage: usage, Description: in.Description, Manager: manager,
		Policy: in.Policy, Created: s.cfg.Clock.Now(), Tags: in.Tags, Rotation: in.Rotation, Disabled: in.Disabled,
	}
	k.ARN = arn(account, region, "key/"+k.ID)
	if k.Material, err = sp.generate(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	wait := s.put(k)
	s.mu.Unlock()
	return k, wait()
}

type keyInput struct{ KeyId string }

type describeKeyInput struct {
	KeyId       string
	GrantTokens []string
}

func (s *Service) describeKey(ctx context.Context, in *describeKeyInput) (*keyOutput, error) {
	if len(in.GrantTokens) > 0 {
		return nil, errUnsupported("grants")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.key(ctx, in.KeyId)
	if err != nil {
		return nil, err
	}
	return &keyOutput{k.describe()}, nil
}

type pageInput struct {
	Limit  int
	Marker string
}

func (p pageInput) size(usual int) int {
	if p.Limit > 0 {
		return min(p.Limit, 1000)
	}
	return usual
}

type keyListEntry struct{ KeyId, KeyArn string }

type listKeysOutput struct {
	Keys       []keyListEntry
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

func (s *Service) listKeys(ctx context.Context, in *pageInput) (*listKeysOutput, error) {
	page, next := shelf.Page(s.living(ctx), func(k *Key) string { return k.ID }, in.Marker, in.size(100))
	out := &listKeysOutput{Keys: []keyListEntry{}, NextMarker: next, Truncated: next != ""}
	for _, k := range page {
		out.Keys = append(out.Keys, keyListEntry{k.ID, k.ARN})
	}
	return out, nil
}

// living lists the caller's keys by id.
func (s *Service) living(ctx context.Context) []*Key {
	account, region := scope(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Clock.Now()
	return slices.DeleteFunc(s.keys.All(shelf.Key(account, region, "")), func(k *Key) bool { return k.gone(now) })
}

func (s *Service) enableKey(ctx context.Context, in *keyInput) (*none, error) {
	return &none{}, s.Enable(ctx, in.KeyId, true)
}

func (s *Service) disableKey(ctx context.Context, in *keyInput) (*none, error) {
	return &none{}, s.Enable(ctx, in.KeyId, false)
}

// Enable lets a key be used, or not.
func (s *Service) Enable(ctx context.Context, key string, enabled bool) error {
	_, err := s.change(ctx, key, func(k *Key) error {
		k.Disabled = !enabled
		return k.changeable()
	})
	return err
}

func (k *Key) changeable() error {
	if !k.Deletion.IsZero() {
		return errPending(k.ARN)
	}
	return nil
}

func (s *Service) updateKeyDescription(ctx context.Context, in *struct{ KeyId, Description string }) (*none, error) {
	_, err := s.change(ctx, in.KeyId, func(k *Key) error {
		k.Description = in.Description
		return k.changeable()
	})
	return &none{}, err
}

type scheduleInput struct {
	KeyId               string
	PendingWindowInDays *int
}

type scheduleOutput struct {
	KeyId               string
	DeletionDate        *wire.Timestamp
	KeyState            string
	PendingWindowInDays int
}

func (s *Service) scheduleKeyDeletion(ctx context.Context, in *scheduleInput) (*scheduleOutput, error) {
	days := 30
	if in.PendingWindowInDays != nil {
		days = *in.PendingWindowInDays
	}
	k, err := s.ScheduleDeletion(ctx, in.KeyId, days)
	if err != nil {
		return nil, err
	}
	return &scheduleOutput{k.ARN, wire.At(k.Deletion), k.state(), days}, nil
}

// ScheduleDeletion lets a key be gone after 7 to 30 days of the emulator's time.
func (s *Service) ScheduleDeletion(ctx context.Context, key string, days int) (*Key, error) {
	if days < 7 || days > 30 {
		return nil, errMember(days, "pendingWindowInDays", "Member must have value between 7 and 30")
	}
	return s.change(ctx, key, func(k *Key) error {
		if k.Manager == "AWS" {
			return wire.Errorf(400, "AccessDeniedException", "%s is managed by AWS.", k.ARN)
		}
		if err := k.changeable(); err != nil {
			return err
		}
		k.Deletion = s.cfg.Clock.Now().Add(time.Duration(days) * 24 * time.Hour)
		return nil
	})
}

type keyIDOutput struct{ KeyId string }

// cancelKeyDeletion leaves the key disabled, as on AWS.
func (s *Service) cancelKeyDeletion(ctx context.Context, in *keyInput) (*keyIDOutput, error) {
	k, err := s.change(ctx, in.KeyId, func(k *Key) error {
		if k.Deletion.IsZero() {
			return errState("%s is not pending deletion.", k.ARN)
		}
		k.Deletion, k.Disabled = time.Time{}, true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &keyIDOutput{k.ARN}, nil
}

func list[V any](m map[string]V) string {
	text := ""
	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			text += ", "
		}
		text += name
	}
	return text
}
