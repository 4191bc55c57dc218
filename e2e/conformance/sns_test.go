package conformance

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
)

// stamp tells one run's resources from another's.
func stamp() string { return strconv.FormatInt(time.Now().UnixNano(), 36) }

func TestSNSAQueueGetsWhatItsFilterTakes(t *testing.T) {
	t.Parallel()
	queues, client := sqs.NewFromConfig(config(t)), sns.NewFromConfig(config(t))
	topic, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("conformance-" + stamp())})
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := client.DeleteTopic(cleanup(t), &sns.DeleteTopicInput{TopicArn: topic.TopicArn})
		require.NoError(t, err)
	})
	queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("conformance-" + stamp())})
	require.NoError(t, err)
	url := queue.QueueUrl
	t.Cleanup(func() {
		_, err := queues.DeleteQueue(cleanup(t), &sqs.DeleteQueueInput{QueueUrl: url})
		require.NoError(t, err)
	})
	arn := queueARN(t, queues, url)
	policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Principal": map[string]string{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
		"Condition": map[string]any{"ArnEquals": map[string]string{"aws:SourceArn": *topic.TopicArn}},
	}}})
	require.NoError(t, err)
	_, err = queues.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Policy": string(policy)}})
	require.NoError(t, err)
	_, err = client.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &arn, ReturnSubscriptionArn: true,
		Attributes: map[string]string{"RawMessageDelivery": "true", "FilterPolicy": `{"kind":[{"prefix":"a"}]}`},
	})
	require.NoError(t, err)
	for _, kind := range []string{"beta", "alpha"} {
		_, err := client.Publish(t.Context(), &sns.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("of " + kind), MessageAttributes: map[string]types.MessageAttributeValue{
			"kind": {DataType: aws.String("String"), StringValue: &kind},
		}})
		require.NoError(t, err)
	}
	got := receive(t, queues, url, 1)
	require.Equal(t, "of alpha", *got[0].Body)
	require.Equal(t, "alpha", *got[0].MessageAttributes["kind"].StringValue)
	_, err = client.Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String(*topic.TopicArn + "-none"), Message: aws.String("m")})
	require.ErrorAs(t, err, new(*types.NotFoundException))
}
