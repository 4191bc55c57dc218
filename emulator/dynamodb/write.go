package dynamodb

import (
	"context"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// write is one planned change of one item, validated under its table's lock.
type write struct {
	t    *table
	key  string
	old  *entry // nil: there is none
	next *entry // nil: delete
}

// idle reports whether the write leaves the very entry that is there: a
// condition check, or a deletion of nothing.
func (w *write) idle() bool { return w.old == w.next }

// origin says when and why writes happen.
type origin struct {
	now     time.Time
	cause   string
	expired bool // by time to live
}

func (s *Service) originOf(ctx context.Context) origin {
	o := origin{now: s.clock.Now(), cause: cause.From(ctx)}
	if o.cause == "" {
		o.cause = wire.IdentityFrom(ctx).RequestID
	}
	return o
}

// ticket is what is left to do after the locks are released.
type ticket struct {
	wait    func() error
	streams []appended
}

type appended struct {
	st  *stream
	seq uint64
}

// commit makes the writes, whose tables are all locked, in order: items,
// indexes, stream records and one batch for the store. Units go to capacityOf,
// which may be nil.
func (s *Service) commit(batch *store.Batch, from origin, writes []write, capacityOf func(*table) *capacity) ticket {
	var tk ticket
	durable := s.store.Durable()
	for i := range writes {
		w := &writes[i]
		s.rememberIndexes(w.t)
		r, sh := w.apply(from, capacityOf)
		if r != nil {
			s.note(w.t, r)
		}
		if durable && !w.idle() {
			w.keep(s, batch, r, sh)
		}
		if r != nil {
			s.trimLater(w.t.stream, from.now)
			tk.add(w.t.stream, r.seq)
		}
		if !w.idle() {
			s.watchExpiry(w.t, w.key, w.old, w.next)
		}
	}
	if !durable {
		tk.publish()
		return ticket{}
	}
	// Applied even when empty: an answer about a write that changed nothing must
	// still wait for the writes before, which it tells of.
	tk.wait = s.store.Apply(batch)
	for i := range writes {
		writes[i].t.kept = tk.wait
	}
	return tk
}

func (tk *ticket) add(st *stream, seq uint64) {
	for i := range tk.streams {
		if tk.streams[i].st == st {
			tk.streams[i].seq = seq
			return
		}
	}
	tk.streams = append(tk.streams, appended{st, seq})
}

func (tk *ticket) publish() {
	for _, a := range tk.streams {
		a.st.publish(a.seq)
	}
}

// done waits until the writes are kept and shows their records to the streams'
// consumers. Called without locks.
func (tk *ticket) done() error {
	if tk.wait != nil {
		if err := tk.wait(); err != nil {
			return err
		}
	}
	tk.publish()
	return nil
}

// apply changes memory. The record is nil when the table has no stream or the
// item stays equal.
func (w *write) apply(from origin, capacityOf func(*table) *capacity) (*record, *shard) {
	var c *capacity
	if capacityOf != nil {
		c = capacityOf(w.t)
	}
	t := w.t
	before, after := 0, 0
	if w.old != nil {
		before = w.old.size
	}
	if w.next != nil {
		after = w.next.size
	}
	if c != nil {
		c.write += writeUnits(max(before, after))
	}
	if w.idle() {
		return nil, nil
	}
	if w.next != nil {
		t.items.Set(w.key, w.next)
	} else {
		t.items.Delete(w.key)
	}
	t.bytes += int64(after - before)
	for _, ix := range t.indexes {
		units := ix.replace(w.old, w.next)
		if c != nil {
			c.addIndex(ix, units)
		}
	}
	if t.stream == nil {
		return nil, nil
	}
	return w.record(from)
}

// record appends the change to the table's stream.
func (w *write) record(from origin) (*record, *shard) {
	r := &record{created: from.now, cause: from.cause, expired: from.expired}
	var old, next attr.Item
	switch {
	case w.old == nil:
		r.event, next = "INSERT", w.next.item
		r.keys = w.t.schema.keyOf(next)
	case w.next == nil:
		r.event, old = "REMOVE", w.old.item
		r.keys = w.t.schema.keyOf(old)
	default:
		old, next = w.old.item, w.next.item
		if old.Equal(next) {
			return nil, nil
		}
		r.event = "MODIFY"
		r.keys = w.t.schema.keyOf(next)
	}
	w.t.stream.images(r, old, next)
	return r, w.t.stream.append(attr.Hash(w.key), r)
}
