package emulator

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// Random stream mappings with a function that fails at random, over a folder
// whose power is lost on the way. Whatever the settings, AWS promises: the changes
// of one item come one after the other and in order; a record is given up only
// when its function failed on its batch, and then the destination has it; and
// nothing else is left out.

const (
	mappingKeys  = 4
	mappingSteps = 60
)

// fallible is the function: some records always fail it, some a few times.
type fallible struct {
	reports  bool         // it says which record failed, instead of failing
	poison   map[int]bool // numbers that never pass
	failures map[int]int  // numbers that fail so many times more

	mu      sync.Mutex  // guards what follows, and failures
	running map[int]int // invocations that hold records of a key
	newest  map[int]int // by key: the newest number that passed
	passed  map[int]bool
	wrong   []string
}

func keyOf(n int) int { return n % mappingKeys }

// handle passes records in their order up to the first that fails.
func (f *fallible) handle(_ context.Context, event []byte) ([]byte, error) {
	var b streamBatch
	if err := json.Unmarshal(event, &b); err != nil {
		return nil, err
	}
	var numbers []int
	for _, text := range b.numbers() {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	keys := map[int]bool{}
	for _, n := range numbers {
		keys[keyOf(n)] = true
	}
	f.mu.Lock()
	for key := range keys {
		if f.running[key]++; f.running[key] > 1 {
			f.wrong = append(f.wrong, fmt.Sprintf("two batches with item %d at once, one of them %v", key, numbers))
		}
	}
	f.mu.Unlock()
	time.Sleep(time.Millisecond) // so that two batches at once meet
	f.mu.Lock()
	defer f.mu.Unlock()
	for key := range keys {
		f.running[key]--
	}
	for i, n := range numbers {
		if f.poison[n] || f.failures[n] > 0 {
			f.failures[n]--
			if f.reports {
				return json.Marshal(map[string]any{"batchItemFailures": []map[string]string{{"itemIdentifier": b.Records[i].DynamoDB.SequenceNumber}}})
			}
			return nil, fmt.Errorf("%d fails", n)
		}
		f.pass(n)
	}
	return nil, nil
}

// pass notes that a record was handled. A record may come again; one that comes
// for the first time must not come after a later one of its item. Called with mu
// held.
func (f *fallible) pass(n int) {
	key := keyOf(n)
	if newest, any := f.newest[key]; any && n < newest && !f.passed[n] {
		f.wrong = append(f.wrong, fmt.Sprintf("%d comes after %d", n, newest))
	}
	f.passed[n] = true
	f.newest[key] = max(f.newest[key], n)
}

func TestRandomStreamMappingsKeepAWSsPromises(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			mappingHistory(t, rand.New(rand.NewPCG(seed, 3)))
		})
	}
}

func mappingHistory(t *testing.T, dice *rand.Rand) {
	f := &fallible{poison: map[int]bool{}, failures: map[int]int{}, running: map[int]int{}, newest: map[int]int{}, passed: map[int]bool{}}
	for n := range mappingSteps {
		switch dice.IntN(12) {
		case 0:
			f.poison[n] = true
		case 1, 2:
			f.failures[n] = 1 + dice.IntN(3)
		}
	}
	settings := map[string]any{
		"FunctionName": "f", "StartingPosition": "TRIM_HORIZON", "BatchSize": 1 + dice.IntN(8), "ParallelizationFactor": 1 + dice.IntN(3),
		"BisectBatchOnFunctionError": dice.IntN(2) == 0, "MaximumRetryAttempts": dice.IntN(5),
		"DestinationConfig": map[string]any{"OnFailure": map[string]string{"Destination": "arn:aws:s3:::given-up"}},
	}
	if f.reports = dice.IntN(2) == 0; f.reports {
		settings["FunctionResponseTypes"] = reportItems
	}
	t.Logf("%v", settings)

	dir := t.TempDir()
	aws := openFrozen(t, dir, f)
	rest(t, aws, "s3", "PUT", "/given-up", nil)
	settings["EventSourceArn"] = createTable(t, aws, "table")
	createMapping(t, aws, settings)
	dark := 1 + dice.IntN(mappingSteps-1)
	for n := range mappingSteps {
		target(t, aws, "DynamoDB_20120810.PutItem", map[string]any{"TableName": "table", "Item": map[string]any{
			"pk": map[string]string{"S": fmt.Sprint(keyOf(n))}, "n": map[string]string{"N": strconv.Itoa(n)},
		}}, nil)
		if dice.IntN(5) == 0 {
			aws.Clock().Advance(time.Duration(dice.IntN(3000)) * time.Millisecond)
		}
		if n == dark {
			if err := aws.LosePower(dice.Uint64()); err != nil {
				t.Fatal(err)
			}
			if err := aws.Close(); err != nil {
				t.Fatal(err)
			}
			f.mu.Lock()
			clear(f.running) // nobody of before lives
			f.mu.Unlock()
			aws = openFrozen(t, dir, f)
		}
	}
	eventually(t, "everything to be handled or given up", func() bool {
		aws.Clock().Advance(time.Second)
		drained, err := aws.Drained("f")
		return err == nil && drained
	})
	given := givenUp(t, aws)
	if err := aws.Close(); err != nil {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, text := range f.wrong {
		t.Error(text)
	}
	for n := range mappingSteps {
		switch {
		case !f.passed[n] && !given[n]:
			t.Errorf("%d was neither handled nor given up", n)
		case f.passed[n] && f.poison[n]:
			t.Errorf("%d cannot have passed", n)
		}
	}
}

// openFrozen opens the folder with the function in it.
func openFrozen(t *testing.T, dir string, f *fallible) *AWS {
	t.Helper()
	aws, err := Open(Options{Dir: dir, Clock: clock.NewFrozen(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)), WithoutIAM: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := aws.HandleFunction("f", f.handle); err != nil {
		t.Fatal(err)
	}
	return aws
}

// givenUp is the numbers of the records that the destination got.
func givenUp(t *testing.T, aws *AWS) map[int]bool {
	t.Helper()
	var list struct{ Contents []struct{ Key string } }
	if err := xml.Unmarshal(rest(t, aws, "s3", "GET", "/given-up?list-type=2", nil).body, &list); err != nil {
		t.Fatal(err)
	}
	out := map[int]bool{}
	for _, object := range list.Contents {
		var message struct{ Payload string }
		rest(t, aws, "s3", "GET", "/given-up/"+object.Key, nil).into(t, &message)
		var b streamBatch
		if err := json.Unmarshal([]byte(message.Payload), &b); err != nil {
			t.Fatal(err)
		}
		for _, text := range b.numbers() {
			n, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			out[n] = true
		}
	}
	return out
}
