package emulator

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/iam"
	"github.com/anikeshk/cumin/emulator/logs"
)

// roleDriver drives AWS::IAM::Role.
type roleDriver struct{ iam *iam.Service }

type roleProperties struct {
	RoleName                 string
	AssumeRolePolicyDocument map[string]any
	Policies                 []struct {
		PolicyName     string
		PolicyDocument map[string]any
	}
	ManagedPolicyArns  []string
	Path               string
	Description        string
	MaxSessionDuration int
	Tags               []resourceTag
}

// role reads the properties as a role without identity.
func decodeRole(properties map[string]any) (r iam.Role, err error) {
	var p roleProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return r, err
	}
	r = iam.Role{Path: p.Path, Description: p.Description, MaxSession: p.MaxSessionDuration, Tags: tagMap(p.Tags)}
	r.Attached, r.Inline = p.ManagedPolicyArns, map[string]string{}
	trust, err := json.Marshal(p.AssumeRolePolicyDocument)
	if err != nil {
		return r, fmt.Errorf("encode the trust policy: %w", err)
	}
	r.Trust = string(trust)
	for _, policy := range p.Policies {
		text, err := json.Marshal(policy.PolicyDocument)
		if err != nil {
			return r, fmt.Errorf("encode the policy %s: %w", policy.PolicyName, err)
		}
		r.Inline[policy.PolicyName] = string(text)
	}
	return r, nil
}

func (d roleDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	r, err := decodeRole(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	r.Name = name
	made, err := d.iam.Create(ctx, r)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeRole(made), nil
}

func madeRole(r *iam.Role) cloudformation.Made {
	return cloudformation.Made{ID: r.Name, Attributes: map[string]string{"Arn": r.ARN, "RoleId": r.ID}}
}

func (d roleDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	r, err := decodeRole(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	made, err := d.iam.Change(ctx, id, func(old *iam.Role) error {
		old.Trust, old.Attachments, old.Tags, old.Description = r.Trust, r.Attachments, r.Tags, r.Description
		if r.MaxSession != 0 {
			old.MaxSession = r.MaxSession
		}
		return nil
	})
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeRole(made), nil
}

func (d roleDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.iam.Delete(ctx, id, true), "NoSuchEntity")
}

// logGroupDriver drives AWS::Logs::LogGroup.
type logGroupDriver struct{ logs *logs.Service }

type logGroupProperties struct {
	LogGroupName    string
	RetentionInDays int
	Tags            []resourceTag
}

func (d logGroupDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p logGroupProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	arn, err := d.logs.CreateGroup(ctx, name, logs.Settings{Retention: p.RetentionInDays, Tags: tagMap(p.Tags)})
	return madeLogGroup(name, arn), err
}

func madeLogGroup(name, arn string) cloudformation.Made {
	return cloudformation.Made{ID: name, Attributes: map[string]string{"Arn": arn}}
}

func (d logGroupDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	var p logGroupProperties
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	arn, err := d.logs.UpdateGroup(ctx, id, logs.Settings{Retention: p.RetentionInDays, Tags: tagMap(p.Tags)})
	return madeLogGroup(id, arn), err
}

func (d logGroupDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.logs.DeleteGroup(ctx, id), "ResourceNotFoundException")
}
