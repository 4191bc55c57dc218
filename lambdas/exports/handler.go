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

// Messages shown to the owner of a failed job; how to retry is the client's to
// say.
const (
	whyGaveUp   = "The export did not finish after several attempts."
	whyNoAccess = "The project is gone, or you are no longer a member of it."
)

const (
	cleanUp      = 3 * time.Second  // what giving up may take
	retryAfter   = 10 * time.Second // per attempt made, until a delivery that failed comes back
	leaseGrace   = 5 * time.Second  // beyond another worker's lease, until a delivery looks again
	resumeBefore = time.Second      // until a delivery that ran out of time comes back
)

// Handler works on export jobs.
//
// A job may be delivered many times and to several workers at once. A worker
// claims it with a lease before it works, demands that lease with every write,
// and makes the file appear only if there is none; so there is one file, and
// one end of the job. A worker that dies leaves a lease that lapses and a
// message that comes back. A worker that was paused loses its next write.
//
// What was sent of a large file stays: each part leaves a checkpoint in the
// job, from which the next run goes on. A run whose time ends after it came
// further sends the message anew: only runs that come nowhere count as failed
// deliveries, so a file of any size is finished.
type Handler struct {
	Runs   cumin.ExportRunStore
	Access cumin.AccessStore
	Tasks  interface {
		Page(ctx context.Context, p cumin.ProjectID, after cumin.TaskID) ([]cumin.Task, cumin.TaskID, error)
	}
	People interface {
		Profiles(ctx context.Context, ids []cumin.UserID) (map[cumin.UserID]cumin.Profile, error)
	}
	Bucket Bucket
	Queue  interface {
		Delay(ctx context.Context, handle string, d time.Duration) error
		Again(ctx context.Context, body, requestID string) error
	}
	DeadARN string // messages from this queue were given up on
	Park    interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Holder func() string // a name for this worker that no other has
	Clock  cumin.Clock
	Log    *slog.Logger
}

// Handle works through the messages (the event source mappings send one at a
// time) and names each that must come back.
func (h *Handler) Handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	return function.Messages(ctx, h.Log, e, h.message)
}

// message returns nil when the message has served its purpose.
func (h *Handler) message(ctx context.Context, m events.SQSMessage) error {
	var body queue.ExportMessage
	err := json.Unmarshal([]byte(m.Body), &body)
	if err == nil && !cumin.ValidID(string(body.ExportID)) {
		err = fmt.Errorf("%q is not an export's id", body.ExportID)
	}
	if err != nil {
		record, _ := json.Marshal(m.Body) // a string always encodes
		return h.Park.Put(ctx, queue.Parked{Reason: err.Error(), Source: m.EventSourceARN, Message: m.MessageId, Record: record})
	}
	log := h.Log.With(slog.String("export", string(body.ExportID)), slog.String("request_id", body.RequestID))
	job, err := h.Runs.Claim(ctx, body.ExportID, h.Holder(), h.Clock.Now())
	if held, ok := errors.AsType[*cumin.LeaseHeldError](err); ok {
		return h.comeBack(ctx, m, held.Until.Sub(h.Clock.Now())+leaseGrace, err)
	}
	switch {
	case errors.Is(err, cumin.ErrExportEnded):
		log.InfoContext(ctx, "nothing to do: the job has ended")
		return nil
	case errors.Is(err, cumin.ErrNotFound):
		log.WarnContext(ctx, "nothing to do: there is no such job")
		return nil
	case err != nil:
		return err
	}
	log.InfoContext(ctx, "export claimed", slog.Int("attempt", job.Attempts), slog.String("project", string(job.Project)))
	return h.work(ctx, m, body.RequestID, job, log)
}

// work runs a claimed job and stores how it ended.
func (h *Handler) work(ctx context.Context, m events.SQSMessage, requestID string, job cumin.Export, log *slog.Logger) error {
	end, further, err := h.attempt(ctx, m, job)
	if err == nil {
		err = h.Runs.End(ctx, end, h.Clock.Now())
	}
	switch {
	case err == nil:
		log.InfoContext(ctx, "export ended", slog.String("state", string(end.State)), slog.Int64("rows", end.RowsDone), slog.Int64("bytes", end.Bytes))
		return nil
	case errors.Is(err, cumin.ErrExportEnded):
		log.InfoContext(ctx, "the job ended meanwhile, it was canceled")
		return nil
	case errors.Is(err, cumin.ErrLeaseLost): // the new holder may depend on this very message
		return err
	case further && errors.Is(err, queue.ErrOutOfTime):
		log.InfoContext(ctx, "out of time, the next run goes on", slog.Int64("rows", end.RowsDone))
		return h.passOn(ctx, m, requestID, job)
	default:
		return h.giveUp(ctx, m, job, err)
	}
}

// passOn lets another run go on at once. The message is sent before this one
// is acknowledged; after a crash in between both find the job.
func (h *Handler) passOn(ctx context.Context, m events.SQSMessage, requestID string, job cumin.Export) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
	defer cancel()
	if err := h.Runs.Release(ctx, job.ID, job.Lease, h.Clock.Now()); err != nil && !errors.Is(err, cumin.ErrExportEnded) {
		return err
	}
	return h.Queue.Again(ctx, m.Body, requestID)
}

// attempt returns the job as it is to end, or why this attempt did not finish
// it and whether it came further than those before.
func (h *Handler) attempt(ctx context.Context, m events.SQSMessage, job cumin.Export) (end cumin.Export, further bool, err error) {
	if m.EventSourceARN == h.DeadARN {
		return failed(job, whyGaveUp), false, nil
	}
	if _, err := h.Access.Access(ctx, job.User, job.Project); errors.Is(err, cumin.ErrNotFound) {
		return failed(job, whyNoAccess), false, nil
	} else if err != nil {
		return job, false, err
	}
	ctx, cancel := queue.BeforeDeadline(ctx)
	defer cancel()
	r := &run{Handler: h, job: job, format: formats[job.Format], people: map[cumin.UserID]string{}, last: h.Clock.Now()}
	end, err = r.write(ctx)
	end.RowsDone = r.job.RowsDone
	if err != nil && errors.Is(context.Cause(ctx), queue.ErrOutOfTime) {
		err = errors.Join(queue.ErrOutOfTime, err)
	}
	_, resumable := readCheckpoint(job)
	resumable = (resumable || r.saved) && !errors.Is(err, errRestart) && !errors.Is(err, cumin.ErrExportEnded)
	if r.upload != nil && !resumable {
		if err := r.upload.Abort(ctx); err != nil {
			h.Log.WarnContext(ctx, "parts left behind", slog.Any("err", err))
		}
	}
	return end, r.saved, err
}

func failed(e cumin.Export, why string) cumin.Export {
	e.State, e.Error = cumin.ExportFailed, why
	return e
}

// giveUp hands the job back: the lease lapses now and the message comes back
// soon, at once when only time ran out.
func (h *Handler) giveUp(ctx context.Context, m events.SQSMessage, job cumin.Export, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUp)
	defer cancel()
	if err := h.Runs.Release(ctx, job.ID, job.Lease, h.Clock.Now()); err != nil {
		if errors.Is(err, cumin.ErrExportEnded) {
			return nil
		}
		return errors.Join(why, err)
	}
	if errors.Is(why, queue.ErrOutOfTime) {
		return h.comeBack(ctx, m, resumeBefore, why)
	}
	return h.comeBack(ctx, m, retryAfter*time.Duration(job.Attempts), why)
}

// comeBack lets a delivery return after d and returns why. Messages of the
// dead-letter queue return when its own timeout lapses.
func (h *Handler) comeBack(ctx context.Context, m events.SQSMessage, d time.Duration, why error) error {
	if m.EventSourceARN == h.DeadARN {
		return why
	}
	return errors.Join(why, h.Queue.Delay(ctx, m.ReceiptHandle, d))
}
