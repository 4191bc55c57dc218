package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// renewEvery is how often progress is written. It is well below the lease, so
// that a slow part does not lose it, and few enough events for the owner.
const renewEvery = time.Second

// run is one worker's work on one claimed job.
type run struct {
	*Handler
	job    cumin.Export
	format format
	upload *Upload
	people map[cumin.UserID]string // names of those met so far; bounded by the project's members
	last   time.Time               // of the last renewal
	row    []byte
	saved  bool // this run has left a checkpoint: the next one is further on
}

// write streams the project into the file, page by page, and completes it. It
// goes on where an earlier run left off, and returns what is to be stored as
// the job's end.
//
// Before it completes the file it renews the lease once more with the exact
// figures, so that a run that finds the file completed by one that died can
// take them from the job.
func (r *run) write(ctx context.Context) (cumin.Export, error) {
	key := cumin.ExportKey(r.job.User, r.job.ID, r.job.Format)
	if r.job.Attempts > 1 {
		if size, done, err := r.Bucket.Size(ctx, key); err != nil {
			return r.job, err
		} else if done {
			return r.succeeded(key, size), nil
		}
	}
	after, err := r.begin(ctx, key)
	if err != nil {
		return r.job, err
	}
	for more := true; more; more = after != "" {
		tasks, next, err := r.Tasks.Page(ctx, r.job.Project, after)
		if err != nil {
			return r.job, err
		}
		if err := r.page(ctx, tasks); err != nil {
			return r.job, err
		}
		after = next
		if now := r.Clock.Now(); now.Sub(r.last) >= renewEvery {
			if err := r.renew(ctx, now, nil); err != nil {
				return r.job, err
			}
		}
	}
	if err := r.renew(ctx, r.Clock.Now(), nil); err != nil {
		return r.job, err
	}
	err = r.upload.Complete(ctx)
	if errors.Is(err, errExists) {
		size, found, lookErr := r.Bucket.Size(ctx, key)
		switch {
		case lookErr != nil:
			return r.job, errors.Join(err, lookErr)
		case !found:
			return r.job, r.restart(ctx, err)
		}
		r.Log.WarnContext(ctx, "another run completed the file", slog.String("export", string(r.job.ID)))
		return r.succeeded(key, size), nil
	}
	if errors.Is(err, errRestart) {
		return r.job, r.restart(ctx, err)
	}
	if err != nil {
		return r.job, err
	}
	return r.succeeded(key, r.upload.Bytes()), nil
}

// begin starts the file, or goes on with it, and returns the task to go on
// behind.
func (r *run) begin(ctx context.Context, key string) (cumin.TaskID, error) {
	r.upload = r.Bucket.Create(key, r.format.contentType)
	if c, ok := readCheckpoint(r.job); ok {
		there, err := r.Bucket.open(ctx, key, c.Upload)
		if err != nil {
			return "", err
		}
		if there {
			r.upload.resume(c)
			r.job.RowsDone = c.Rows
			return c.After, nil
		}
		r.Log.WarnContext(ctx, "the upload of the checkpoint is gone", slog.String("export", string(r.job.ID)))
	}
	r.job.RowsDone = 0
	return "", r.upload.Append(ctx, r.format.header())
}

// restart takes the checkpoint away, so that the next run begins anew.
func (r *run) restart(ctx context.Context, why error) error {
	r.saved = false
	return errors.Join(errRestart, why, r.renew(ctx, r.Clock.Now(), []byte{}))
}

// page appends the tasks that belong into the file, and leaves a checkpoint
// behind each part that they fill.
func (r *run) page(ctx context.Context, tasks []cumin.Task) error {
	if err := r.names(ctx, tasks); err != nil {
		return err
	}
	for _, t := range tasks {
		if !exported(r.job, t) {
			continue
		}
		var err error
		if r.row, err = r.format.append(r.row[:0], t, r.people); err != nil {
			return err
		}
		parts := len(r.upload.parts)
		if err := r.upload.Append(ctx, r.row); errors.Is(err, errRestart) {
			return r.restart(ctx, err)
		} else if err != nil {
			return err
		}
		r.job.RowsDone++
		if len(r.upload.parts) == parts {
			continue
		}
		c, err := r.upload.checkpoint(t.ID, r.job.RowsDone)
		if err != nil {
			return err
		}
		if err := r.renew(ctx, r.Clock.Now(), c); err != nil {
			return err
		}
		r.saved = true
	}
	return nil
}

// names looks up the assignees not met before.
func (r *run) names(ctx context.Context, tasks []cumin.Task) error {
	var unknown []cumin.UserID
	for _, t := range tasks {
		if _, met := r.people[t.Assignee]; !met && t.Assignee != "" {
			r.people[t.Assignee] = "" // who has no profile has no name
			unknown = append(unknown, t.Assignee)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	profiles, err := r.People.Profiles(ctx, unknown)
	if err != nil {
		return err
	}
	for id, p := range profiles {
		r.people[id] = p.Name
	}
	return nil
}

// renew extends the lease and notes the progress, with a checkpoint if there
// is a new one.
func (r *run) renew(ctx context.Context, now time.Time, checkpoint []byte) error {
	r.job.RowsTotal = max(r.job.RowsTotal, r.job.RowsDone)
	r.job.Bytes = r.upload.Bytes()
	r.last = now
	return r.Runs.Renew(ctx, r.job.ID, r.job.Lease,
		cumin.ExportProgress{RowsDone: r.job.RowsDone, RowsTotal: r.job.RowsTotal, Bytes: r.job.Bytes, Checkpoint: checkpoint}, now)
}

func (r *run) succeeded(key string, size int64) cumin.Export {
	e := r.job
	e.State, e.Key, e.Bytes, e.RowsTotal = cumin.ExportSucceeded, key, size, e.RowsDone
	return e
}
