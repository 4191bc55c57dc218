package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// scratchPattern names the temporary folders that hold unpacked functions of
// an AWS in memory.
const scratchPattern = "cumin-aws-*"

// scratch is such a folder. Its lock file is locked as long as its owner
// lives, so that the next one can remove what a killed one left.
type scratch struct {
	dir  string
	lock *os.File
}

func newScratch() (*scratch, error) {
	sweepScratch()
	dir, err := os.MkdirTemp("", scratchPattern)
	if err != nil {
		return nil, fmt.Errorf("make a scratch folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &scratch{dir, lock}, nil
}

// lockFolder locks a folder for this process; an error says that another has it.
func lockFolder(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

func (s *scratch) remove() error {
	return errors.Join(os.RemoveAll(s.dir), s.lock.Close())
}

// sweepScratch removes folders whose owner was killed. It is a courtesy: what
// cannot be removed stays.
func sweepScratch() {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), scratchPattern))
	if err != nil {
		return
	}
	for _, dir := range old {
		// A folder whose lock file is not there yet is somebody's who just begins.
		if _, err := os.Stat(filepath.Join(dir, "lock")); err != nil {
			continue
		}
		if lock, err := lockFolder(dir); err == nil {
			_ = (&scratch{dir, lock}).remove()
		}
	}
}
