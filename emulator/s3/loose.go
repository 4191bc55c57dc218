package s3

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
)

// loose knows the files that a loss of power would not leave as they are: those
// whose bytes, or only whose name, were not synced.
type loose struct {
	mu    sync.Mutex      // guards files
	files map[string]bool // by path: the bytes are synced
}

func newLoose() *loose { return &loose{files: map[string]bool{}} }

func (l *loose) begin(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files[path] = false
}

// synced notes that only the name is loose.
func (l *loose) synced(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.files[path] = true
}

// end notes that the file is kept, or was removed.
func (l *loose) end(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.files, path)
}

// cut makes of the loose files what a disk might hold: nothing, as names come
// last; else the bytes, of unsynced ones only as far as they got, or zeros where
// the size was written and the bytes were not.
func (l *loose) cut(dice *rand.Rand) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	for _, path := range slices.Sorted(maps.Keys(l.files)) {
		if e := cutFile(path, l.files[path], dice); !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func cutFile(path string, synced bool, dice *rand.Rand) error {
	if dice.IntN(3) == 0 {
		return os.Remove(path)
	}
	if synced {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	got := dice.Int64N(info.Size() + 1)
	if err := os.Truncate(path, got); err != nil {
		return err
	}
	if dice.IntN(2) == 0 {
		return os.Truncate(path, info.Size()) // the rest is zeros
	}
	return nil
}
