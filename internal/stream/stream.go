// Package stream reads batches of DynamoDB stream records as Lambda delivers
// them. Each record is decoded by itself: one that cannot be read carries its
// error instead of failing the whole batch, which would block its shard until
// the record is too old.
package stream

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
)

// Batch is the event of a stream's event source mapping.
type Batch struct {
	Records []Record `json:"Records"`
}

// Record is one change of one item.
type Record struct {
	Name     string    // INSERT, MODIFY or REMOVE
	Source   string    // ARN of the stream
	Sequence string    // names the record within its shard
	At       time.Time // when it was written, to the second
	PK, SK   string
	Old, New dynamo.Item // nil when absent
	Raw      json.RawMessage
	Err      error // why it could not be read; the fields above are filled as far as possible
}

// UnmarshalJSON never fails; see Err.
func (r *Record) UnmarshalJSON(raw []byte) error {
	*r = Record{Raw: append(json.RawMessage(nil), raw...)}
	var e events.DynamoDBEventRecord
	if err := json.Unmarshal(raw, &e); err != nil {
		r.Err = fmt.Errorf("decode stream record: %w", err)
		r.salvage()
		return nil
	}
	r.Name, r.Source, r.Sequence = e.EventName, e.EventSourceArn, e.Change.SequenceNumber
	r.At = e.Change.ApproximateCreationDateTime.UTC()
	r.Old, r.New = dynamo.FromEvent(e.Change.OldImage), dynamo.FromEvent(e.Change.NewImage)
	r.PK, r.SK = dynamo.ItemKey(dynamo.FromEvent(e.Change.Keys))
	switch {
	case r.Sequence == "":
		r.Err = fmt.Errorf("decode stream record: no sequence number")
	case r.PK == "" || r.SK == "":
		r.Err = fmt.Errorf("decode stream record: no keys pk and sk")
	case r.Old == nil && r.New == nil:
		r.Err = fmt.Errorf("decode stream record: no image")
	}
	return nil
}

// salvage finds what names a record whose whole cannot be read.
func (r *Record) salvage() {
	var e struct {
		Source string `json:"eventSourceARN"`
		Change struct {
			Sequence string `json:"SequenceNumber"`
			Keys     struct {
				PK struct{ S string } `json:"pk"`
				SK struct{ S string } `json:"sk"`
			}
		} `json:"dynamodb"`
	}
	_ = json.Unmarshal(r.Raw, &e) // what it could fill before it failed is what is wanted
	r.Source, r.Sequence = e.Source, e.Change.Sequence
	r.PK, r.SK = e.Change.Keys.PK.S, e.Change.Keys.SK.S
}

// Parked is the record as a message for the parked queue.
func (r *Record) Parked(reason error) queue.Parked {
	return queue.Parked{Reason: reason.Error(), Source: r.Source, Sequence: r.Sequence, Record: r.Raw}
}
