// Package store keeps what the engines must not lose. Engines hold their state
// in memory and answer from there; each change is also a Batch, handed to the
// store under the engine's own lock so that the store sees changes in the order
// they were made, and awaited after the lock is released, before the caller is
// answered. So a killed process loses no acknowledged write, and what is kept
// is always a prefix of what happened: an effect is never kept without its
// cause.
//
// There are three implementations: Memory keeps nothing, Tree keeps everything
// in memory to be copied, Open keeps a bbolt file and commits the batches of
// concurrent writers together.
package store

// Batch is the changes of one operation. Keys live in named buckets; an engine
// prefixes its buckets with its own name ("dynamodb/items/…").
type Batch struct{ Changes []Change }

// Change puts a value, deletes the key when Value is nil, or drops the whole
// bucket when Key is nil too.
type Change struct {
	Bucket string
	Key    []byte
	Value  []byte
}

// Put adds a write. The slices belong to the batch from now on.
func (b *Batch) Put(bucket string, key, value []byte) {
	if value == nil {
		value = []byte{}
	}
	b.Changes = append(b.Changes, Change{bucket, key, value})
}

// Delete adds a deletion.
func (b *Batch) Delete(bucket string, key []byte) {
	b.Changes = append(b.Changes, Change{Bucket: bucket, Key: key})
}

// Drop adds the deletion of a whole bucket, which need not exist.
func (b *Batch) Drop(bucket string) {
	b.Changes = append(b.Changes, Change{Bucket: bucket})
}

// Store keeps batches. Safe for concurrent use.
type Store interface {
	// Apply queues the batch behind every batch applied before and returns at
	// once; the returned function waits until it is kept.
	Apply(*Batch) (wait func() error)
	// Load calls f with every key of the bucket in byte order; engines call it
	// once, when they open. The slices are f's to keep.
	Load(bucket string, f func(key, value []byte) error) error
	// Durable reports whether anything is kept; without it engines may skip
	// encoding what nobody will read.
	Durable() bool
	Close() error
}

// Memory is a Store that keeps nothing.
type Memory struct{}

func (Memory) Apply(*Batch) func() error                  { return kept }
func (Memory) Load(string, func(_, _ []byte) error) error { return nil }
func (Memory) Durable() bool                              { return false }
func (Memory) Close() error                               { return nil }

func kept() error { return nil }
