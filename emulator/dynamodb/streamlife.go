package dynamodb

import (
	"cmp"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// enableStream gives a table a new stream. Called with Service.mu and the
// table's lock held.
func (s *Service) enableStream(batch *store.Batch, t *table, view string) {
	now := s.clock.Now()
	st := newStream(t.def.ID, t.def.Keys, view, now)
	for s.streams[st.arn] != nil { // a stream was enabled in this very millisecond
		now = now.Add(time.Millisecond)
		st = newStream(t.def.ID, t.def.Keys, view, now)
	}
	s.streams[st.arn] = st
	t.stream = st
	t.def.Stream = &StreamSpecification{StreamEnabled: true, StreamViewType: view}
	t.def.StreamARN, t.def.StreamLabel = st.arn, st.label
	st.mu.Lock()
	defer st.mu.Unlock()
	s.keepStream(batch, st)
}

// disableStream ends a table's stream; its records stay readable for a day.
// Called with Service.mu and the table's lock held.
func (s *Service) disableStream(batch *store.Batch, t *table) {
	now := s.clock.Now()
	t.stream.disable(now)
	t.stream.mu.Lock()
	s.keepStream(batch, t.stream)
	t.stream.mu.Unlock()
	s.trimLater(t.stream, now)
	t.stream, t.def.Stream = nil, nil
}

// searchRecords finds the first record at or after a sequence number.
func searchRecords(rs []*record, from uint64) (int, bool) {
	return slices.BinarySearchFunc(rs, from, func(r *record, from uint64) int { return cmp.Compare(r.seq, from) })
}

// horizon is the sequence number below which a shard's records are trimmed.
// Called with mu held.
func (st *stream) horizon(sh *shard, now time.Time) uint64 {
	at := max(sh.start, sh.trimmed+1)
	for _, r := range sh.records {
		if now.Sub(r.created) < retention {
			break
		}
		at = r.seq + 1
	}
	return at
}

// trimLater sees to it that records leave the stream after a day.
func (s *Service) trimLater(st *stream, now time.Time) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.trimming {
		return
	}
	due, ok := st.nextTrim()
	if !ok {
		return
	}
	st.trimming = true
	s.clock.AfterFuncWeighing(max(due.Sub(now), trimPause), clock.Background, func() { s.trim(st) })
}

// nextTrim is when the oldest record or closed shard becomes too old. Called
// with mu held.
func (st *stream) nextTrim() (due time.Time, ok bool) {
	for _, sh := range st.shards {
		at := sh.closed
		if len(sh.records) > 0 {
			at = sh.records[0].created
		}
		if !at.IsZero() && (!ok || at.Before(due)) {
			due, ok = at, true
		}
	}
	return due.Add(retention), ok
}

// trim drops what is older than a day: records, closed shards that are empty,
// and a disabled stream without shards.
func (s *Service) trim(st *stream) {
	now := s.clock.Now()
	var batch store.Batch
	st.mu.Lock()
	st.trimming = false
	for _, sh := range st.shards {
		for len(sh.records) > 0 && now.Sub(sh.records[0].created) >= retention && sh.records[0].seq <= st.kept {
			r := sh.records[0]
			sh.records[0] = nil
			sh.records, sh.trimmed = sh.records[1:], r.seq
			batch.Delete(st.recordBucket(), sequenceKey(r.seq))
		}
	}
	before := len(st.shards)
	st.shards = slices.DeleteFunc(st.shards, func(sh *shard) bool {
		return !sh.closed.IsZero() && len(sh.records) == 0 && now.Sub(sh.closed) >= retention
	})
	gone := !st.disabled.IsZero() && len(st.shards) == 0
	if len(st.shards) != before {
		st.wake()
	}
	if gone {
		s.forgetStream(&batch, st)
	} else {
		s.keepStream(&batch, st)
	}
	s.store.Apply(&batch) // nobody waits: a record trimmed again after a restart is no harm
	st.mu.Unlock()

	if gone {
		s.mu.Lock()
		delete(s.streams, st.arn)
		s.mu.Unlock()
		return
	}
	s.trimLater(st, now)
}
