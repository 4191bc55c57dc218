package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/function"
	"github.com/anikeshk/cumin/internal/queue"
)

// pauseBetween follows each hundred erased tasks: every one is a record for
// the functions that count and tell, which have living projects to serve too.
const pauseBetween = 200 * time.Millisecond

// handOver is what passing the work on may take when time has run out.
const handOver = 3 * time.Second

// Handler erases what deleted projects held, a hundred items at a time.
//
// What is erased is not found again, so a repeated message, one after a crash
// and two workers at once all do what is left. A run that is out of time sends
// the message anew before it ends: its successor is not a failed delivery, and
// a project of any size is finished.
type Handler struct {
	Store interface {
		Deleted(ctx context.Context, p cumin.ProjectID) (bool, error)
		Tasks(ctx context.Context, p cumin.ProjectID) (int, error)
		Belongings(ctx context.Context, p cumin.ProjectID) (int, error)
		Progress(ctx context.Context, p cumin.ProjectID, n int) error
		Finish(ctx context.Context, p cumin.ProjectID, at time.Time) error
	}
	Queue interface {
		Send(ctx context.Context, url, body, requestID string) error
	}
	URL  string // of the purge queue
	Park interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Pause time.Duration
	Clock cumin.Clock
	Log   *slog.Logger
}

// Handle works through the messages (the event source mapping sends one at a
// time) and names each that must come back.
func (h *Handler) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	return function.Messages(ctx, h.Log, e, h.message)
}

func (h *Handler) message(ctx context.Context, m events.SQSMessage) error {
	var body queue.PurgeMessage
	err := json.Unmarshal([]byte(m.Body), &body)
	if err == nil && !cumin.ValidID(string(body.ProjectID)) {
		err = fmt.Errorf("%q is not a project's id", body.ProjectID)
	}
	if err != nil {
		return h.park(ctx, m, err)
	}
	deleted, err := h.Store.Deleted(ctx, body.ProjectID)
	if err != nil {
		return err
	}
	if !deleted {
		return h.park(ctx, m, fmt.Errorf("project %s is not deleted", body.ProjectID))
	}
	log := h.Log.With(slog.String("project", string(body.ProjectID)), slog.String("request_id", body.RequestID))
	timed, cancel := queue.BeforeDeadline(ctx)
	defer cancel()
	err = h.erase(timed, body.ProjectID)
	if err != nil && errors.Is(context.Cause(timed), queue.ErrOutOfTime) {
		log.InfoContext(ctx, "out of time, the work is passed on")
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), handOver)
		defer cancel()
		return h.Queue.Send(ctx, h.URL, m.Body, body.RequestID)
	}
	if err != nil {
		return err
	}
	log.InfoContext(ctx, "project erased")
	return nil
}

func (h *Handler) park(ctx context.Context, m events.SQSMessage, why error) error {
	record, _ := json.Marshal(m.Body) // a string always encodes
	return h.Park.Put(ctx, queue.Parked{Reason: why.Error(), Source: m.EventSourceARN, Message: m.MessageId, Record: record})
}

// erase goes on until nothing is left.
func (h *Handler) erase(ctx context.Context, p cumin.ProjectID) error {
	for {
		n, err := h.Store.Tasks(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		if err := h.Store.Progress(ctx, p, n); err != nil {
			return err
		}
		if err := wait(ctx, h.Pause); err != nil {
			return err
		}
	}
	for {
		n, err := h.Store.Belongings(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return h.Store.Finish(ctx, p, h.Clock.Now())
		}
		if err := wait(ctx, h.Pause); err != nil {
			return err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
