package emulator

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/kms"
)

// keyDriver drives AWS::KMS::Key.
type keyDriver struct{ kms *kms.Service }

type keyProperties struct {
	Description          string
	Enabled              *bool
	EnableKeyRotation    bool
	RotationPeriodInDays int
	KeyPolicy            any
	KeySpec              string
	KeyUsage             string
	PendingWindowInDays  *int
	Tags                 []resourceTag
}

func (p *keyProperties) settings() (kms.Settings, error) {
	in := kms.Settings{Description: p.Description, Spec: p.KeySpec, Usage: p.KeyUsage, Tags: tagMap(p.Tags), Disabled: p.Enabled != nil && !*p.Enabled}
	if p.EnableKeyRotation {
		if in.Rotation = p.RotationPeriodInDays; in.Rotation == 0 {
			in.Rotation = 365
		}
	}
	if p.KeyPolicy == nil {
		return in, nil
	}
	policy, err := document(p.KeyPolicy)
	in.Policy = policy
	return in, err
}

// document writes a policy of a template as JSON; one given as text stays.
func document(v any) (string, error) {
	if text, ok := v.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode a policy: %w", err)
	}
	return string(text), nil
}

func decodeKey(properties map[string]any) (p keyProperties, in kms.Settings, err error) {
	if err := cloudformation.Decode(properties, &p); err != nil {
		return p, in, err
	}
	in, err = p.settings()
	return p, in, err
}

func (d keyDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	_, in, err := decodeKey(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	k, err := d.kms.Create(ctx, in)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeKey(k), nil
}

func madeKey(k *kms.Key) cloudformation.Made {
	return cloudformation.Made{ID: k.ID, Attributes: map[string]string{"Arn": k.ARN, "KeyId": k.ID}}
}

func (d keyDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	_, in, err := decodeKey(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	steps := []func() error{
		func() error { return d.kms.SetDescription(ctx, id, in.Description) },
		func() error { return d.kms.Enable(ctx, id, !in.Disabled) },
		func() error { return d.kms.SetTags(ctx, id, in.Tags) },
	}
	if in.Policy != "" {
		steps = append(steps, func() error { return d.kms.SetPolicy(ctx, id, in.Policy) })
	}
	k, err := d.kms.Describe(ctx, id)
	if err != nil {
		return cloudformation.Made{}, err
	}
	if k.Rotation != in.Rotation {
		steps = append(steps, func() error { return d.kms.SetRotation(ctx, id, in.Rotation) })
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return madeKey(k), nil
}

// Delete schedules the deletion, after 30 days unless the template says
// otherwise, as CloudFormation does.
func (d keyDriver) Delete(ctx context.Context, id string, properties map[string]any) error {
	p, _, err := decodeKey(properties)
	if err != nil {
		return err
	}
	days := 30
	if p.PendingWindowInDays != nil {
		days = *p.PendingWindowInDays
	}
	_, err = d.kms.ScheduleDeletion(ctx, id, days)
	return deleted(err, "NotFoundException")
}

// keyAliasDriver drives AWS::KMS::Alias.
type keyAliasDriver struct{ kms *kms.Service }

type keyAliasProperties struct{ AliasName, TargetKeyId string }

func (d keyAliasDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	var p keyAliasProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: p.AliasName}, d.kms.CreateAlias(ctx, p.AliasName, p.TargetKeyId)
}

func (d keyAliasDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	var p keyAliasProperties
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: id}, d.kms.UpdateAlias(ctx, id, p.TargetKeyId)
}

func (d keyAliasDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.kms.DeleteAlias(ctx, id), "NotFoundException")
}
