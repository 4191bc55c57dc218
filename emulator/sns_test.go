package emulator

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

func createTopic(t *testing.T, aws *AWS, name string) (arn string) {
	t.Helper()
	form := url.Values{"Name": {name}}
	if strings.HasSuffix(name, ".fifo") {
		form = url.Values{"Name": {name}, "Attributes.entry.1.key": {"FifoTopic"}, "Attributes.entry.1.value": {"true"}}
	}
	var out struct {
		ARN string `xml:"CreateTopicResult>TopicArn"`
	}
	query(t, aws, "sns", "CreateTopic", form, &out)
	return out.ARN
}

func subscription(topic, endpoint string, attributes map[string]string) url.Values {
	form := url.Values{"TopicArn": {topic}, "Protocol": {strings.Split(endpoint, ":")[2]}, "Endpoint": {endpoint}}
	i := 0
	for name, value := range attributes {
		i++
		form.Set("Attributes.entry."+strconv.Itoa(i)+".key", name)
		form.Set("Attributes.entry."+strconv.Itoa(i)+".value", value)
	}
	return form
}

func subscribe(t *testing.T, aws *AWS, topic, endpoint string, attributes map[string]string) (arn string) {
	t.Helper()
	var out struct {
		ARN string `xml:"SubscribeResult>SubscriptionArn"`
	}
	query(t, aws, "sns", "Subscribe", subscription(topic, endpoint, attributes), &out)
	return out.ARN
}

func publication(topic, message string, attributes map[string]string) url.Values {
	form := url.Values{"TopicArn": {topic}, "Message": {message}}
	i := 0
	for name, value := range attributes {
		i++
		at := "MessageAttributes.entry." + strconv.Itoa(i)
		kind := "String"
		switch {
		case strings.HasPrefix(value, "["):
			kind = "String.Array"
		case strings.Trim(value, "-.0123456789") == "":
			kind = "Number"
		}
		form.Set(at+".Name", name)
		form.Set(at+".Value.DataType", kind)
		form.Set(at+".Value.StringValue", value)
	}
	return form
}

func publishTo(t *testing.T, aws *AWS, topic, message string, attributes map[string]string) {
	t.Helper()
	if a := query(t, aws, "sns", "Publish", publication(topic, message, attributes), nil); a.status != 200 {
		t.Fatalf("publish: %d %s", a.status, a.body)
	}
}

// receive takes up to ten messages' bodies from a queue.
func receive(t *testing.T, aws server, queue string) (bodies []string) {
	t.Helper()
	var out struct{ Messages []struct{ Body string } }
	target(t, aws, "AmazonSQS.ReceiveMessage", object{"QueueUrl": aws.Endpoint() + "/000000000000/" + queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": []string{"All"}}, &out)
	for _, m := range out.Messages {
		bodies = append(bodies, m.Body)
	}
	return bodies
}

func TestATopicTellsQueuesAndFunctions(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	topic := createTopic(t, aws, "topic")
	createQueue(t, aws, "wrapped", map[string]string{"Policy": queuePolicy})
	createQueue(t, aws, "raw", map[string]string{"Policy": queuePolicy})
	events := make(chan string, 1)
	function, err := aws.HandleFunction("f", func(_ context.Context, event []byte) ([]byte, error) {
		events <- string(event)
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	subscribe(t, aws, topic, queueARN("wrapped"), nil)
	raw := subscribe(t, aws, topic, queueARN("raw"), map[string]string{"RawMessageDelivery": "true"})
	subscribe(t, aws, topic, function, nil)
	if again := subscribe(t, aws, topic, queueARN("raw"), map[string]string{"RawMessageDelivery": "true"}); again != raw {
		t.Fatalf("a second equal subscription is %s, not %s", again, raw)
	}
	form := publication(topic, "hello", map[string]string{"kind": "greeting"})
	form.Set("Subject", "a word")
	if a := query(t, aws, "sns", "Publish", form, nil); a.status != 200 {
		t.Fatalf("publish: %s", a.body)
	}
	var envelope struct {
		Type, TopicArn, Subject, Message string
		MessageAttributes                map[string]struct{ Type, Value string }
	}
	if err := json.Unmarshal([]byte(receive(t, aws, "wrapped")[0]), &envelope); err != nil {
		t.Fatal(err)
	}
	if envelope.Type != "Notification" || envelope.TopicArn != topic || envelope.Subject != "a word" || envelope.Message != "hello" || envelope.MessageAttributes["kind"].Value != "greeting" {
		t.Fatalf("got %+v", envelope)
	}
	if got := receive(t, aws, "raw"); len(got) != 1 || got[0] != "hello" {
		t.Fatalf("raw: %v", got)
	}
	select {
	case event := <-events:
		if !strings.Contains(event, `"EventSource":"aws:sns"`) || !strings.Contains(event, `"Message":"hello"`) {
			t.Fatalf("event: %s", event)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the function was not invoked")
	}
	if a := query(t, aws, "sns", "Unsubscribe", url.Values{"SubscriptionArn": {raw}}, nil); a.status != 200 {
		t.Fatalf("unsubscribe: %s", a.body)
	}
	publishTo(t, aws, topic, "again", nil)
	if got := receive(t, aws, "raw"); len(got) != 0 {
		t.Fatalf("after unsubscribing: %v", got)
	}
}

func TestFiltersChooseMessages(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, scope, filter, body string
		attributes                map[string]string
		want                      bool
	}{
		{"the value", "", `{"kind":["a","b"]}`, "m", map[string]string{"kind": "b"}, true},
		{"another value", "", `{"kind":["a"]}`, "m", map[string]string{"kind": "b"}, false},
		{"no attribute", "", `{"kind":["a"]}`, "m", nil, false},
		{"two attributes", "", `{"kind":["a"],"of":["x"]}`, "m", map[string]string{"kind": "a"}, false},
		{"a prefix", "", `{"kind":[{"prefix":"ab"}]}`, "m", map[string]string{"kind": "abc"}, true},
		{"a suffix", "", `{"kind":[{"suffix":"bc"}]}`, "m", map[string]string{"kind": "abc"}, true},
		{"a wildcard", "", `{"kind":[{"wildcard":"a*c*e"}]}`, "m", map[string]string{"kind": "abcde"}, true},
		{"whatever the case", "", `{"kind":[{"equals-ignore-case":"AbC"}]}`, "m", map[string]string{"kind": "abc"}, true},
		{"anything but", "", `{"kind":[{"anything-but":["a","b"]}]}`, "m", map[string]string{"kind": "c"}, true},
		{"anything but is not nothing", "", `{"kind":[{"anything-but":["a"]}]}`, "m", nil, false},
		{"anything but a prefix", "", `{"kind":[{"anything-but":{"prefix":"a"}}]}`, "m", map[string]string{"kind": "abc"}, false},
		{"a number however written", "", `{"n":[100]}`, "m", map[string]string{"n": "100.0"}, true},
		{"a number is no text", "", `{"n":["100"]}`, "m", map[string]string{"n": "100"}, false},
		{"a range", "", `{"n":[{"numeric":[">",0,"<=",10]}]}`, "m", map[string]string{"n": "10"}, true},
		{"outside a range", "", `{"n":[{"numeric":[">",0,"<=",10]}]}`, "m", map[string]string{"n": "0"}, false},
		{"there", "", `{"kind":[{"exists":true}]}`, "m", map[string]string{"kind": "a"}, true},
		{"not there", "", `{"kind":[{"exists":false}]}`, "m", nil, true},
		{"an address", "", `{"ip":[{"cidr":"10.0.0.0/24"}]}`, "m", map[string]string{"ip": "10.0.0.7 "}, false},
		{"one of a list", "", `{"tags":["b"]}`, "m", map[string]string{"tags": `["a","b"]`}, true},
		{"either", "", `{"$or":[{"a":["1"]},{"b":["2"]}]}`, "m", map[string]string{"b": "x"}, false},
		{"a field of the body", "MessageBody", `{"order":{"state":["paid"]}}`, `{"order":{"state":"paid"}}`, nil, true},
		{"another field", "MessageBody", `{"order":{"state":["paid"]}}`, `{"order":{"state":"open"}}`, nil, false},
		{"of one of a list", "MessageBody", `{"items":{"sku":["b"]}}`, `{"items":[{"sku":"a"},{"sku":"b"}]}`, nil, true},
		{"null and true", "MessageBody", `{"a":[null],"b":[true]}`, `{"a":null,"b":true}`, nil, true},
		{"a missing field", "MessageBody", `{"a":{"b":[{"exists":false}]}}`, `{}`, nil, true},
		{"either of a body", "MessageBody", `{"$or":[{"a":[1]},{"b":[2]}]}`, `{"b":2}`, nil, true},
		{"a body that is no JSON", "MessageBody", `{"a":[1]}`, "text", nil, false},
	}
	aws := Start(t)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			name := "case-" + strconv.Itoa(i)
			topic := createTopic(t, aws, name)
			createQueue(t, aws, name, map[string]string{"Policy": queuePolicy})
			attributes := map[string]string{"FilterPolicy": c.filter, "RawMessageDelivery": "true"}
			if c.scope != "" {
				attributes["FilterPolicyScope"] = c.scope
			}
			subscribe(t, aws, topic, queueARN(name), attributes)
			publishTo(t, aws, topic, c.body, c.attributes)
			if got := len(receive(t, aws, name)) == 1; got != c.want {
				t.Fatalf("%s over %v %s: delivered %v", c.filter, c.attributes, c.body, got)
			}
		})
	}
}

func TestWhatTopicsRefuse(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	topic, fifo := createTopic(t, aws, "t"), createTopic(t, aws, "t.fifo")
	nowhere := strings.Replace(topic, ":t", ":nowhere", 1)
	cases := []struct {
		name, action string
		form         url.Values
		code, words  string
	}{
		{"a topic there is not", "Publish", publication(nowhere, "m", nil), "NotFound", "Topic does not exist"},
		{"no message", "Publish", publication(topic, "", nil), "InvalidParameter", "Empty message"},
		{"a large message", "Publish", publication(topic, strings.Repeat("m", 262_145), nil), "InvalidParameter", "too long"},
		{"a FIFO message without a group", "Publish", publication(fifo, "m", nil), "InvalidParameter", "MessageGroupId parameter is required"},
		{"e-mail", "Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"email"}, "Endpoint": {"a@b"}}, "InvalidParameter", "does not support subscriptions of the protocol email"},
		{"no protocol", "Subscribe", url.Values{"TopicArn": {topic}, "Protocol": {"pigeon"}, "Endpoint": {"a"}}, "InvalidParameter", "Does not support this protocol string: pigeon"},
		{"a FIFO queue to a standard topic", "Subscribe", subscription(topic, queueARN("q.fifo"), nil), "InvalidParameter", "FIFO SQS Queues can not be subscribed"},
		{"a filter that is no JSON", "Subscribe", subscription(topic, queueARN("q"), map[string]string{"FilterPolicy": "{"}), "InvalidParameter", "FilterPolicy"},
		{"a nested filter on attributes", "Subscribe", subscription(topic, queueARN("q"), map[string]string{"FilterPolicy": `{"a":{"b":["c"]}}`}), "InvalidParameter", "nested"},
		{"delivery policies", "Subscribe", subscription(topic, queueARN("q"), map[string]string{"DeliveryPolicy": "{}"}), "InvalidParameter", "does not support the subscription attribute DeliveryPolicy"},
		{"a batch of eleven", "PublishBatch", batch(topic, 11), "TooManyEntriesInBatchRequest", ""},
		{"an empty batch", "PublishBatch", batch(topic, 0), "EmptyBatchRequest", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := query(t, aws, "sns", c.action, c.form, nil)
			if a.status < 400 || !strings.Contains(string(a.body), "<Code>"+c.code+"</Code>") || !strings.Contains(string(a.body), c.words) {
				t.Fatalf("got %d %s, want %s with %q", a.status, a.body, c.code, c.words)
			}
		})
	}
}

func batch(topic string, n int) url.Values {
	form := url.Values{"TopicArn": {topic}}
	for i := range n {
		at := "PublishBatchRequestEntries.member." + strconv.Itoa(i+1)
		form.Set(at+".Id", strconv.Itoa(i))
		form.Set(at+".Message", "m"+strconv.Itoa(i))
	}
	return form
}

func TestAFIFOTopicKeepsOrderAndDropsDuplicates(t *testing.T) {
	t.Parallel()
	at := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	aws := Start(t, WithClock(at))
	topic := createTopic(t, aws, "t.fifo")
	createQueue(t, aws, "q", map[string]string{"Policy": queuePolicy}) // standard: it does not deduplicate by itself
	subscribe(t, aws, topic, queueARN("q"), map[string]string{"RawMessageDelivery": "true"})
	send := func(text, dedup string) {
		form := publication(topic, text, nil)
		form.Set("MessageGroupId", "g")
		form.Set("MessageDeduplicationId", dedup)
		if a := query(t, aws, "sns", "Publish", form, nil); a.status != 200 || !strings.Contains(string(a.body), "<SequenceNumber>1000000000000000000") {
			t.Fatalf("publish: %d %s", a.status, a.body)
		}
	}
	send("a", "1")
	send("a again", "1")
	send("b", "2")
	at.Advance(5 * time.Minute)
	send("a anew", "1")
	if got := strings.Join(receive(t, aws, "q"), ","); got != "a,b,a anew" {
		t.Fatalf("got %s", got)
	}
}

func TestAQueueThatDoesNotLetTheTopicSendGetsNothing(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	topic := createTopic(t, aws, "t")
	createQueue(t, aws, "closed", nil)
	createQueue(t, aws, "dead", map[string]string{"Policy": queuePolicy})
	subscribe(t, aws, topic, queueARN("closed"), map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + queueARN("dead") + `"}`, "RawMessageDelivery": "true"})
	publishTo(t, aws, topic, "m", nil)
	if got := receive(t, aws, "closed"); len(got) != 0 {
		t.Fatalf("delivered: %v", got)
	}
	if got := receive(t, aws, "dead"); len(got) != 1 || got[0] != "m" {
		t.Fatalf("dead-letter queue: %v", got)
	}
	if a := query(t, aws, "sns", "PublishBatch", batch(topic, 3), nil); strings.Count(string(a.body), "<MessageId>") != 3 {
		t.Fatalf("batch: %s", a.body)
	}
}
