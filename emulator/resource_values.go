package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/secretsmanager"
	"github.com/anikeshk/cumin/emulator/ssm"
)

// templateValues reads what dynamic references name.
type templateValues struct{ aws *AWS }

func (v templateValues) Parameter(ctx context.Context, name, version string) (value, kind string, err error) {
	return v.aws.ssm.Value(ctx, name, version)
}

func (v templateValues) Secret(ctx context.Context, id, stage, version string) (string, error) {
	return v.aws.secrets.Value(ctx, id, stage, version)
}

// parameterDriver drives AWS::SSM::Parameter, which makes no SecureStrings, as
// on AWS.
type parameterDriver struct{ ssm *ssm.Service }

type parameterProperties struct {
	Name, Type, Value, Description, AllowedPattern, Tier, DataType string
	Tags                                                           map[string]string
}

func (d parameterDriver) put(ctx context.Context, name string, properties map[string]any, overwrite bool) (cloudformation.Made, error) {
	var p parameterProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if p.Type == "SecureString" {
		return cloudformation.Made{}, errors.New("#/Type: SecureString is not a valid enum value")
	}
	made := cloudformation.Made{ID: name, Attributes: map[string]string{"Type": p.Type, "Value": p.Value}}
	return made, d.ssm.Put(ctx, ssm.Settings{
		Name: name, Type: p.Type, Value: p.Value, Description: p.Description, Pattern: p.AllowedPattern, Tier: p.Tier, DataType: p.DataType, Tags: p.Tags,
	}, overwrite)
}

func (d parameterDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	return d.put(ctx, name, properties, false)
}

func (d parameterDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	return d.put(ctx, id, next, true)
}

func (d parameterDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.ssm.Delete(ctx, id), "ParameterNotFound")
}

// secretDriver drives AWS::SecretsManager::Secret.
type secretDriver struct{ secrets *secretsmanager.Service }

type secretProperties struct {
	Name, Description, KmsKeyId string
	SecretString                *string
	GenerateSecretString        *struct {
		PasswordLength          *int
		ExcludeCharacters       string
		ExcludeNumbers          bool
		ExcludePunctuation      bool
		ExcludeUppercase        bool
		ExcludeLowercase        bool
		IncludeSpace            bool
		RequireEachIncludedType *bool
		SecretStringTemplate    string
		GenerateStringKey       string
	}
	Tags []resourceTag
}

// settings reads the properties; generate makes a new password where the
// template wants one.
func (p *secretProperties) settings(name string, generate bool) (secretsmanager.Settings, error) {
	in := secretsmanager.Settings{Name: name, Description: p.Description, KeyID: p.KmsKeyId, Value: p.SecretString, Tags: tagMap(p.Tags)}
	g := p.GenerateSecretString
	if g == nil || !generate {
		return in, nil
	}
	if p.SecretString != nil {
		return in, errors.New("#: you can't specify both SecretString and GenerateSecretString")
	}
	if (g.SecretStringTemplate == "") != (g.GenerateStringKey == "") {
		return in, errors.New("#/GenerateSecretString: SecretStringTemplate and GenerateStringKey go together")
	}
	text, err := secretsmanager.Password{
		PasswordLength: g.PasswordLength, ExcludeCharacters: g.ExcludeCharacters, ExcludeNumbers: g.ExcludeNumbers, ExcludePunctuation: g.ExcludePunctuation,
		ExcludeUppercase: g.ExcludeUppercase, ExcludeLowercase: g.ExcludeLowercase, IncludeSpace: g.IncludeSpace, RequireEachIncludedType: g.RequireEachIncludedType,
	}.Generate()
	if err != nil {
		return in, err
	}
	if g.SecretStringTemplate != "" {
		var members map[string]any
		if err := json.Unmarshal([]byte(g.SecretStringTemplate), &members); err != nil || members == nil {
			return in, fmt.Errorf("#/GenerateSecretString/SecretStringTemplate: expected a JSON object")
		}
		members[g.GenerateStringKey] = text
		whole, err := json.Marshal(members)
		if err != nil {
			return in, err
		}
		text = string(whole)
	}
	in.Value = &text
	return in, nil
}

func (d secretDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p secretProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	in, err := p.settings(name, true)
	if err != nil {
		return cloudformation.Made{}, err
	}
	arn, err := d.secrets.Create(ctx, in)
	return madeSecret(arn), err
}

func madeSecret(arn string) cloudformation.Made {
	return cloudformation.Made{ID: arn, Attributes: map[string]string{"Id": arn}}
}

// Update generates a new password only when how it is to be changed.
func (d secretDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p secretProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	in, err := p.settings(p.Name, !equal(was.GenerateSecretString, p.GenerateSecretString))
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeSecret(id), d.secrets.Update(ctx, id, in)
}

func (d secretDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.secrets.Delete(ctx, id), "ResourceNotFoundException")
}
