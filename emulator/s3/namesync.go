package s3

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
)

// nameSync syncs the directories below a root for many writers at once: while
// some are being synced, those that are asked for form the next round.
type nameSync struct {
	root string

	mu      sync.Mutex // guards what follows
	running bool
	next    *nameRound

	kept map[string]bool // directories whose own names are kept; the rounds' alone
}

// newNameSync keeps the root's name and the names of what is in it.
func newNameSync(root string) (*nameSync, error) {
	if err := errors.Join(syncDir(root), syncDir(filepath.Dir(root))); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	s := &nameSync{root: root, kept: map[string]bool{}}
	for _, e := range entries {
		s.kept[filepath.Join(root, e.Name())] = true
	}
	return s, nil
}

// nameRound is directories that are synced together.
type nameRound struct {
	dirs map[string]struct{}
	done chan struct{} // closed when err is set
	err  error
}

// sync returns when every name made in the directory before the call is kept.
func (s *nameSync) sync(dir string) error {
	s.mu.Lock()
	if s.next == nil {
		s.next = &nameRound{dirs: map[string]struct{}{}, done: make(chan struct{})}
	}
	r := s.next
	r.dirs[dir] = struct{}{}
	if !s.running {
		s.running = true
		go s.rounds()
	}
	s.mu.Unlock()
	<-r.done
	return r.err
}

// rounds runs rounds until nobody asks.
func (s *nameSync) rounds() {
	for {
		s.mu.Lock()
		r := s.next
		s.next = nil
		s.running = r != nil
		s.mu.Unlock()
		if r == nil {
			return
		}
		r.err = s.round(r.dirs)
		close(r.done)
	}
}

func (s *nameSync) round(dirs map[string]struct{}) error {
	fresh := false
	for dir := range dirs {
		if err := syncDir(dir); err != nil {
			return err
		}
		fresh = fresh || !s.kept[dir]
	}
	if !fresh {
		return nil
	}
	if err := syncDir(s.root); err != nil {
		return err
	}
	for dir := range dirs {
		s.kept[dir] = true
	}
	return nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
