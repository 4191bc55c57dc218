// Package deploy builds the functions and applies deploy/data.yaml through the
// CloudFormation API. The same code serves the embedded AWS, LocalStack and
// AWS: what differs is the environment the AWS configuration was read from.
package deploy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"go.yaml.in/yaml/v3"

	"github.com/anikeshk/cumin/internal/awsenv"
)

// Stack is one deployment of the data template.
type Stack struct {
	AWS        aws.Config
	Name       string            // every resource's name begins with it
	Template   []byte            // the text of deploy/data.yaml
	Functions  []Function        // built; their zips are uploaded when absent
	Parameters map[string]string // beside those that name the functions' zips
}

// Outputs are the stack's outputs by name.
type Outputs map[string]string

// Env returns the outputs as environment variables.
func (o Outputs) Env() []string {
	env := make([]string, 0, len(o))
	for name, value := range o {
		env = append(env, Variable(name)+"="+value)
	}
	return env
}

// Variable is the environment variable of an output: TableAuth becomes
// CUMIN_TABLE_AUTH.
func Variable(output string) string {
	var b strings.Builder
	b.WriteString("CUMIN")
	for _, r := range output {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// OutputNames lists the outputs that a template declares, sorted.
func OutputNames(template []byte) ([]string, error) {
	var t struct {
		Outputs map[string]yaml.Node `yaml:"Outputs"`
	}
	if err := yaml.Unmarshal(template, &t); err != nil {
		return nil, fmt.Errorf("read the template's outputs: %w", err)
	}
	return slices.Sorted(maps.Keys(t.Outputs)), nil
}

// Apply creates or updates the stack and returns its outputs. A stack that is
// already as described is left alone.
func (s Stack) Apply(ctx context.Context) (Outputs, error) {
	bucket, err := s.uploadFunctions(ctx)
	if err != nil {
		return nil, err
	}
	parameters := []cfn.Parameter{{ParameterKey: aws.String("ArtifactBucket"), ParameterValue: &bucket}}
	for _, f := range s.Functions {
		parameters = append(parameters, cfn.Parameter{ParameterKey: aws.String(f.Parameter), ParameterValue: aws.String(f.key())})
	}
	for name, value := range s.Parameters {
		parameters = append(parameters, cfn.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)})
	}

	client := cloudformation.NewFromConfig(s.AWS)
	exists, err := s.exists(ctx, client)
	if err != nil {
		return nil, err
	}
	if exists {
		err = s.update(ctx, client, parameters)
	} else {
		err = s.create(ctx, client, parameters)
	}
	if err != nil {
		return nil, fmt.Errorf("apply stack %s: %w", s.Name, err)
	}
	return s.Outputs(ctx)
}

// Delete removes the stack and waits until it is gone. What the template
// retains (tables, the bucket) stays, as does the artifact bucket.
func (s Stack) Delete(ctx context.Context) error {
	client := cloudformation.NewFromConfig(s.AWS)
	if _, err := client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &s.Name}); err != nil {
		return fmt.Errorf("delete stack %s: %w", s.Name, err)
	}
	waiter := cloudformation.NewStackDeleteCompleteWaiter(client, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 5*time.Second
	})
	err := waiter.Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name}, stackTimeout)
	if err = s.explain(ctx, client, err); err != nil {
		return fmt.Errorf("delete stack %s: %w", s.Name, err)
	}
	return nil
}

// stackTimeout bounds one create or update; AWS takes minutes for tables.
const stackTimeout = 15 * time.Minute

// noUpdates is how AWS says that a stack is already as described; it has no
// error code of its own (API reference, UpdateStack).
const noUpdates = "No updates are to be performed"

func (s Stack) create(ctx context.Context, client *cloudformation.Client, parameters []cfn.Parameter) error {
	if _, err := client.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: &s.Name, TemplateBody: aws.String(string(s.Template)), Parameters: parameters,
		Capabilities: []cfn.Capability{cfn.CapabilityCapabilityIam},
	}); err != nil {
		return err
	}
	waiter := cloudformation.NewStackCreateCompleteWaiter(client, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 5*time.Second
	})
	return s.explain(ctx, client, waiter.Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name}, stackTimeout))
}

// update brings a stack to the template, by way of others where CloudFormation
// does not do it at once. Killed on the way it is at one of them, and the next
// update goes on from there.
func (s Stack) update(ctx context.Context, client *cloudformation.Client, parameters []cfn.Parameter) error {
	deployed, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &s.Name, TemplateStage: cfn.TemplateStageOriginal})
	if err != nil {
		return err
	}
	before, err := stages([]byte(aws.ToString(deployed.TemplateBody)), s.Template)
	if err != nil {
		return err
	}
	for _, template := range before {
		kept, err := asBefore(template)
		if err != nil {
			return err
		}
		if err := s.updateTo(ctx, client, template, kept); err != nil {
			return err
		}
	}
	return s.updateTo(ctx, client, s.Template, parameters)
}

func (s Stack) updateTo(ctx context.Context, client *cloudformation.Client, template []byte, parameters []cfn.Parameter) error {
	_, err := client.UpdateStack(ctx, &cloudformation.UpdateStackInput{
		StackName: &s.Name, TemplateBody: aws.String(string(template)), Parameters: parameters,
		Capabilities: []cfn.Capability{cfn.CapabilityCapabilityIam},
	})
	if err != nil {
		if api, ok := errors.AsType[smithy.APIError](err); ok && strings.Contains(api.ErrorMessage(), noUpdates) {
			return nil
		}
		return err
	}
	waiter := cloudformation.NewStackUpdateCompleteWaiter(client, func(o *cloudformation.StackUpdateCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, 5*time.Second
	})
	return s.explain(ctx, client, waiter.Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name}, stackTimeout))
}

// explain adds the failed resources' reasons to a failure, since the waiter
// only says that the stack's state is a bad one.
func (s Stack) explain(ctx context.Context, client *cloudformation.Client, err error) error {
	if err == nil {
		return nil
	}
	events, eventsErr := client.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: &s.Name})
	if eventsErr != nil {
		return errors.Join(err, eventsErr)
	}
	var reasons []error
	for _, e := range events.StackEvents {
		if strings.HasSuffix(string(e.ResourceStatus), "_FAILED") && e.ResourceStatusReason != nil {
			reasons = append(reasons, fmt.Errorf("%s: %s", aws.ToString(e.LogicalResourceId), *e.ResourceStatusReason))
		}
	}
	return errors.Join(append([]error{err}, reasons...)...)
}

func (s Stack) exists(ctx context.Context, client *cloudformation.Client) (bool, error) {
	_, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name})
	if err == nil {
		return true, nil
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && strings.Contains(api.ErrorMessage(), "does not exist") {
		return false, nil
	}
	return false, fmt.Errorf("describe stack %s: %w", s.Name, err)
}

// Outputs reads the outputs of a stack that is deployed.
func (s Stack) Outputs(ctx context.Context) (Outputs, error) {
	client := cloudformation.NewFromConfig(s.AWS)
	d, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &s.Name})
	if err != nil {
		return nil, fmt.Errorf("read outputs of stack %s: %w", s.Name, err)
	}
	out := Outputs{}
	for _, o := range d.Stacks[0].Outputs {
		out[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return out, nil
}

// uploadFunctions puts each zip under its hash into the stack's artifact
// bucket, which it creates when missing, and returns the bucket's name.
func (s Stack) uploadFunctions(ctx context.Context) (string, error) {
	client := awsenv.S3(s.AWS)
	me, err := sts.NewFromConfig(s.AWS).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("whose account is this: %w", err)
	}
	// Buckets of all accounts share one namespace.
	bucket := fmt.Sprintf("%s-artifacts-%s", s.Name, aws.ToString(me.Account))
	in := &s3.CreateBucketInput{Bucket: &bucket}
	if s.AWS.Region != "us-east-1" {
		in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(s.AWS.Region)}
	}
	if _, err := client.CreateBucket(ctx, in); err != nil {
		if _, owned := errors.AsType[*s3types.BucketAlreadyOwnedByYou](err); !owned {
			return "", fmt.Errorf("create artifact bucket %s: %w", bucket, err)
		}
	}
	for _, f := range s.Functions {
		if _, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: aws.String(f.key())}); err == nil {
			continue // named by its hash: what is there is the same bytes
		} else if _, missing := errors.AsType[*s3types.NotFound](err); !missing {
			return "", fmt.Errorf("look for zip of %s: %w", f.Name, err)
		}
		zip, err := os.ReadFile(f.Zip)
		if err != nil {
			return "", fmt.Errorf("read zip of %s: %w", f.Name, err)
		}
		if _, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: aws.String(f.key()), Body: bytes.NewReader(zip)}); err != nil {
			return "", fmt.Errorf("upload zip of %s: %w", f.Name, err)
		}
	}
	return bucket, nil
}

// Function is one built function.
type Function struct {
	Name      string // the folder under lambdas/
	Parameter string // of the template, names the zip's object key
	Zip       string // path
	SHA256    string // of the zip, hex
}

func (f Function) key() string {
	return filepath.ToSlash(filepath.Join("functions", f.Name+"-"+f.SHA256[:16]+".zip"))
}
