package cumin

import "time"

// ExportState is where an export job stands. "expired" is derived from time
// when a job is read and is never stored.
type ExportState string

// queued → running → succeeded | failed | canceled
const (
	ExportQueued    ExportState = "queued"
	ExportRunning   ExportState = "running"
	ExportSucceeded ExportState = "succeeded"
	ExportFailed    ExportState = "failed"
	ExportCanceled  ExportState = "canceled"
	ExportExpired   ExportState = "expired"
)

// ExportStates are all that a client can see.
var ExportStates = [...]ExportState{ExportQueued, ExportRunning, ExportSucceeded, ExportFailed, ExportCanceled, ExportExpired}

// Live reports whether a job in this state still holds its slots.
func (s ExportState) Live() bool { return s == ExportQueued || s == ExportRunning }

// ExportFormat is the kind of file.
type ExportFormat string

// The formats: RFC 4180 in UTF-8, or one JSON object a line.
const (
	FormatCSV   ExportFormat = "csv"
	FormatJSONL ExportFormat = "jsonl"
)

// ExportFormats are all of them.
var ExportFormats = [...]ExportFormat{FormatCSV, FormatJSONL}

// Limits of exports.
const (
	MaxLiveExportsPerUser = 3
	ExportFileTTL         = 7 * 24 * time.Hour // S3 lifecycle of the file
	ExportJobTTL          = 30 * 24 * time.Hour
	ExportLease           = 30 * time.Second // a claim not renewed within this is anybody's
	ExportURLTTL          = 5 * time.Minute
)

// Export is one background job that writes a project's tasks to a file.
type Export struct {
	ID         ExportID
	Project    ProjectID
	User       UserID // who asked; the only one who may download
	Format     ExportFormat
	Filter     TaskFilter // which tasks; overdue is as of CreatedAt
	State      ExportState
	RowsDone   int64
	RowsTotal  int64 // from the counts at the start; an estimate
	Bytes      int64
	Key        string // object key once succeeded
	Error      string // why it failed, safe to show
	Attempts   int    // claims made
	Checkpoint []byte // where the next run goes on, in the exports function's own words; empty: from the start
	Lease      string // holder of the claim
	LeaseUntil time.Time
	Slot       int // which of the user's numbered slots it holds
	Version    int64
	CreatedAt  time.Time
	UpdatedAt  time.Time
	FinishedAt time.Time
	Last       Change
}

// StateAt is the job's state as seen at now: a finished file that the bucket's
// lifecycle has removed is expired.
func (e Export) StateAt(now time.Time) ExportState {
	if e.State == ExportSucceeded && now.Sub(e.FinishedAt) >= ExportFileTTL {
		return ExportExpired
	}
	return e.State
}
