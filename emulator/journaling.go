package emulator

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/journal"
)

// JournalVariable is the environment variable that names the folder into which a
// failing test's AWS writes its journal; see Start.
const JournalVariable = "CUMIN_JOURNAL"

// WithJournal keeps a journal, which is written to dir when the test fails.
// Without it CUMIN_JOURNAL does the same for every test.
func WithJournal(dir string) Option {
	return func(o *Options) { o.Journal, o.journalDir = true, dir }
}

// ErrNoJournal is what Journal answers when none is kept.
var ErrNoJournal = errors.New("this AWS keeps no journal: start it with emulator.WithJournal")

// Journal is what happened since the start. Errors: ErrNoJournal.
func (a *AWS) Journal() (*journal.Journal, error) {
	if a.journal == nil {
		return nil, ErrNoJournal
	}
	return a.journal, nil
}

// beginJournal begins to write everything down, from the state as it is.
func (a *AWS) beginJournal(w *store.Watched) error {
	var base journal.Base
	state, err := w.Begin(func() (err error) {
		base.Clock, _ = a.clock.State()
		base.Bodies, err = a.s3.Bodies()
		return err
	}, a.noteChange)
	if err != nil {
		return err
	}
	base.Store = state
	a.journal = journal.New(base)
	a.clock.Watch(a.noteClock)
	a.faults.Watch(a.noteFault)
	return nil
}

// noteChange is called before the change is applied, so the bodies it names are
// there and those it gives up still are.
func (a *AWS) noteChange(b *store.Batch) {
	a.journal.AddChange(a.clock.Now(), b, a.newBodies(b))
}

// newBodies reads the bodies that a change names.
func (a *AWS) newBodies(b *store.Batch) map[string][]byte {
	var bodies map[string][]byte
	for _, c := range b.Changes {
		if !strings.HasPrefix(c.Bucket, "s3/") || c.Value == nil {
			continue
		}
		for _, id := range journal.Bodies(c.Value) {
			body, err := a.s3.Body(id)
			if err != nil {
				continue // an empty one, or given up within the same change
			}
			if bodies == nil {
				bodies = map[string][]byte{}
			}
			bodies[id] = body
		}
	}
	return bodies
}

// noteClock is called with the clock's lock held.
func (a *AWS) noteClock(s clock.State) {
	how := "runs"
	if s.Frozen {
		how = "stands"
	}
	a.journal.Add(journal.Entry{At: s.Now, Kind: journal.Clock, Name: how, Detail: s.Offset.String() + " ahead", Moved: &s})
}

func (a *AWS) noteFault(rule fault.Rule, target string) {
	a.journal.Add(journal.Entry{At: a.clock.Now(), Kind: journal.Fault, Name: string(rule.Kind), Detail: target})
}

// listen keeps the beginning of a request's body while the service reads it.
func listen(r *http.Request) *heard {
	h := &heard{ReadCloser: r.Body}
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = h
	}
	return h
}

type heard struct {
	io.ReadCloser
	kept bytes.Buffer
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.ReadCloser.Read(b)
	h.kept.Write(b[:min(n, journal.MaxBody-h.kept.Len())])
	return n, err
}

// WriteJournal writes the journal to a file, for `cumin aws open`. Errors:
// ErrNoJournal, or the file system's.
func (a *AWS) WriteJournal(path string) (err error) {
	if a.journal == nil {
		return ErrNoJournal
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return a.journal.Write(f)
}

// keepEvidence writes a failed test's journal and says where it is.
func (a *AWS) keepEvidence(tb TB, dir string) {
	tb.Helper()
	t, ok := tb.(interface {
		Failed() bool
		Name() string
		Logf(string, ...any)
	})
	if !ok || !t.Failed() {
		return
	}
	path := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_", "#", "_").Replace(t.Name())+".journal")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		tb.Errorf("keep the journal: %v", err)
		return
	}
	if err := a.WriteJournal(path); err != nil {
		tb.Errorf("keep the journal: %v", err)
		return
	}
	t.Logf("what happened: cumin aws open %s", path)
}
