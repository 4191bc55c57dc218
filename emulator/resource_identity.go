package emulator

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/iam"
)

// inlineDriver drives AWS::IAM::Policy: one inline policy of several roles.
type inlineDriver struct{ iam *iam.Service }

type inlineProperties struct {
	PolicyName     string
	PolicyDocument any
	Roles          []string
}

// without is the elements of list that are not in other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(v string) bool { return slices.Contains(other, v) })
}

// lastPart is what follows an ARN's last colon or slash.
func lastPart(arn string) string { return arn[strings.LastIndexAny(arn, ":/")+1:] }

func (d inlineDriver) put(ctx context.Context, id string, properties map[string]any) (cloudformation.Made, error) {
	var p inlineProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	policy, err := document(p.PolicyDocument)
	if err != nil {
		return cloudformation.Made{}, err
	}
	for _, role := range p.Roles {
		if _, err := d.iam.Change(ctx, role, func(r *iam.Role) error {
			r.Inline[p.PolicyName] = policy
			return nil
		}); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return cloudformation.Made{ID: id, Attributes: map[string]string{"Id": id}}, nil
}

func (d inlineDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	return d.put(ctx, name, properties)
}

func (d inlineDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p inlineProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if err := d.take(ctx, was.PolicyName, without(was.Roles, p.Roles)); err != nil {
		return cloudformation.Made{}, err
	}
	return d.put(ctx, id, next)
}

func (d inlineDriver) take(ctx context.Context, policy string, roles []string) error {
	for _, role := range roles {
		_, err := d.iam.Change(ctx, role, func(r *iam.Role) error {
			delete(r.Inline, policy)
			return nil
		})
		if err := deleted(err, "NoSuchEntity"); err != nil && !errors.Is(err, cloudformation.ErrNotFound) {
			return err
		}
	}
	return nil
}

func (d inlineDriver) Delete(ctx context.Context, _ string, properties map[string]any) error {
	var p inlineProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return err
	}
	return d.take(ctx, p.PolicyName, p.Roles)
}

// managedPolicyDriver drives AWS::IAM::ManagedPolicy.
type managedPolicyDriver struct{ iam *iam.Service }

type managedPolicyProperties struct {
	ManagedPolicyName, Description, Path string
	PolicyDocument                       any
	Roles                                []string
}

func (d managedPolicyDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p managedPolicyProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	policy, err := document(p.PolicyDocument)
	if err != nil {
		return cloudformation.Made{}, err
	}
	made, err := d.iam.CreatePolicy(ctx, iam.ManagedPolicy{Name: name, Description: p.Description, Path: p.Path}, policy)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madePolicy(made.ARN), d.attach(ctx, made.ARN, p.Roles, nil)
}

func madePolicy(arn string) cloudformation.Made {
	return cloudformation.Made{ID: arn, Attributes: map[string]string{"PolicyArn": arn}}
}

// attach gives the policy to some roles and takes it from others.
func (d managedPolicyDriver) attach(ctx context.Context, arn string, to, from []string) error {
	for _, role := range append(slices.Clone(to), from...) {
		_, err := d.iam.Change(ctx, role, func(r *iam.Role) error {
			r.Attached = without(r.Attached, []string{arn})
			if slices.Contains(to, role) {
				r.Attached = append(r.Attached, arn)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (d managedPolicyDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p managedPolicyProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if !equal(was.PolicyDocument, p.PolicyDocument) {
		policy, err := document(p.PolicyDocument)
		if err != nil {
			return cloudformation.Made{}, err
		}
		if err := d.iam.SetDocument(id, policy); err != nil {
			return cloudformation.Made{}, err
		}
	}
	return madePolicy(id), d.attach(ctx, id, p.Roles, without(was.Roles, p.Roles))
}

func (d managedPolicyDriver) Delete(_ context.Context, id string, _ map[string]any) error {
	return deleted(d.iam.DeletePolicy(id, true), "NoSuchEntity")
}

// profileDriver drives AWS::IAM::InstanceProfile.
type profileDriver struct{ iam *iam.Service }

type profileProperties struct {
	InstanceProfileName, Path string
	Roles                     []string
}

func (d profileDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p profileProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	made, err := d.iam.CreateProfile(ctx, name, p.Path, p.Roles)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: made.Name, Attributes: map[string]string{"Arn": made.ARN}}, nil
}

func (d profileDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	var p profileProperties
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if err := d.iam.SetProfileRoles(ctx, id, p.Roles); err != nil {
		return cloudformation.Made{}, err
	}
	made, err := d.iam.Profile(ctx, id)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: id, Attributes: map[string]string{"Arn": made.ARN}}, nil
}

func (d profileDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.iam.DeleteProfile(ctx, id, true), "NoSuchEntity")
}

// waitHandleDriver drives AWS::CloudFormation::WaitConditionHandle, which
// templates without resources have; nobody waits for it.
type waitHandleDriver struct{ aws *AWS }

func (d waitHandleDriver) Create(_ context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	return cloudformation.Made{ID: d.aws.Endpoint() + "/_cumin/wait/" + newRequestID()}, cloudformation.Decode(properties, &struct{}{})
}

func (d waitHandleDriver) Update(_ context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	return cloudformation.Made{ID: id}, cloudformation.Decode(next, &struct{}{})
}

func (waitHandleDriver) Delete(context.Context, string, map[string]any) error { return nil }
