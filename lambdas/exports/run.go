package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/anikeshk/cumin/internal/csvfile"
	"github.com/anikeshk/cumin/internal/cumin"
)

// renewEvery is how often progress is written. It is well below the lease, so
// that a slow part does not lose it, and few enough events for the owner.
const renewEvery = time.Second

// run is one worker's work on one claimed job.
type run struct {
	*Handler
	job    cumin.Export
	upload *Upload
	people map[cumin.UserID]string // names of those met so far; bounded by the project's members
	last   time.Time               // of the last renewal
	row    []byte
}

// write streams the project into the file, page by page, and completes it. It
// returns what is to be stored as the job's end.
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
	r.upload = r.Bucket.Create(key)
	r.job.RowsDone = 0
	if err := r.upload.Append(ctx, csvfile.Append(nil, columns...)); err != nil {
		return r.job, err
	}
	for after, more := cumin.TaskID(""), true; more; more = after != "" {
		tasks, next, err := r.Tasks.Page(ctx, r.job.Project, after)
		if err != nil {
			return r.job, err
		}
		if err := r.page(ctx, tasks); err != nil {
			return r.job, err
		}
		after = next
		if now := r.Clock.Now(); now.Sub(r.last) >= renewEvery {
			if err := r.renew(ctx, now); err != nil {
				return r.job, err
			}
		}
	}
	if err := r.renew(ctx, r.Clock.Now()); err != nil {
		return r.job, err
	}
	err := r.upload.Complete(ctx)
	if errors.Is(err, errExists) {
		size, found, lookErr := r.Bucket.Size(ctx, key)
		if lookErr != nil || !found {
			return r.job, errors.Join(err, lookErr)
		}
		r.Log.WarnContext(ctx, "another run completed the file", slog.String("export", string(r.job.ID)))
		return r.succeeded(key, size), nil
	}
	if err != nil {
		return r.job, err
	}
	return r.succeeded(key, r.upload.Bytes()), nil
}

// page appends the tasks that belong into the file.
func (r *run) page(ctx context.Context, tasks []cumin.Task) error {
	if err := r.names(ctx, tasks); err != nil {
		return err
	}
	for _, t := range tasks {
		if !exported(r.job, t) {
			continue
		}
		r.row = appendTask(r.row[:0], t, r.people)
		if err := r.upload.Append(ctx, r.row); err != nil {
			return err
		}
		r.job.RowsDone++
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

func (r *run) renew(ctx context.Context, now time.Time) error {
	r.job.RowsTotal = max(r.job.RowsTotal, r.job.RowsDone)
	r.job.Bytes = r.upload.Bytes()
	r.last = now
	return r.Runs.Renew(ctx, r.job.ID, r.job.Lease,
		cumin.ExportProgress{RowsDone: r.job.RowsDone, RowsTotal: r.job.RowsTotal, Bytes: r.job.Bytes}, now)
}

func (r *run) succeeded(key string, size int64) cumin.Export {
	e := r.job
	e.State, e.Key, e.Bytes, e.RowsTotal = cumin.ExportSucceeded, key, size, e.RowsDone
	return e
}
