package kms

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// onlyPolicy is the name of the one policy a key has.
const onlyPolicy = "default"

// defaultPolicy lets the account's own IAM policies say who may use a key
// (Developer Guide, "Default key policy").
func defaultPolicy(account string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Id":"key-default-1","Statement":[{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":"kms:*","Resource":"*"}]}`, account)
}

func (s *Service) checkPolicy(text string) error {
	if err := s.cfg.CheckPolicy(text); err != nil {
		return wire.Errorf(400, "MalformedPolicyDocumentException", "%s", wire.AsError(err).Message)
	}
	return nil
}

type putPolicyInput struct {
	KeyId                          string
	PolicyName                     string
	Policy                         string
	BypassPolicyLockoutSafetyCheck bool
}

func (s *Service) putKeyPolicy(ctx context.Context, in *putPolicyInput) (*none, error) {
	if in.PolicyName != "" && in.PolicyName != onlyPolicy {
		return nil, wire.Errorf(400, "NotFoundException", "No such policy exists")
	}
	return &none{}, s.SetPolicy(ctx, in.KeyId, in.Policy)
}

// SetPolicy replaces a key's policy.
func (s *Service) SetPolicy(ctx context.Context, key, policy string) error {
	if err := s.checkPolicy(policy); err != nil {
		return err
	}
	_, err := s.change(ctx, key, func(k *Key) error {
		k.Policy = policy
		return k.changeable()
	})
	return err
}

type policyInput struct{ KeyId, PolicyName string }

type policyOutput struct{ Policy, PolicyName string }

func (s *Service) getKeyPolicy(ctx context.Context, in *policyInput) (*policyOutput, error) {
	if in.PolicyName != "" && in.PolicyName != onlyPolicy {
		return nil, wire.Errorf(400, "NotFoundException", "No such policy exists")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.key(ctx, in.KeyId)
	if err != nil {
		return nil, err
	}
	return &policyOutput{k.Policy, onlyPolicy}, nil
}

type policiesInput struct {
	pageInput
	KeyId string
}

type policiesOutput struct {
	PolicyNames []string
	Truncated   bool
}

func (s *Service) listKeyPolicies(ctx context.Context, in *policiesInput) (*policiesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.key(ctx, in.KeyId); err != nil {
		return nil, err
	}
	return &policiesOutput{PolicyNames: []string{onlyPolicy}}, nil
}

type tagsInput struct {
	KeyId string
	Tags  []tag
}

func (s *Service) tagResource(ctx context.Context, in *tagsInput) (*none, error) {
	_, err := s.change(ctx, in.KeyId, func(k *Key) error {
		k.Tags = maps.Clone(k.Tags)
		if k.Tags == nil {
			k.Tags = map[string]string{}
		}
		for _, t := range in.Tags {
			k.Tags[t.TagKey] = t.TagValue
		}
		return k.changeable()
	})
	return &none{}, err
}

// SetTags replaces a key's tags.
func (s *Service) SetTags(ctx context.Context, key string, tags map[string]string) error {
	_, err := s.change(ctx, key, func(k *Key) error {
		k.Tags = tags
		return k.changeable()
	})
	return err
}

type untagInput struct {
	KeyId   string
	TagKeys []string
}

func (s *Service) untagResource(ctx context.Context, in *untagInput) (*none, error) {
	_, err := s.change(ctx, in.KeyId, func(k *Key) error {
		k.Tags = maps.Clone(k.Tags)
		for _, name := range in.TagKeys {
			delete(k.Tags, name)
		}
		return k.changeable()
	})
	return &none{}, err
}

type tagsOutput struct {
	Tags      []tag
	Truncated bool
}

func (s *Service) listResourceTags(ctx context.Context, in *policiesInput) (*tagsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.key(ctx, in.KeyId)
	if err != nil {
		return nil, err
	}
	out := &tagsOutput{Tags: []tag{}}
	for _, name := range slices.Sorted(maps.Keys(k.Tags)) {
		out.Tags = append(out.Tags, tag{name, k.Tags[name]})
	}
	return out, nil
}
