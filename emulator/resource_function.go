package emulator

import (
	"context"

	"github.com/anikeshk/cumin/emulator/cloudformation"
	"github.com/anikeshk/cumin/emulator/lambda"
)

// functionDriver drives AWS::Lambda::Function.
type functionDriver struct{ lambda *lambda.Service }

type functionProperties struct {
	FunctionName                 string
	Code                         functionCode
	ReservedConcurrentExecutions *int
	Tags                         []resourceTag
	lambda.Settings
}

// functionCode is where code comes from. In a template ZipFile is source text
// of interpreted runtimes, which are not run here, so it is refused like any
// unknown property.
type functionCode struct{ S3Bucket, S3Key, S3ObjectVersion, ImageUri string }

func (c functionCode) input() lambda.FunctionCode {
	return lambda.FunctionCode{S3Bucket: c.S3Bucket, S3Key: c.S3Key, S3ObjectVersion: c.S3ObjectVersion, ImageUri: c.ImageUri}
}

func (d functionDriver) Create(ctx context.Context, name string, properties map[string]any) (cloudformation.Made, error) {
	var p functionProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{FunctionName: name, Code: p.Code.input(), Tags: tagMap(p.Tags), Settings: p.Settings})
	if err != nil {
		return cloudformation.Made{}, err
	}
	if p.ReservedConcurrentExecutions != nil {
		err = d.lambda.PutFunctionConcurrency(ctx, name, p.ReservedConcurrentExecutions)
	}
	return madeFunction(out), err
}

func madeFunction(f *lambda.FunctionConfiguration) cloudformation.Made {
	return cloudformation.Made{ID: f.FunctionName, Attributes: map[string]string{"Arn": f.FunctionArn}}
}

func (d functionDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	var was, p functionProperties
	if err := cloudformation.Decode(old, &was); err != nil {
		return cloudformation.Made{}, err
	}
	if err := cloudformation.Decode(next, &p); err != nil {
		return cloudformation.Made{}, err
	}
	if was.Code != p.Code || !equal(was.Architectures, p.Architectures) {
		if _, err := d.lambda.UpdateFunctionCode(ctx, id, &lambda.UpdateFunctionCodeInput{FunctionCode: p.Code.input(), Architectures: p.Architectures}); err != nil {
			return cloudformation.Made{}, err
		}
	}
	settings := p.Settings
	settings.Architectures = nil     // changed with the code
	if settings.Environment == nil { // what a template no longer says is gone
		settings.Environment = &struct{ Variables map[string]string }{}
	}
	if settings.DeadLetterConfig == nil {
		settings.DeadLetterConfig = &struct{ TargetArn string }{}
	}
	out, err := d.lambda.UpdateFunctionConfiguration(ctx, id, &settings)
	if err != nil {
		return cloudformation.Made{}, err
	}
	if !equal(was.ReservedConcurrentExecutions, p.ReservedConcurrentExecutions) {
		if err := d.lambda.PutFunctionConcurrency(ctx, id, p.ReservedConcurrentExecutions); err != nil {
			return cloudformation.Made{}, err
		}
	}
	if !equal(was.Tags, p.Tags) {
		err = d.lambda.SetTags(ctx, id, tagMap(p.Tags))
	}
	return madeFunction(out), err
}

func (d functionDriver) Delete(ctx context.Context, id string, _ map[string]any) error {
	return deleted(d.lambda.DeleteFunction(ctx, id, ""), "ResourceNotFoundException")
}

// mappingDriver drives AWS::Lambda::EventSourceMapping. Ref is its UUID.
type mappingDriver struct{ lambda *lambda.Service }

type mappingProperties struct {
	EventSourceArn, StartingPosition string
	StartingPositionTimestamp        *float64
	Tags                             []resourceTag
	lambda.MappingSettings
}

func decodeMapping(properties map[string]any) (*lambda.CreateMappingInput, error) {
	var p mappingProperties
	if err := cloudformation.Decode(properties, &p); err != nil {
		return nil, err
	}
	return &lambda.CreateMappingInput{
		EventSourceArn: p.EventSourceArn, StartingPosition: p.StartingPosition, StartingPositionTimestamp: p.StartingPositionTimestamp,
		Tags: tagMap(p.Tags), MappingSettings: p.MappingSettings,
	}, nil
}

func (d mappingDriver) Create(ctx context.Context, _ string, properties map[string]any) (cloudformation.Made, error) {
	in, err := decodeMapping(properties)
	if err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.lambda.CreateMapping(ctx, in)
	if err != nil {
		return cloudformation.Made{}, err
	}
	return madeMapping(out), nil
}

func madeMapping(m *lambda.MappingConfiguration) cloudformation.Made {
	return cloudformation.Made{ID: m.UUID, Attributes: map[string]string{"Id": m.UUID, "EventSourceMappingArn": m.EventSourceMappingArn}}
}

func (d mappingDriver) Update(ctx context.Context, id string, old, next map[string]any) (cloudformation.Made, error) {
	in, err := decodeMapping(next)
	if err != nil {
		return cloudformation.Made{}, err
	}
	out, err := d.lambda.ReplaceMapping(ctx, id, &in.MappingSettings)
	if err != nil {
		return cloudformation.Made{}, err
	}
	if !equal(old["Tags"], next["Tags"]) {
		err = d.lambda.SetTags(ctx, out.EventSourceMappingArn, in.Tags)
	}
	return madeMapping(out), err
}

func (d mappingDriver) Delete(_ context.Context, id string, _ map[string]any) error {
	_, err := d.lambda.DeleteMapping(id)
	return deleted(err, "ResourceNotFoundException")
}
