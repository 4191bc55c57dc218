package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Messages changes when messages of the exports queue come back.
type Messages struct {
	Client *sqs.Client
	URL    string
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
