package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/function"
	"github.com/anikeshk/cumin/internal/queue"
)

// Handler rebalances columns.
//
// What is to be done is read from the column itself. So a repeated message
// finds nothing left, one after a crash does what is left, and of two workers
// at once each write is of one only; the tasks are in their order after every
// single write.
type Handler struct {
	Ranks cumin.Ranks
	Park  interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Log *slog.Logger
}

// Handle works through the messages (the event source mapping sends one at a
// time) and names each that must come back.
func (h *Handler) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	return function.Messages(ctx, h.Log, e, h.message)
}

func (h *Handler) message(ctx context.Context, m events.SQSMessage) error {
	var body queue.RanksMessage
	err := json.Unmarshal([]byte(m.Body), &body)
	if err == nil && (!cumin.ValidID(string(body.ProjectID)) || !body.Column.Counted()) {
		err = fmt.Errorf("%q of %q is no column", body.Column, body.ProjectID)
	}
	if err != nil {
		record, _ := json.Marshal(m.Body) // a string always encodes
		return h.Park.Put(ctx, queue.Parked{Reason: err.Error(), Source: m.EventSourceARN, Message: m.MessageId, Record: record})
	}
	n, err := h.Ranks.Rebalance(ctx, body.ProjectID, body.Column, body.RequestID)
	if err != nil {
		return err
	}
	h.Log.InfoContext(ctx, "column rebalanced", slog.String("project", string(body.ProjectID)), slog.String("column", string(body.Column)),
		slog.Int("rewritten", n), slog.String("request_id", body.RequestID))
	return nil
}
