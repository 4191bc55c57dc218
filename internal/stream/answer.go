package stream

import (
	"fmt"
	"math"
	"sync"

	"github.com/aws/aws-lambda-go/events"
)

// Failures finds the first record of a batch that failed. Safe for use by many
// goroutines; make it with NoFailures.
type Failures struct {
	mu    sync.Mutex
	first int // guarded by mu
}

// NoFailures is a batch of which nothing failed yet.
func NoFailures() *Failures { return &Failures{first: math.MaxInt} }

// At notes that the record at an index of the batch failed.
func (f *Failures) At(index int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.first = min(f.first, index)
}

// Answer tells Lambda where the shard resumes: at the first record that
// failed, from which all are delivered again. A record without a sequence
// number cannot be named; then the whole batch must come again, which is what
// an error means.
func (b Batch) Answer(f *Failures) (events.DynamoDBEventResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.first >= len(b.Records) {
		return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}, nil
	}
	sequence := b.Records[f.first].Sequence
	if sequence == "" {
		return events.DynamoDBEventResponse{}, fmt.Errorf("record %d of the batch failed and has no sequence number to resume from", f.first)
	}
	return events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: sequence}}}, nil
}
