package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
)

// maxParkedBytes leaves room in a message of 256 KiB, the least that any
// target takes, for what stands beside the record.
const maxParkedBytes = 200 << 10

// Parked is a message in the parked queue: something that no retry can help,
// kept for a person to look at.
type Parked struct {
	Function string          `json:"function"`           // who gave up on it
	Reason   string          `json:"reason"`             // why
	Source   string          `json:"source,omitempty"`   // ARN of the stream or queue it came from
	Sequence string          `json:"sequence,omitempty"` // where in the stream
	Message  string          `json:"message,omitempty"`  // which message of the queue
	Record   json.RawMessage `json:"record,omitempty"`   // as delivered; absent when too large, and to be read again by its sequence
}

// Park is where one function parks. Sending to a queue is at least once, so a
// record may be parked twice.
type Park struct {
	Sender   Sender
	URL      string // CUMIN_QUEUE_PARKED
	Function string
	Log      *slog.Logger
}

// Put parks p. An error means it is not safe: the delivery must be repeated.
func (k Park) Put(ctx context.Context, p Parked) error {
	p.Function = k.Function
	if len(p.Record) > maxParkedBytes || !json.Valid(p.Record) {
		p.Record = nil
	}
	body, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("park: %w", err)
	}
	if err := k.Sender.Send(ctx, k.URL, string(body), ""); err != nil {
		return fmt.Errorf("park: %w", err)
	}
	k.Log.ErrorContext(ctx, "record parked", slog.String("reason", p.Reason), slog.String("source", p.Source),
		slog.String("sequence", p.Sequence), slog.String("message", p.Message))
	return nil
}
