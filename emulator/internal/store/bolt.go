package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// ErrInUse says that another process has the file open.
var ErrInUse = errors.New("the data file is in use by another process")

// ErrClosed is what batches applied after Close get.
var ErrClosed = errors.New("the store is closed")

// lockPatience is how long Open waits for another process to let go of the file.
const lockPatience = time.Second

// bolt keeps batches in a bbolt file. One goroutine commits: while one
// transaction is being synced, the batches that arrive form the next one, so
// the more writers, the fewer syncs each pays for (docs/adr/0002).
type bolt struct {
	db    *bbolt.DB
	power *power.Supply // nil: it never fails
	// remains is what a loss of power during the last transaction leaves of the
	// file; nil: all of it. Set by the committer.
	remains []byte

	mu      sync.Mutex // guards what follows
	next    *group     // batches that wait for the next transaction
	wake    *sync.Cond
	closed  bool
	failure error // the first failed transaction; nothing is kept after it

	done chan struct{} // closed when the committer has returned
}

// group is the batches of one transaction, in the order they were applied.
type group struct {
	batches []*Batch
	kept    chan struct{} // closed when err is set
	err     error
}

func newGroup() *group { return &group{kept: make(chan struct{})} }

// Open opens the file, making it when missing. What is kept there survives the
// process and, because every transaction is synced, the machine. Errors:
// ErrInUse, or the file system's.
func Open(path string) (Store, error) { return OpenPowered(path, nil) }

// OpenPowered is Open for a file that the power may fail. After that nothing is
// kept (power.ErrLost), and the file is closed.
func OpenPowered(path string, supply *power.Supply) (Store, error) {
	s, err := open(path, true)
	if err != nil {
		return nil, err
	}
	s.power = supply
	supply.Protect(s.blackOut)
	return s, nil
}

// open without sync survives the process only.
func open(path string, synced bool) (*bolt, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:        lockPatience,
		NoSync:         !synced,
		NoFreelistSync: true, // found again when opening; every transaction writes less
		FreelistType:   bbolt.FreelistMapType,
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s := &bolt{db: db, next: newGroup(), done: make(chan struct{})}
	s.wake = sync.NewCond(&s.mu)
	go s.commit()
	return s, nil
}

// Apply adds the batch to the next transaction.
func (s *bolt) Apply(b *Batch) (wait func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.failure != nil:
		failure := s.failure
		return func() error { return failure }
	case s.closed:
		return func() error { return ErrClosed }
	}
	g := s.next
	g.batches = append(g.batches, b)
	s.wake.Signal()
	return g.wait
}

func (g *group) wait() error {
	<-g.kept
	return g.err
}

// commit writes one group after the other until the store is closed and
// nothing waits.
func (s *bolt) commit() {
	defer close(s.done)
	for {
		s.mu.Lock()
		for len(s.next.batches) == 0 && !s.closed {
			s.wake.Wait()
		}
		g := s.next
		s.next = newGroup()
		failure := s.failure
		s.mu.Unlock()
		if len(g.batches) == 0 {
			return
		}
		if failure == nil && !g.empty() {
			failure = s.keep(g)
		}
		if failure != nil {
			g.err = fmt.Errorf("keep changes: %w", failure)
			s.mu.Lock()
			s.failure = g.err
			s.mu.Unlock()
		}
		close(g.kept)
	}
}

// empty reports whether nothing is to be written: whoever waits for empty batches
// waits for the groups before.
func (g *group) empty() bool {
	return !slices.ContainsFunc(g.batches, func(b *Batch) bool { return len(b.Changes) > 0 })
}

// write makes the group's changes in one transaction.
func (g *group) write(tx *bbolt.Tx) error {
	buckets := map[string]*bbolt.Bucket{}
	for _, b := range g.batches {
		for _, c := range b.Changes {
			if err := c.write(tx, buckets); err != nil {
				return fmt.Errorf("bucket %s: %w", c.Bucket, err)
			}
		}
	}
	return nil
}

func (c *Change) write(tx *bbolt.Tx, buckets map[string]*bbolt.Bucket) error {
	name := []byte(c.Bucket)
	if c.Key == nil {
		delete(buckets, c.Bucket)
		if err := tx.DeleteBucket(name); !errors.Is(err, berrors.ErrBucketNotFound) {
			return err
		}
		return nil
	}
	b := buckets[c.Bucket]
	if b == nil {
		var err error
		if b, err = tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
		buckets[c.Bucket] = b
	}
	if c.Value == nil {
		return b.Delete(c.Key)
	}
	return b.Put(c.Key, c.Value)
}

// Load reads a bucket; one that does not exist is empty.
func (s *bolt) Load(bucket string, f func(key, value []byte) error) error {
	return s.db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		if b == nil {
			return nil
		}
		return b.ForEach(func(k, v []byte) error { return f(bytes.Clone(k), bytes.Clone(v)) })
	})
}

// Durable is true.
func (s *bolt) Durable() bool { return true }

// Close commits what waits and closes the file.
func (s *bolt) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.wake.Signal()
	s.mu.Unlock()
	<-s.done
	return s.db.Close()
}
