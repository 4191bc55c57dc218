package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// sectorBytes is what a disk writes wholly or not at all.
const sectorBytes = 512

// keep makes a group's changes in one transaction, unless the power fails in its
// midst: then the transaction is made, and what is left of it on the disk is
// written once the file is closed.
func (s *bolt) keep(g *group) error {
	dice, fails := s.power.Strikes(power.State)
	if !fails {
		return s.db.Update(g.write)
	}
	path := s.db.Path()
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	pageSize := s.db.Info().PageSize
	if err := s.db.Update(g.write); err != nil {
		return err
	}
	after, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	s.remains = torn(before, after, pageSize, dice)
	s.power.Fail(dice)
	return power.ErrLost
}

// torn is what a disk may hold when the power fails during the transaction that
// turned before, all of which was synced, into after. bbolt writes the changed
// pages, syncs, writes one of its two meta pages, which are the first two pages
// of the file and carry a checksum, and syncs again.
func torn(before, after []byte, pageSize int, dice *rand.Rand) []byte {
	out := bytes.Clone(after)
	metas := min(2*pageSize, len(before))
	copy(out[:metas], before) // the meta page is written last
	switch dice.IntN(3) {
	case 0: // before the first sync: any of the changed sectors
		for at := metas; at < len(out); at += sectorBytes {
			end := min(at+sectorBytes, len(out))
			if dice.IntN(2) == 0 {
				continue
			}
			n := 0
			if at < len(before) {
				n = copy(out[at:end], before[at:])
			}
			clear(out[at+n : end]) // the file grew: zeros
		}
	case 1: // before the second sync: a part of the meta page
		for page := range 2 {
			at := page * pageSize
			if !bytes.Equal(before[at:at+pageSize], after[at:at+pageSize]) {
				copy(out[at:], after[at:at+dice.IntN(metaBytes+1)])
			}
		}
	case 2: // after the second sync, before anyone was told
		copy(out[:metas], after)
	}
	return out
}

// metaBytes is how much of a meta page bbolt uses, its header included.
const metaBytes = 80

// blackOut lets the committer end and leaves of the file what the loss of power
// does; between two transactions that is everything, because each was synced.
func (s *bolt) blackOut(*rand.Rand) error {
	s.mu.Lock()
	s.closed = true
	if s.failure == nil {
		s.failure = power.ErrLost
	}
	s.wake.Signal()
	s.mu.Unlock()
	<-s.done
	path := s.db.Path()
	if err := s.db.Close(); err != nil {
		return err
	}
	if s.remains == nil {
		return nil
	}
	if err := os.WriteFile(path, s.remains, 0o600); err != nil {
		return fmt.Errorf("leave what is left of %s: %w", path, err)
	}
	return nil
}
