package emulator

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

type order struct {
	Do    string `json:"do,omitempty"`
	Text  string `json:"text,omitempty"`
	Times int    `json:"times,omitempty"`
}

func TestAFunctionAnswersAndReports(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	a := invoke(t, aws, "f", order{Do: "print", Text: "hello"}, "X-Amz-Log-Type", "Tail")
	if a.status != 200 || string(a.body) != `{"do":"print","text":"hello"}` || a.header.Get("X-Amz-Function-Error") != "" {
		t.Fatalf("got %d %s %v", a.status, a.body, a.header)
	}
	tail, err := base64.StdEncoding.DecodeString(a.header.Get("X-Amz-Log-Result"))
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`(?s)^START RequestId: (\S+) Version: \$LATEST\nhello\nto stderr: hello\nEND RequestId: \S+\nREPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms`)
	if !want.Match(tail) {
		t.Fatalf("tail:\n%s", tail)
	}
	if lines := aws.FunctionLog("f"); !contains(lines, "hello") || !contains(lines, "REPORT") {
		t.Fatalf("log group: %q", lines)
	}
}

func TestHowAFunctionFails(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		settings map[string]any
		event    order
		want     string // of the answer; RequestId replaced by ID
	}{
		{"it answers an error", nil, order{Do: "fail", Text: "no"}, `{"errorMessage":"no","errorType":"Failed"}`},
		{"it exits", nil, order{Do: "exit"}, `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 3"}`},
		{"it takes too long", map[string]any{"Timeout": 1}, order{Do: "sleep", Text: "30s"}, `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ID Error: Task timed out after 1.00 seconds"}`},
		{"it wants too much memory", map[string]any{"MemorySize": 128}, order{Do: "grow", Times: 200}, `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: signal: killed"}`},
		{"it does not start", map[string]any{"Environment": map[string]any{"Variables": map[string]string{"INIT": "exit"}}}, order{}, `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ID Error: Runtime exited with error: exit status 7"}`},
		{"it says why it does not start", map[string]any{"Environment": map[string]any{"Variables": map[string]string{"INIT": "error"}}}, order{}, `{"errorType":"Config","errorMessage":"a setting is missing"}`},
	}
	id := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			aws := Start(t)
			createFunction(t, aws, "f", c.settings)
			a := invoke(t, aws, "f", c.event)
			if got := id.ReplaceAllString(string(a.body), "ID"); a.status != 200 || got != c.want || a.header.Get("X-Amz-Function-Error") != "Unhandled" {
				t.Fatalf("got %d %s, error %q\nwant %s", a.status, got, a.header.Get("X-Amz-Function-Error"), c.want)
			}
			if ok := invoke(t, aws, "f", order{}); c.settings == nil && ok.header.Get("X-Amz-Function-Error") != "" {
				t.Fatalf("the next invocation failed too: %s", ok.body)
			}
		})
	}
}

func TestHowAFailureIsLogged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		settings map[string]any
		event    order
		want     []string // lines in this order, as patterns
	}{
		{"it answers an error", nil, order{Do: "fail", Text: "no"}, []string{`^START`, `^END`, `^REPORT .*Max Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$`}},
		{"it exits", nil, order{Do: "exit"}, []string{`^START`, `^RequestId: \S+ Error: Runtime exited with error: exit status 3$`, `^Runtime.ExitError$`, `^END`, `^REPORT .*\tStatus: error\tError Type: Runtime.ExitError$`}},
		{"it takes too long", map[string]any{"Timeout": 1}, order{Do: "sleep", Text: "30s"}, []string{`^START`, `^\S+Z \S+ Task timed out after 1.00 seconds$`, `^END`, `^REPORT .*\tStatus: timeout$`}},
		{"it wants too much memory", nil, order{Do: "grow", Times: 200}, []string{`^START`, `^Runtime.OutOfMemory: `, `^RequestId: \S+ Error: Runtime exited with error: signal: killed$`, `^Runtime.ExitError$`, `^END`, `^REPORT .*Max Memory Used: 128 MB.*\tStatus: error\tError Type: Runtime.OutOfMemory$`}},
		{"it does not start", map[string]any{"Environment": map[string]any{"Variables": map[string]string{"INIT": "exit"}}}, order{}, []string{`^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError$`, `^START`, `^RequestId: \S+ Error: Runtime exited with error: exit status 7$`, `^Runtime.ExitError$`, `^END`, `^REPORT`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			aws := Start(t)
			createFunction(t, aws, "f", c.settings)
			invoke(t, aws, "f", c.event)
			lines := aws.FunctionLog("f")
			left := lines
			for _, pattern := range c.want {
				i := slices.IndexFunc(left, regexp.MustCompile(pattern).MatchString)
				if i < 0 {
					t.Fatalf("no %s in its place in\n%s", pattern, strings.Join(lines, "\n"))
				}
				left = left[i+1:]
			}
		})
	}
}

func TestEventsThatAreTooLargeAreRefused(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind  string
		limit int
	}{{"RequestResponse", 6 << 20}, {"Event", 1 << 20}} {
		fits := `"` + strings.Repeat("x", c.limit-2) + `"`
		if a := invoke(t, aws, "f", fits, "X-Amz-Invocation-Type", c.kind); a.status/100 != 2 {
			t.Errorf("%s of the limit: %d %s", c.kind, a.status, a.body)
		}
		phrase := fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", c.limit+1, c.kind, c.limit)
		if a := invoke(t, aws, "f", fits+" ", "X-Amz-Invocation-Type", c.kind); a.status != 413 || a.code() != "RequestEntityTooLargeException" || !strings.Contains(string(a.body), phrase) {
			t.Errorf("%s above the limit: %d %s", c.kind, a.status, a.body)
		}
	}
}

func TestFunctionsOfAnotherMachineAreRefusedInWords(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	other := map[string]string{"x86_64": "arm64", "arm64": "x86_64"}[machineArchitecture()]
	createFunction(t, aws, "f", map[string]any{"Architectures": []string{other}})
	if a := invoke(t, aws, "f", order{}); a.status != 502 || a.code() != "InvalidRuntimeException" || !strings.Contains(string(a.body), "is built for "+other) {
		t.Fatalf("got %d %s %s", a.status, a.code(), a.body)
	}
}

func TestAWarmProcessIsUsedAgainUntilTheCodeChanges(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	first, second := invoke(t, aws, "f", order{Do: "pid"}), invoke(t, aws, "f", order{Do: "pid"})
	if string(first.body) != string(second.body) {
		t.Fatalf("two processes: %s, %s", first.body, second.body)
	}
	set := map[string]any{"Environment": map[string]any{"Variables": map[string]string{"A": "b"}}}
	if a := rest(t, aws, "lambda", "PUT", "/2015-03-31/functions/f/configuration", set); a.status != 200 {
		t.Fatalf("update: %d %s", a.status, a.body)
	}
	if a := invoke(t, aws, "f", order{Do: "env", Text: "A"}); string(a.body) != `"b"` {
		t.Fatalf("the new setting: %s", a.body)
	}
}

func TestReservedConcurrencyThrottles(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	if a := rest(t, aws, "lambda", "PUT", "/2017-10-31/functions/f/concurrency", map[string]int{"ReservedConcurrentExecutions": 1}); a.status != 200 {
		t.Fatalf("reserve: %d %s", a.status, a.body)
	}
	statuses := make(chan int, 3)
	for range 3 {
		go func() { statuses <- invoke(t, aws, "f", order{Do: "sleep", Text: "300ms"}).status }()
	}
	got := map[int]int{}
	for range 3 {
		got[<-statuses]++
	}
	if got[200] == 0 || got[429] == 0 {
		t.Fatalf("statuses %v: want one to run and another throttled", got)
	}
}

func TestAnEventIsRetriedTwiceOnTheClock(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	runs := make(chan struct{}, 10)
	if _, err := aws.HandleFunction("f", func(context.Context, []byte) ([]byte, error) {
		runs <- struct{}{}
		return nil, errors.New("no")
	}); err != nil {
		t.Fatal(err)
	}
	if a := invoke(t, aws, "f", order{}, "X-Amz-Invocation-Type", "Event"); a.status != 202 {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	<-runs
	for range 2 {
		eventually(t, "the retry", func() bool {
			aws.Clock().Advance(time.Minute)
			return len(runs) > 0
		})
		<-runs
	}
	aws.Clock().Advance(24 * time.Hour)
	if len(runs) != 0 {
		t.Fatal("a third retry")
	}
}

func TestAsynchronousEventsEndInTheirDestinations(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	good, bad, dead := createQueue(t, aws, "good", nil), createQueue(t, aws, "bad", nil), createQueue(t, aws, "dead", nil)
	createFunction(t, aws, "f", map[string]any{"DeadLetterConfig": map[string]string{"TargetArn": queueARN("dead")}})
	const path = "/2019-09-25/functions/f/event-invoke-config"
	config := map[string]any{"MaximumRetryAttempts": 1, "DestinationConfig": map[string]any{
		"OnSuccess": map[string]string{"Destination": queueARN("good")}, "OnFailure": map[string]string{"Destination": queueARN("bad")},
	}}
	if a := rest(t, aws, "lambda", "PUT", path, config); a.status != 200 {
		t.Fatalf("configure: %d %s", a.status, a.body)
	}
	received := func(url string) (body string, attributes map[string]map[string]string) {
		var out struct {
			Messages []struct {
				Body              string
				MessageAttributes map[string]map[string]string
			}
		}
		eventually(t, "a message on "+url, func() bool {
			aws.Clock().Advance(10 * time.Second)
			target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": url, "MessageAttributeNames": []string{"All"}}, &out)
			return len(out.Messages) == 1
		})
		return out.Messages[0].Body, out.Messages[0].MessageAttributes
	}
	invoke(t, aws, "f", order{Do: "echo", Text: "fine"}, "X-Amz-Invocation-Type", "Event")
	if body, _ := received(good); !strings.Contains(body, `"condition":"Success","approximateInvokeCount":1},"requestPayload":{"do":"echo","text":"fine"}`) || !strings.Contains(body, `"responsePayload":{"do":"echo","text":"fine"}`) {
		t.Fatalf("success: %s", body)
	}
	invoke(t, aws, "f", order{Do: "fail", Text: "no"}, "X-Amz-Invocation-Type", "Event")
	if body, _ := received(bad); !strings.Contains(body, `"condition":"RetriesExhausted","approximateInvokeCount":2}`) || !strings.Contains(body, `"functionError":"Unhandled"`) {
		t.Fatalf("failure: %s", body)
	}
	if body, attributes := received(dead); body != `{"do":"fail","text":"no"}` || attributes["ErrorMessage"]["StringValue"] != "no" {
		t.Fatalf("dead letter: %s %v", body, attributes)
	}
	if a := rest(t, aws, "lambda", "DELETE", path, nil); a.status != 204 {
		t.Fatalf("delete: %d %s", a.status, a.body)
	}
	if a := rest(t, aws, "lambda", "GET", path, nil); a.status != 404 {
		t.Fatalf("get: %d %s", a.status, a.body)
	}
}

func TestAKilledFunctionFailsItsInvocationOnly(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	invoke(t, aws, "f", order{})
	done := make(chan answer)
	go func() { done <- invoke(t, aws, "f", order{Do: "sleep", Text: "20s"}) }()
	eventually(t, "the second start", func() bool { return count(aws.FunctionLog("f"), "START") == 2 })
	if n := aws.KillFunction("f"); n != 1 {
		t.Fatalf("killed %d processes", n)
	}
	if a := <-done; a.header.Get("X-Amz-Function-Error") != "Unhandled" || !strings.Contains(string(a.body), "signal: killed") {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	if a := invoke(t, aws, "f", order{Do: "echo"}); string(a.body) != `{"do":"echo"}` {
		t.Fatalf("the next: %s", a.body)
	}
}

func TestAFaultKillsAFunctionBetweenTwoOfItsCalls(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	var queue struct{ QueueUrl string }
	target(t, aws, "AmazonSQS.CreateQueue", map[string]string{"QueueName": "q"}, &queue)
	createFunction(t, aws, "f", nil)
	if err := aws.Faults().Put(fault.Rule{Kind: fault.Kill, Target: "f", Point: fault.AfterCall, Call: 2}); err != nil {
		t.Fatal(err)
	}
	a := invoke(t, aws, "f", order{Do: "call", Times: 5, Text: `{"QueueUrl":"` + queue.QueueUrl + `","MessageBody":"m"}`})
	if a.header.Get("X-Amz-Function-Error") != "Unhandled" {
		t.Fatalf("it lived: %s", a.body)
	}
	var got struct{ Attributes map[string]string }
	target(t, aws, "AmazonSQS.GetQueueAttributes", map[string]any{"QueueUrl": queue.QueueUrl, "AttributeNames": []string{"All"}}, &got)
	if n := got.Attributes["ApproximateNumberOfMessages"]; n != "2" && n != "3" { // the third may be on its way when the kill lands
		t.Fatalf("%s messages sent, want 2", n)
	}
	if fired := aws.Faults().Fired()[fault.Kill]; fired != 1 {
		t.Fatalf("fired %d times", fired)
	}
}

func TestFunctionsAreRefusedInAWSsWords(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createFunction(t, aws, "f", nil)
	function := map[string]any{"FunctionName": "g", "Runtime": "provided.al2023", "Handler": "h", "Role": testRole, "Code": map[string]any{"ZipFile": "AAAA"}}
	with := func(key string, v any) map[string]any {
		out := map[string]any{key: v}
		for k, v := range function {
			if _, ok := out[k]; !ok {
				out[k] = v
			}
		}
		return out
	}
	cases := []struct {
		name, method, path string
		body               any
		status             int
		code, phrase       string
	}{
		{"no such function", "GET", "/2015-03-31/functions/nope", nil, 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"},
		{"it exists", "POST", "/2015-03-31/functions", with("FunctionName", "f"), 409, "ResourceConflictException", "Function already exist: f"},
		{"not a zip", "POST", "/2015-03-31/functions", function, 400, "InvalidParameterValueException", "Could not unzip uploaded file"},
		{"a runtime without a bootstrap", "POST", "/2015-03-31/functions", with("Runtime", "nodejs22.x"), 400, "InvalidParameterValueException", "does not support the runtime nodejs22.x"},
		{"too long a timeout", "POST", "/2015-03-31/functions", with("Timeout", 901), 400, "ValidationException", "at 'timeout' failed to satisfy constraint"},
		{"a reserved variable", "POST", "/2015-03-31/functions", with("Environment", map[string]any{"Variables": map[string]string{"AWS_REGION": "x"}}), 400, "InvalidParameterValueException", "Reserved keys used in this request: AWS_REGION"},
		{"a layer", "POST", "/2015-03-31/functions", with("Layers", []string{"arn"}), 400, "InvalidParameterValueException", "does not support layers"},
		{"an unknown member", "POST", "/2015-03-31/functions", with("Colour", "red"), 400, "InvalidParameterValueException", "the parameter Colour"},
		{"an operation that is not built", "GET", "/2021-10-31/functions/f/url", nil, 404, "UnknownOperationException", "GET /2021-10-31/functions/f/url"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := rest(t, aws, "lambda", c.method, c.path, c.body)
			if a.status != c.status || a.code() != c.code || !strings.Contains(string(a.body), c.phrase) {
				t.Fatalf("got %d %s %s\nwant %d %s …%s…", a.status, a.code(), a.body, c.status, c.code, c.phrase)
			}
		})
	}
}
