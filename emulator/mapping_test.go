package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

const account = "000000000000"

func queueARN(name string) string { return "arn:aws:sqs:us-east-1:" + account + ":" + name }

// createQueue returns the queue's URL.
func createQueue(t *testing.T, aws server, name string, attributes map[string]string) string {
	t.Helper()
	var out struct{ QueueUrl string }
	target(t, aws, "AmazonSQS.CreateQueue", map[string]any{"QueueName": name, "Attributes": attributes}, &out)
	return out.QueueUrl
}

func send(t *testing.T, aws server, url, body string) string {
	t.Helper()
	var out struct{ MessageId string }
	target(t, aws, "AmazonSQS.SendMessage", map[string]any{"QueueUrl": url, "MessageBody": body}, &out)
	return out.MessageId
}

// messages is the number of messages visible and in flight.
func messages(t *testing.T, aws server, url string) (visible, hidden string) {
	t.Helper()
	var got struct{ Attributes map[string]string }
	target(t, aws, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": url, "AttributeNames": []string{"All"}}, &got)
	return got.Attributes["ApproximateNumberOfMessages"], got.Attributes["ApproximateNumberOfMessagesNotVisible"]
}

func createMapping(t *testing.T, aws server, settings map[string]any) string {
	t.Helper()
	a := rest(t, aws, "lambda", "POST", "/2015-03-31/event-source-mappings", settings)
	if a.status != 202 {
		t.Fatalf("create mapping: %d %s", a.status, a.body)
	}
	var out struct{ UUID, State, StateTransitionReason string }
	a.into(t, &out)
	if out.State != "Creating" || out.StateTransitionReason != "User action" {
		t.Fatalf("got %+v", out)
	}
	return out.UUID
}

// sqsEvent is what a queue's function gets.
type sqsEvent struct {
	Records []struct{ MessageID, Body, EventSourceARN string }
}

// handler adds an in-process function that passes on its events.
func handler(t *testing.T, aws *AWS, answer func(event []byte) ([]byte, error)) (name string, events chan []byte) {
	t.Helper()
	events = make(chan []byte, 1000)
	_, err := aws.HandleFunction("f", func(_ context.Context, event []byte) ([]byte, error) {
		events <- event
		return answer(event)
	})
	if err != nil {
		t.Fatal(err)
	}
	return "f", events
}

func bodies(t *testing.T, event []byte) (out []string) {
	t.Helper()
	var e sqsEvent
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	for _, r := range e.Records {
		out = append(out, r.Body)
	}
	return out
}

func next(t *testing.T, events chan []byte) []byte {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("no event within 10 s")
		return nil
	}
}

func TestAMessageReachesItsFunctionAndIsDeleted(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "30"})
	createFunction(t, aws, "f", nil)
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": "f"})
	send(t, aws, url, "hello")
	eventually(t, "the run", func() bool { return contains(aws.FunctionLog("f"), "REPORT") })
	eventually(t, "the deletion", func() bool {
		visible, hidden := messages(t, aws, url)
		return visible == "0" && hidden == "0"
	})
}

func TestAFailedBatchComesBackAfterTheVisibilityTimeout(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	failing := true
	name, events := handler(t, aws, func([]byte) ([]byte, error) {
		if failing {
			failing = false
			return nil, fmt.Errorf("not yet")
		}
		return nil, nil
	})
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name})
	send(t, aws, url, "m")
	next(t, events)
	if visible, hidden := messages(t, aws, url); visible != "0" || hidden != "1" {
		t.Fatalf("after the failure: %s visible, %s hidden; want it hidden", visible, hidden)
	}
	aws.Clock().Advance(61 * time.Second)
	next(t, events)
	eventually(t, "the deletion", func() bool { _, hidden := messages(t, aws, url); return hidden == "0" })
}

func TestWhatAQueuesFunctionMayAnswer(t *testing.T) {
	t.Parallel()
	failed := func(ids ...string) func([]string) string {
		return func([]string) string { return `{"batchItemFailures":[` + strings.Join(ids, ",") + `]}` }
	}
	cases := []struct {
		name   string
		answer func(ids []string) string
		left   string // messages that stay
	}{
		{"nothing", func([]string) string { return "" }, "0"},
		{"null", func([]string) string { return "null" }, "0"},
		{"an empty object", func([]string) string { return "{}" }, "0"},
		{"a null list", func([]string) string { return `{"batchItemFailures":null}` }, "0"},
		{"an empty list", failed(), "0"},
		{"one id of two", func(ids []string) string { return `{"batchItemFailures":[{"itemIdentifier":"` + ids[0] + `"}]}` }, "1"},
		{"both", func(ids []string) string {
			return `{"batchItemFailures":[{"itemIdentifier":"` + ids[0] + `"},{"itemIdentifier":"` + ids[1] + `"}]}`
		}, "2"},
		{"an empty id", failed(`{"itemIdentifier":""}`), "2"},
		{"a null id", failed(`{"itemIdentifier":null}`), "2"},
		{"an unknown id", failed(`{"itemIdentifier":"other"}`), "2"},
		{"a misnamed id", failed(`{"itemId":"x"}`), "2"},
		{"no JSON", func([]string) string { return "done" }, "2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			aws := Start(t)
			url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
			done := make(chan struct{})
			name, _ := handler(t, aws, func(event []byte) ([]byte, error) {
				defer close(done)
				var e sqsEvent
				if err := json.Unmarshal(event, &e); err != nil {
					return nil, err
				}
				var ids []string
				for _, r := range e.Records {
					ids = append(ids, r.MessageID)
				}
				return []byte(c.answer(ids)), nil
			})
			send(t, aws, url, "a")
			send(t, aws, url, "b")
			uuid := createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "FunctionResponseTypes": []string{"ReportBatchItemFailures"}})
			<-done
			if a := rest(t, aws, "lambda", "PUT", "/2015-03-31/event-source-mappings/"+uuid, map[string]bool{"Enabled": false}); a.status != 202 { // waits for the batch
				t.Fatalf("disable: %d %s", a.status, a.body)
			}
			if visible, hidden := messages(t, aws, url); visible != "0" || hidden != c.left {
				t.Fatalf("%s visible, %s hidden; want %s hidden", visible, hidden, c.left)
			}
		})
	}
}

func TestAWindowGathersABatch(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "300"})
	name, events := handler(t, aws, func([]byte) ([]byte, error) { return nil, nil })
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "BatchSize": 100, "MaximumBatchingWindowInSeconds": 60})
	for i := range 15 {
		send(t, aws, url, fmt.Sprint(i))
	}
	eventually(t, "all to be received", func() bool { _, hidden := messages(t, aws, url); return hidden == "15" })
	if len(events) != 0 {
		t.Fatal("the function ran before the window closed")
	}
	aws.Clock().Advance(time.Minute)
	if got := bodies(t, next(t, events)); len(got) != 15 {
		t.Fatalf("a batch of %d, want 15", len(got))
	}
}

func TestFiltersDropMessages(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	name, events := handler(t, aws, func([]byte) ([]byte, error) { return nil, nil })
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "BatchSize": 1,
		"FilterCriteria": map[string]any{"Filters": []map[string]string{{"Pattern": `{"body":{"kind":["task"],"n":[{"numeric":[">",1]}]}}`}}}})
	for _, body := range []string{"no JSON", `{"kind":"task","n":1}`, `{"kind":"project","n":2}`, `{"kind":"task","n":2}`} {
		send(t, aws, url, body)
	}
	if got := bodies(t, next(t, events)); got[0] != `{"kind":"task","n":2}` {
		t.Fatalf("got %q", got)
	}
	eventually(t, "an empty queue", func() bool {
		visible, hidden := messages(t, aws, url)
		return visible == "0" && hidden == "0"
	})
	if len(events) != 0 {
		t.Fatalf("another event: %s", <-events)
	}
}

func TestADuplicateMessageArrivesAgain(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	name, events := handler(t, aws, func([]byte) ([]byte, error) { return nil, nil })
	if err := aws.Faults().Put(fault.Rule{Kind: fault.Duplicate, Target: queueARN("q"), Times: 1}); err != nil {
		t.Fatal(err)
	}
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name})
	send(t, aws, url, "once")
	next(t, events)
	next(t, events)
}

func TestMappingsAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	createQueue(t, aws, "short", map[string]string{"VisibilityTimeout": "10"})
	name, _ := handler(t, aws, func([]byte) ([]byte, error) { return nil, nil })
	existing := createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name})
	cases := []struct {
		name   string
		in     map[string]any
		status int
		phrase string
	}{
		{"twice", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name}, 409, `An event source mapping with SQS arn (\" ` + queueARN("q") + ` \") and function (\" arn:aws:lambda:us-east-1:` + account + `:function:f \") already exists. Please update or delete the existing mapping with UUID ` + existing},
		{"no function", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": "nope"}, 400, "Function does not exist"},
		{"no queue", map[string]any{"EventSourceArn": queueARN("nope"), "FunctionName": name}, 400, "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue."},
		{"another source", map[string]any{"EventSourceArn": "arn:aws:kinesis:us-east-1:1:stream/s", "FunctionName": name}, 400, "Unrecognized event source."},
		{"a large batch without a window", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "BatchSize": 11}, 400, "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"},
		{"a bad filter", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "FilterCriteria": map[string]any{"Filters": []any{map[string]string{"Pattern": `{"body":"x"}`}}}}, 400, "Invalid filter pattern definition."},
		{"a visibility timeout below the function's", map[string]any{"EventSourceArn": queueARN("short"), "FunctionName": name}, 400, "Queue visibility timeout: 10 seconds is less than Function timeout: 30 seconds"},
		{"tumbling windows", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "TumblingWindowInSeconds": 10}, 400, "tumbling windows and destinations belong to streams"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := rest(t, aws, "lambda", "POST", "/2015-03-31/event-source-mappings", c.in)
			if a.status != c.status || !strings.Contains(string(a.body), c.phrase) {
				t.Fatalf("got %d %s\nwant %d …%s…", a.status, a.body, c.status, c.phrase)
			}
		})
	}
}

func TestABucketsEventsReachQueuesAndFunctions(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", nil)
	name, events := handler(t, aws, func([]byte) ([]byte, error) { return nil, nil })
	rest(t, aws, "s3", "PUT", "/bucket", nil)
	notify := `<NotificationConfiguration>
<QueueConfiguration><Queue>` + queueARN("q") + `</Queue><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>
<CloudFunctionConfiguration><CloudFunction>arn:aws:lambda:us-east-1:` + account + `:function:` + name + `</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>
</NotificationConfiguration>`
	if a := rest(t, aws, "s3", "PUT", "/bucket?notification", notify); a.status != 200 {
		t.Fatalf("configure: %d %s", a.status, a.body)
	}
	rest(t, aws, "s3", "PUT", "/bucket/key", "body")
	if got := string(next(t, events)); !strings.Contains(got, `"eventName":"ObjectCreated:Put"`) || !strings.Contains(got, `"key":"key"`) {
		t.Fatalf("event: %s", got)
	}
	rest(t, aws, "s3", "DELETE", "/bucket/key", nil)
	var got struct{ Messages []struct{ Body string } }
	eventually(t, "the removal", func() bool {
		target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": url, "MaxNumberOfMessages": 10}, &got)
		for _, m := range got.Messages {
			if strings.Contains(m.Body, `"eventName":"ObjectRemoved:Delete"`) {
				return true
			}
		}
		return false
	})
}
