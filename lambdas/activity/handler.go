package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/notify"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

// parallelism is how many people's inboxes and projects' feeds are written at
// the same time.
const parallelism = 8

// Handler tells people what a batch of changes means.
//
// For each person and each project it first writes the rows, then reads which
// sockets instances are interested, then pushes. Rows are keyed by their cause,
// so a record delivered again writes nothing and pushes again, with the
// sequences of the first time; receivers drop what they have seen. A crash
// between any two steps leaves the rest to the redelivery.
type Handler struct {
	Inbox interface {
		AppendFeed(ctx context.Context, p cumin.ProjectID, all []cumin.Event, now time.Time) ([]cumin.Event, error)
		AppendNotifications(ctx context.Context, u cumin.UserID, all []cumin.Notification, now time.Time) ([]cumin.Notification, error)
	}
	History interface {
		Append(ctx context.Context, p cumin.ProjectID, entries []cumin.Entry, now time.Time) error
	}
	Preferences interface {
		Muted(ctx context.Context, users []cumin.UserID) (map[cumin.UserID][]cumin.NotificationKind, error)
	}
	Directory interface {
		Look(ctx context.Context, w dynamo.Wanted) (dynamo.Names, error)
	}
	Members interface {
		List(ctx context.Context, p cumin.ProjectID) ([]cumin.Member, error)
	}
	Push interface {
		Push(ctx context.Context, m notify.Message) error
	}
	Park interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Clock cumin.Clock
	Log   *slog.Logger
}

// Handle answers with the lowest record of those whose audience it could not
// reach. Records that cannot be read, or that AWS refuses whatever is tried,
// are parked.
func (h *Handler) Handle(ctx context.Context, batch stream.Batch) (events.DynamoDBEventResponse, error) {
	failed := stream.NoFailures()
	all := h.activities(ctx, batch, failed)
	audiences, err := h.audiences(ctx, all)
	if err != nil {
		h.Log.ErrorContext(ctx, "batch stopped", slog.Any("err", err))
		failed.At(all[0].index)
		return batch.Answer(failed)
	}
	var g errgroup.Group
	g.SetLimit(parallelism)
	for _, a := range audiences {
		g.Go(func() error {
			if err := h.tell(ctx, batch, a); err != nil {
				failed.At(a.records[0])
				h.Log.ErrorContext(ctx, "audience not told", slog.String("user", string(a.user)), slog.String("project", string(a.project)),
					slog.String("sequence", batch.Records[a.records[0]].Sequence), slog.Any("err", err))
			}
			return nil
		})
	}
	_ = g.Wait() // each audience notes its own failure
	return batch.Answer(failed)
}

// indexed is an activity and the record that it comes from.
type indexed struct {
	cumin.Activity
	index int
}

// activities reads the batch, parks what cannot be read and keeps the last of
// those that replace one another. What was dropped for a later one needs no
// retry of its own: the later one's failure is delivered from there.
func (h *Handler) activities(ctx context.Context, batch stream.Batch, failed *stream.Failures) []indexed {
	var read []indexed
	for i := range batch.Records {
		r := &batch.Records[i]
		a, ok, err := meaning(r)
		if err != nil {
			if err := h.Park.Put(ctx, r.Parked(err)); err != nil {
				failed.At(i)
				h.Log.ErrorContext(ctx, "record not parked", slog.String("sequence", r.Sequence), slog.Any("err", err))
			}
			continue
		}
		if ok {
			read = append(read, indexed{a, i})
		}
	}
	superseded := cumin.Superseded(plain(read))
	var kept []indexed
	for i, a := range read {
		if !superseded[i] {
			kept = append(kept, a)
		}
	}
	return kept
}

func plain(all []indexed) []cumin.Activity {
	activities := make([]cumin.Activity, len(all))
	for i, a := range all {
		activities[i] = a.Activity
	}
	return activities
}

// tell writes the rows of one audience, then pushes them.
func (h *Handler) tell(ctx context.Context, batch stream.Batch, a *audience) error {
	err := h.deliver(ctx, a)
	if refused(err) {
		for _, i := range slices.Compact(a.records) {
			if err := h.Park.Put(ctx, batch.Records[i].Parked(err)); err != nil {
				return err
			}
		}
		return nil
	}
	return err
}

func (h *Handler) deliver(ctx context.Context, a *audience) error {
	if a.project != "" {
		told, err := h.Inbox.AppendFeed(ctx, a.project, a.events, h.Clock.Now())
		if err != nil {
			return err
		}
		if err := h.History.Append(ctx, a.project, a.entries, h.Clock.Now()); err != nil {
			return err
		}
		return h.Push.Push(ctx, notify.Message{Project: a.project, Events: told})
	}
	told, err := h.Inbox.AppendNotifications(ctx, a.user, a.notifications, h.Clock.Now())
	if err != nil {
		return err
	}
	pushed := slices.Clone(a.events)
	for _, n := range told {
		e, err := created(n)
		if err != nil {
			return err
		}
		pushed = append(pushed, e)
	}
	return h.Push.Push(ctx, notify.Message{User: a.user, Events: pushed})
}

// refused reports whether AWS will answer a repetition the same: the request
// itself is at fault.
func refused(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains([]string{"ValidationException", "InvalidMessageContents", "InvalidParameterValue"}, e.ErrorCode())
}
