package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAMessageIsHiddenUntilItsTimeoutAndGoneWhenDeleted(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", object{"VisibilityTimeout": "30"})
	b.send(url, "one")
	first := b.receive(url, nil)
	if len(first) != 1 || first[0].Body != "one" {
		t.Fatalf("got %v, want the message", first)
	}
	b.wantBodies(url, "", "in flight")
	b.clock.Advance(30*time.Second - time.Millisecond)
	b.wantBodies(url, "", "just before the timeout")
	b.clock.Advance(time.Millisecond)
	second := b.receive(url, nil)
	if len(second) != 1 {
		t.Fatal("not delivered again when the timeout ended")
	}
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": first[0].ReceiptHandle})
	if n := b.attribute(url, "ApproximateNumberOfMessagesNotVisible"); n != "1" {
		t.Errorf("deleting with the older receipt left %s in flight, want 1", n)
	}
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": second[0].ReceiptHandle})
	b.clock.Advance(time.Hour)
	b.wantBodies(url, "", "deleted")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": second[0].ReceiptHandle})
}

func TestVisibilityCanBeChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	b.send(url, "one")
	h := b.receive(url, nil)[0].ReceiptHandle
	change := func(seconds int) object {
		return object{"QueueUrl": url, "ReceiptHandle": h, "VisibilityTimeout": seconds}
	}
	b.do("ChangeMessageVisibility", change(100))
	b.clock.Advance(99 * time.Second)
	b.wantBodies(url, "", "extended")
	b.refused("ChangeMessageVisibility", change(43_200), "InvalidParameterValueException", "beyond the limit [43200 seconds]")
	b.do("ChangeMessageVisibility", change(0))
	b.refused("ChangeMessageVisibility", change(10), "MessageNotInflight", "")
	b.wantBodies(url, "one", "released")
	b.refused("ChangeMessageVisibility", change(10), "InvalidParameterValueException", "Message does not exist or is not available for visibility timeout change.")
	b.refused("ChangeMessageVisibility", object{"QueueUrl": url, "ReceiptHandle": "x", "VisibilityTimeout": 1}, "ReceiptHandleIsInvalid", "")
}

func TestDelayedAndExpiredMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", object{"DelaySeconds": "5", "MessageRetentionPeriod": "60"})
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "queue delay"})
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "own delay", "DelaySeconds": 10})
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "none", "DelaySeconds": 0})
	if n := b.attribute(url, "ApproximateNumberOfMessagesDelayed"); n != "2" {
		t.Errorf("%s delayed, want 2", n)
	}
	b.wantBodies(url, "none", "at once")
	b.clock.Advance(5 * time.Second)
	b.wantBodies(url, "queue delay", "after 5 s")
	b.clock.Advance(5 * time.Second)
	b.wantBodies(url, "own delay", "after 10 s")
	b.clock.Advance(50 * time.Second)
	b.wantBodies(url, "", "past the retention")
	for _, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		if n := b.attribute(url, name); n != "0" {
			t.Errorf("%s is %s, want 0", name, n)
		}
	}
}

func TestALongPollIsServedBySendReleaseOrTime(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		want string
		then func(b *bench, url, handle string)
	}{
		{"a send", "new", func(b *bench, url, _ string) { b.send(url, "new") }},
		{"a release", "old", func(b *bench, url, h string) {
			b.do("ChangeMessageVisibility", object{"QueueUrl": url, "ReceiptHandle": h, "VisibilityTimeout": 0})
		}},
		{"the end of a visibility timeout", "old", func(b *bench, _, _ string) { b.clock.Advance(5 * time.Second) }},
		{"the end of a delay", "late", func(b *bench, url, _ string) {
			b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "late", "DelaySeconds": 2})
			b.clock.Advance(2 * time.Second)
		}},
		{"nothing, when its time is over", "", func(b *bench, url, h string) {
			b.do("ChangeMessageVisibility", object{"QueueUrl": url, "ReceiptHandle": h, "VisibilityTimeout": 60})
			b.clock.Advance(20 * time.Second)
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, Config{})
			url := b.queue("jobs", nil)
			b.send(url, "old")
			handle := b.receive(url, object{"VisibilityTimeout": 5})[0].ReceiptHandle
			got := make(chan []gotMessage)
			go func() { got <- b.receive(url, object{"WaitTimeSeconds": 20}) }()
			b.waitForPolls("jobs", 1)
			tc.then(b, url, handle)
			messages := <-got
			if tc.want == "" && len(messages) > 0 || tc.want != "" && (len(messages) != 1 || messages[0].Body != tc.want) {
				t.Errorf("got %v, want %q", messages, tc.want)
			}
		})
	}
}

func TestAClientThatLeavesALongPollTakesNoMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := b.Receive(ctx, "arn:aws:sqs:us-east-1:000000000000:jobs", 1, 20*time.Second)
		done <- err
	}()
	b.waitForPolls("jobs", 1)
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	b.send(url, "one")
	b.wantBodies(url, "one", "after the poller left")
}

func TestAClientThatHangsUpTakesNoMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	server := httptest.NewServer(b.Service)
	t.Cleanup(server.Close)
	ctx, hangUp := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, strings.NewReader(`{"QueueUrl":"jobs","WaitTimeSeconds":20}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	done := make(chan error)
	go func() {
		_, err := server.Client().Do(r)
		done <- err
	}()
	b.waitForPolls("jobs", 1)
	hangUp()
	if err := <-done; err == nil {
		t.Fatal("the poll was answered")
	}
	b.waitForPolls("jobs", 0)
	b.send(url, "one")
	b.wantBodies(url, "one", "after the client hung up")
}

func TestADeletedQueueEndsItsLongPolls(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	code := make(chan string)
	go func() {
		_, c, _ := b.try("ReceiveMessage", object{"QueueUrl": url, "WaitTimeSeconds": 20})
		code <- c
	}()
	b.waitForPolls("jobs", 1)
	b.do("DeleteQueue", object{"QueueUrl": url})
	if got := <-code; got != "QueueDoesNotExist" {
		t.Errorf("got %q, want QueueDoesNotExist", got)
	}
}

func TestAMessageReceivedTooOftenGoesToTheDeadLetterQueue(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	dead := b.queue("dead", nil)
	url := b.queue("jobs", object{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":"2"}`})
	id := b.send(url, "poison")
	for range 2 {
		b.wantBodies(url, "poison", "within maxReceiveCount")
		b.clock.Advance(30 * time.Second)
	}
	if n := b.attribute(dead, "ApproximateNumberOfMessages"); n != "0" {
		t.Errorf("%s in the dead-letter queue before the receive that exceeds, want 0", n)
	}
	b.wantBodies(url, "", "the receive that exceeds")
	got := b.do("ReceiveMessage", object{"QueueUrl": dead, "AttributeNames": []string{"All"}})["Messages"].([]any)[0].(object)
	attributes := got["Attributes"].(object)
	if got["MessageId"] != id || attributes["DeadLetterQueueSourceArn"] != "arn:aws:sqs:us-east-1:000000000000:jobs" || attributes["SentTimestamp"] != millis(start) {
		t.Errorf("got %v, want the same message, its source and its first sending time", got)
	}
	sources := b.do("ListDeadLetterSourceQueues", object{"QueueUrl": dead})["queueUrls"].([]any)
	if len(sources) != 1 || sources[0] != url {
		t.Errorf("sources %v, want %s", sources, url)
	}
}

func TestAttributesAndTheirDigests(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	out := b.do("SendMessage", object{
		"QueueUrl": url, "MessageBody": "hello",
		"MessageAttributes": object{
			"a.text":  object{"DataType": "String", "StringValue": "v"},
			"b.count": object{"DataType": "Number.int", "StringValue": "7"},
			"c":       object{"DataType": "Binary", "BinaryValue": "AQI="},
		},
		"MessageSystemAttributes": object{"AWSTraceHeader": object{"DataType": "String", "StringValue": "Root=1"}},
	})
	// Digests worked out with an independent program after the Developer Guide.
	want := object{"MD5OfMessageBody": "5d41402abc4b2a76b9719d911017c592", "MD5OfMessageAttributes": "74733886527442d981ee215358fdc551", "MD5OfMessageSystemAttributes": "d6619b3d47b81d3fc72c0db005a70eda"}
	for name, digest := range want {
		if out[name] != digest {
			t.Errorf("%s is %v, want %v", name, out[name], digest)
		}
	}
	for _, tc := range []struct {
		names []string
		want  []string
	}{
		{nil, nil},
		{[]string{"All"}, []string{"a.text", "b.count", "c"}},
		{[]string{".*"}, []string{"a.text", "b.count", "c"}},
		{[]string{"a.*", "c"}, []string{"a.text", "c"}},
		{[]string{"b.count", "none"}, []string{"b.count"}},
	} {
		got := b.do("ReceiveMessage", object{"QueueUrl": url, "MessageAttributeNames": tc.names, "VisibilityTimeout": 0, "MessageSystemAttributeNames": []string{"AWSTraceHeader", "SenderId"}})["Messages"].([]any)[0].(object)
		var names []string
		custom, _ := got["MessageAttributes"].(object)
		for name := range custom {
			names = append(names, name)
		}
		slices.Sort(names)
		if !slices.Equal(names, tc.want) {
			t.Errorf("asked for %v: got %v, want %v", tc.names, names, tc.want)
		}
		if system := got["Attributes"].(object); len(system) != 2 || system["AWSTraceHeader"] != "Root=1" {
			t.Errorf("system attributes %v, want the two asked for", system)
		}
	}
}

func TestSendIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", object{"MaximumMessageSize": "1024"})
	attribute := func(name string, a object) object {
		return object{"QueueUrl": url, "MessageBody": "x", "MessageAttributes": object{name: a}}
	}
	for _, tc := range []struct {
		name  string
		in    object
		code  string
		words string
	}{
		{"no queue", object{"QueueUrl": "http://x/000000000000/none", "MessageBody": "x"}, "QueueDoesNotExist", "The specified queue does not exist."},
		{"no body", object{"QueueUrl": url}, "MissingRequiredParameterException", "The request must contain the parameter MessageBody."},
		{"a control character", object{"QueueUrl": url, "MessageBody": "a\x01"}, "InvalidMessageContents", "#x1"},
		{"too long", object{"QueueUrl": url, "MessageBody": strings.Repeat("x", 1025)}, "InvalidParameterValueException", "Message must be shorter than 1024 bytes."},
		{"a long delay", object{"QueueUrl": url, "MessageBody": "x", "DelaySeconds": 901}, "InvalidParameterValueException", "Value 901 for parameter DelaySeconds is invalid."},
		{"an unknown type", attribute("a", object{"DataType": "Bool", "StringValue": "x"}), "InvalidParameterValueException", "Binary, Number, and String"},
		{"an empty value", attribute("a", object{"DataType": "String", "StringValue": ""}), "InvalidParameterValueException", "must contain a non-empty message attribute value"},
		{"a number that is none", attribute("a", object{"DataType": "Number", "StringValue": "x"}), "InvalidParameterValueException", "Can't cast"},
		{"a reserved name", attribute("AWS.a", object{"DataType": "String", "StringValue": "x"}), "InvalidParameterValueException", "reserved"},
		{"a deduplication id on a standard queue", object{"QueueUrl": url, "MessageBody": "x", "MessageDeduplicationId": "d"}, "InvalidParameterValueException", "MessageDeduplicationId"},
		{"an unknown parameter", object{"QueueUrl": url, "MessageBody": "x", "Priority": 1}, "ValidationException", "Priority"},
	} {
		t.Run(tc.name, func(t *testing.T) { b.TB = t; b.refused("SendMessage", tc.in, tc.code, tc.words) })
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs", nil)
	entry := func(id, body string) object { return object{"Id": id, "MessageBody": body} }
	out := b.do("SendMessageBatch", object{"QueueUrl": url, "Entries": []object{entry("a", "one"), entry("b", "\x02"), entry("c", "three")}})
	if n := len(out["Successful"].([]any)); n != 2 {
		t.Errorf("%d sent, want 2", n)
	}
	failed := out["Failed"].([]any)[0].(object)
	if failed["Id"] != "b" || failed["Code"] != "InvalidMessageContents" || failed["SenderFault"] != true {
		t.Errorf("failed entry %v", failed)
	}
	messages := b.receive(url, nil)
	if len(messages) != 2 {
		t.Fatalf("got %v, want two", messages)
	}
	b.do("ChangeMessageVisibilityBatch", object{"QueueUrl": url, "Entries": []object{{"Id": "x", "ReceiptHandle": messages[0].ReceiptHandle, "VisibilityTimeout": 0}}})
	b.wantBodies(url, "one", "released in a batch")
	out = b.do("DeleteMessageBatch", object{"QueueUrl": url, "Entries": []object{
		{"Id": "x", "ReceiptHandle": messages[1].ReceiptHandle}, {"Id": "y", "ReceiptHandle": "garbage"},
	}})
	if len(out["Successful"].([]any)) != 1 || len(out["Failed"].([]any)) != 1 {
		t.Errorf("deleted %v", out)
	}
	many := make([]object, 11)
	for i := range many {
		many[i] = entry("e"+itoa(i), "x")
	}
	half := strings.Repeat("x", maxMessageBytes/2+1)
	for _, tc := range []struct {
		entries     []object
		code, words string
	}{
		{nil, "EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request."},
		{many, "TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10. You have sent 11."},
		{[]object{entry("a", "x"), entry("a", "x")}, "BatchEntryIdsNotDistinct", "Id a repeated."},
		{[]object{entry("a b", "x")}, "InvalidBatchEntryId", ""},
		{[]object{entry("a", half), entry("b", half)}, "BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes."},
	} {
		b.refused("SendMessageBatch", object{"QueueUrl": url, "Entries": tc.entries}, tc.code, tc.words)
	}
}

type always struct{ times int }

func (a *always) Duplicate(string) bool {
	a.times--
	return a.times >= 0
}

func TestAFaultDeliversADeletedMessageAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Faults: &always{times: 1}})
	url := b.queue("jobs", nil)
	b.send(url, "one")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": b.receive(url, nil)[0].ReceiptHandle})
	again := b.receive(url, nil)
	if len(again) != 1 {
		t.Fatalf("got %v, want the deleted message again", again)
	}
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": again[0].ReceiptHandle})
	b.clock.Advance(time.Hour)
	b.wantBodies(url, "", "the fault is used up")
}

func TestAMessageReadsLikeALambdaRecord(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{NewID: func() string { return "id-1" }})
	b.queue("jobs", nil)
	const queueARN = "arn:aws:sqs:us-east-1:000000000000:jobs"
	if err := b.Send(t.Context(), queueARN, `{"a":1}`, map[string]string{"kind": "k"}); err != nil {
		t.Fatal(err)
	}
	got, err := b.Receive(t.Context(), queueARN, 1, 0)
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	var record map[string]any
	if err := json.Unmarshal(got[0].Event, &record); err != nil {
		t.Fatal(err)
	}
	delete(record, "receiptHandle")
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"attributes":{"ApproximateFirstReceiveTimestamp":"1772366400000","ApproximateReceiveCount":"1","SenderId":"000000000000","SentTimestamp":"1772366400000"},"awsRegion":"us-east-1","body":"{\"a\":1}","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:000000000000:jobs","md5OfBody":"bb6cb5c68df4652941caf652a366f2d8","md5OfMessageAttributes":"225eab136ac67bfd81d9d1767d8dd273","messageAttributes":{"kind":{"binaryListValues":[],"dataType":"String","stringListValues":[],"stringValue":"k"}},"messageId":"id-1"}`
	if string(text) != want {
		t.Errorf("\n got %s\nwant %s", text, want)
	}
	if err := b.Release(queueARN, got[0].Handle, 0); err != nil {
		t.Error(err)
	}
	again, err := b.Receive(t.Context(), queueARN, 1, 0)
	if err != nil || len(again) != 1 {
		t.Fatalf("after the release: %v, %v", again, err)
	}
	if err := b.Delete(queueARN, []string{again[0].Handle}); err != nil {
		t.Error(err)
	}
}

func TestTheOlderQueryProtocolAnswersInXML(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{NewID: func() string { return "id-1" }})
	call := func(path, form string) string {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost:4566"+path, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		b.ServeHTTP(w, r)
		return w.Body.String()
	}
	for _, tc := range []struct{ path, form, want string }{
		{"/", "Action=CreateQueue&QueueName=q&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7&Tag.1.Key=k&Tag.1.Value=v", "<CreateQueueResult><QueueUrl>http://localhost:4566/000000000000/q</QueueUrl></CreateQueueResult>"},
		{"/000000000000/q", "Action=SendMessage&MessageBody=hi&MessageAttribute.1.Name=a&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=v", "<MessageId>id-1</MessageId><MD5OfMessageBody>49f68a5c8493ec2c0bf489821c21fc3b</MD5OfMessageBody>"},
		{"/", "Action=ReceiveMessage&QueueUrl=http://x/000000000000/q&MessageAttributeName.1=All&AttributeName.1=ApproximateReceiveCount", "<Body>hi</Body><Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>"},
		{"/000000000000/q", "Action=GetQueueAttributes&AttributeName.1=VisibilityTimeout", "<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute></GetQueueAttributesResult>"},
		{"/000000000000/q", "Action=ListQueueTags", "<Tag><Key>k</Key><Value>v</Value></Tag>"},
		{"/000000000000/q", "Action=DeleteMessageBatch&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.1.ReceiptHandle=bad", "<BatchResultErrorEntry><Id>a</Id><SenderFault>true</SenderFault><Code>ReceiptHandleIsInvalid</Code>"},
		{"/", "Action=GetQueueUrl&QueueName=none", "<Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist for this wsdl version.</Message>"},
	} {
		if got := call(tc.path, tc.form); !strings.Contains(got, tc.want) {
			t.Errorf("%s\n got %s\nwant …%s…", tc.form, got, tc.want)
		}
	}
}
