package emulator

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// scratchPattern names the temporary folders that hold unpacked functions of
// AWSs in memory, one folder for each process that has some.
const scratchPattern = "cumin-aws-*"

// youngPattern names those that are not locked yet. Under the other name
// somebody's sweep would take one, between its making and its locking, for the
// folder of a killed owner.
const youngPattern = "cumin-new-aws-*"

// scratches is this process's folder, shared by its AWSs so that fifty of them
// make one, and none when there is no function: the parts are made by who needs
// them.
var scratches struct {
	sync.Mutex // guards what follows
	folder     *lockedFolder
	users      int
	last       int // number given to a part
}

// swept makes one sweep of a process enough.
var swept sync.Once

// scratch is one AWS's part of the folder.
type scratch struct{ dir string }

func newScratch() (*scratch, error) {
	go swept.Do(sweepScratch)
	scratches.Lock()
	defer scratches.Unlock()
	if scratches.folder == nil {
		folder, err := makeFolder()
		if err != nil {
			return nil, fmt.Errorf("make a scratch folder: %w", err)
		}
		scratches.folder = folder
	}
	scratches.users++
	scratches.last++
	return &scratch{filepath.Join(scratches.folder.dir, strconv.Itoa(scratches.last))}, nil
}

// remove removes the part, and with the last part the folder.
func (s *scratch) remove() error {
	err := os.RemoveAll(s.dir)
	scratches.Lock()
	defer scratches.Unlock()
	if scratches.users--; scratches.users == 0 {
		err = errors.Join(err, scratches.folder.remove())
		scratches.folder = nil
	}
	return err
}

// lockedFolder is a folder whose lock file is locked as long as its owner lives,
// so that the next process can remove what a killed one left.
type lockedFolder struct {
	dir  string
	lock *os.File
}

func makeFolder() (*lockedFolder, error) {
	young, err := os.MkdirTemp("", youngPattern)
	if err != nil {
		return nil, err
	}
	f, err := lockFolder(young)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(young))
	}
	f.dir = filepath.Join(filepath.Dir(young), strings.Replace(filepath.Base(young), "-new", "", 1))
	if err := os.Rename(young, f.dir); err != nil {
		f.dir = young
		return nil, errors.Join(err, f.remove())
	}
	return f, nil
}

// lockFolder locks a folder for this process; an error says that another has it.
func lockFolder(dir string) (*lockedFolder, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &lockedFolder{dir, f}, nil
}

func (f *lockedFolder) remove() error { return errors.Join(os.RemoveAll(f.dir), f.lock.Close()) }

// sweepScratch removes folders whose owner was killed. It is a courtesy: what
// cannot be removed stays.
func sweepScratch() {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), scratchPattern))
	if err != nil {
		return
	}
	for _, dir := range old {
		if f, err := lockFolder(dir); err == nil {
			_ = f.remove()
		}
	}
}
