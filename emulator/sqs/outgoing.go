package sqs

import "context"

// Outgoing is a message of another service of the embedded AWS, with typed
// attributes and, for a FIFO queue, its group.
type Outgoing struct {
	Body         string
	Attributes   map[string]AttributeValue
	Group, Dedup string // for a FIFO queue; empty ones are the message's own id
}

// Put sends a message by the queue's ARN. Errors: those of SendMessage.
func (s *Service) Put(ctx context.Context, queueARN string, o Outgoing) error {
	m, err := s.newMessage(ctx, &sendBatchEntry{MessageBody: o.Body, MessageAttributes: o.Attributes})
	if err != nil {
		return err
	}
	return s.byARN(queueARN, func(t *tx, q *queue) error {
		m.group, m.dedup = o.Group, o.Dedup
		if q.arn.fifo() && m.group == "" {
			m.group = m.id
		}
		if q.arn.fifo() && m.dedup == "" {
			m.dedup = m.id
		}
		_, err := s.enqueue(t, q, m, nil)
		return err
	})
}
