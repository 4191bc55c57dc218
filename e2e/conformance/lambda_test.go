package conformance

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// functionTemplate has a function, a queue and a table that feed it, and the
// role it wants. A mapping of a stream gives up after one retry.
const functionTemplate = `
Parameters:
  Bucket: {Type: String}
  Key: {Type: String}
  Architecture: {Type: String}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole
        - arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Effect: Allow, Action: ["sqs:SendMessage"], Resource: [!GetAtt Dead.Arn]}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: provided.al2023
      Handler: bootstrap
      Architectures: [!Ref Architecture]
      Code: {S3Bucket: !Ref Bucket, S3Key: !Ref Key}
      Role: !GetAtt Role.Arn
      Timeout: 2
      Environment: {Variables: {GREETING: hello}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 2}
  Dead:
    Type: AWS::SQS::Queue
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
  FromQueue:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      EventSourceArn: !GetAtt Queue.Arn
      FunctionResponseTypes: [ReportBatchItemFailures]
  FromTable:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Function
      EventSourceArn: !GetAtt Table.StreamArn
      StartingPosition: TRIM_HORIZON
      MaximumRetryAttempts: 1
      FunctionResponseTypes: [ReportBatchItemFailures]
      DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}
Outputs:
  Function: {Value: !Ref Function}
  Queue: {Value: !Ref Queue}
  Dead: {Value: !Ref Dead}
  Table: {Value: !Ref Table}
`

// functionZip is the test function for this machine's architecture, built once.
var functionZip = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(dir, "bootstrap"), "./testdata/function")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := cmd.CombinedOutput(); err != nil {
		return out, err
	}
	code, err := os.ReadFile(filepath.Join(dir, "bootstrap"))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(code); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
})

// architecture is this machine's in Lambda's words.
func architecture() string {
	if runtime.GOARCH == "amd64" {
		return "x86_64"
	}
	return runtime.GOARCH
}

// makeFunction applies the template and returns its outputs.
func makeFunction(t *testing.T) (outputs map[string]string, client *lambda.Client) {
	t.Helper()
	code, err := functionZip()
	require.NoError(t, err, "%s", code)
	bucket := makeBucket(t, map[string][]byte{"function.zip": code})
	st := makeStack(t, functionTemplate, map[string]string{"Bucket": bucket, "Key": "function.zip", "Architecture": architecture()})
	return st.outputs(), lambda.NewFromConfig(config(t))
}

// invoke runs the function with an event and returns the answer with its body decoded.
func invoke(t *testing.T, client *lambda.Client, function string, event any) (*lambda.InvokeOutput, any) {
	t.Helper()
	payload, err := json.Marshal(event)
	require.NoError(t, err)
	out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &function, Payload: payload, LogType: lambdatypes.LogTypeTail})
	require.NoError(t, err)
	var body any
	require.NoError(t, json.Unmarshal(out.Payload, &body), "%s", out.Payload)
	return out, body
}

func TestLambdaInvocationsAnswerAsTheirFunctionDoes(t *testing.T) {
	t.Parallel()
	outputs, client := makeFunction(t)
	function := outputs["Function"]

	out, body := invoke(t, client, function, map[string]string{"Text": "hi"})
	require.Nil(t, out.FunctionError)
	require.Equal(t, "hi", body)
	require.Equal(t, int32(200), out.StatusCode)
	require.Equal(t, "$LATEST", aws.ToString(out.ExecutedVersion))

	_, body = invoke(t, client, function, map[string]string{"Do": "env", "Text": "GREETING"})
	require.Equal(t, "hello", body)

	_, body = invoke(t, client, function, map[string]string{"Do": "context"})
	require.Equal(t, function, body.(map[string]any)["name"])
	require.InDelta(t, 2, body.(map[string]any)["left"], 1)

	out, _ = invoke(t, client, function, map[string]string{"Do": "print", "Text": "a line"})
	log, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
	require.NoError(t, err)
	require.Regexp(t, `(?s)START RequestId: \S+ Version: \$LATEST\n.*a line\n.*END RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB`, string(log))
}

func TestLambdaFailuresAreTold(t *testing.T) {
	t.Parallel()
	outputs, client := makeFunction(t)
	for name, c := range map[string]struct {
		event map[string]string
		kind  any
		text  string
	}{
		"an error":      {map[string]string{"Do": "fail", "Text": "no"}, "errorString", "no"},
		"a panic":       {map[string]string{"Do": "panic", "Text": "oh"}, "string", "oh"},
		"an exit":       {map[string]string{"Do": "exit"}, "Runtime.ExitError", "Runtime exited with error: exit status 1"},
		"a late answer": {map[string]string{"Do": "sleep"}, "Sandbox.Timedout", "Task timed out after 2.00 seconds"},
	} {
		out, body := invoke(t, client, outputs["Function"], c.event)
		require.Equal(t, "Unhandled", aws.ToString(out.FunctionError), name)
		require.Equal(t, c.kind, body.(map[string]any)["errorType"], name)
		require.Contains(t, body.(map[string]any)["errorMessage"], c.text, name)
	}
	_, body := invoke(t, client, outputs["Function"], map[string]string{"Text": "alive"})
	require.Equal(t, "alive", body)
}

func TestLambdaRefusals(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "an event that is no JSON reaches the function")
	outputs, client := makeFunction(t)
	function := outputs["Function"]
	ctx := t.Context()

	_, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("conformance-nothing")})
	_, missing := errors.AsType[*lambdatypes.ResourceNotFoundException](err)
	require.True(t, missing, "%v", err)

	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: []byte("{")})
	_, bad := errors.AsType[*lambdatypes.InvalidRequestContentException](err)
	require.True(t, bad, "%v", err)

	_, err = client.PutFunctionConcurrency(ctx, &lambda.PutFunctionConcurrencyInput{FunctionName: &function, ReservedConcurrentExecutions: aws.Int32(0)})
	require.NoError(t, err)
	_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function}, func(o *lambda.Options) { o.RetryMaxAttempts = 1 })
	throttled, ok := errors.AsType[*lambdatypes.TooManyRequestsException](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, lambdatypes.ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded, throttled.Reason)
}

func TestLambdaAQueuesFailedMessageComesAgain(t *testing.T) {
	t.Parallel()
	outputs, client := makeFunction(t)
	queues := sqs.NewFromConfig(config(t))
	for _, text := range []string{"one", "fail", "two"} {
		_, err := queues.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(outputs["Queue"]), MessageBody: &text})
		require.NoError(t, err)
	}
	// The two good ones are deleted; the bad one alternates between hidden and visible.
	require.Eventually(t, func() bool {
		got, err := queues.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: aws.String(outputs["Queue"]), AttributeNames: []sqstypes.QueueAttributeName{"All"}})
		return err == nil && got.Attributes["ApproximateNumberOfMessages"]+got.Attributes["ApproximateNumberOfMessagesNotVisible"] != "00" &&
			(got.Attributes["ApproximateNumberOfMessages"] == "1" || got.Attributes["ApproximateNumberOfMessagesNotVisible"] == "1")
	}, time.Minute, 50*time.Millisecond)
	mappings, err := client.ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: aws.String(outputs["Function"])})
	require.NoError(t, err)
	require.Len(t, mappings.EventSourceMappings, 2)
	for _, m := range mappings.EventSourceMappings {
		require.Equal(t, "Enabled", aws.ToString(m.State))
	}
}

func TestLambdaAStreamsPoisonIsPassedToTheDestination(t *testing.T) {
	t.Parallel()
	outputs, _ := makeFunction(t)
	db, queues := dynamodb.NewFromConfig(config(t)), sqs.NewFromConfig(config(t))
	for i, text := range []string{"one", "fail", "two"} {
		_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(outputs["Table"]), Item: item{"pk": s("same"), "say": s(text), "n": n(string(rune('0' + i)))}})
		require.NoError(t, err)
	}
	var body string
	require.Eventually(t, func() bool {
		got, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(outputs["Dead"]), WaitTimeSeconds: 1})
		if err != nil || len(got.Messages) == 0 {
			return false
		}
		body = aws.ToString(got.Messages[0].Body)
		return true
	}, 2*time.Minute, 50*time.Millisecond)
	var m struct {
		Version         string
		RequestContext  struct{ FunctionArn, Condition string }
		ResponseContext map[string]any
		Info            struct{ ShardID, StartSequenceNumber, EndSequenceNumber, StreamArn string } `json:"DDBStreamBatchInfo"`
	}
	require.NoError(t, json.Unmarshal([]byte(body), &m))
	require.Equal(t, "1.0", m.Version)
	require.Equal(t, "RetryAttemptsExhausted", m.RequestContext.Condition)
	require.True(t, strings.HasSuffix(m.RequestContext.FunctionArn, outputs["Function"]), body)
	require.Nil(t, m.ResponseContext["functionError"], "the failure was reported by item")
	require.NotEmpty(t, m.Info.ShardID)
	require.LessOrEqual(t, m.Info.StartSequenceNumber, m.Info.EndSequenceNumber)
}
