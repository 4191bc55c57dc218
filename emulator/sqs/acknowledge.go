package sqs

import (
	"context"
	"time"
)

// remove deletes what a receiver has finished. Only the newest receipt counts:
// with an older one a standard queue answers success and keeps the message (API
// Reference, DeleteMessage), a FIFO queue says that the handle has expired,
// also when the message is merely visible again (SQS-4).
func (s *Service) remove(t *tx, q *queue, text string) error {
	h, err := parseHandle(q.arn, text)
	if err != nil {
		return err
	}
	m := q.find(h)
	if m == nil {
		return nil
	}
	if q.arn.fifo() && (m.receives != h.receipt || m.state != inFlight) {
		return errHandleExpired(text)
	}
	if m.receives != h.receipt {
		return nil
	}
	if !q.arn.fifo() && s.faults != nil && s.faults.Duplicate(q.arn.String()) {
		if m.state == inFlight {
			m.until = t.now
			q.show(m)
			t.putReceive(q, m)
		}
		t.wake(q)
		return nil
	}
	q.remove(m)
	t.deleteMessage(q, m)
	t.wake(q) // the next of its FIFO group
	return nil
}

// release changes when a message in flight is visible again, counted from now.
func (s *Service) release(t *tx, q *queue, text string, after time.Duration) error {
	h, err := parseHandle(q.arn, text)
	if err != nil {
		return err
	}
	m := q.find(h)
	switch {
	case m == nil || m.receives != h.receipt:
		return errUnavailable(text)
	case m.state != inFlight:
		return errNotInFlight()
	case t.now.Add(after).After(m.received.Add(maxVisibility)):
		return errValue(int(after.Seconds()), "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
	}
	q.hide(m, t.now.Add(after))
	if after == 0 {
		q.show(m)
	}
	t.putReceive(q, m)
	t.wake(q)
	return nil
}

func (s *Service) deleteMessage(ctx context.Context, in *deleteMessageInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	return new(nothing), s.onQueue(a, func(t *tx, q *queue) error { return s.remove(t, q, in.ReceiptHandle) })
}

func (s *Service) deleteMessageBatch(ctx context.Context, in *deleteBatchInput) (*deleteBatchOutput, error) {
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.Id
	}
	done, failed, err := s.batch(ctx, in.QueueUrl, "DeleteMessageBatchRequestEntry", ids, func(t *tx, q *queue, i int) error {
		return s.remove(t, q, in.Entries[i].ReceiptHandle)
	})
	return &deleteBatchOutput{done, failed}, err
}

func (s *Service) changeVisibility(ctx context.Context, in *changeVisibilityInput) (*nothing, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	after, err := visibilityOf(in.VisibilityTimeout)
	if err != nil {
		return nil, err
	}
	return new(nothing), s.onQueue(a, func(t *tx, q *queue) error { return s.release(t, q, in.ReceiptHandle, after) })
}

func (s *Service) changeVisibilityBatch(ctx context.Context, in *changeVisibilityBatchInput) (*changeVisibilityBatchOutput, error) {
	ids := make([]string, len(in.Entries))
	for i, e := range in.Entries {
		ids[i] = e.Id
	}
	done, failed, err := s.batch(ctx, in.QueueUrl, "ChangeMessageVisibilityBatchRequestEntry", ids, func(t *tx, q *queue, i int) error {
		after, err := visibilityOf(in.Entries[i].VisibilityTimeout)
		if err != nil {
			return err
		}
		return s.release(t, q, in.Entries[i].ReceiptHandle, after)
	})
	return &changeVisibilityBatchOutput{done, failed}, err
}

func visibilityOf(seconds *int) (time.Duration, error) {
	if seconds == nil {
		return 0, errMissing("VisibilityTimeout")
	}
	after, err := optionalSeconds(seconds, "VisibilityTimeout", 43_200)
	if err != nil {
		return 0, err
	}
	return *after, nil
}

// batch runs f for each entry, under one lock and kept as one.
func (s *Service) batch(ctx context.Context, queueURL, entry string, ids []string, f func(*tx, *queue, int) error) ([]batchResult, []batchError, error) {
	a, err := identify(ctx, queueURL)
	if err != nil {
		return nil, nil, err
	}
	if err := checkBatch(entry, ids); err != nil {
		return nil, nil, err
	}
	done := []batchResult{}
	var failed []batchError
	err = s.onQueue(a, func(t *tx, q *queue) error {
		for i, id := range ids {
			if err := f(t, q, i); err != nil {
				failed = append(failed, failedEntry(id, err))
				continue
			}
			done = append(done, batchResult{id})
		}
		return nil
	})
	return done, failed, err
}
