package lambda

import (
	"context"
	"encoding/json"
	"time"
)

// StreamSource is what event source mappings read from; dynamodb's streams
// offer it. Reading is by position, so a source may be read by many.
type StreamSource interface {
	// Shards lists the stream's shards, parents before children.
	Shards(streamARN string) ([]Shard, error)
	// Read returns up to limit records after a sequence number; "" is the trim horizon.
	Read(streamARN, shardID, after string, limit int) (Records, error)
	// Latest is the newest sequence number of a shard, "" when it has none.
	Latest(streamARN, shardID string) (string, error)
	// PartitionKey is the attribute by which the stream's table is partitioned.
	PartitionKey(streamARN string) (string, error)
	// Changed is closed at the next append or change of shards. Ask for it
	// before reading, so that nothing falls between.
	Changed(streamARN string) <-chan struct{}
}

// Shard is one ordered sequence of records.
type Shard struct {
	ID     string
	Parent string // "" when it has none
	Closed bool   // no record will be added
}

// Records is what Read found.
type Records struct {
	Items  []Record
	Closed bool // the shard is closed; with no Items it is read to its end
}

// Record is one change.
type Record struct {
	Sequence string // decimal; rises within the shard
	Created  time.Time
	Event    json.RawMessage // as in a Lambda event's Records[], without eventSourceARN
	Cause    string
}

// QueueSource is what mappings consume messages from and send failures to;
// sqs offers it.
type QueueSource interface {
	// Queue describes a queue; an error is AWS's, e.g. QueueDoesNotExist.
	Queue(queueARN string) (Queue, error)
	// Receive waits up to wait, in the emulator's time, for up to max messages
	// and hides them for the queue's visibility timeout.
	Receive(ctx context.Context, queueARN string, max int, wait time.Duration) ([]Message, error)
	Delete(queueARN string, handles []string) error
	// Release makes a received message visible again after a time.
	Release(queueARN, handle string, after time.Duration) error
	Send(ctx context.Context, queueARN, body string, attributes map[string]string) error
}

// Queue is what a mapping must know of its queue.
type Queue struct {
	Visibility time.Duration
	FIFO       bool
}

// Message is one received message.
type Message struct {
	Handle string
	Event  json.RawMessage // as in a Lambda event's Records[]
	Cause  string
}
