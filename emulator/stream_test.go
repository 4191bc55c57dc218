package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
)

// createTable makes a table with a stream and returns the stream's ARN.
func createTable(t *testing.T, aws server, name string) string {
	t.Helper()
	var out struct {
		TableDescription struct{ LatestStreamArn string }
	}
	target(t, aws, "DynamoDB_20120810.CreateTable", map[string]any{
		"TableName": name, "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": []map[string]string{{"AttributeName": "pk", "AttributeType": "S"}},
		"KeySchema":            []map[string]string{{"AttributeName": "pk", "KeyType": "HASH"}},
		"StreamSpecification":  map[string]any{"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
	}, &out)
	return out.TableDescription.LatestStreamArn
}

func put(t *testing.T, aws server, table string, n int) {
	t.Helper()
	target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": table, "Item": map[string]any{
		"pk": map[string]string{"S": "item"}, "n": map[string]string{"N": strconv.Itoa(n)},
	}}, nil)
}

// streamBatch is what a stream's function gets.
type streamBatch struct {
	Records []struct {
		EventID        string
		EventSourceARN string
		DynamoDB       struct {
			SequenceNumber string
			NewImage       map[string]map[string]string
		}
	}
}

// numbers are the values of n in a batch, which put wrote.
func (b streamBatch) numbers() (out []string) {
	for _, r := range b.Records {
		out = append(out, r.DynamoDB.NewImage["n"]["N"])
	}
	return out
}

// consumer is an in-process function that writes down the batches it gets.
type consumer struct {
	mu      sync.Mutex
	batches [][]string
	answer  func(b streamBatch, attempt int) (any, error)
}

func (c *consumer) handle(_ context.Context, event []byte) ([]byte, error) {
	var b streamBatch
	if err := json.Unmarshal(event, &b); err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.batches = append(c.batches, b.numbers())
	attempt := len(c.batches)
	c.mu.Unlock()
	if c.answer == nil {
		return nil, nil
	}
	out, err := c.answer(b, attempt)
	if err != nil {
		return nil, err
	}
	return json.Marshal(out)
}

// seen returns the batches so far, each as its numbers.
func (c *consumer) seen() [][]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.batches)
}

// flat is every number delivered, in order, repeats included.
func (c *consumer) flat() []string { return slices.Concat(c.seen()...) }

// consume writes n items, maps the stream to a function with the settings, and
// returns what it records.
func consume(t *testing.T, aws *AWS, n int, settings map[string]any, answer func(streamBatch, int) (any, error)) *consumer {
	t.Helper()
	c := &consumer{answer: answer}
	if _, err := aws.HandleFunction("f", c.handle); err != nil {
		t.Fatal(err)
	}
	stream := createTable(t, aws, "table")
	for i := range n {
		put(t, aws, "table", i)
	}
	in := map[string]any{"EventSourceArn": stream, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON"}
	for k, v := range settings {
		in[k] = v
	}
	createMapping(t, aws, in)
	return c
}

func failedItem(b streamBatch, n string) any {
	i := slices.Index(b.numbers(), n)
	if i < 0 {
		return nil
	}
	return map[string]any{"batchItemFailures": []map[string]string{{"itemIdentifier": b.Records[i].DynamoDB.SequenceNumber}}}
}

var reportItems = []string{"ReportBatchItemFailures"}

func TestAStreamIsDeliveredInOrder(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	c := consume(t, aws, 7, map[string]any{"BatchSize": 3}, nil)
	eventually(t, "seven records", func() bool { return len(c.flat()) == 7 })
	put(t, aws, "table", 7)
	eventually(t, "the eighth", func() bool { return len(c.flat()) == 8 })
	if got := fmt.Sprint(c.seen()); got != "[[0 1 2] [3 4 5] [6] [7]]" {
		t.Fatalf("got %s", got)
	}
}

func TestLatestBeginsAtTheMapping(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	c := consume(t, aws, 5, map[string]any{"StartingPosition": "LATEST"}, nil)
	put(t, aws, "table", 5)
	eventually(t, "the new record", func() bool { return len(c.flat()) == 1 })
	if got := c.flat()[0]; got != "5" {
		t.Fatalf("got %s", got)
	}
}

func TestAFailedBatchBlocksItsShard(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	c := consume(t, aws, 4, map[string]any{"BatchSize": 2}, func(_ streamBatch, attempt int) (any, error) {
		if attempt < 3 {
			return nil, errors.New("not yet")
		}
		return nil, nil
	})
	eventually(t, "all", func() bool { aws.Clock().Advance(time.Second); return len(c.seen()) == 4 })
	if got := fmt.Sprint(c.seen()); got != "[[0 1] [0 1] [0 1] [2 3]]" {
		t.Fatalf("got %s", got)
	}
}

func TestAPartialFailureResumesAtTheLowest(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	c := consume(t, aws, 5, map[string]any{"FunctionResponseTypes": reportItems}, func(b streamBatch, attempt int) (any, error) {
		if attempt > 1 {
			return nil, nil
		}
		ids := []map[string]string{}
		for _, n := range []int{3, 2} { // out of order on purpose
			ids = append(ids, map[string]string{"itemIdentifier": b.Records[n].DynamoDB.SequenceNumber})
		}
		return map[string]any{"batchItemFailures": ids}, nil
	})
	eventually(t, "the retry", func() bool { aws.Clock().Advance(time.Second); return len(c.seen()) == 2 })
	if got := fmt.Sprint(c.seen()); got != "[[0 1 2 3 4] [2 3 4]]" {
		t.Fatalf("got %s", got)
	}
}

func TestRetriesEndInTheDestination(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		answer    func(streamBatch, int) (any, error)
		condition string
		function  any // functionError
		count     int // approximateInvokeCount
		batch     int
		settings  map[string]any
	}{
		{"the function fails", func(streamBatch, int) (any, error) { return nil, errors.New("no") }, "RetryAttemptsExhausted", "Unhandled", 3, 3, nil},
		{"an item fails", func(b streamBatch, _ int) (any, error) { return failedItem(b, "1"), nil }, "RetryAttemptsExhausted", nil, 3, 2, map[string]any{"FunctionResponseTypes": reportItems}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			aws := Start(t)
			url := createQueue(t, aws, "dead", nil)
			settings := map[string]any{"MaximumRetryAttempts": 2, "DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": queueARN("dead")}}}
			for k, v := range c.settings {
				settings[k] = v
			}
			got := consume(t, aws, 3, settings, c.answer)
			eventually(t, "the message", func() bool {
				aws.Clock().Advance(time.Second)
				visible, _ := messages(t, aws, url)
				return visible == "1"
			})
			var received struct{ Messages []struct{ Body string } }
			target(t, aws, "AmazonSQS.ReceiveMessage", map[string]any{"QueueUrl": url}, &received)
			var m struct {
				Version        string
				RequestContext struct {
					FunctionArn, Condition string
					ApproximateInvokeCount int
				}
				ResponseContext    map[string]any
				DDBStreamBatchInfo struct {
					ShardID, StartSequenceNumber, EndSequenceNumber, StreamArn string
					BatchSize                                                  int
				}
			}
			if err := json.Unmarshal([]byte(received.Messages[0].Body), &m); err != nil {
				t.Fatal(err)
			}
			if m.Version != "1.0" || m.RequestContext.Condition != c.condition || m.RequestContext.ApproximateInvokeCount != c.count || m.ResponseContext["functionError"] != c.function ||
				m.DDBStreamBatchInfo.BatchSize != c.batch || m.DDBStreamBatchInfo.ShardID == "" || m.DDBStreamBatchInfo.StartSequenceNumber > m.DDBStreamBatchInfo.EndSequenceNumber {
				t.Fatalf("got %s", received.Messages[0].Body)
			}
			if n := len(got.seen()); n != 3 {
				t.Fatalf("%d attempts, want 3", n)
			}
		})
	}
}

func TestBisectingIsolatesThePoison(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	c := consume(t, aws, 8, map[string]any{"BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 1}, func(b streamBatch, _ int) (any, error) {
		if slices.Contains(b.numbers(), "5") {
			return nil, errors.New("poison")
		}
		return nil, nil
	})
	put(t, aws, "table", 8)
	eventually(t, "the record behind the poison", func() bool { aws.Clock().Advance(time.Second); return slices.Contains(c.flat(), "8") })
	if got := fmt.Sprint(c.seen()[:8]); got != "[[0 1 2 3 4 5 6 7] [0 1 2 3] [4 5 6 7] [4 5] [4] [5] [5] [6 7]]" {
		t.Fatalf("got %s", got)
	}
}

func TestOldRecordsAreSkipped(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	fails := true
	var mu sync.Mutex
	c := consume(t, aws, 2, map[string]any{"MaximumRecordAgeInSeconds": 60}, func(streamBatch, int) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		if fails {
			return nil, errors.New("no")
		}
		return nil, nil
	})
	eventually(t, "the first failure", func() bool { return len(c.seen()) > 0 })
	aws.Clock().Advance(2 * time.Minute)
	mu.Lock()
	fails = false
	mu.Unlock()
	put(t, aws, "table", 2)
	eventually(t, "the new record", func() bool { return slices.Contains(c.flat(), "2") })
	last := c.seen()[len(c.seen())-1]
	if fmt.Sprint(last) != "[2]" {
		t.Fatalf("last batch %v", last)
	}
}

func TestAWindowGathersRecords(t *testing.T) {
	t.Parallel()
	aws := Start(t, WithClock(clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))))
	c := consume(t, aws, 2, map[string]any{"MaximumBatchingWindowInSeconds": 10}, nil)
	put(t, aws, "table", 2)
	if len(c.seen()) != 0 {
		t.Fatal("delivered before the window closed")
	}
	eventually(t, "the batch", func() bool { aws.Clock().Advance(time.Second); return len(c.seen()) > 0 })
	if got := fmt.Sprint(c.seen()); got != "[[0 1 2]]" {
		t.Fatalf("got %s", got)
	}
}

func TestDuplicatesAndReplaysOfBatches(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	if err := aws.Faults().Put(fault.Rule{Kind: fault.Duplicate, Target: "f", Times: 1}, fault.Rule{Kind: fault.Replay, Target: "f", Times: 1}); err != nil {
		t.Fatal(err)
	}
	c := consume(t, aws, 4, map[string]any{"BatchSize": 2}, nil)
	eventually(t, "all", func() bool { return len(c.seen()) == 4 })
	if got := fmt.Sprint(c.seen()); got != "[[0 1] [0 1] [0 1] [2 3]]" { // again, and again before the next
		t.Fatalf("got %s", got)
	}
}

func TestAKilledFunctionGetsItsBatchAgain(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	if err := aws.Faults().Put(fault.Rule{Kind: fault.Kill, Target: "f", Point: fault.End, Times: 2}); err != nil {
		t.Fatal(err)
	}
	createFunction(t, aws, "f", nil)
	stream := createTable(t, aws, "table")
	createMapping(t, aws, map[string]any{"EventSourceArn": stream, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON"})
	put(t, aws, "table", 1)
	eventually(t, "two crashes and a success", func() bool {
		aws.Clock().Advance(time.Second)
		lines := aws.FunctionLog("f")
		return count(lines, "Error Type: Runtime.ExitError") == 2 && count(lines, "REPORT") == 3
	})
}

func TestPositionsSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func() *AWS {
		aws, err := Open(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return aws
	}
	aws := open()
	c := consume(t, aws, 3, nil, nil)
	eventually(t, "the first three", func() bool { return len(c.flat()) == 3 })
	uuid := mappingID(t, aws)
	eventually(t, "the position", func() bool { return mappingResult(t, aws, uuid) == "OK" })
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}

	aws = open()
	defer aws.Close()
	again := &consumer{}
	if _, err := aws.HandleFunction("f", again.handle); err != nil {
		t.Fatal(err)
	}
	put(t, aws, "table", 3)
	eventually(t, "the fourth", func() bool { aws.Clock().Advance(time.Second); return len(again.flat()) > 0 })
	if got := fmt.Sprint(again.seen()); got != "[[3]]" {
		t.Fatalf("got %s", got)
	}
}

func mappingID(t *testing.T, aws server) string {
	t.Helper()
	var out struct{ EventSourceMappings []struct{ UUID string } }
	rest(t, aws, "lambda", "GET", "/2015-03-31/event-source-mappings", nil).into(t, &out)
	return out.EventSourceMappings[0].UUID
}

func mappingResult(t *testing.T, aws server, uuid string) string {
	t.Helper()
	var out struct{ LastProcessingResult string }
	rest(t, aws, "lambda", "GET", "/2015-03-31/event-source-mappings/"+uuid, nil).into(t, &out)
	return out.LastProcessingResult
}

func TestLanesDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	aws, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	putKey := func(key string, n int) {
		target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "table", "Item": map[string]any{
			"pk": map[string]string{"S": key}, "n": map[string]string{"N": strconv.Itoa(n)},
		}}, nil)
	}
	stuck := make(chan struct{})
	var mu sync.Mutex
	seen := map[string]bool{}
	held := ""
	c := consume(t, aws, 0, map[string]any{"ParallelizationFactor": 4, "BatchSize": 1}, func(b streamBatch, _ int) (any, error) {
		n := b.numbers()[0]
		mu.Lock()
		seen[n] = true
		wait := n == "0"
		mu.Unlock()
		if wait {
			<-stuck
		}
		return nil, nil
	})
	putKey("held", 0) // blocks its lane
	for i := 1; i <= 20; i++ {
		putKey("key"+strconv.Itoa(i), i)
	}
	putKey("held", 21) // behind the first of its key
	eventually(t, "the other lanes", func() bool { mu.Lock(); defer mu.Unlock(); return len(seen) > 10 })
	mu.Lock()
	if seen["21"] {
		held = "the second record of a key overtook the first"
	}
	mu.Unlock()
	if held != "" {
		t.Fatal(held)
	}
	close(stuck)
	eventually(t, "everything", func() bool { return len(c.flat()) == 22 })
	uuid := mappingID(t, aws)
	if a := rest(t, aws, "lambda", "PUT", "/2015-03-31/event-source-mappings/"+uuid, map[string]any{"Enabled": false}); a.status != 202 {
		t.Fatalf("disable: %d %s", a.status, a.body)
	}
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}

	if aws, err = Open(Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer aws.Close()
	again := &consumer{}
	if _, err := aws.HandleFunction("f", again.handle); err != nil {
		t.Fatal(err)
	}
	rest(t, aws, "lambda", "PUT", "/2015-03-31/event-source-mappings/"+uuid, map[string]any{"Enabled": true})
	putKey("new", 22)
	eventually(t, "the new record", func() bool { aws.Clock().Advance(time.Second); return len(again.flat()) > 0 })
	if got := fmt.Sprint(again.flat()); got != "[22]" {
		t.Fatalf("after the restart: %s", got)
	}
}

func TestStreamsMayTakeTheirTimeAsOnAWS(t *testing.T) {
	t.Parallel()
	frozen := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	aws := Start(t, WithClock(frozen), WithLatency(LikeAWS))
	c := consume(t, aws, 1, nil, nil)
	frozen.Advance(199 * time.Millisecond)
	if len(c.seen()) > 0 {
		t.Fatal("delivered within 0.2 s")
	}
	eventually(t, "the record", func() bool { frozen.Advance(100 * time.Millisecond); return len(c.seen()) == 1 })
	if _, err := Open(Options{Latency: "slow"}); err == nil {
		t.Fatal("a profile nobody knows was taken")
	}
}
