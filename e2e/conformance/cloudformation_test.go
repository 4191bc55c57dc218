package conformance

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// madeStack is a stack of one test.
type madeStack struct {
	t      *testing.T
	client *cloudformation.Client
	name   string
}

// makeStack creates a stack and waits until it is complete.
func makeStack(t *testing.T, template string, parameters map[string]string) *madeStack {
	t.Helper()
	st := &madeStack{t, cloudformation.NewFromConfig(config(t)), name(t)}
	_, err := st.client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: &st.name, TemplateBody: &template, Parameters: parametersOf(parameters), Capabilities: []cfn.Capability{cfn.CapabilityCapabilityIam},
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := st.client.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &st.name})
		require.NoError(t, err)
		require.NoError(t, cloudformation.NewStackDeleteCompleteWaiter(st.client, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
			o.MinDelay = 50 * time.Millisecond
		}).Wait(ctx, &cloudformation.DescribeStacksInput{StackName: &st.name}, 5*time.Minute))
	})
	err = cloudformation.NewStackCreateCompleteWaiter(st.client, func(o *cloudformation.StackCreateCompleteWaiterOptions) {
		o.MinDelay = 50 * time.Millisecond
	}).Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: &st.name}, 10*time.Minute)
	require.NoError(t, err, "%s", strings.Join(st.reasons(), "\n"))
	return st
}

func parametersOf(values map[string]string) (out []cfn.Parameter) {
	for k, v := range values {
		out = append(out, cfn.Parameter{ParameterKey: aws.String(k), ParameterValue: aws.String(v)})
	}
	return out
}

func (st *madeStack) describe() cfn.Stack {
	st.t.Helper()
	out, err := st.client.DescribeStacks(st.t.Context(), &cloudformation.DescribeStacksInput{StackName: &st.name})
	require.NoError(st.t, err)
	return out.Stacks[0]
}

func (st *madeStack) outputs() map[string]string {
	st.t.Helper()
	out := map[string]string{}
	for _, o := range st.describe().Outputs {
		out[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return out
}

// reasons are the stack's events that say why something failed.
func (st *madeStack) reasons() (out []string) {
	events, err := st.client.DescribeStackEvents(st.t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &st.name})
	require.NoError(st.t, err)
	for _, e := range events.StackEvents {
		if e.ResourceStatusReason != nil {
			out = append(out, aws.ToString(e.LogicalResourceId)+" "+string(e.ResourceStatus)+" "+*e.ResourceStatusReason)
		}
	}
	return out
}

// settle waits until the stack is in none of the in-progress states.
func (st *madeStack) settle() cfn.StackStatus {
	st.t.Helper()
	var status cfn.StackStatus
	require.Eventually(st.t, func() bool {
		status = st.describe().StackStatus
		return !strings.HasSuffix(string(status), "_IN_PROGRESS")
	}, 5*time.Minute, 50*time.Millisecond)
	return status
}

func (st *madeStack) update(template string, parameters map[string]string) error {
	_, err := st.client.UpdateStack(st.t.Context(), &cloudformation.UpdateStackInput{
		StackName: &st.name, TemplateBody: &template, Parameters: parametersOf(parameters), Capabilities: []cfn.Capability{cfn.CapabilityCapabilityIam},
	})
	return err
}

// makeBucket creates a bucket with objects, emptied and removed after the test.
func makeBucket(t *testing.T, objects map[string][]byte) string {
	t.Helper()
	cfg := config(t)
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	bucket := strings.ToLower(name(t))
	if len(bucket) > 50 {
		bucket = bucket[:50] + "-b"
	}
	in := &s3.CreateBucketInput{Bucket: &bucket}
	if cfg.Region != "us-east-1" {
		in.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(cfg.Region)}
	}
	_, err := client.CreateBucket(t.Context(), in)
	require.NoError(t, err)
	for key, body := range objects {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body)})
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		for key := range objects {
			_, err := client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
			require.NoError(t, err)
		}
		_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &bucket})
		require.NoError(t, err)
	})
	return bucket
}

const queueTemplate = `
Parameters:
  Timeout: {Type: Number, Default: 30}
  Extra: {Type: String, Default: "no", AllowedValues: ["yes", "no"]}
Conditions:
  WantsExtra: !Equals [!Ref Extra, "yes"]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: !Ref Timeout
      RedrivePolicy: !If [WantsExtra, {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}, !Ref "AWS::NoValue"]
  Dead:
    Type: AWS::SQS::Queue
    Condition: WantsExtra
Outputs:
  Queue: {Value: !Ref Queue}
  Name: {Value: !Select [5, !Split [":", !GetAtt Queue.Arn]]}
  Line: {Value: !Sub "${AWS::StackName} in ${AWS::Region} has ${Queue.QueueName}"}
`

func TestCloudFormationAnUpdateChangesInPlace(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "an update does not see resources whose condition becomes true")
	st := makeStack(t, queueTemplate, nil)
	before := st.outputs()
	require.Equal(t, st.name+" in "+config(t).Region+" has "+before["Name"], before["Line"])

	require.ErrorContains(t, st.update(queueTemplate, nil), "No updates are to be performed.")

	require.NoError(t, st.update(queueTemplate, map[string]string{"Timeout": "45", "Extra": "yes"}))
	require.Equal(t, cfn.StackStatusUpdateComplete, st.settle(), "%s", st.reasons())
	require.Equal(t, before["Queue"], st.outputs()["Queue"], "the queue was replaced")
	got, err := sqs.NewFromConfig(config(t)).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(before["Queue"]), AttributeNames: []sqstypes.QueueAttributeName{"All"}})
	require.NoError(t, err)
	require.Equal(t, "45", got.Attributes["VisibilityTimeout"])
	require.Contains(t, got.Attributes["RedrivePolicy"], `"maxReceiveCount":3`)
}

func TestCloudFormationAFailedUpdateIsTakenBack(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "no failed update is rolled back: ranges of properties are not checked")
	st := makeStack(t, queueTemplate, nil)
	broken := strings.Replace(queueTemplate, "Outputs:", "  Bad: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 99999999}}\nOutputs:", 1)
	require.NoError(t, st.update(broken, map[string]string{"Timeout": "45"}))
	require.Equal(t, cfn.StackStatusUpdateRollbackComplete, st.settle())
	got, err := sqs.NewFromConfig(config(t)).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(st.outputs()["Queue"]), AttributeNames: []sqstypes.QueueAttributeName{"All"}})
	require.NoError(t, err)
	require.Equal(t, "30", got.Attributes["VisibilityTimeout"])
}

func TestCloudFormationChangeSets(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "an update does not see resources whose condition becomes true")
	st := makeStack(t, queueTemplate, nil)
	set := func(id string, parameters map[string]string) *cloudformation.DescribeChangeSetOutput {
		_, err := st.client.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{StackName: &st.name, ChangeSetName: &id, TemplateBody: aws.String(queueTemplate), Parameters: parametersOf(parameters)})
		require.NoError(t, err)
		var out *cloudformation.DescribeChangeSetOutput
		require.Eventually(t, func() bool {
			out, err = st.client.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{StackName: &st.name, ChangeSetName: &id})
			return err == nil && (out.Status == cfn.ChangeSetStatusCreateComplete || out.Status == cfn.ChangeSetStatusFailed)
		}, time.Minute, 50*time.Millisecond)
		return out
	}
	empty := set("empty", nil)
	require.Equal(t, cfn.ChangeSetStatusFailed, empty.Status)
	require.Contains(t, aws.ToString(empty.StatusReason), "didn't contain changes")

	more := set("more", map[string]string{"Extra": "yes"})
	actions := map[string]cfn.ChangeAction{}
	for _, c := range more.Changes {
		actions[aws.ToString(c.ResourceChange.LogicalResourceId)] = c.ResourceChange.Action
	}
	require.Equal(t, map[string]cfn.ChangeAction{"Dead": cfn.ChangeActionAdd, "Queue": cfn.ChangeActionModify}, actions)
	_, err := st.client.ExecuteChangeSet(t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: &st.name, ChangeSetName: aws.String("more")})
	require.NoError(t, err)
	require.Equal(t, cfn.StackStatusUpdateComplete, st.settle(), "%s", st.reasons())
}

func TestCloudFormationRefusals(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "ValidateTemplate accepts a reference to nothing")
	client := cloudformation.NewFromConfig(config(t))
	for name, c := range map[string]struct{ template, phrase string }{
		"a reference to nothing": {"Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nope}}}", "Unresolved resource dependencies [Nope] in the Resources block of the template"},
		"no resources":           {"Description: nothing", "At least one Resources member must be defined."},
		"a circle":               {"Resources: {A: {Type: AWS::SQS::Queue, DependsOn: B}, B: {Type: AWS::SQS::Queue, DependsOn: A}}", "Circular dependency between resources: [A, B]"},
	} {
		_, err := client.ValidateTemplate(t.Context(), &cloudformation.ValidateTemplateInput{TemplateBody: &c.template})
		require.ErrorContains(t, err, c.phrase, name)
	}
	_, err := client.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String("conformance-nothing")})
	require.ErrorContains(t, err, "Stack with id conformance-nothing does not exist")
	_, err = client.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: aws.String("conformance-nothing")})
	require.ErrorContains(t, err, "Stack [conformance-nothing] does not exist")
}
