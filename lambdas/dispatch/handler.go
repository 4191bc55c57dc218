package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/queue"
	"github.com/anikeshk/cumin/internal/stream"
)

// Handler sends the id of each export that became queued to the exports queue,
// of each deleted project to the purge queue, and each column whose ranks have
// grown long to the ranks queue.
//
// A record delivered again sends the id again; so does a crash after the send
// and before the answer. The exports function claims a job before it works, so
// a second message finds it taken or done; the purge function finds nothing
// left to erase, the ranks function nothing that is long. The order of jobs does not matter.
type Handler struct {
	Queue interface {
		Send(ctx context.Context, url, body, requestID string) error
	}
	Exports string // URL of the exports queue
	Purge   string // URL of the purge queue
	Ranks   string // URL of the ranks queue
	Park    interface {
		Put(ctx context.Context, p queue.Parked) error
	}
	Log *slog.Logger
}

// Handle goes through the batch in order and stops at the first job that it
// could not send; what came before is not delivered again.
func (h *Handler) Handle(ctx context.Context, batch stream.Batch) (events.DynamoDBEventResponse, error) {
	failed := stream.NoFailures()
	for i := range batch.Records {
		if err := h.dispatch(ctx, &batch.Records[i]); err != nil {
			h.Log.ErrorContext(ctx, "batch stopped", slog.String("sequence", batch.Records[i].Sequence), slog.Any("err", err))
			failed.At(i)
			break
		}
	}
	return batch.Answer(failed)
}

func (h *Handler) dispatch(ctx context.Context, r *stream.Record) error {
	if r.Err == nil && r.SK == dynamo.SKDeletion {
		return h.deletion(ctx, r)
	}
	if r.Err == nil && strings.HasPrefix(r.SK, dynamo.PrefixRanks) {
		return h.ranks(ctx, r)
	}
	if r.Err == nil && r.SK != dynamo.SKJob {
		return nil // slots live in the same table
	}
	job, due, err := queued(r)
	if err != nil {
		return h.Park.Put(ctx, r.Parked(err))
	}
	if !due {
		return nil
	}
	body, err := json.Marshal(queue.ExportMessage{ExportID: job.ID, RequestID: job.Last.RequestID})
	if err != nil {
		return fmt.Errorf("encode message of export %s: %w", job.ID, err)
	}
	if err := h.Queue.Send(ctx, h.Exports, string(body), job.Last.RequestID); err != nil {
		return err
	}
	h.Log.InfoContext(ctx, "export dispatched", slog.String("export", string(job.ID)), slog.String("request_id", job.Last.RequestID))
	return nil
}

// deletion sends a project whose deletion has begun; later records are its
// progress.
func (h *Handler) deletion(ctx context.Context, r *stream.Record) error {
	if r.Old != nil || r.New == nil {
		return nil
	}
	d, err := dynamo.DecodeDeletion(r.New)
	if err != nil {
		return h.Park.Put(ctx, r.Parked(err))
	}
	body, err := json.Marshal(queue.PurgeMessage{ProjectID: d.Project, RequestID: d.Last.RequestID})
	if err != nil {
		return fmt.Errorf("encode message of deletion %s: %w", d.Project, err)
	}
	if err := h.Queue.Send(ctx, h.Purge, string(body), d.Last.RequestID); err != nil {
		return err
	}
	h.Log.InfoContext(ctx, "deletion dispatched", slog.String("project", string(d.Project)), slog.String("request_id", d.Last.RequestID))
	return nil
}

// ranks sends a column that is to be rebalanced; most records of its ranks say
// only that they were relied on.
func (h *Handler) ranks(ctx context.Context, r *stream.Record) error {
	if r.New == nil {
		return nil
	}
	project, column, requestID, wanted, err := dynamo.WantsRebalance(r.New)
	if err != nil {
		return h.Park.Put(ctx, r.Parked(err))
	}
	if !wanted {
		return nil
	}
	body, err := json.Marshal(queue.RanksMessage{ProjectID: project, Column: column, RequestID: requestID})
	if err != nil {
		return fmt.Errorf("encode message of column %s of %s: %w", column, project, err)
	}
	if err := h.Queue.Send(ctx, h.Ranks, string(body), requestID); err != nil {
		return err
	}
	h.Log.InfoContext(ctx, "rebalancing dispatched", slog.String("project", string(project)), slog.String("request_id", requestID))
	return nil
}

// queued reports whether the record tells of a job that became queued: a new
// one, or one that was set back.
func queued(r *stream.Record) (cumin.Export, bool, error) {
	if r.Err != nil {
		return cumin.Export{}, false, r.Err
	}
	if r.New == nil {
		return cumin.Export{}, false, nil
	}
	job, err := dynamo.DecodeExport(r.New)
	if err != nil {
		return cumin.Export{}, false, err
	}
	if job.State != cumin.ExportQueued {
		return job, false, nil
	}
	if r.Old == nil {
		return job, true, nil
	}
	before, err := dynamo.DecodeExport(r.Old)
	if err != nil {
		return cumin.Export{}, false, err
	}
	return job, before.State != cumin.ExportQueued, nil
}
