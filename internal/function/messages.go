package function

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
)

// Messages works through a delivery of a queue and names each message that must
// come back: those that one returned an error for.
func Messages(ctx context.Context, log *slog.Logger, e events.SQSEvent, one func(context.Context, events.SQSMessage) error) (events.SQSEventResponse, error) {
	failures := []events.SQSBatchItemFailure{}
	for _, m := range e.Records {
		if err := one(ctx, m); err != nil {
			log.ErrorContext(ctx, "message comes back", slog.String("message", m.MessageId), slog.Any("err", err))
			failures = append(failures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return events.SQSEventResponse{BatchItemFailures: failures}, nil
}
