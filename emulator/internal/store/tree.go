package store

import (
	"bytes"
	"sync"

	"github.com/tidwall/btree"
)

// Copier is a Store that can be copied as it stands. Memory is none: it has
// nothing to copy.
type Copier interface {
	Store
	// Copy returns everything kept so far. Nothing more is kept until meanwhile
	// has returned, so it may copy what lies beside the store: files a kept
	// record names are still there.
	Copy(meanwhile func() error) (*State, error)
}

// State is what a store held at one instant. It never changes. Safe for
// concurrent use.
type State struct {
	mu      sync.Mutex // held while trees are copied, which marks the original
	buckets buckets
}

type buckets map[string]*btree.Map[string, []byte]

// copy shares every node until one side writes to it.
func (b buckets) copy() buckets {
	out := make(buckets, len(b))
	for name, tree := range b {
		out[name] = tree.Copy()
	}
	return out
}

// Empty reports whether the store held nothing.
func (s *State) Empty() bool {
	for _, tree := range s.buckets {
		if tree.Len() > 0 {
			return false
		}
	}
	return true
}

// Fork returns a new store in memory that holds the state.
func (s *State) Fork() *Tree {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Tree{buckets: s.buckets.copy()}
}

// Write puts the state into an empty store and returns when it is kept.
func (s *State) Write(into Store) error {
	b := new(Batch)
	for name, tree := range s.Fork().buckets {
		tree.Scan(func(key string, value []byte) bool {
			b.Put(name, []byte(key), value)
			return true
		})
	}
	return into.Apply(b)()
}

// Tree is a Store in memory that can be copied in a moment, whatever it holds.
// The zero value is empty and ready.
type Tree struct {
	mu      sync.Mutex // guards buckets
	buckets buckets
}

// Apply makes the changes at once.
func (t *Tree) Apply(b *Batch) func() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range b.Changes {
		t.change(c)
	}
	return kept
}

func (t *Tree) change(c Change) {
	if c.Key == nil {
		delete(t.buckets, c.Bucket)
		return
	}
	tree := t.buckets[c.Bucket]
	if c.Value == nil {
		if tree != nil {
			tree.Delete(string(c.Key))
		}
		return
	}
	if tree == nil {
		if t.buckets == nil {
			t.buckets = buckets{}
		}
		tree = new(btree.Map[string, []byte])
		t.buckets[c.Bucket] = tree
	}
	tree.Set(string(c.Key), c.Value)
}

// Load calls f with copies, without the lock: f may apply.
func (t *Tree) Load(bucket string, f func(key, value []byte) error) (err error) {
	t.mu.Lock()
	tree := t.buckets[bucket]
	if tree != nil {
		tree = tree.Copy()
	}
	t.mu.Unlock()
	if tree == nil {
		return nil
	}
	tree.Scan(func(key string, value []byte) bool {
		err = f([]byte(key), bytes.Clone(value))
		return err == nil
	})
	return err
}

// Copy copies the trees, which costs nothing until one side writes.
func (t *Tree) Copy(meanwhile func() error) (*State, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := meanwhile(); err != nil {
		return nil, err
	}
	return &State{buckets: t.buckets.copy()}, nil
}

// Durable is true: engines must hand over what they change.
func (t *Tree) Durable() bool { return true }

// Close does nothing.
func (t *Tree) Close() error { return nil }

// Copy reads the whole file, holding back transactions until it is done.
func (s *bolt) Copy(meanwhile func() error) (*State, error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if err := meanwhile(); err != nil {
		return nil, err
	}
	t := new(Tree)
	c := tx.Cursor()
	for name, _ := c.First(); name != nil; name, _ = c.Next() {
		err := tx.Bucket(name).ForEach(func(k, v []byte) error {
			t.change(Change{string(name), k, append([]byte{}, v...)})
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return &State{buckets: t.buckets}, nil
}
