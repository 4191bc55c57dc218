package sqs

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// request is one receive.
type request struct {
	max     int
	hide    *time.Duration // visibility timeout; nil: the queue's
	attempt string         // ReceiveRequestAttemptId
	weight  clock.Weight   // of its patience
}

func (r request) visibility(q *queue) time.Duration {
	if r.hide != nil {
		return *r.hide
	}
	return q.settings.visibility
}

// delivery is a message as one receiver got it: a copy, because the message
// goes on changing.
type delivery struct {
	message
	handle string
}

func (q *queue) delivery(m *message) delivery { return delivery{*m, newHandle(q.arn, m)} }

// take delivers up to max visible messages; a message whose receives are used
// up goes to the dead-letter queue instead, at this moment and not earlier (SQS-2).
func (s *Service) take(t *tx, q *queue, r request) []delivery {
	if again := q.repeat(t, r); again != nil {
		return again
	}
	var got []delivery
	var this turn
	for len(got) < r.max && q.inFlight < maxInFlight {
		m := q.lane.next(&this)
		if m == nil {
			break
		}
		if s.bury(t, q, m) {
			continue
		}
		m.receives++
		m.received = t.now
		if m.receives == 1 {
			m.firstReceived = t.now
		}
		q.hide(m, t.now.Add(r.visibility(q)))
		t.putReceive(q, m)
		got = append(got, q.delivery(m))
	}
	q.recordAttempt(t, r, got)
	return got
}

// giveBack undoes a delivery nobody saw.
func (s *Service) giveBack(t *tx, q *queue, got []delivery) {
	for _, d := range got {
		m := q.messages[d.seq]
		if m == nil || m.id != d.id || m.state != inFlight || m.receives != d.receives {
			continue
		}
		m.receives--
		m.until = t.now
		q.show(m)
		t.putReceive(q, m)
	}
	t.wake(q)
}

// receive takes messages, waiting up to wait for the first. It returns early
// with the context's error when the receiver gives up; no message is then lost
// or hidden.
func (s *Service) receive(ctx context.Context, a arn, r request, wait *time.Duration) ([]delivery, error) {
	var got []delivery
	var w *waiter
	var patience time.Duration
	err := s.onQueue(a, func(t *tx, q *queue) error {
		t.lazy = true
		if !a.fifo() && q.inFlight >= maxInFlight {
			return errOverLimit()
		}
		got = s.take(t, q, r)
		patience = q.settings.wait
		if wait != nil {
			patience = *wait
		}
		if len(got) == 0 && patience > 0 {
			w = &waiter{request: r, served: make(chan answer, 1), rest: s.clock.Rest(patience, r.weight)}
			q.waiters = append(q.waiters, w)
			s.rearm(t, q)
		}
		return nil
	})
	if w == nil || err != nil {
		return got, err
	}
	defer w.rest.End()
	select {
	case served := <-w.served:
		return served.got, served.err
	case <-w.rest.C:
		return s.withdraw(a, w, nil)
	case <-ctx.Done():
		return s.withdraw(a, w, ctx.Err())
	}
}

func (s *Service) receiveMessage(ctx context.Context, in *receiveMessageInput) (*receiveMessageOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	r := request{max: 1, attempt: in.ReceiveRequestAttemptId, weight: clock.Patience}
	if n := in.MaxNumberOfMessages; n != nil {
		if *n < 1 || *n > 10 {
			return nil, errValue(*n, "MaxNumberOfMessages", "Must be between 1 and 10, if provided.")
		}
		r.max = *n
	}
	if r.hide, err = optionalSeconds(in.VisibilityTimeout, "VisibilityTimeout", 43_200); err != nil {
		return nil, err
	}
	wait, err := optionalSeconds(in.WaitTimeSeconds, "WaitTimeSeconds", 20)
	if err != nil {
		return nil, err
	}
	if in.ReceiveRequestAttemptId != "" && !a.fifo() {
		return nil, errValue(in.ReceiveRequestAttemptId, "ReceiveRequestAttemptId", "The request includes a parameter that is not valid for this queue type.")
	}
	system := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for _, name := range system {
		if !slices.Contains(systemAttributeNames, name) {
			return nil, errAttributeName(name)
		}
	}
	got, err := s.receive(ctx, a, r, wait)
	if err != nil && ctx.Err() != nil {
		return new(receiveMessageOutput), nil // nobody is left to read an answer
	}
	s.noteDeliveries(ctx, a, got)
	out := new(receiveMessageOutput)
	for i := range got {
		out.Messages = append(out.Messages, got[i].output(a.fifo(), system, in.MessageAttributeNames))
	}
	return out, err
}

var systemAttributeNames = []string{
	"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
	"SequenceNumber", "MessageDeduplicationId", "MessageGroupId", traceHeader, "DeadLetterQueueSourceArn",
}

func optionalSeconds(n *int, parameter string, most int) (*time.Duration, error) {
	if n == nil {
		return nil, nil
	}
	if *n < 0 || *n > most {
		return nil, errValue(*n, parameter, "Must be >= 0 and <= "+itoa(most)+", if provided.")
	}
	d := time.Duration(*n) * time.Second
	return &d, nil
}

// output is the message with the attributes the receiver asked for.
func (d *delivery) output(fifo bool, system, custom []string) messageOutput {
	out := messageOutput{MessageId: d.id, ReceiptHandle: d.handle, MD5OfBody: d.bodyMD5, Body: d.body}
	if len(system) > 0 {
		out.Attributes = d.systemAttributes(fifo)
		if !slices.Contains(system, "All") {
			for name := range out.Attributes {
				if !slices.Contains(system, name) {
					delete(out.Attributes, name)
				}
			}
		}
	}
	for name, value := range d.attributes {
		if slices.ContainsFunc(custom, func(pattern string) bool { return matches(pattern, name) }) {
			if out.MessageAttributes == nil {
				out.MessageAttributes = map[string]AttributeValue{}
			}
			out.MessageAttributes[name] = value
		}
	}
	out.MD5OfMessageAttributes = attributesMD5(out.MessageAttributes)
	return out
}

// matches an attribute name: "All", ".*", a prefix "bar.*", or the name itself.
func matches(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, ".*"); ok {
		return prefix == "" || strings.HasPrefix(name, prefix)
	}
	return pattern == "All" || pattern == name
}
