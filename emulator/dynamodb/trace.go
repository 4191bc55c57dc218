package dynamodb

import (
	"context"
	"errors"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/trace"
)

// chargeReads and chargeWrites put request units on the bill of the request. A
// cancelled transaction is charged nothing: what it costs is not documented.
func (s *Service) chargeReads(ctx context.Context, units float64) {
	s.trace.Charge(cause.From(ctx), trace.Bill{ReadUnits: units})
}

func (s *Service) chargeWrites(ctx context.Context, units float64) {
	s.trace.Charge(cause.From(ctx), trace.Bill{WriteUnits: units})
}

// chargeRefusal charges what a failed condition costs: as much as writing the
// item that is there (Developer Guide, "Condition expressions").
func (s *Service) chargeRefusal(ctx context.Context, there *entry, err error) {
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != conditionFailed {
		return
	}
	size := 0
	if there != nil {
		size = there.size
	}
	s.chargeWrites(ctx, writeUnits(size))
}

// chargeAll charges what a transaction consumed: repeated under its token, only
// reads.
func (s *Service) chargeAll(ctx context.Context, units *requestCapacity) {
	for _, c := range units.tables {
		if c.reads {
			s.chargeReads(ctx, c.total())
		} else {
			s.chargeWrites(ctx, c.total())
		}
	}
}

// page reads a page and charges it.
func (s *Service) page(ctx context.Context, p *pageRead) (*readOutput, error) {
	out, err := p.run()
	s.chargeReads(ctx, p.capacity.total())
	return out, err
}

// note puts a record into the trace. From then on the record's cause is itself:
// what its consumers do follows from it.
func (s *Service) note(t *table, r *record) {
	e := trace.Event{ID: eventID(t.stream.arn, formatSequence(r.seq)), Kind: trace.Record, Name: t.def.ID.Name, At: r.created}
	if r.cause != "" {
		e.Causes = []string{r.cause}
	}
	event, keys := r.event, r.keys
	r.cause = s.trace.Add(e, func() string { return event + " " + string(keys.AppendJSON(nil)) })
}
