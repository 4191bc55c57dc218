package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/trace"
)

// A queue feeds a function that lives in this process. The message comes again
// after its visibility timeout, which passes at once because the clock is ours.
func Example() {
	aws, err := emulator.Open(emulator.Options{}) // in a test: emulator.Start(t)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer aws.Close()

	runs := make(chan string)
	attempt := 0
	arn, err := aws.HandleFunction("greet", func(context.Context, []byte) ([]byte, error) {
		attempt++
		runs <- fmt.Sprintf("run %d", attempt)
		if attempt == 1 {
			return nil, fmt.Errorf("not yet")
		}
		return nil, nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Any AWS SDK would do, with AWS_ENDPOINT_URL set to aws.Endpoint().
	post(aws, "AmazonSQS.CreateQueue", "/", `{"QueueName":"greetings"}`)
	post(aws, "", "/2015-03-31/event-source-mappings", `{"EventSourceArn":"arn:aws:sqs:us-east-1:000000000000:greetings","FunctionName":"`+arn+`"}`)
	post(aws, "AmazonSQS.SendMessage", "/", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/greetings","MessageBody":"hello"}`)

	fmt.Println(<-runs)
	for again := ""; again == ""; {
		aws.Clock().Advance(30 * time.Second)
		select {
		case again = <-runs:
			fmt.Println(again)
		case <-time.After(time.Millisecond):
		}
	}
	// Output:
	// run 1
	// run 2
}

// Faults are what AWS may legally do, done on purpose.
func ExampleAWS_Faults() {
	aws, err := emulator.Open(emulator.Options{Seed: 42})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer aws.Close()
	err = aws.Faults().Put(
		fault.Rule{Kind: fault.Error, Target: "sqs.ListQueues", Code: "ServiceUnavailable", Status: 503, Times: 1},
		fault.Rule{Kind: fault.Kill, Target: "my-function", Point: fault.AfterCall, Call: 2, P: 0.1},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(post(aws, "AmazonSQS.ListQueues", "/", "{}"))
	fmt.Println(post(aws, "AmazonSQS.ListQueues", "/", "{}"))
	fmt.Println(aws.Faults().Fired())
	// Output:
	// 503
	// 200
	// map[error:1]
}

// Thirty seconds of a visibility timeout pass in no time.
func ExampleAWS_Clock() {
	aws, err := emulator.Open(emulator.Options{Clock: clock.NewFrozen(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer aws.Close()
	post(aws, "AmazonSQS.CreateQueue", "/", `{"QueueName":"jobs"}`)
	post(aws, "AmazonSQS.SendMessage", "/", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/jobs","MessageBody":"work"}`)

	fmt.Println(received(aws, "jobs")) // hidden for 30 s from now on
	fmt.Println(received(aws, "jobs"))
	aws.Clock().Advance(30 * time.Second)
	fmt.Println(received(aws, "jobs"))
	fmt.Println(aws.Clock().Now().Format(time.TimeOnly))
	// Output:
	// true
	// false
	// true
	// 12:00:30
}

// What was acknowledged is there when the folder is opened again, also after
// kill -9. HTTP may move the clock and set the rules too.
func ExampleOptions_durable() {
	dir, err := os.MkdirTemp("", "example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for range 2 {
		aws, err := emulator.Open(emulator.Options{Dir: dir}) // in a test: emulator.Start(t, emulator.WithDir(dir))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(received(aws, "jobs"))
		post(aws, "AmazonSQS.CreateQueue", "/", `{"QueueName":"jobs"}`)
		post(aws, "AmazonSQS.SendMessage", "/", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/jobs","MessageBody":"work"}`)
		if err := aws.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// false
	// true
}

// Both copies begin where the original was; neither sees the other.
func ExampleAWS_Snapshot() {
	original, err := emulator.Open(emulator.Options{Snapshots: true}) // in a test: emulator.Start(t, emulator.WithSnapshots())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer original.Close()
	post(original, "AmazonSQS.CreateQueue", "/", `{"QueueName":"jobs"}`)
	post(original, "AmazonSQS.SendMessage", "/", `{"QueueUrl":"`+original.Endpoint()+`/000000000000/jobs","MessageBody":"work"}`)
	state, err := original.Snapshot()
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 2 {
		aws, err := emulator.Open(emulator.Options{Snapshot: state}) // in a test: emulator.Start(t, emulator.WithSnapshot(state))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(received(aws, "jobs"))
		if err := aws.Close(); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// true
	// true
}

// received tells whether the queue had a message; it is hidden then for 30 s.
func received(aws *emulator.AWS, queue string) bool {
	body := `{"QueueUrl":"` + aws.Endpoint() + `/000000000000/` + queue + `"}`
	r, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	var out struct{ Messages []struct{ Body string } }
	return json.NewDecoder(res.Body).Decode(&out) == nil && len(out.Messages) == 1
}

// post sends one request and returns its status.
func post(aws *emulator.AWS, target, path, body string) int {
	r, err := http.NewRequest("POST", aws.Endpoint()+path, strings.NewReader(body))
	if err != nil {
		fmt.Println(err)
		return 0
	}
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		fmt.Println(err)
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// What one request caused, and what it costs. A caller names the request it
// works for in X-Amzn-Trace-Id; here nobody consumes the record.
func ExampleAWS_Trace() {
	aws, err := emulator.Open(emulator.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer aws.Close()
	post(aws, "DynamoDB_20120810.CreateTable", "/", `{"TableName":"orders","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"}}`)
	req, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader(`{"TableName":"orders","Item":{"id":{"S":"7"}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	req.Header.Set("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678;Request=click-42")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = resp.Body.Close()

	click, ok := aws.Trace("click-42")
	if !ok {
		fmt.Println("nothing is known about it")
		return
	}
	for _, record := range click.Find(trace.Record, "orders") {
		fmt.Println(record.Detail)
	}
	fmt.Println(aws.Bill("click-42"))
	// Output:
	// INSERT {"id":{"S":"7"}}
	// 1 write unit
}

// A long poll that finds nothing takes twenty seconds, and no time.
func ExampleWithAutoAdvance() {
	aws, err := emulator.Open(emulator.Options{Clock: clock.NewFrozen(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer aws.Close()
	post(aws, "AmazonSQS.CreateQueue", "/", `{"QueueName":"jobs","Attributes":{"ReceiveMessageWaitTimeSeconds":"20"}}`)
	aws.Clock().SetAuto(true) // in a test: emulator.Start(t, emulator.WithAutoAdvance())
	fmt.Println(received(aws, "jobs"))
	fmt.Println(aws.Clock().Now().Format(time.TimeOnly))
	// Output:
	// false
	// 12:00:20
}
