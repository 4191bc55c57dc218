package lambda

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Buckets of the store. All values but code are JSON.
const (
	bucketFunctions = "lambda/functions" // ARN → Function, $LATEST
	bucketVersions  = "lambda/versions"  // qualified ARN → Function
	bucketAliases   = "lambda/aliases"   // qualified ARN → Alias
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
		fn.Version = cmp.Or(fn.Version, latest) // stores of before there were versions do not say
		if fn.Runtime != inProcess {            // a handler is in no store; its host gives it again
			s.functions[fn.ARN] = s.newEntry(fn)
		}
	})
	if err != nil {
		return err
	}
	err = loadJSON(s.cfg.Store, bucketVersions, func(_ string, fn *Function) {
		if e := s.functions[fn.ARN]; e != nil {
			e.versions[fn.Version] = e.newPool(fn)
		}
	})
	if err != nil {
		return err
	}
	err = loadJSON(s.cfg.Store, bucketAliases, func(arn string, a *Alias) {
		if e := s.functions[strings.TrimSuffix(arn, ":"+a.Name)]; e != nil {
			e.aliases[a.Name] = a
		}
	})
	if err != nil {
		return err
	}
	s.sweepCode()
	if err := s.loadMappings(); err != nil {
		return err
	}
	if s.cfg.Still {
		return nil
	}
	return loadJSON(s.cfg.Store, bucketAsync, func(_ string, ev *asyncEvent) {
		s.background(func() { s.deliver(ev, asyncFirstDelay) })
	})
}

// newEntry makes a function whose environments are processes. Called with s.mu
// held, or before anyone else has the service.
func (s *Service) newEntry(fn *Function) *entry { return s.entryWith(fn, s.startProcess) }

func (s *Service) entryWith(fn *Function, start func(*Function) sandbox) *entry {
	l := s.ledgerOf(fn.Account, fn.Region)
	e := &entry{
		arn: fn.ARN, versions: map[string]*pool{}, aliases: map[string]*Alias{},
		newPool: func(fn *Function) *pool { return newPool(fn, s.cfg.MaxProcesses, start) },
		share:   &share{ledger: l, reserved: fn.Reserved},
	}
	l.mu.Lock()
	l.reserved += valueOr(fn.Reserved, 0)
	l.mu.Unlock()
	e.pool = e.newPool(fn)
	return e
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

// saveVersion keeps a new version and that it was counted. Called with s.mu held.
func (s *Service) saveVersion(counted, version *Function) func() error {
	if !s.cfg.Store.Durable() {
		return keptAlready
	}
	var b store.Batch
	putJSON(&b, bucketFunctions, counted.ARN, counted)
	putJSON(&b, bucketVersions, version.qualifiedARN(), version)
	return s.cfg.Store.Apply(&b)
}

func (s *Service) dropVersion(fn *Function) func() error {
	var b store.Batch
	b.Delete(bucketVersions, []byte(fn.qualifiedARN()))
	return s.cfg.Store.Apply(&b)
}

// saveAlias is called with s.mu held.
func (s *Service) saveAlias(e *entry, a *Alias) func() error {
	if !s.cfg.Store.Durable() {
		return keptAlready
	}
	var b store.Batch
	putJSON(&b, bucketAliases, e.arn+":"+a.Name, a)
	return s.cfg.Store.Apply(&b)
}

func (s *Service) dropAlias(functionARN, name string) func() error {
	var b store.Batch
	b.Delete(bucketAliases, []byte(functionARN+":"+name))
	return s.cfg.Store.Apply(&b)
}

// removeFunction is called with s.mu held.
func (s *Service) removeFunction(e *entry) func() error {
	var b store.Batch
	b.Delete(bucketFunctions, []byte(e.arn))
	for version := range e.versions {
		b.Delete(bucketVersions, []byte(e.arn+":"+version))
	}
	for name := range e.aliases {
		b.Delete(bucketAliases, []byte(e.arn+":"+name))
	}
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
