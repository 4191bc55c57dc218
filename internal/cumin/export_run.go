package cumin

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrExportEnded tells a worker that there is nothing to do: the job succeeded,
// failed or was canceled.
var ErrExportEnded = errors.New("the export has ended")

// ErrLeaseLost tells a worker that the job is no longer its own: it was paused
// for longer than its lease and another took over.
var ErrLeaseLost = errors.New("the lease on the export is lost")

// LeaseHeldError refuses a claim because another worker is at the job.
type LeaseHeldError struct {
	Holder string
	Until  time.Time
}

func (e *LeaseHeldError) Error() string {
	return fmt.Sprintf("another worker holds the export until %s", e.Until.Format(time.RFC3339))
}

// ExportProgress is how far a run has come.
type ExportProgress struct {
	RowsDone  int64
	RowsTotal int64
	Bytes     int64
	// Checkpoint replaces the job's; nil leaves it, empty takes it away.
	Checkpoint []byte
}

// ExportRunStore is what a worker does to a job. Every write but Claim demands
// that the holder's lease is still the job's.
type ExportRunStore interface {
	// Claim takes a job that is queued, or running under a lease that lapsed,
	// for ExportLease. ErrNotFound, ErrExportEnded, *LeaseHeldError. A holder's
	// name serves one claim; the same claim again answers the same.
	Claim(ctx context.Context, id ExportID, holder string, now time.Time) (Export, error)
	// Renew extends the lease and notes the progress in one write. A canceled
	// job answers ErrExportEnded; else ErrLeaseLost.
	Renew(ctx context.Context, id ExportID, holder string, p ExportProgress, now time.Time) error
	// Release lets the lease lapse now, so that the next delivery may claim the
	// job at once. ErrExportEnded, ErrLeaseLost.
	Release(ctx context.Context, id ExportID, holder string, now time.Time) error
	// End stores e as succeeded or failed and frees its slots, all or nothing.
	// ErrExportEnded, ErrLeaseLost.
	End(ctx context.Context, e Export, now time.Time) error
}
