package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// TestALossOfPowerLosesNoKeptBatch cuts the power in the midst of a transaction,
// at another one and with other dice for each seed. Every batch that was kept
// must be there, and the one that was not wholly or not at all.
func TestALossOfPowerLosesNoKeptBatch(t *testing.T) {
	t.Parallel()
	whole := 0
	for seed := range uint64(60) {
		path := filepath.Join(t.TempDir(), "state.db")
		syncs := uint64(0)
		supply := power.New(func(string) (uint64, bool) {
			syncs++
			return seed, syncs > 3+seed%7
		})
		s, err := OpenPowered(path, supply)
		if err != nil {
			t.Fatal(err)
		}
		kept := 0
		for ; ; kept++ {
			b := new(Batch)
			for i := range 40 { // several pages
				b.Put("a", fmt.Appendf(nil, "%04d/%d", kept, i), make([]byte, 300))
			}
			b.Put("b", fmt.Appendf(nil, "%04d", kept), []byte("x"))
			if err = s.Apply(b)(); err != nil {
				break
			}
		}
		if !errors.Is(err, power.ErrLost) {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if err := errors.Join(supply.Wait(), s.Close()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		back, err := Open(path)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		many, one := 0, 0
		err = errors.Join(
			back.Load("a", func(_, v []byte) error { many++; return nil }),
			back.Load("b", func(_, _ []byte) error { one++; return nil }),
			back.Close(),
		)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if many != 40*one || one != kept && one != kept+1 {
			t.Errorf("seed %d: %d batches were kept; %d and %d keys are there", seed, kept, many, one)
		}
		whole += one - kept
	}
	if whole == 0 || whole == 60 {
		t.Fatalf("of 60 transactions in whose midst the power failed %d are there: the dice are loaded", whole)
	}
}
