package conformance

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// greet changes the function's setting and waits until it is in force.
func greet(t *testing.T, client *lambda.Client, function, greeting string) {
	t.Helper()
	_, err := client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &function, Environment: &lambdatypes.Environment{Variables: map[string]string{"GREETING": greeting}},
	})
	require.NoError(t, err)
	require.NoError(t, lambda.NewFunctionUpdatedV2Waiter(client, func(o *lambda.FunctionUpdatedV2WaiterOptions) {
		o.MinDelay = 50 * time.Millisecond
	}).Wait(t.Context(), &lambda.GetFunctionInput{FunctionName: &function}, 2*time.Minute))
}

func publish(t *testing.T, client *lambda.Client, function string) string {
	t.Helper()
	out, err := client.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &function})
	require.NoError(t, err)
	require.NoError(t, lambda.NewPublishedVersionActiveWaiter(client, func(o *lambda.PublishedVersionActiveWaiterOptions) {
		o.MinDelay = 50 * time.Millisecond
	}).Wait(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &function, Qualifier: out.Version}, 2*time.Minute))
	return *out.Version
}

// greeting is what a qualifier of the function says, and which version says it.
func greeting(t *testing.T, client *lambda.Client, function, qualifier string) (text, version string) {
	t.Helper()
	out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &function, Qualifier: &qualifier, Payload: []byte(`{"Do":"env","Text":"GREETING"}`)})
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(out.Payload, &text), "%s", out.Payload)
	return text, aws.ToString(out.ExecutedVersion)
}

func TestLambdaVersionsStayAndAliasesMove(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "an alias cannot be changed without naming its version again")
	outputs, client := makeFunction(t)
	function, ctx := outputs["Function"], t.Context()
	require.Equal(t, "1", publish(t, client, function))
	require.Equal(t, "1", publish(t, client, function), "nothing had changed")
	greet(t, client, function, "two")
	require.Equal(t, "2", publish(t, client, function))
	greet(t, client, function, "three")
	for qualifier, want := range map[string]string{"1": "hello", "2": "two", "$LATEST": "three"} {
		text, version := greeting(t, client, function, qualifier)
		require.Equal(t, want, text)
		require.Equal(t, qualifier, version)
	}
	versions, err := client.ListVersionsByFunction(ctx, &lambda.ListVersionsByFunctionInput{FunctionName: &function})
	require.NoError(t, err)
	require.Len(t, versions.Versions, 3)

	alias, err := client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &function, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	require.NoError(t, err)
	text, version := greeting(t, client, function, "live")
	require.Equal(t, []string{"hello", "1"}, []string{text, version})
	_, err = client.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: &function, Name: aws.String("live"), RevisionId: alias.RevisionId,
		RoutingConfig: &lambdatypes.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"2": 0.5}}})
	require.NoError(t, err)
	seen := map[string]string{}
	require.Eventually(t, func() bool {
		text, version := greeting(t, client, function, "live")
		seen[version] = text
		return len(seen) == 2
	}, time.Minute, time.Millisecond)
	require.Equal(t, map[string]string{"1": "hello", "2": "two"}, seen)

	described, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &function, Qualifier: aws.String("live")})
	require.NoError(t, err)
	require.Equal(t, "1", aws.ToString(described.Version))
	require.Equal(t, aws.ToString(alias.AliasArn), aws.ToString(described.FunctionArn))
}

func TestLambdaReleasesAreRefused(t *testing.T) {
	t.Parallel()
	outputs, client := makeFunction(t)
	function, ctx := outputs["Function"], t.Context()
	publish(t, client, function)
	_, err := client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &function, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	require.NoError(t, err)

	_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &function, Name: aws.String("live"), FunctionVersion: aws.String("1")})
	requireError(t, err, "ResourceConflictException", "Alias already exists: ")
	_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{FunctionName: &function, Name: aws.String("other"), FunctionVersion: aws.String("9")})
	requireError(t, err, "ResourceNotFoundException", "Function not found: ")
	_, err = client.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: aws.String("other")})
	requireError(t, err, "ResourceNotFoundException", "Cannot find alias arn: ")
	_, err = client.UpdateAlias(ctx, &lambda.UpdateAliasInput{FunctionName: &function, Name: aws.String("live"), RevisionId: aws.String("11111111-2222-3333-4444-555555555555")})
	requireError(t, err, "PreconditionFailedException", "The Revision Id provided does not match")
	_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &function, CodeSha256: aws.String("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")})
	requireError(t, err, "InvalidParameterValueException", "is different from current CodeSHA256 in $LATEST")
	_, err = client.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &function, Qualifier: aws.String("$LATEST")})
	requireError(t, err, "InvalidParameterValueException", "$LATEST version cannot be deleted without deleting the function.")
	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Qualifier: aws.String("9")})
	requireError(t, err, "ResourceNotFoundException", "Function not found: ")
}

func TestLambdaInvocationModes(t *testing.T) {
	t.Parallel()
	outputs, client := makeFunction(t)
	function, ctx := outputs["Function"], t.Context()
	queues := sqs.NewFromConfig(config(t))
	described, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: aws.String(outputs["Dead"]), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameQueueArn}})
	require.NoError(t, err)
	arn := described.Attributes["QueueArn"]

	dry, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, InvocationType: lambdatypes.InvocationTypeDryRun})
	require.NoError(t, err)
	require.Equal(t, int32(204), dry.StatusCode)

	_, err = client.PutFunctionEventInvokeConfig(ctx, &lambda.PutFunctionEventInvokeConfigInput{FunctionName: &function, MaximumRetryAttempts: aws.Int32(0), DestinationConfig: &lambdatypes.DestinationConfig{
		OnSuccess: &lambdatypes.OnSuccess{Destination: &arn}, OnFailure: &lambdatypes.OnFailure{Destination: &arn},
	}})
	require.NoError(t, err)
	for do, condition := range map[string]string{"": "Success", "fail": "RetriesExhausted"} {
		payload, err := json.Marshal(map[string]string{"Do": do, "Text": "said"})
		require.NoError(t, err)
		accepted, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, InvocationType: lambdatypes.InvocationTypeEvent, Payload: payload})
		require.NoError(t, err)
		require.Equal(t, int32(202), accepted.StatusCode)
		var record struct {
			RequestContext struct {
				Condition              string
				ApproximateInvokeCount int
			}
			RequestPayload  map[string]string
			ResponsePayload any
		}
		require.Eventually(t, func() bool {
			got, err := queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: aws.String(outputs["Dead"]), WaitTimeSeconds: 1})
			if err != nil || len(got.Messages) == 0 {
				return false
			}
			require.NoError(t, json.Unmarshal([]byte(aws.ToString(got.Messages[0].Body)), &record))
			_, err = queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(outputs["Dead"]), ReceiptHandle: got.Messages[0].ReceiptHandle})
			return err == nil
		}, 2*time.Minute, 50*time.Millisecond)
		require.Equal(t, condition, record.RequestContext.Condition)
		require.Equal(t, 1, record.RequestContext.ApproximateInvokeCount)
		require.Equal(t, do, record.RequestPayload["Do"])
		if condition == "Success" {
			require.Equal(t, "said", record.ResponsePayload)
		}
	}
}
