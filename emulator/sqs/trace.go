package sqs

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// note puts a message into the trace. From then on its cause is itself: what
// its receivers do, and its copy in a dead-letter queue, follow from it.
func (s *Service) note(t *tx, q *queue, m *message) {
	e := trace.Event{ID: m.id, Kind: trace.Message, Name: q.arn.name, At: t.now}
	if m.cause != "" {
		e.Causes = []string{m.cause}
	}
	if m.deadFrom != "" {
		e.ID += "@" + q.arn.name
	}
	m.cause = s.trace.Add(e, nil)
}

// noteDeliveries puts what a caller of the API received into the trace.
func (s *Service) noteDeliveries(ctx context.Context, a arn, got []delivery) {
	for i := range got {
		d := &got[i]
		receives, by := d.receives, wire.IdentityFrom(ctx).RequestID
		s.trace.Add(trace.Event{
			ID: fmt.Sprintf("%s/%d", d.cause, receives), Kind: trace.Delivery, Name: a.name, At: d.received, Outcome: trace.OK, Causes: []string{d.cause},
		}, func() string { return fmt.Sprintf("receive %d, by request %s", receives, by) })
	}
}
