package emulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func TestFiftyRunSideBySide(t *testing.T) {
	t.Parallel()
	for range 50 {
		t.Run("one", func(t *testing.T) {
			t.Parallel()
			aws := Start(t)
			res, err := http.Get(aws.Endpoint() + "/_cumin/health")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Fatalf("health: got %s", res.Status)
			}
		})
	}
}

func TestRoutesARequestToItsService(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, method, url, body string
		header                  map[string]string
		want                    string
	}{
		{"a target names DynamoDB", "POST", "/", "{}", map[string]string{"X-Amz-Target": "DynamoDB_20120810.GetItem"}, serviceDynamoDB},
		{"streams sign as dynamodb and are told by the target", "POST", "/", "{}", map[string]string{"X-Amz-Target": "DynamoDBStreams_20120810.GetRecords", "Authorization": auth("dynamodb")}, serviceStreams},
		{"the scope names Lambda", "GET", "/2015-03-31/functions", "", map[string]string{"Authorization": auth("lambda")}, serviceLambda},
		{"an unsigned Lambda path", "GET", "/2015-03-31/functions/f", "", nil, serviceLambda},
		{"an unsigned query request, by version", "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15", form(), serviceSTS},
		{"a presigned object", "GET", "/bucket/key?X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fs3%2Faws4_request", "", nil, serviceS3},
		{"an anonymous object", "GET", "/bucket/key", "", nil, serviceS3},
		{"a service that is not built", "POST", "/", "", map[string]string{"Authorization": auth("kinesis")}, "kinesis"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequest(c.method, "http://127.0.0.1"+c.url, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range c.header {
				r.Header.Set(k, v)
			}
			if got := serviceOf(r, wire.ParseIdentity(r)); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
			if rest, err := io.ReadAll(r.Body); err != nil || string(rest) != c.body {
				t.Fatalf("the body must stay readable: got %q, %v", rest, err)
			}
		})
	}
}

func auth(service string) string {
	return "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=0"
}

func form() map[string]string {
	return map[string]string{"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
}

func TestAnUnknownServiceIsAnUnknownOperation(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	r, err := http.NewRequest("POST", aws.Endpoint(), strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "Kinesis_20131202.PutRecord")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != 400 || res.Header.Get("X-Amzn-Errortype") != "UnknownOperationException" {
		t.Fatalf("got %s, %q, body %s", res.Status, res.Header.Get("X-Amzn-Errortype"), body)
	}
	if res.Header.Get("X-Amzn-Requestid") == "" {
		t.Fatal("no request id")
	}
}

func TestTheClockMovesOverHTTP(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	before := aws.Clock().Now()
	rev := clockState(t, aws, "GET", "clock", "").Rev

	changed := make(chan clock.State, 1)
	go func() { changed <- clockState(t, aws, "GET", "clock?after="+itoa(rev), "") }()

	clockState(t, aws, "POST", "clock", `{"advance":"16m"}`)
	if passed := aws.Clock().Now().Sub(before); passed < 16*time.Minute {
		t.Fatalf("only %s passed", passed)
	}
	if s := <-changed; s.Rev <= rev {
		t.Fatalf("the long poll answered an old state: %+v", s)
	}
	if s := clockState(t, aws, "POST", "clock", `{"freeze":true}`); !s.Frozen {
		t.Fatalf("not frozen: %+v", s)
	}
}

func clockState(t *testing.T, aws *AWS, method, path, body string) clock.State {
	t.Helper()
	r, err := http.NewRequest(method, aws.Endpoint()+adminPrefix+path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return clock.State{}
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Error(err)
		return clock.State{}
	}
	defer res.Body.Close()
	var s clock.State
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil || res.StatusCode != 200 {
		t.Errorf("%s %s: %s, %v", method, path, res.Status, err)
	}
	return s
}

func itoa(n uint64) string { b, _ := json.Marshal(n); return string(b) }

func TestFaultsNameOperationsOfEveryProtocol(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	for _, name := range []string{"dynamodb.ListTables", "lambda.ListFunctions", "sts.GetCallerIdentity", "s3.ListBuckets"} {
		if err := aws.Faults().Put(fault.Rule{Kind: fault.Error, Target: name, Code: "ServiceUnavailable", Status: 503}); err != nil {
			t.Fatal(err)
		}
		answers := []answer{
			rest(t, aws, "dynamodb", "POST", "/", "{}", "X-Amz-Target", "DynamoDB_20120810.ListTables"),
			rest(t, aws, "lambda", "GET", "/2015-03-31/functions", nil),
			query(t, aws, "sts", "GetCallerIdentity", nil, nil),
			rest(t, aws, "s3", "GET", "/", nil),
		}
		failed := 0
		for _, a := range answers {
			if a.status == 503 {
				failed++
			} else if a.status != 200 {
				t.Fatalf("%s: %d %s", name, a.status, a.body)
			}
		}
		if failed != 1 {
			t.Fatalf("%s: %d operations failed, want the one", name, failed)
		}
	}
}

func TestFaultsAreSetAndCountedOverHTTP(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	a := rest(t, aws, "", "PUT", adminPrefix+"faults", `{"rules":[{"kind":"error","target":"sqs.ListQueues","code":"ServiceUnavailable","status":503,"times":1}]}`)
	if a.status != 200 {
		t.Fatalf("put: %d %s", a.status, a.body)
	}
	header := []string{"X-Amz-Target", "AmazonSQS.ListQueues"}
	if a := rest(t, aws, "sqs", "POST", "/", "{}", header...); a.status != 503 || a.code() != "ServiceUnavailable" {
		t.Fatalf("first call: %d %s", a.status, a.body)
	}
	if a := rest(t, aws, "sqs", "POST", "/", "{}", header...); a.status != 200 {
		t.Fatalf("second call: %d %s", a.status, a.body)
	}
	var state struct{ Fired map[string]int }
	rest(t, aws, "", "GET", adminPrefix+"faults", nil).into(t, &state)
	if state.Fired["error"] != 1 {
		t.Fatalf("fired: %v", state.Fired)
	}
	if a := rest(t, aws, "", "PUT", adminPrefix+"faults", `{"rules":[{"kind":"melt"}]}`); a.status != 400 {
		t.Fatalf("nonsense: %d %s", a.status, a.body)
	}
}
