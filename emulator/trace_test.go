package emulator

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/trace"
)

// chain is an AWS where a write to the table "orders" makes the function
// "notify" send to the queue "mail".
func chain(t *testing.T, options ...Option) (aws *AWS, mail string) {
	t.Helper()
	aws = Start(t, options...)
	stream := createTable(t, aws, "orders")
	mail = createQueue(t, aws, "mail", nil)
	client := http.Client{Transport: lambda.Transport(http.DefaultTransport)}
	_, err := aws.HandleFunction("notify", func(ctx context.Context, _ []byte) ([]byte, error) {
		body := fmt.Sprintf(`{"QueueUrl":%q,"MessageBody":"an order"}`, mail)
		r, err := http.NewRequestWithContext(ctx, "POST", aws.Endpoint(), strings.NewReader(body))
		if err != nil {
			return nil, err
		}
		r.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
		res, err := client.Do(r)
		if err != nil {
			return nil, err
		}
		return nil, res.Body.Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	createMapping(t, aws, map[string]any{"FunctionName": "notify", "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON"})
	return aws, mail
}

// putAs writes an item on behalf of a request somewhere else and returns AWS's
// own id of the write.
func putAs(t *testing.T, aws server, header, item string) (requestID string) {
	t.Helper()
	r, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader(`{"TableName":"orders","Item":`+item+`}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	r.Header.Set("X-Amzn-Trace-Id", header)
	a := do(t, r)
	if a.status != 200 {
		t.Fatalf("put: %d %s", a.status, a.body)
	}
	return a.header.Get("X-Amzn-Requestid")
}

// settled waits until the trace has so many events of a kind that ended.
func settled(t *testing.T, aws *AWS, id string, kind trace.Kind, n int) *trace.Node {
	t.Helper()
	var root *trace.Node
	eventually(t, fmt.Sprintf("%d ended events of kind %s", n, kind), func() bool {
		var ok bool
		if root, ok = aws.Trace(id); !ok {
			return false
		}
		ended := 0
		for _, e := range root.Find(kind, "") {
			if e.Outcome != "" {
				ended++
			}
		}
		return ended == n
	})
	return root
}

func TestAClickIsTracedToItsToast(t *testing.T) {
	t.Parallel()
	aws, mail := chain(t)
	putAs(t, aws, "Root=1-67891233-abcdef012345678912345678;Request=click-1", `{"pk":{"S":"a"}}`)
	settled(t, aws, "click-1", trace.Batch, 1)
	if got := receiveBodies(t, aws, mail); len(got) != 1 {
		t.Fatalf("received %q", got)
	}
	root := settled(t, aws, "click-1", trace.Delivery, 1)

	var path []string
	for e := range root.All() {
		path = append(path, strings.TrimSpace(string(e.Kind)+" "+e.Name))
		if e.Kind != trace.Origin && e.Kind != trace.Record && e.Kind != trace.Message && e.Outcome != trace.OK {
			t.Errorf("%s %s ended with %q", e.Kind, e.Name, e.Outcome)
		}
	}
	want := "origin | request dynamodb.PutItem | record orders | batch notify | run notify | request sqs.SendMessage | message mail | delivery mail"
	if got := strings.Join(path, " | "); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if got := root.Find(trace.Record, "")[0].Detail; got != `INSERT {"pk":{"S":"a"}}` {
		t.Errorf("the record is %s", got)
	}
	drawn := root.String()
	for _, part := range []string{"└─ delivery mail receive 1", "bill: 1 write unit, 1 invocation"} {
		if !strings.Contains(drawn, part) {
			t.Errorf("%q is not in the drawing:\n%s", part, drawn)
		}
	}
	toast := root.Find(trace.Delivery, "mail")[0]
	if roots := aws.Traces().Roots(toast.ID); len(roots) != 1 || roots[0].ID != "click-1" {
		t.Errorf("the toast comes from %+v", roots)
	}
}

func TestTheBillOfAClick(t *testing.T) {
	t.Parallel()
	aws, _ := chain(t)
	// 2.5 KB: 3 write units.
	putAs(t, aws, "Root=r;Request=click-2", fmt.Sprintf(`{"pk":{"S":"a"},"body":{"S":"%02500d"}}`, 0))
	root := settled(t, aws, "click-2", trace.Batch, 1)
	bill := aws.Bill("click-2")
	run := root.Find(trace.Run, "notify")[0]
	if run.Bill.MemoryMS%128 != 0 || run.Bill.MemoryMS == 0 {
		t.Errorf("a run in 128 MB costs %d MB·ms", run.Bill.MemoryMS)
	}
	if want := (trace.Bill{WriteUnits: 3, Invocations: 1, MemoryMS: run.Bill.MemoryMS, QueueRequests: 1}); bill != want {
		t.Errorf("\n got %+v\nwant %+v", bill, want)
	}
	if got := aws.Bill("nobody"); got != (trace.Bill{}) {
		t.Errorf("an unknown request costs %s", got)
	}
}

func TestEachOperationIsCharged(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createIndexedTable(t, aws, "indexed")
	url := createQueue(t, aws, "q", nil)
	rest(t, aws, "s3", "PUT", "/bucket", nil)
	dynamo := func(operation, body string) *http.Request {
		r, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Target", operation)
		return r
	}
	s3 := func(method, path string) *http.Request {
		r, err := http.NewRequest(method, aws.Endpoint()+path, bytes.NewReader([]byte("x")))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", auth("s3"))
		return r
	}
	for _, c := range []struct {
		name    string
		request *http.Request
		outcome string
		want    trace.Bill
	}{
		{"a write with an index", dynamo("DynamoDB_20120810.PutItem", `{"TableName":"indexed","Item":{"pk":{"S":"a"},"gk":{"S":"x"}}}`), trace.OK, trace.Bill{WriteUnits: 2}},
		{"a failed condition", dynamo("DynamoDB_20120810.PutItem", `{"TableName":"indexed","Item":{"pk":{"S":"a"}},"ConditionExpression":"attribute_not_exists(pk)"}`), "ConditionalCheckFailedException", trace.Bill{WriteUnits: 1}},
		{"a transaction of two items with an index", dynamo("DynamoDB_20120810.TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"indexed","Item":{"pk":{"S":"t"}}}},{"Put":{"TableName":"indexed","Item":{"pk":{"S":"u"}}}}]}`), trace.OK, trace.Bill{WriteUnits: 8}},
		{"an eventually consistent read", dynamo("DynamoDB_20120810.GetItem", `{"TableName":"indexed","Key":{"pk":{"S":"a"}}}`), trace.OK, trace.Bill{ReadUnits: 0.5}},
		{"a consistent read", dynamo("DynamoDB_20120810.GetItem", `{"TableName":"indexed","Key":{"pk":{"S":"a"}},"ConsistentRead":true}`), trace.OK, trace.Bill{ReadUnits: 1}},
		{"a batch of reads", dynamo("DynamoDB_20120810.BatchGetItem", `{"RequestItems":{"indexed":{"Keys":[{"pk":{"S":"t"}},{"pk":{"S":"u"}}]}}}`), trace.OK, trace.Bill{ReadUnits: 1}},
		{"a query", dynamo("DynamoDB_20120810.Query", `{"TableName":"indexed","KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}}}`), trace.OK, trace.Bill{ReadUnits: 0.5}},
		{"a message of 100 KB", dynamo("AmazonSQS.SendMessage", fmt.Sprintf(`{"QueueUrl":%q,"MessageBody":"%0100000d"}`, url, 0)), trace.OK, trace.Bill{QueueRequests: 2}},
		{"a receive", dynamo("AmazonSQS.ReceiveMessage", fmt.Sprintf(`{"QueueUrl":%q}`, url)), trace.OK, trace.Bill{QueueRequests: 1}},
		{"an object written", s3("PUT", "/bucket/key"), trace.OK, trace.Bill{ObjectWrites: 1}},
		{"an object read", s3("GET", "/bucket/key"), trace.OK, trace.Bill{ObjectReads: 1}},
		{"a missing object", s3("GET", "/bucket/none"), "NoSuchKey", trace.Bill{ObjectReads: 1}},
		{"an object deleted", s3("DELETE", "/bucket/key"), trace.OK, trace.Bill{}},
	} {
		id := "request " + c.name
		c.request.Header.Set("X-Amzn-Trace-Id", "Root=r;Request="+id)
		a := do(t, c.request)
		if got := aws.Bill(id); got != c.want {
			t.Errorf("%s (%d %.200s):\n got %+v\nwant %+v", c.name, a.status, a.body, got, c.want)
		}
		if root, ok := aws.Trace(id); !ok || root.Effects[0].Outcome != c.outcome {
			t.Errorf("%s: the outcome is not %q:\n%v", c.name, c.outcome, root)
		}
	}
}

func TestARunThatIsTriedAgainIsPaidTwice(t *testing.T) {
	t.Parallel()
	aws, _ := chain(t)
	arm(t, aws, fault.Rule{Kind: fault.Kill, Target: "notify", Point: fault.End, Times: 1})
	putAs(t, aws, "Root=r;Request=click-3", `{"pk":{"S":"a"}}`)
	root := settled(t, aws, "click-3", trace.Batch, 2)
	runs := root.Find(trace.Run, "notify")
	if len(runs) != 2 || runs[0].Outcome != "error" || runs[1].Outcome != trace.OK {
		t.Fatalf("the runs are not one that failed and one that did not:\n%s", root)
	}
	if n := len(root.Find(trace.Message, "mail")); n != 2 {
		t.Errorf("%d messages, want the duplicate at-least-once makes:\n%s", n, root)
	}
	if got := root.Total(); got.Invocations != 2 || got.QueueRequests != 2 {
		t.Errorf("the bill is %s", got)
	}
}

func TestANotificationIsTracedFromItsObject(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	events := make(chan []byte, 1)
	if _, err := aws.HandleFunction("thumbnail", func(_ context.Context, event []byte) ([]byte, error) {
		events <- event
		return nil, nil
	}); err != nil {
		t.Fatal(err)
	}
	rest(t, aws, "s3", "PUT", "/photos", nil)
	const configuration = `<NotificationConfiguration><CloudFunctionConfiguration><CloudFunction>arn:aws:lambda:us-east-1:000000000000:function:thumbnail</CloudFunction><Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration></NotificationConfiguration>`
	if a := rest(t, aws, "s3", "PUT", "/photos?notification", configuration); a.status != 200 {
		t.Fatalf("configure: %d %s", a.status, a.body)
	}
	rest(t, aws, "s3", "PUT", "/photos/cat.jpg", "meow", "X-Amzn-Trace-Id", "Root=upload-1")
	next(t, events)
	root := settled(t, aws, "upload-1", trace.Run, 1)
	want := []trace.Kind{trace.Origin, trace.Request, trace.Notification, trace.Run}
	i := 0
	for e := range root.All() {
		if i >= len(want) || e.Kind != want[i] {
			t.Fatalf("the chain is not %v:\n%s", want, root)
		}
		i++
	}
	if root.Effects[0].Detail != "/photos/cat.jpg" {
		t.Errorf("the object is %q", root.Effects[0].Detail)
	}
}
