package emulator

import (
	"context"
	"fmt"
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
