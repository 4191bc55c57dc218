package s3

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

const (
	bucketBuckets  = "s3/buckets"  // name -> bucket
	bucketVersions = "s3/versions" // seq -> version
	bucketUploads  = "s3/uploads"  // upload id -> upload
	bucketParts    = "s3/parts"    // upload id, 0, number -> part
)

// tx is one operation under the lock: its instant, what it leaves to keep, and
// the blobs nothing refers to once that is kept.
type tx struct {
	now    time.Time
	keep   bool
	batch  store.Batch
	blobs  []string
	events bool // some were put into the outbox
}

// change runs f under the lock and returns when what it changed is kept, and what
// it saw: an answer, a refusal too, tells of the changes before it.
func (s *Service) change(f func(*tx) error) error {
	s.mu.Lock()
	t := &tx{now: s.clock.Now(), keep: s.store.Durable()}
	err := f(t)
	if len(t.batch.Changes) > 0 {
		s.kept = s.store.Apply(&t.batch)
	}
	wait := s.kept
	s.mu.Unlock()
	if wait != nil {
		if kept := wait(); kept != nil {
			return fmt.Errorf("s3: keep: %w", kept)
		}
	}
	s.removeBlobs(t.blobs)
	if t.events {
		s.kick()
	}
	return err
}

func (s *Service) removeBlobs(ids []string) {
	for _, id := range ids {
		if err := s.blobs.remove(id); err != nil {
			s.log.Warn("blob not removed; the next start will", slog.String("blob", id), slog.Any("err", err))
		}
	}
}

// inBucket is change for an operation on one bucket.
func (s *Service) inBucket(name string, f func(*tx, *bucket) error) error {
	return s.change(func(t *tx) error {
		b, ok := s.buckets[name]
		if !ok {
			return errNoBucket(name)
		}
		return f(t, b)
	})
}

func (t *tx) put(bucket string, key []byte, value any) {
	if !t.keep {
		return
	}
	b, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("s3: encode for %s: %v", bucket, err)) // our own plain structs
	}
	t.batch.Put(bucket, key, b)
}

func (t *tx) delete(bucket string, key []byte) {
	if t.keep {
		t.batch.Delete(bucket, key)
	}
}

func (t *tx) putBucket(b *bucket)       { t.put(bucketBuckets, []byte(b.Name), b) }
func (t *tx) putVersion(v *version)     { t.put(bucketVersions, seqKey(v.Seq), v) }
func (t *tx) putUpload(u *upload)       { t.put(bucketUploads, []byte(u.ID), u) }
func (t *tx) putPart(u *upload, p part) { t.put(bucketParts, partKey(u.ID, p.Number), p) }

// drop forgets a version; its blobs go when nobody reads them any more.
func (t *tx) drop(v *version) {
	t.delete(bucketVersions, seqKey(v.Seq))
	v.doomed = true
	if v.readers == 0 {
		t.dropSegments(v.Segments)
	}
}

func (t *tx) dropSegments(list []segment) {
	for _, seg := range list {
		if seg.Size > 0 {
			t.blobs = append(t.blobs, seg.Blob)
		}
	}
}

func seqKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

func partKey(upload string, number int) []byte {
	return binary.BigEndian.AppendUint32([]byte(upload+"\x00"), uint32(number))
}

// load reads the index and removes blobs it does not know.
func (s *Service) load() error {
	err := s.store.Load(bucketBuckets, func(_, value []byte) error {
		b := newBucket("", "", "", time.Time{})
		if err := json.Unmarshal(value, b); err != nil {
			return err
		}
		s.buckets[b.Name] = b
		return nil
	})
	if err != nil {
		return fmt.Errorf("buckets: %w", err)
	}
	used := map[string]bool{}
	err = s.store.Load(bucketVersions, func(_, value []byte) error {
		v := new(version)
		if err := json.Unmarshal(value, v); err != nil {
			return err
		}
		s.lastSeq = max(s.lastSeq, v.Seq)
		if b, ok := s.buckets[v.Bucket]; ok {
			b.insert(v)
			markUsed(used, v.Segments)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("objects: %w", err)
	}
	if err := s.loadUploads(used); err != nil {
		return fmt.Errorf("uploads: %w", err)
	}
	if err := s.loadEvents(); err != nil {
		return fmt.Errorf("events: %w", err)
	}
	return s.blobs.each(func(id string) error {
		if used[id] {
			return nil
		}
		if err := s.blobs.remove(id); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

func (s *Service) loadUploads(used map[string]bool) error {
	byID := map[string]*upload{}
	err := s.store.Load(bucketUploads, func(_, value []byte) error {
		u := &upload{parts: map[int]part{}}
		if err := json.Unmarshal(value, u); err != nil {
			return err
		}
		byID[u.ID] = u
		if b, ok := s.buckets[u.Bucket]; ok {
			b.uploads[u.ID] = u
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.store.Load(bucketParts, func(key, value []byte) error {
		var p part
		if err := json.Unmarshal(value, &p); err != nil {
			return err
		}
		if u, ok := byID[string(key[:max(0, len(key)-5)])]; ok {
			u.parts[p.Number] = p
			markUsed(used, p.Segments)
		}
		return nil
	})
}

func markUsed(used map[string]bool, list []segment) {
	for _, seg := range list {
		used[seg.Blob] = true
	}
}
