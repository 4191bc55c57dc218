package emulator

import (
	"fmt"
	"io"

	"github.com/anikeshk/cumin/emulator/journal"
)

// Write writes the snapshot in the form that ReadSnapshot reads.
func (s *Snapshot) Write(w io.Writer) error {
	return journal.Base{Store: s.state, Bodies: s.bodies, Clock: s.clock}.Write(w)
}

// ReadSnapshot reads what Snapshot.Write wrote; of a journal, its end. Errors:
// journal.ErrNotAJournal, or r's.
func ReadSnapshot(r io.Reader) (*Snapshot, error) {
	j, err := journal.Read(r)
	if err != nil {
		return nil, err
	}
	return snapshotAt(j, j.Last(), false)
}

// ReplayTo returns the state that a journal tells of after its n-th entry. An
// AWS that starts from it stands still at that moment: its clock does not run,
// and nothing is delivered to functions, so it can be looked at, and asked. The
// error says which points the journal reaches.
func ReplayTo(j *journal.Journal, n int) (*Snapshot, error) { return snapshotAt(j, n, true) }

func snapshotAt(j *journal.Journal, n int, still bool) (*Snapshot, error) {
	b, err := j.At(n)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	b.Clock.Frozen = still
	return &Snapshot{state: b.Store, bodies: b.Bodies, clock: b.Clock, still: still}, nil
}
