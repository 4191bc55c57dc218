package cumin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// NewExport is what a person wants exported.
type NewExport struct {
	Format ExportFormat
	Filter TaskFilter
}

// FileSigner makes addresses under which a browser can fetch a file for a
// while.
type FileSigner interface {
	// Sign returns an address of the object that works until expires and saves
	// as name.
	Sign(ctx context.Context, key, name string, ttl time.Duration) (url string, expires time.Time, err error)
}

// Exports are a person's background jobs: editors start them, and only who
// started one sees, cancels and downloads it.
type Exports struct {
	Projects ProjectStore
	Store    ExportStore
	Files    FileSigner
	Clock    Clock
	NewID    IDSource
}

// ExportKey is where the file of a job lies in the bucket.
func ExportKey(user UserID, id ExportID, format ExportFormat) string {
	return fmt.Sprintf("exports/%s/%s.%s", user, id, format)
}

// Create queues a job. *ExportRunningError, ErrTooManyExports.
func (s Exports) Create(ctx context.Context, by Actor, project ProjectID, in NewExport, once *Once[Export]) (Export, error) {
	if _, err := admit(ctx, s.Projects, by.User, project, RoleEditor); err != nil {
		return Export{}, err
	}
	var f fields
	if !slices.Contains(ExportFormats[:], in.Format) {
		f.add("/format", "not_allowed", "It must be csv or jsonl.")
	}
	in.Filter.check(&f, "/filter")
	if err := f.err(); err != nil {
		return Export{}, err
	}
	counts, err := s.Projects.Counts(ctx, project)
	if err != nil {
		return Export{}, err
	}
	now := moment(s.Clock)
	e := Export{
		ID: ExportID(s.NewID(now)), Project: project, User: by.User, Format: in.Format, Filter: in.Filter, State: ExportQueued,
		RowsTotal: counts.Of(in.Filter.Status), Version: 1, CreatedAt: now, UpdatedAt: now, Last: by.Change(),
	}
	answer, err := once.answer(e, now)
	if err != nil {
		return Export{}, err
	}
	return s.Store.Create(ctx, e, answer)
}

// List is the actor's jobs, newest first.
func (s Exports) List(ctx context.Context, by UserID, limit int, after *ExportID) (Page[Export, ExportID], error) {
	return s.Store.List(ctx, by, limit, after)
}

// Get is one of the actor's jobs.
func (s Exports) Get(ctx context.Context, by UserID, id ExportID) (Export, error) {
	if !ValidID(string(id)) {
		return Export{}, ErrNotFound
	}
	e, err := s.Store.Get(ctx, id)
	if err == nil && e.User != by {
		return Export{}, ErrNotFound
	}
	return e, err
}

// Cancel ends one of the actor's jobs; one that has already ended stays as it
// is.
func (s Exports) Cancel(ctx context.Context, by Actor, id ExportID) (Export, error) {
	if _, err := s.Get(ctx, by.User, id); err != nil {
		return Export{}, err
	}
	return s.Store.Cancel(ctx, id, moment(s.Clock), by.Change())
}

// Download makes an address for the file of one of the actor's jobs, who must
// still be a member of the project.
func (s Exports) Download(ctx context.Context, by UserID, id ExportID) (url string, expires time.Time, err error) {
	e, err := s.Get(ctx, by, id)
	if err != nil {
		return "", time.Time{}, err
	}
	a, err := admit(ctx, s.Projects, by, e.Project, RoleViewer)
	if err != nil {
		return "", time.Time{}, err
	}
	switch e.StateAt(s.Clock.Now()) {
	case ExportSucceeded:
		return s.Files.Sign(ctx, ExportKey(e.User, e.ID, e.Format), fileName(a.Project.Name, e), ExportURLTTL)
	case ExportExpired:
		return "", time.Time{}, Refuse(CodeExportExpired, "The file has been removed. Start a new export.")
	}
	return "", time.Time{}, Refuse(CodeExportNotReady, "There is no file: the export is "+string(e.State)+".")
}

// fileName is what a browser saves an export as: the project's name, without
// what a file system or a header may not like, and the day.
func fileName(project string, e Export) string {
	name := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`\/:*?"<>|%;`, r) {
			return '-'
		}
		return r
	}, project)
	if name = strings.Trim(name, " .-"); name == "" {
		name = "tasks"
	}
	return fmt.Sprintf("%s %s.%s", name, e.CreatedAt.Format(time.DateOnly), e.Format)
}

// Of is the number of tasks in a column, or in all for an empty status.
func (c Counts) Of(s Status) int64 {
	switch s {
	case "":
		return c.Todo + c.InProgress + c.Done
	case StatusTodo:
		return c.Todo
	case StatusInProgress:
		return c.InProgress
	case StatusDone:
		return c.Done
	}
	return 0
}
