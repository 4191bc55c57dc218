package emulator

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/lambda"
)

// BenchmarkStreamToFunction measures, in real time, from before a PutItem over
// HTTP until the in-process function behind the stream has its event.
func BenchmarkStreamToFunction(b *testing.B) {
	aws := Start(b)
	arrived := make(chan time.Time, 1)
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) {
		arrived <- time.Now()
		return nil, nil
	}); err != nil {
		b.Fatal(err)
	}
	stream := benchPost(b, aws, "DynamoDB_20120810.CreateTable", `{"TableName":"table","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`)
	_, after, _ := bytes.Cut(stream, []byte(`"LatestStreamArn":"`))
	arn, _, _ := bytes.Cut(after, []byte(`"`))
	r, _ := http.NewRequest("POST", aws.Endpoint()+"/2015-03-31/event-source-mappings", bytes.NewReader([]byte(`{"FunctionName":"f","StartingPosition":"LATEST","EventSourceArn":"`+string(arn)+`"}`)))
	benchDo(b, r)
	measure(b, arrived, func(n int) {
		benchPost(b, aws, "DynamoDB_20120810.PutItem", `{"TableName":"table","Item":{"pk":{"S":"`+time.Now().String()+`"}}}`)
	})
}

// BenchmarkSendToFunction measures from before a SendMessage until the function
// behind the queue has its event.
func BenchmarkSendToFunction(b *testing.B) {
	aws := Start(b)
	arrived := make(chan time.Time, 1)
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) {
		arrived <- time.Now()
		return nil, nil
	}); err != nil {
		b.Fatal(err)
	}
	benchPost(b, aws, "AmazonSQS.CreateQueue", `{"QueueName":"q"}`)
	r, _ := http.NewRequest("POST", aws.Endpoint()+"/2015-03-31/event-source-mappings", bytes.NewReader([]byte(`{"FunctionName":"f","EventSourceArn":"`+queueARN("q")+`"}`)))
	benchDo(b, r)
	measure(b, arrived, func(int) {
		benchPost(b, aws, "AmazonSQS.SendMessage", `{"QueueUrl":"`+aws.Endpoint()+`/000000000000/q","MessageBody":"m"}`)
	})
}

// BenchmarkInvokeWarm measures a synchronous invocation of a warm process.
func BenchmarkInvokeWarm(b *testing.B) {
	aws := Start(b, WithoutIAM()) // there is no role for it
	zipped, err := bootstrapZip()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := aws.lambda.CreateFunction(b.Context(), functionInput("f", zipped)); err != nil {
		b.Fatal(err)
	}
	url := aws.Endpoint() + "/2015-03-31/functions/f/invocations"
	for b.Loop() {
		r, _ := http.NewRequest("POST", url, bytes.NewReader([]byte(`{}`)))
		benchDo(b, r)
	}
}

func functionInput(name string, zipped []byte) *lambda.CreateFunctionInput {
	runtime, handler, role, timeout := "provided.al2023", "bootstrap", testRole, 5
	return &lambda.CreateFunctionInput{FunctionName: name, Code: lambda.FunctionCode{ZipFile: zipped}, Settings: lambda.Settings{
		Runtime: &runtime, Handler: &handler, Role: &role, Timeout: &timeout, Architectures: []string{machineArchitecture()},
	}}
}

// measure reports the median and the 99th percentile in milliseconds.
func measure(b *testing.B, arrived chan time.Time, act func(n int)) {
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		begin := time.Now()
		act(n)
		took = append(took, (<-arrived).Sub(begin))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(took[len(took)*99/100].Seconds()*1000, "p99-ms")
}

func benchPost(b *testing.B, aws *AWS, target, body string) []byte {
	b.Helper()
	r, err := http.NewRequest("POST", aws.Endpoint(), bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", target)
	return benchDo(b, r)
}

func benchDo(b *testing.B, r *http.Request) []byte {
	b.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		b.Fatal(err)
	}
	if res.StatusCode >= 300 {
		b.Fatalf("%s: %s %s", r.URL, res.Status, body.Bytes())
	}
	return body.Bytes()
}

// BenchmarkStart measures from nothing to an AWS that has answered a request,
// and its end.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		aws, err := Open(Options{})
		if err != nil {
			b.Fatal(err)
		}
		r, _ := http.NewRequest("GET", aws.Endpoint()+adminPrefix+"health", nil)
		benchDo(b, r)
		if err := aws.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
