package sqs

import (
	"cmp"
	"context"
)

// Outgoing is a message of another service of the embedded AWS, with typed
// attributes and, for a FIFO queue, its group.
type Outgoing struct {
	Body         string
	Attributes   map[string]AttributeValue
	Group, Dedup string // empty ones are the message's own id in a FIFO queue; a standard one ignores Dedup
}

// Put sends a message by the queue's ARN. Errors: those of SendMessage.
func (s *Service) Put(ctx context.Context, queueARN string, o Outgoing) error {
	m, err := s.newMessage(ctx, &sendBatchEntry{MessageBody: o.Body, MessageAttributes: o.Attributes})
	if err != nil {
		return err
	}
	return s.byARN(queueARN, func(t *tx, q *queue) error {
		if m.group = o.Group; q.arn.fifo() {
			m.group, m.dedup = cmp.Or(o.Group, m.id), cmp.Or(o.Dedup, m.id)
		}
		_, err := s.enqueue(t, q, m, nil)
		return err
	})
}
