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
	createQueue(t, aws, "q.fifo", map[string]string{"VisibilityTimeout": "60", "FifoQueue": "true"})
	stream := createTable(t, aws, "table")
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
		{"a window for a FIFO queue", map[string]any{"EventSourceArn": queueARN("q.fifo"), "FunctionName": name, "MaximumBatchingWindowInSeconds": 5}, 400, "Batching window is not supported for FIFO queues."},
		{"a large batch of a FIFO queue", map[string]any{"EventSourceArn": queueARN("q.fifo"), "FunctionName": name, "BatchSize": 11, "MaximumBatchingWindowInSeconds": 5}, 400, "BatchSize for FIFO queue"},
		{"too little concurrency", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "ScalingConfig": map[string]int{"MaximumConcurrency": 1}}, 400, "at 'scalingConfig.maximumConcurrency' failed to satisfy constraint"},
		{"a queue from a position on", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "StartingPosition": "LATEST"}, 400, "StartingPosition is not supported for SQS"},
		{"a stream from nowhere", map[string]any{"EventSourceArn": stream, "FunctionName": name}, 400, "at 'startingPosition' failed to satisfy constraint"},
		{"a stream from a time on", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "AT_TIMESTAMP", "StartingPositionTimestamp": 1}, 400, "Unsupported starting position for arn type: " + stream},
		{"too long a tumbling window", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "LATEST", "TumblingWindowInSeconds": 901}, 400, "at 'tumblingWindowInSeconds' failed to satisfy constraint"},
		{"tumbling windows in lanes", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "LATEST", "TumblingWindowInSeconds": 5, "ParallelizationFactor": 2}, 400, "ParallelizationFactor of 1"},
		{"too many lanes", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "LATEST", "ParallelizationFactor": 11}, 400, "at 'parallelizationFactor' failed to satisfy constraint"},
		{"concurrency of a stream", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "LATEST", "ScalingConfig": map[string]int{"MaximumConcurrency": 2}}, 400, "ScalingConfig is not supported"},
		{"a function as the destination", map[string]any{"EventSourceArn": stream, "FunctionName": name, "StartingPosition": "LATEST", "DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": "arn:aws:lambda:us-east-1:" + account + ":function:f"}}}, 400, "DestinationConfig is invalid"},
		{"metrics", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "MetricsConfig": map[string]any{"Metrics": []string{"EventCount"}}}, 400, "does not support metrics"},
		{"provisioned pollers", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "ProvisionedPollerConfig": map[string]int{"MinimumPollers": 2}}, 400, "does not support provisioned pollers"},
		{"a key", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "KMSKeyArn": "arn"}, 400, "does not support filters encrypted with a key"},
		{"tumbling windows of a queue", map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "TumblingWindowInSeconds": 10}, 400, "tumbling windows and destinations belong to streams"},
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

func TestAMappingSaysWhatItIsDoing(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q", map[string]string{"VisibilityTimeout": "60"})
	running, finish := make(chan struct{}), make(chan struct{})
	name, _ := handler(t, aws, func([]byte) ([]byte, error) { close(running); <-finish; return nil, nil })
	uuid := createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q"), "FunctionName": name, "Tags": map[string]string{"team": "a"}})
	path := "/2015-03-31/event-source-mappings/" + uuid
	var m struct{ State, EventSourceMappingArn string }
	state := func(method string, body any) string {
		t.Helper()
		want(t, aws, method, path, body, &m)
		return m.State
	}
	if got := state("GET", nil); got != "Enabled" {
		t.Fatalf("at first %s", got)
	}
	var tags struct{ Tags map[string]string }
	want(t, aws, "POST", "/2017-03-31/tags/"+m.EventSourceMappingArn, map[string]any{"Tags": map[string]string{"board": "b"}}, nil)
	want(t, aws, "GET", "/2017-03-31/tags/"+m.EventSourceMappingArn, nil, &tags)
	if fmt.Sprint(tags.Tags) != "map[board:b team:a]" {
		t.Fatalf("tags: %v", tags.Tags)
	}
	send(t, aws, url, "m")
	<-running
	disabled := make(chan answer)
	go func() { disabled <- rest(t, aws, "lambda", "PUT", path, map[string]bool{"Enabled": false}) }()
	eventually(t, "the state Disabling", func() bool { return state("GET", nil) == "Disabling" })
	close(finish)
	if a := <-disabled; a.status != 202 || !strings.Contains(string(a.body), `"State":"Disabling"`) {
		t.Fatalf("disable: %d %s", a.status, a.body)
	}
	if got := state("GET", nil); got != "Disabled" {
		t.Fatalf("then %s", got)
	}
	if got := state("PUT", map[string]bool{"Enabled": true}); got != "Enabling" {
		t.Fatalf("enabled: %s", got)
	}
	if got := state("PUT", map[string]int{"BatchSize": 5}); got != "Updating" {
		t.Fatalf("changed: %s", got)
	}
	if got := state("DELETE", nil); got != "Deleting" {
		t.Fatalf("deleted: %s", got)
	}
	if a := rest(t, aws, "lambda", "GET", path, nil); a.status != 404 {
		t.Fatalf("afterwards: %d %s", a.status, a.body)
	}
}

func TestAFIFOQueuesGroupsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	url := createQueue(t, aws, "q.fifo", map[string]string{"VisibilityTimeout": "60", "FifoQueue": "true", "ContentBasedDeduplication": "true"})
	failed := false
	name, events := handler(t, aws, func([]byte) ([]byte, error) {
		if failed {
			return nil, nil
		}
		failed = true
		return nil, fmt.Errorf("not yet")
	})
	for _, body := range []string{"1", "2"} {
		target(t, aws, "AmazonSQS.SendMessage", map[string]any{"QueueUrl": url, "MessageBody": body, "MessageGroupId": "g"}, nil)
	}
	createMapping(t, aws, map[string]any{"EventSourceArn": queueARN("q.fifo"), "FunctionName": name, "BatchSize": 2})
	first := bodies(t, next(t, events))
	target(t, aws, "AmazonSQS.SendMessage", map[string]any{"QueueUrl": url, "MessageBody": "3", "MessageGroupId": "g"}, nil)
	aws.Clock().Advance(30 * time.Second)
	if len(events) != 0 {
		t.Fatalf("%s overtook its group", <-events)
	}
	aws.Clock().Advance(31 * time.Second)
	got := append(first, bodies(t, next(t, events))...)
	if len(got) < 5 {
		got = append(got, bodies(t, next(t, events))...)
	}
	if fmt.Sprint(got) != "[1 2 1 2 3]" {
		t.Fatalf("got %v", got)
	}
}
