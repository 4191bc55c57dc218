package conformance

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/target"
)

// newSQS is a client, and a queue maker whose queues are removed with the test.
func newSQS(t *testing.T) (*sqs.Client, func(name string, attributes map[string]string) *string) {
	t.Helper()
	cfg := config(t)
	cfg.BaseEndpoint = aws.String(endpoint(t))
	client := sqs.NewFromConfig(cfg)
	stamp := strconv.FormatInt(time.Now().UnixNano(), 36)
	return client, func(name string, attributes map[string]string) *string {
		out, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("conformance-" + stamp + "-" + name), Attributes: attributes})
		require.NoError(t, err)
		t.Cleanup(func() {
			_, err := client.DeleteQueue(context.WithoutCancel(t.Context()), &sqs.DeleteQueueInput{QueueUrl: out.QueueUrl})
			require.NoError(t, err)
		})
		return out.QueueUrl
	}
}

func queueARN(t *testing.T, client *sqs.Client, url *string) string {
	t.Helper()
	out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn}})
	require.NoError(t, err)
	return out.Attributes["QueueArn"]
}

// receive long-polls until n messages came or ten seconds passed.
func receive(t *testing.T, client *sqs.Client, url *string, n int) (got []types.Message) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(got) < n && time.Now().Before(deadline); {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 2, MessageAttributeNames: []string{"All"},
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		require.NoError(t, err)
		got = append(got, out.Messages...)
	}
	require.Len(t, got, n)
	return got
}

func TestSQSAMessageIsDeliveredWithItsAttributesAndDeleted(t *testing.T) {
	t.Parallel()
	client, queue := newSQS(t)
	url := queue("jobs", nil)
	sent, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: url, MessageBody: aws.String("hello ü"), MessageAttributes: map[string]types.MessageAttributeValue{
			"text":   {DataType: aws.String("String"), StringValue: aws.String("v")},
			"number": {DataType: aws.String("Number"), StringValue: aws.String("1.5")},
			"bytes":  {DataType: aws.String("Binary.png"), BinaryValue: []byte{0, 1}},
		},
	})
	require.NoError(t, err) // the SDK verifies the digests
	got := receive(t, client, url, 1)[0]
	require.Equal(t, *sent.MessageId, *got.MessageId)
	require.Equal(t, "hello ü", *got.Body)
	require.Equal(t, []byte{0, 1}, got.MessageAttributes["bytes"].BinaryValue)
	require.Equal(t, *sent.MD5OfMessageAttributes, *got.MD5OfMessageAttributes)
	require.Equal(t, "1", got.Attributes["ApproximateReceiveCount"])
	_, err = client.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: got.ReceiptHandle})
	require.NoError(t, err)
	again := receive(t, client, url, 1)[0]
	require.Equal(t, "2", again.Attributes["ApproximateReceiveCount"])
	_, err = client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: again.ReceiptHandle})
	require.NoError(t, err)
	_, err = client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: url, ReceiptHandle: aws.String("garbage")})
	requireCode(t, err, "ReceiptHandleIsInvalid")
}

func TestSQSALongPollReturnsWithTheMessage(t *testing.T) {
	t.Parallel()
	client, queue := newSQS(t)
	url := queue("jobs", nil)
	type result struct {
		out *sqs.ReceiveMessageOutput
		err error
	}
	got := make(chan result, 1)
	begin := time.Now()
	go func() {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url, WaitTimeSeconds: 20})
		got <- result{out, err}
	}()
	_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), DelaySeconds: 1})
	require.NoError(t, err)
	r := <-got
	require.NoError(t, r.err)
	require.Len(t, r.out.Messages, 1)
	require.Less(t, time.Since(begin), 15*time.Second)
}

func TestSQSDeadLettersAndTheirWayBack(t *testing.T) {
	t.Parallel()
	client, queue := newSQS(t)
	dead := queue("dead", nil)
	url := queue("jobs", map[string]string{"VisibilityTimeout": "0", "RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN(t, client, dead) + `","maxReceiveCount":1}`})
	_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("poison")})
	require.NoError(t, err)
	receive(t, client, url, 1)
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url})
	require.NoError(t, err)
	require.Empty(t, out.Messages)
	got := receive(t, client, dead, 1)[0]
	require.Equal(t, queueARN(t, client, url), got.Attributes["DeadLetterQueueSourceArn"])
	_, err = client.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{QueueUrl: dead, ReceiptHandle: got.ReceiptHandle})
	require.NoError(t, err)
	_, err = client.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(queueARN(t, client, dead))})
	require.NoError(t, err)
	require.Equal(t, "poison", *receive(t, client, url, 1)[0].Body)
	tasks, err := client.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: aws.String(queueARN(t, client, dead))})
	require.NoError(t, err)
	require.Len(t, tasks.Results, 1)
	_, err = client.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: aws.String(queueARN(t, client, url))})
	requireCode(t, err, "InvalidParameterValue")
}

func TestSQSFIFOKeepsTheOrderAndDropsDuplicates(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "a duplicate gets a sequence number of its own")
	client, queue := newSQS(t)
	url := queue("jobs.fifo", map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"})
	var numbers []string
	for _, body := range []string{"one", "two", "one", "three"} {
		out, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: &body, MessageGroupId: aws.String("g")})
		require.NoError(t, err)
		numbers = append(numbers, *out.SequenceNumber)
	}
	require.Equal(t, numbers[0], numbers[2], "a duplicate gets the number of the first")
	require.Less(t, numbers[0], numbers[1])
	var bodies []string
	for _, m := range receive(t, client, url, 3) {
		bodies = append(bodies, *m.Body)
	}
	require.Equal(t, []string{"one", "two", "three"}, bodies)
	_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("x"), MessageGroupId: aws.String("g"), DelaySeconds: 1})
	requireCode(t, err, "InvalidParameterValue")
}

func TestSQSErrorsHaveTheCodesOfBothProtocols(t *testing.T) {
	t.Parallel()
	target.KnownDifference(t, target.LocalStack, "an attribute out of range is accepted")
	client, queue := newSQS(t)
	url := queue("jobs", nil)
	ctx := t.Context()
	_, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("conformance-none")})
	var missing *types.QueueDoesNotExist
	require.ErrorAs(t, err, &missing)
	requireCode(t, err, "AWS.SimpleQueueService.NonExistentQueue")
	_, err = client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: url, Entries: make([]types.SendMessageBatchRequestEntry, 0)})
	requireCode(t, err, "AWS.SimpleQueueService.EmptyBatchRequest")
	_, err = client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: 11})
	requireCode(t, err, "InvalidParameterValue")
	_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("a\x01")})
	var contents *types.InvalidMessageContents
	require.ErrorAs(t, err, &contents)
	_, err = client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String(strings.Repeat("x", 1<<20+1))})
	requireCode(t, err, "InvalidParameterValue")
	_, err = client.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"VisibilityTimeout": "-1"}})
	requireCode(t, err, "InvalidAttributeValue")
}

func TestSQSBatches(t *testing.T) {
	t.Parallel()
	client, queue := newSQS(t)
	url := queue("jobs", nil)
	var entries []types.SendMessageBatchRequestEntry
	for i := range 10 {
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String("m" + strconv.Itoa(i))})
	}
	sent, err := client.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: url, Entries: entries})
	require.NoError(t, err)
	require.Len(t, sent.Successful, 10)
	var gone []types.DeleteMessageBatchRequestEntry
	for i, m := range receive(t, client, url, 10) {
		gone = append(gone, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
	}
	out, err := client.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: url, Entries: gone})
	require.NoError(t, err)
	require.Len(t, out.Successful, 10)
	require.Empty(t, out.Failed)
}
