package store

import "sync"

// Watched is a Store that shows each batch to somebody, in the order in which
// batches are applied. Build it with Watch.
type Watched struct {
	Copier

	mu   sync.Mutex // makes showing and applying one step
	show func(*Batch)
}

// Watch wraps a store.
func Watch(s Copier) *Watched { return &Watched{Copier: s} }

// Begin copies the store, with what lies beside it, and shows every later batch
// to show, which must not apply anything itself.
func (w *Watched) Begin(meanwhile func() error, show func(*Batch)) (*State, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	state, err := w.Copier.Copy(meanwhile)
	if err == nil {
		w.show = show
	}
	return state, err
}

// Apply shows the batch and applies it.
func (w *Watched) Apply(b *Batch) func() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.show != nil && len(b.Changes) > 0 {
		w.show(b)
	}
	return w.Copier.Apply(b)
}

// Copy copies the wrapped store between two batches.
func (w *Watched) Copy(meanwhile func() error) (*State, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Copier.Copy(meanwhile)
}

// Each calls f with every key of the state, bucket by bucket, keys in byte order.
func (s *State) Each(f func(bucket, key string, value []byte) error) (err error) {
	for name, tree := range s.Fork().buckets {
		tree.Scan(func(key string, value []byte) bool {
			err = f(name, key, value)
			return err == nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
