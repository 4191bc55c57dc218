package emulator

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/lambda"
)

func arm(t *testing.T, aws *AWS, rules ...fault.Rule) {
	t.Helper()
	if err := aws.Faults().Put(rules...); err != nil {
		t.Fatal(err)
	}
}

// request makes one call of DynamoDB by hand, whatever becomes of it.
func request(t *testing.T, aws *AWS, operation, body string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, aws.Endpoint(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	req.Header.Set("Content-Type", "application/x-amz-json-1.0")
	return http.DefaultClient.Do(req)
}

func TestALostAnswerLeavesItsEffect(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createTable(t, aws, "table")
	arm(t, aws, fault.Rule{Kind: fault.Lost, Target: "dynamodb.PutItem", Times: 1})
	if answer, err := request(t, aws, "PutItem", `{"TableName":"table","Item":{"pk":{"S":"a"}}}`); err == nil {
		answer.Body.Close()
		t.Fatalf("answered %d", answer.StatusCode)
	}
	var got struct{ Item map[string]any }
	target(t, aws, "DynamoDB_20120810.GetItem", map[string]any{"TableName": "table", "Key": map[string]any{"pk": map[string]string{"S": "a"}}}, &got)
	if got.Item == nil {
		t.Fatal("the write had no effect")
	}
}

func TestWhatMeetsATransactionIsRefused(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createTable(t, aws, "table")
	arm(t, aws, fault.Rule{Kind: fault.Overlap, Target: "dynamodb.TransactWriteItems", Delay: "10s", Times: 1})
	ctx, cancel := context.WithCancel(t.Context())
	held := make(chan struct{})
	go func() {
		defer close(held)
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, aws.Endpoint(), strings.NewReader(
			`{"TransactItems":[{"Put":{"TableName":"table","Item":{"pk":{"S":"a"}}}}]}`))
		req.Header.Set("X-Amz-Target", "DynamoDB_20120810.TransactWriteItems")
		if answer, err := http.DefaultClient.Do(req); err == nil {
			answer.Body.Close()
		}
	}()
	defer func() { cancel(); <-held }()
	for aws.Faults().Fired()[fault.Overlap] == 0 {
		select {
		case <-t.Context().Done():
			t.Fatal("the transaction did not begin")
		case <-time.After(time.Millisecond):
		}
	}
	answer, err := request(t, aws, "PutItem", `{"TableName":"table","Item":{"pk":{"S":"a"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var refusal struct {
		Type string `json:"__type"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&refusal); err != nil || !strings.HasSuffix(refusal.Type, "TransactionConflictException") {
		t.Fatalf("answered %d %q, %v", answer.StatusCode, refusal.Type, err)
	}
	other, err := request(t, aws, "PutItem", `{"TableName":"table","Item":{"pk":{"S":"b"}}}`)
	if err != nil || other.StatusCode != http.StatusOK {
		t.Fatalf("an item of nobody's: %v, %v", other, err)
	}
	other.Body.Close()
}

func TestACancelledTransactionSaysWhy(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	arm(t, aws, fault.Rule{Kind: fault.Error, Target: "dynamodb.TransactWriteItems", Code: "TransactionCanceledException", Reason: "TransactionConflict"})
	answer, err := request(t, aws, "TransactWriteItems", `{}`)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var got struct{ CancellationReasons []struct{ Code string } }
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != 400 || len(got.CancellationReasons) != 1 || got.CancellationReasons[0].Code != "TransactionConflict" {
		t.Fatalf("got %d %+v", answer.StatusCode, got)
	}
}

func TestAStaleReadMissesTheLastWrites(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	attributes := []map[string]string{{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}}
	target(t, aws, "DynamoDB_20120810.CreateTable", map[string]any{
		"TableName": "table", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes,
		"KeySchema": []map[string]string{{"AttributeName": "pk", "KeyType": "HASH"}},
		"GlobalSecondaryIndexes": []map[string]any{{
			"IndexName": "byG", "KeySchema": []map[string]string{{"AttributeName": "g", "KeyType": "HASH"}}, "Projection": map[string]string{"ProjectionType": "ALL"},
		}},
	}, nil)
	count := func() int {
		var out struct{ Count int }
		target(t, aws, "DynamoDB_20120810.Query", map[string]any{
			"TableName": "table", "IndexName": "byG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": map[string]any{":g": map[string]string{"S": "x"}},
		}, &out)
		return out.Count
	}
	put := func(key string) {
		target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "table", "Item": map[string]any{"pk": map[string]string{"S": key}, "g": map[string]string{"S": "x"}}}, nil)
	}
	put("before the faults")
	arm(t, aws, fault.Rule{Kind: fault.Stale, Target: "table/byG", Times: 1})
	put("missed")
	if stale, fresh := count(), count(); stale != 1 || fresh != 2 {
		t.Fatalf("%d, then %d items; want 1, then 2", stale, fresh)
	}
}

func TestAHeldBackBatchIsOvertakenByAnotherLanes(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	aws.Clock().Freeze()
	c := consume(t, aws, 0, map[string]any{"ParallelizationFactor": 10, "BatchSize": 1}, nil)
	arm(t, aws, fault.Rule{Kind: fault.Reorder, Target: "f", Times: 1, Delay: "5s"})
	for n, key := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "table", "Item": map[string]any{"pk": map[string]string{"S": key}, "n": map[string]any{"N": key}}}, nil)
		if n == 0 {
			eventually(t, "the hold", func() bool { return aws.Faults().Fired()[fault.Reorder] == 1 })
		}
	}
	eventually(t, "the others", func() bool { return slices.Contains(c.flat(), "9") })
	if slices.Contains(c.flat(), "0") {
		t.Fatal("it was not held back")
	}
	if drained, err := aws.Drained("f"); err != nil || drained {
		t.Fatalf("drained %t, %v, while a batch is held back", drained, err)
	}
	eventually(t, "the one held back", func() bool {
		aws.Clock().Advance(time.Second)
		drained, err := aws.Drained("f")
		return err == nil && drained
	})
	if !slices.Contains(c.flat(), "0") {
		t.Fatal("drained without it")
	}
}

func TestAHandlerIsKilledAfterItsNthCall(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	createTable(t, aws, "table")
	client := &http.Client{Transport: lambda.Transport(http.DefaultTransport)}
	var seen atomic.Int64
	_, err := aws.HandleFunction("f", func(ctx context.Context, _ []byte) ([]byte, error) {
		for range 3 {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, aws.Endpoint()+"/_cumin/health", nil)
			if err != nil {
				return nil, err
			}
			answer, err := client.Do(req)
			if err != nil {
				return nil, err
			}
			answer.Body.Close()
			seen.Add(1)
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	arm(t, aws, fault.Rule{Kind: fault.Kill, Target: "f", Point: fault.AfterCall, Call: 2, Times: 1})
	for i, want := range []string{"Runtime.ExitError", "null"} {
		if a := rest(t, aws, "lambda", "POST", "/2015-03-31/functions/f/invocations", map[string]any{}); !strings.Contains(string(a.body), want) {
			t.Fatalf("run %d: %s", i+1, a.body)
		}
	}
	if n := seen.Load(); n != 1+3 {
		t.Fatalf("it saw %d answers, want 1 before it was killed and 3 after", n)
	}
}
