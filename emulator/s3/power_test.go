package s3

import (
	"bytes"
	"errors"
	"os"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// TestALossOfPowerCutsWhatWasNotSynced writes bodies of which some were
// committed when the power fails.
func TestALossOfPowerCutsWhatWasNotSynced(t *testing.T) {
	t.Parallel()
	body := bytes.Repeat([]byte("body"), 5000)
	supply := power.New(nil)
	s, err := openFiles(t.TempDir(), supply)
	if err != nil {
		t.Fatal(err)
	}
	var kept, loose []string
	for i := range 40 {
		w, err := s.create(-1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.take(copy(w.room(), body)); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			loose = append(loose, w.(*fileWriter).id)
			continue
		}
		id, err := w.commit()
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, id)
	}
	supply.Fail(power.Dice(1))
	if err := supply.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, id := range kept {
		if got, err := s.read(id); err != nil || !bytes.Equal(got, body) {
			t.Errorf("a committed body: %d bytes, %v", len(got), err)
		}
	}
	gone, short, zeros := 0, 0, 0
	for _, id := range loose {
		switch got, err := s.read(id); {
		case errors.Is(err, os.ErrNotExist):
			gone++
		case err != nil:
			t.Error(err)
		case len(got) < len(body):
			short++
		case !bytes.Equal(got, body):
			zeros++
		}
	}
	if gone == 0 || short == 0 || zeros == 0 {
		t.Errorf("of %d bodies that were not committed %d are gone, %d cut, %d partly zeros; want some of each", len(loose), gone, short, zeros)
	}
}
