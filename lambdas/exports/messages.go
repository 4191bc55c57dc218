package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/anikeshk/cumin/internal/queue"
)

// Messages changes when messages of the exports queue come back, and sends
// them anew.
type Messages struct {
	Client *sqs.Client
	Sender queue.Sender
	URL    string
}

// Again puts a message into the queue anew: it counts as delivered never
// before.
func (m Messages) Again(ctx context.Context, body, requestID string) error {
	return m.Sender.Send(ctx, m.URL, body, requestID)
}

// maxVisibility is SQS's limit.
const maxVisibility = 12 * time.Hour

// Delay lets the delivery with this receipt handle come back after d and not
// when the queue's own timeout lapses.
func (m Messages) Delay(ctx context.Context, handle string, d time.Duration) error {
	seconds := int32(min(max(d, 0), maxVisibility).Round(time.Second) / time.Second)
	_, err := m.Client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &m.URL, ReceiptHandle: &handle, VisibilityTimeout: seconds,
	})
	if err != nil {
		return fmt.Errorf("delay message: %w", err)
	}
	return nil
}
