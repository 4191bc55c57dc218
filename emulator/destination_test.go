package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestEventsEndInFunctionsAndBuckets(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	told := make(chan []byte, 10)
	arn, err := aws.HandleFunction("told", func(_ context.Context, event []byte) ([]byte, error) { told <- event; return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := aws.HandleFunction("f", func(_ context.Context, event []byte) ([]byte, error) {
		if strings.Contains(string(event), "bad") {
			return nil, fmt.Errorf("no")
		}
		return []byte(`"fine"`), nil
	}); err != nil {
		t.Fatal(err)
	}
	rest(t, aws, "s3", "PUT", "/given-up", nil)
	const path = "/2019-09-25/functions/f/event-invoke-config"
	want(t, aws, "PUT", path, map[string]any{"MaximumRetryAttempts": 0, "DestinationConfig": map[string]any{
		"OnSuccess": map[string]string{"Destination": arn}, "OnFailure": map[string]string{"Destination": "arn:aws:s3:::given-up"},
	}}, nil)
	invoke(t, aws, "f", order{Text: "good"}, "X-Amz-Invocation-Type", "Event")
	if got := string(next(t, told)); !strings.Contains(got, `"condition":"Success"`) || !strings.Contains(got, `"responsePayload":"fine"`) {
		t.Fatalf("the function was told %s", got)
	}
	invoke(t, aws, "f", order{Text: "bad"}, "X-Amz-Invocation-Type", "Event")
	eventually(t, "the object", func() bool {
		return strings.Contains(string(rest(t, aws, "s3", "GET", "/given-up?list-type=2&prefix=aws/lambda/async/f/", nil).body), "<KeyCount>1</KeyCount>")
	})
	for _, c := range []struct{ to, phrase string }{
		{"arn:aws:events:us-east-1:000000000000:event-bus/default", "does not support event buses as destinations"},
		{queueARN("none"), "is invalid"},
		{"nothing", "The provided destination config DestinationConfig is invalid"},
	} {
		a := rest(t, aws, "lambda", "PUT", path, map[string]any{"DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": c.to}}})
		if a.status != 400 || !strings.Contains(string(a.body), c.phrase) {
			t.Errorf("%s: %d %s", c.to, a.status, a.body)
		}
	}
}

func TestATopicIsToldOfFailures(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithoutIAM())
	var topic struct {
		ARN string `xml:"CreateTopicResult>TopicArn"`
	}
	query(t, aws, "sns", "CreateTopic", url.Values{"Name": {"failures"}}, &topic)
	inbox := createQueue(t, aws, "inbox", nil)
	query(t, aws, "sns", "Subscribe", url.Values{"TopicArn": {topic.ARN}, "Protocol": {"sqs"}, "Endpoint": {queueARN("inbox")}}, nil)
	name, _ := handler(t, aws, func([]byte) ([]byte, error) { return nil, fmt.Errorf("no") })
	want(t, aws, "PUT", "/2019-09-25/functions/f/event-invoke-config", map[string]any{"MaximumRetryAttempts": 0, "DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": topic.ARN}}}, nil)
	stream := createTable(t, aws, "table")
	put(t, aws, "table", 1)
	createMapping(t, aws, map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "TRIM_HORIZON", "MaximumRetryAttempts": 0, "DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": topic.ARN}}})
	invoke(t, aws, name, order{}, "X-Amz-Invocation-Type", "Event")
	conditions := map[string]bool{}
	eventually(t, "both messages", func() bool {
		var got struct{ Messages []struct{ Body string } }
		target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": inbox, "MaxNumberOfMessages": 10}, &got)
		for _, m := range got.Messages {
			for _, condition := range []string{"RetriesExhausted", "RetryAttemptsExhausted"} {
				if strings.Contains(m.Body, condition) {
					conditions[condition] = true
				}
			}
		}
		return len(conditions) == 2
	})
}

func TestABucketGetsTheRecordsThatWereGivenUp(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	rest(t, aws, "s3", "PUT", "/given-up", nil)
	consume(t, aws, 2, map[string]any{"MaximumRetryAttempts": 0, "DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": "arn:aws:s3:::given-up"}}},
		func(streamBatch, int) (any, error) { return nil, fmt.Errorf("no") })
	var key string
	eventually(t, "the object", func() bool {
		_, rest, found := strings.Cut(string(rest(t, aws, "s3", "GET", "/given-up?list-type=2&prefix=aws/lambda/"+mappingID(t, aws), nil).body), "<Key>")
		key, _, _ = strings.Cut(rest, "</Key>")
		return found
	})
	var object struct {
		DDBStreamBatchInfo struct{ BatchSize int }
		Payload            string
	}
	rest(t, aws, "s3", "GET", "/given-up/"+key, nil).into(t, &object)
	var event streamBatch
	if err := json.Unmarshal([]byte(object.Payload), &event); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(event.numbers()); got != "[0 1]" || object.DDBStreamBatchInfo.BatchSize != 2 {
		t.Fatalf("got %s, %+v", got, object)
	}
}
