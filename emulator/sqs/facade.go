package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The methods in this file are for the other services of the embedded AWS,
// joined by the facade: they name queues by ARN and need no request.

// Delivery is a message for an event source mapping.
type Delivery struct {
	Handle string          // for Delete and Release
	Event  json.RawMessage // as in Records[] of a Lambda event
	Cause  string          // the message's event in the trace
}

// Description is what a template may ask of a queue.
type Description struct {
	ARN, Name, URL string
	Attributes     map[string]string // as GetQueueAttributes answers for All
	Tags           map[string]string
}

// Receive takes up to max messages (not only ten), waiting up to wait for the
// first, and hides them for the queue's visibility timeout. The caller is at work
// by the clock (Clock.Enter). It returns the
// context's error when that ends first. Errors: QueueDoesNotExist.
func (s *Service) Receive(ctx context.Context, queueARN string, max int, wait time.Duration) ([]Delivery, error) {
	a, err := named(queueARN)
	if err != nil {
		return nil, err
	}
	got, err := s.receive(ctx, a, request{max: max, weight: clock.Background}, &wait)
	if err != nil {
		return nil, err
	}
	out := make([]Delivery, len(got))
	for i := range got {
		event, err := got[i].event(a)
		if err != nil {
			return nil, err
		}
		out[i] = Delivery{Handle: got[i].handle, Event: event, Cause: got[i].cause}
	}
	return out, nil
}

// Delete removes messages; each handle that fails is in the joined error, the
// others are done. A message that is already gone is no error.
func (s *Service) Delete(queueARN string, handles []string) error {
	return s.byARN(queueARN, func(t *tx, q *queue) error {
		var failed []error
		for _, h := range handles {
			failed = append(failed, s.remove(t, q, h))
		}
		return errors.Join(failed...)
	})
}

// Release makes a received message visible after the given time. Errors:
// QueueDoesNotExist, MessageNotInflight, InvalidParameterValue when it is gone
// or was received again.
func (s *Service) Release(queueARN, handle string, after time.Duration) error {
	return s.byARN(queueARN, func(t *tx, q *queue) error { return s.release(t, q, handle, after) })
}

// Send puts a message with string attributes. A FIFO queue gets the message's
// own id for group and deduplication. Errors: those of SendMessage.
func (s *Service) Send(ctx context.Context, queueARN, body string, attributes map[string]string) error {
	in := &sendBatchEntry{MessageBody: body}
	for name, value := range attributes {
		if in.MessageAttributes == nil {
			in.MessageAttributes = map[string]AttributeValue{}
		}
		in.MessageAttributes[name] = AttributeValue{DataType: "String", StringValue: &value}
	}
	m, err := s.newMessage(ctx, in)
	if err != nil {
		return err
	}
	return s.byARN(queueARN, func(t *tx, q *queue) error {
		if q.arn.fifo() {
			m.group, m.dedup = m.id, m.id
		}
		_, err := s.enqueue(t, q, m, nil)
		return err
	})
}

// CreateQueue makes the caller's queue, or finds an equal one. Errors: those
// of the CreateQueue action.
func (s *Service) CreateQueue(ctx context.Context, name string, attributes, tags map[string]string) (Description, error) {
	a, err := s.create(ctx, name, attributes, tags)
	if err != nil {
		return Description{}, err
	}
	return s.DescribeQueue(ctx, a.String())
}

// UpdateQueue sets attributes (an empty value unsets one) and, when tags is
// not nil, replaces the tags.
func (s *Service) UpdateQueue(_ context.Context, queueARN string, attributes, tags map[string]string) error {
	a, err := named(queueARN)
	if err != nil {
		return err
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	if err := s.update(a, attributes); err != nil || tags == nil {
		return err
	}
	return s.onQueue(a, func(t *tx, q *queue) error {
		q.tags = maps.Clone(tags)
		t.putQueue(q)
		return nil
	})
}

// DeleteQueue removes the queue and its messages.
func (s *Service) DeleteQueue(_ context.Context, queueARN string) error {
	a, err := named(queueARN)
	if err != nil {
		return err
	}
	return s.drop(a)
}

// DescribeQueue finds a queue by its ARN.
func (s *Service) DescribeQueue(ctx context.Context, queueARN string) (Description, error) {
	var d Description
	return d, s.byARN(queueARN, func(_ *tx, q *queue) error {
		d = Description{ARN: queueARN, Name: q.arn.name, URL: s.url(ctx, q.arn), Attributes: q.describe(), Tags: maps.Clone(q.tags)}
		return nil
	})
}

// ARN is the ARN of the caller's queue behind a URL or a name; the queue need
// not exist.
func (s *Service) ARN(ctx context.Context, queueURL string) (string, error) {
	a, err := identify(ctx, queueURL)
	return a.String(), err
}

func (s *Service) byARN(queueARN string, f func(*tx, *queue) error) error {
	a, err := named(queueARN)
	if err != nil {
		return err
	}
	return s.onQueue(a, f)
}

func named(queueARN string) (arn, error) {
	a, ok := parseARN(queueARN)
	if !ok {
		return a, errNoQueue()
	}
	return a, nil
}

// queryWords gives an error the words of the query protocol (SQS-1).
func queryWords(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Code == "QueueDoesNotExist" {
		e.Message = "The specified queue does not exist for this wsdl version."
	}
	return err
}
