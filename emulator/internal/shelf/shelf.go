// Package shelf keeps the things of a small service: a map in memory that is
// also in the store, one value per key. Services whose state is a few hundred
// small things (keys, parameters, secrets, topics, users) need no more.
//
// A value on a shelf is never changed: Put replaces it. So who got one may read
// it without a lock, and what is stored is what was put.
package shelf

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Shelf holds values of one type by key. Its methods are called under the lock
// of the service that has it; the wait functions they return are called after
// the lock is released.
type Shelf[T any] struct {
	bucket string
	store  store.Store
	items  map[string]*T
}

// Open loads what the store keeps in a bucket. Error: a value that is not the
// JSON of a T.
func Open[T any](from store.Store, bucket string) (*Shelf[T], error) {
	s := &Shelf[T]{bucket: bucket, store: from, items: map[string]*T{}}
	return s, from.Load(bucket, func(key, value []byte) error {
		item := new(T)
		if err := json.Unmarshal(value, item); err != nil {
			return fmt.Errorf("load %s %q: %w", bucket, key, err)
		}
		s.items[string(key)] = item
		return nil
	})
}

// Get returns the value of a key.
func (s *Shelf[T]) Get(key string) (*T, bool) {
	item, ok := s.items[key]
	return item, ok
}

// Put sets the value of a key.
func (s *Shelf[T]) Put(key string, item *T) (wait func() error) {
	s.items[key] = item
	if !s.store.Durable() {
		return func() error { return nil }
	}
	value, err := json.Marshal(item)
	if err != nil {
		return func() error { return fmt.Errorf("encode %s %q: %w", s.bucket, key, err) }
	}
	var b store.Batch
	b.Put(s.bucket, []byte(key), value)
	return s.store.Apply(&b)
}

// Delete removes a key, which need not be there.
func (s *Shelf[T]) Delete(key string) (wait func() error) {
	delete(s.items, key)
	var b store.Batch
	b.Delete(s.bucket, []byte(key))
	return s.store.Apply(&b)
}

// Keys lists the keys that begin with prefix, in order.
func (s *Shelf[T]) Keys(prefix string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(s.items)) {
		if strings.HasPrefix(key, prefix) {
			out = append(out, key)
		}
	}
	return out
}

// All lists the values whose keys begin with prefix, in the order of the keys.
func (s *Shelf[T]) All(prefix string) []*T {
	keys := s.Keys(prefix)
	out := make([]*T, len(keys))
	for i, key := range keys {
		out[i] = s.items[key]
	}
	return out
}

// Key joins the parts of a key.
func Key(parts ...string) string { return strings.Join(parts, "\x00") }

// Page cuts a sorted list after the item named by token, at most size long.
// next is the name of the page's last item, empty at the end.
func Page[T any](all []T, name func(T) string, token string, size int) (page []T, next string) {
	start := 0
	if token != "" {
		for start < len(all) && name(all[start]) <= token {
			start++
		}
	}
	end := min(start+size, len(all))
	if end < len(all) {
		next = name(all[end-1])
	}
	return all[start:end], next
}
