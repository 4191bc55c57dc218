package lambda

import (
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Buckets of the store. All values but code are JSON.
const (
	bucketFunctions = "lambda/functions" // ARN → Function
	bucketCode      = "lambda/code"      // CodeSha256 → zip
	bucketAsync     = "lambda/async"     // request id → asyncEvent
	bucketMappings  = "lambda/mappings"  // UUID → Mapping
	bucketPositions = "lambda/positions" // UUID NUL shard → position
)

// load restores functions, mappings and pending events, and starts the latter
// two.
func (s *Service) load() error {
	err := s.cfg.Store.Load(bucketCode, func(key, value []byte) error { return s.unpack(value, string(key)) })
	if err != nil {
		return fmt.Errorf("load code: %w", err)
	}
	err = loadJSON(s.cfg.Store, bucketFunctions, func(_ string, fn *Function) {
		if fn.Runtime != inProcess { // a handler is in no store; its host gives it again
			s.functions[fn.ARN] = s.newEntry(fn)
		}
	})
	if err != nil {
		return err
	}
	s.sweepCode()
	if err := s.loadMappings(); err != nil {
		return err
	}
	return loadJSON(s.cfg.Store, bucketAsync, func(_ string, ev *asyncEvent) {
		s.background(func() { s.deliver(ev, asyncFirstDelay) })
	})
}

func (s *Service) newEntry(fn *Function) *entry {
	return &entry{pool: newPool(fn, s.cfg.MaxProcesses, s.startProcess)}
}

func loadJSON[T any](st store.Store, bucket string, each func(key string, v *T)) error {
	return st.Load(bucket, func(key, value []byte) error {
		v := new(T)
		if err := json.Unmarshal(value, v); err != nil {
			return fmt.Errorf("load %s %q: %w", bucket, key, err)
		}
		each(string(key), v)
		return nil
	})
}

// putJSON adds a JSON value to a batch. The types kept here always encode.
func putJSON(b *store.Batch, bucket, key string, v any) {
	value, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	b.Put(bucket, []byte(key), value)
}

// saveFunction keeps the function and, when given, its code. Called with s.mu
// held, so that the store sees updates in their order.
func (s *Service) saveFunction(fn *Function, zipped []byte) func() error {
	if !s.cfg.Store.Durable() {
		return keptAlready
	}
	var b store.Batch
	putJSON(&b, bucketFunctions, fn.ARN, fn)
	if zipped != nil {
		b.Put(bucketCode, []byte(fn.CodeSha256), zipped)
	}
	return s.cfg.Store.Apply(&b)
}

func (s *Service) removeFunction(fn *Function) func() error {
	var b store.Batch
	b.Delete(bucketFunctions, []byte(fn.ARN))
	return s.cfg.Store.Apply(&b)
}

// dropCode forgets a zip. Its folder stays for processes that still run from
// it and goes at the next load.
func (s *Service) dropCode(sha256 string) {
	var b store.Batch
	b.Delete(bucketCode, []byte(sha256))
	s.cfg.Store.Apply(&b)
}

func (s *Service) saveAsync(ev *asyncEvent) func() error {
	if !s.cfg.Store.Durable() {
		return keptAlready
	}
	var b store.Batch
	putJSON(&b, bucketAsync, ev.ID, ev)
	return s.cfg.Store.Apply(&b)
}

func (s *Service) dropAsync(id string) func() error {
	var b store.Batch
	b.Delete(bucketAsync, []byte(id))
	return s.cfg.Store.Apply(&b)
}

func keptAlready() error { return nil }
