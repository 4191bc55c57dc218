package emulator

import (
	"context"
	"errors"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/lambda"
)

// versionDriver drives AWS::Lambda::Version. Ref is the version's ARN. Every
// change makes a new version.
type versionDriver struct{ lambda *lambda.Service }

type versionProperties struct{ FunctionName, CodeSha256, Description string }

func (d versionDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	var p versionProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.lambda.PublishNewVersion(ctx, p.FunctionName, &lambda.PublishVersionInput{CodeSha256: &p.CodeSha256, Description: &p.Description})
	if err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: out.FunctionArn, Attributes: map[string]string{"Version": out.Version, "FunctionArn": out.FunctionArn}}, nil
}

var errReplacedOnly = errors.New("a change of this resource replaces it")

func (versionDriver) Update(context.Context, string, map[string]any, map[string]any) (cloudformation.Made, error) {
	return cloudformation.Made{}, errReplacedOnly
}

func (d versionDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.lambda.DeleteFunction(ctx, id, ""), "ResourceNotFoundException")
}

// aliasDriver drives AWS::Lambda::Alias. Ref is the alias's ARN.
type aliasDriver struct{ lambda *lambda.Service }

type aliasProperties struct {
	FunctionName, FunctionVersion, Name, Description string
	RoutingConfig                                    *struct {
		AdditionalVersionWeights []struct {
			FunctionVersion string
			FunctionWeight  float64
		}
	}
}

// alias reads the properties; what they leave out is empty, not unchanged.
func decodeAlias(properties map[string]any) (function string, in *lambda.AliasInput, err error) {
	var p aliasProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return "", nil, err
	}
	in = &lambda.AliasInput{Name: p.Name, FunctionVersion: &p.FunctionVersion, Description: &p.Description, RoutingConfig: &lambda.RoutingConfig{}}
	if p.RoutingConfig != nil {
		in.RoutingConfig.AdditionalVersionWeights = map[string]float64{}
		for _, w := range p.RoutingConfig.AdditionalVersionWeights {
			in.RoutingConfig.AdditionalVersionWeights[w.FunctionVersion] = w.FunctionWeight
		}
	}
	return p.FunctionName, in, nil
}

func madeAlias(a *lambda.AliasConfiguration, err error) (cloudformation.Made, error) {
	if err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: a.AliasArn, Attributes: map[string]string{"AliasArn": a.AliasArn}}, nil
}

func (d aliasDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	function, in, err := decodeAlias(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeAlias(d.lambda.CreateAlias(ctx, function, in))
}

func (d aliasDriver) Update(ctx context.Context, _ string, _, next map[string]any) (cloudformation.Made, error) {
	function, in, err := decodeAlias(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeAlias(d.lambda.UpdateAlias(ctx, function, in.Name, in))
}

func (d aliasDriver) Delete(ctx context.Context, _ string, properties map[string]any) error {
	function, in, err := decodeAlias(properties)
	if err != nil {
		return err
	}
	return deleted(d.lambda.DeleteAlias(ctx, function, in.Name), "ResourceNotFoundException")
}

// permissionDriver drives AWS::Lambda::Permission. Ref is its statement's id.
type permissionDriver struct{ lambda *lambda.Service }

type permissionProperties struct {
	FunctionName, Action, Principal, SourceArn, SourceAccount, PrincipalOrgID, EventSourceToken, FunctionUrlAuthType string
	InvokedViaFunctionUrl                                                                                            *bool
}

func (d permissionDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p permissionProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	_, err := d.lambda.AddPermission(ctx, p.FunctionName, "", &lambda.AddPermissionInput{
		StatementId: name, Action: p.Action, Principal: p.Principal, SourceArn: p.SourceArn, SourceAccount: p.SourceAccount, PrincipalOrgID: p.PrincipalOrgID,
		EventSourceToken: p.EventSourceToken, FunctionUrlAuthType: p.FunctionUrlAuthType, InvokedViaFunctionUrl: p.InvokedViaFunctionUrl,
	})
	if err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: name, Attributes: map[string]string{"Id": name}}, nil
}

func (permissionDriver) Update(context.Context, string, map[string]any, map[string]any) (cloudformation.Made, error) {
	return cloudformation.Made{}, errReplacedOnly
}

func (d permissionDriver) Delete(ctx context.Context, id string, properties map[string]any) error {
	var p permissionProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return err
	}
	return deleted(d.lambda.RemovePermission(ctx, p.FunctionName, "", id, nil), "ResourceNotFoundException")
}

// eventInvokeDriver drives AWS::Lambda::EventInvokeConfig.
type eventInvokeDriver struct{ lambda *lambda.Service }

type eventInvokeProperties struct {
	FunctionName, Qualifier string
	lambda.EventInvokeInput
}

func (d eventInvokeDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	return d.Update(ctx, name, nil, properties)
}

// Update also creates: the settings of a function are replaced as a whole.
func (d eventInvokeDriver) Update(ctx context.Context, id string, _, next map[string]any) (cloudformation.Made, error) {
	var p eventInvokeProperties
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	return cloudformation.Made{ID: id}, d.lambda.PutEventInvokeConfig(ctx, p.FunctionName, p.Qualifier, &p.EventInvokeInput)
}

func (d eventInvokeDriver) Delete(ctx context.Context, _ string, properties map[string]any) error {
	var p eventInvokeProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return err
	}
	return deleted(d.lambda.DeleteEventInvokeConfig(ctx, p.FunctionName, p.Qualifier), "ResourceNotFoundException")
}
