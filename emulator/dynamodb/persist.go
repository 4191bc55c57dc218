package dynamodb

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// What is kept, by bucket:
//
//	dynamodb/tables           table's UUID       definition as JSON
//	dynamodb/items/<UUID>     the encoded key    item as attribute-value JSON
//	dynamodb/streams          ARN                keptStream as JSON
//	dynamodb/records/<ARN>    sequence number    keptRecord as JSON
//	dynamodb/tokens           client token       token as JSON
//
// Indexes, sizes and expiry are rebuilt from the items.
const (
	tableBucket  = "dynamodb/tables"
	streamBucket = "dynamodb/streams"
)

func (t *table) itemBucket() string { return "dynamodb/items/" + t.def.UUID }

func (st *stream) recordBucket() string { return "dynamodb/records/" + st.arn }

func sequenceKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// keptStream is a stream and its shards without the records.
type keptStream struct {
	ARN, Label string
	Table      tableID
	View       string
	Keys       []KeySchemaElement
	Created    time.Time
	Disabled   time.Time
	Next       uint64
	Shards     []keptShard
}

type keptShard struct {
	ID, Parent          string
	Low, High           uint64
	Created             time.Time
	Start, End, Trimmed uint64
	Closed              time.Time
}

// keptRecord is one record; its sequence number is its key.
type keptRecord struct {
	Shard   string
	Created time.Time
	Event   string
	Keys    json.RawMessage
	Old     json.RawMessage `json:",omitempty"`
	New     json.RawMessage `json:",omitempty"`
	Expired bool            `json:",omitempty"`
	Cause   string          `json:",omitempty"`
}

// encode is for structs of plain fields, which always encode.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("dynamodb: encode %T: %v", v, err))
	}
	return b
}

// keepDefinition hands a changed table to the store. Called with the table's
// lock held; the wait it returns is for after.
func (s *Service) keepDefinition(b *store.Batch, t *table) (wait func() error) {
	if !s.store.Durable() {
		return func() error { return nil }
	}
	b.Put(tableBucket, []byte(t.def.UUID), encode(t.def))
	wait = s.store.Apply(b)
	t.kept = wait
	return wait
}

// dropTable removes a table from the store.
func (s *Service) dropTable(b *store.Batch, t *table) (wait func() error) {
	b.Delete(tableBucket, []byte(t.def.UUID))
	b.Drop(t.itemBucket())
	return s.store.Apply(b)
}

// keepStream adds a stream's shards to a batch. Called with st.mu held; who does
// not hold the table's lock as well must keep st.mu until the batch is applied,
// so that no older list of shards follows a record of a newer shard.
func (s *Service) keepStream(b *store.Batch, st *stream) {
	if !s.store.Durable() {
		return
	}
	k := keptStream{
		ARN: st.arn, Label: st.label, Table: st.table, View: st.view, Keys: st.keys,
		Created: st.created, Disabled: st.disabled, Next: st.next,
	}
	for _, sh := range st.shards {
		k.Shards = append(k.Shards, keptShard{sh.id, sh.parent, sh.low, sh.high, sh.created, sh.start, sh.end, sh.trimmed, sh.closed})
	}
	b.Put(streamBucket, []byte(st.arn), encode(k))
}

func (s *Service) forgetStream(b *store.Batch, st *stream) {
	b.Delete(streamBucket, []byte(st.arn))
	b.Drop(st.recordBucket())
}

// keep adds a write, and the record it made, to a batch.
func (w *write) keep(s *Service, b *store.Batch, r *record, sh *shard) {
	if w.next != nil {
		b.Put(w.t.itemBucket(), []byte(w.key), w.next.item.AppendJSON(make([]byte, 0, 2*w.next.size)))
	} else {
		b.Delete(w.t.itemBucket(), []byte(w.key))
	}
	if r == nil {
		return
	}
	k := keptRecord{Shard: sh.id, Created: r.created, Event: r.event, Keys: r.keys.AppendJSON(nil), Expired: r.expired, Cause: r.cause}
	if r.old != nil {
		k.Old = r.old.AppendJSON(nil)
	}
	if r.next != nil {
		k.New = r.next.AppendJSON(nil)
	}
	st := w.t.stream
	b.Put(st.recordBucket(), sequenceKey(r.seq), encode(k))
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.reshaped { // a record must not be kept before its shard is
		st.reshaped = false
		s.keepStream(b, st)
	}
}

// load reads everything that was kept. Called once, before the Service is used.
func (s *Service) load() error {
	err := s.store.Load(streamBucket, func(_, value []byte) error { return s.loadStream(value) })
	if err != nil {
		return err
	}
	err = s.store.Load(tableBucket, func(_, value []byte) error { return s.loadTable(value) })
	if err != nil {
		return err
	}
	return s.tokens.load(s.store)
}

func (s *Service) loadTable(value []byte) error {
	var def definition
	if err := json.Unmarshal(value, &def); err != nil {
		return fmt.Errorf("read table: %w", err)
	}
	t := newTable(def)
	if def.Stream != nil {
		st, ok := s.streams[def.StreamARN]
		if !ok {
			return fmt.Errorf("read table %s: its stream was not kept", def.ID.Name)
		}
		t.stream = st
	}
	type keyed struct {
		key string
		*entry
	}
	err := store.LoadParsed(s.store, t.itemBucket(), func(key, value []byte) (keyed, error) {
		it, err := attr.ParseItem(value)
		if err != nil {
			return keyed{}, fmt.Errorf("read item of table %s: %w", def.ID.Name, err)
		}
		return keyed{string(key), newEntry(it)}, nil
	}, func(k keyed) error {
		t.items.Set(k.key, k.entry)
		t.bytes += int64(k.size)
		for _, ix := range t.indexes {
			ix.replace(nil, k.entry)
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.rewatch(t)
	s.tables[def.ID] = t
	return nil
}

func (s *Service) loadStream(value []byte) error {
	var k keptStream
	if err := json.Unmarshal(value, &k); err != nil {
		return fmt.Errorf("read stream: %w", err)
	}
	st := &stream{
		arn: k.ARN, label: k.Label, table: k.Table, view: k.View, keys: k.Keys,
		created: k.Created, disabled: k.Disabled, next: k.Next, changed: make(chan struct{}),
	}
	byID := map[string]*shard{}
	for _, h := range k.Shards {
		sh := &shard{
			id: h.ID, parent: h.Parent, low: h.Low, high: h.High, created: h.Created,
			start: h.Start, end: h.End, trimmed: h.Trimmed, closed: h.Closed,
		}
		st.shards = append(st.shards, sh)
		byID[sh.id] = sh
	}
	err := store.LoadParsed(s.store, st.recordBucket(), parseRecord, func(r storedRecord) error {
		sh, ok := byID[r.shard]
		if !ok {
			return fmt.Errorf("read record of stream %s: no shard %s", st.arn, r.shard)
		}
		sh.records = append(sh.records, r.record)
		st.next = max(st.next, r.seq+1)
		return nil
	})
	if err != nil {
		return err
	}
	st.kept = st.next - 1
	s.streams[st.arn] = st
	s.trimLater(st, s.clock.Now())
	return nil
}

// storedRecord is a record with the id of the shard it was in.
type storedRecord struct {
	*record
	shard string
}

func parseRecord(key, value []byte) (storedRecord, error) {
	var k keptRecord
	if err := json.Unmarshal(value, &k); err != nil {
		return storedRecord{}, fmt.Errorf("read stream record: %w", err)
	}
	r := &record{seq: binary.BigEndian.Uint64(key), created: k.Created, event: k.Event, expired: k.Expired, cause: k.Cause}
	for _, image := range []struct {
		text json.RawMessage
		to   *attr.Item
	}{{k.Keys, &r.keys}, {k.Old, &r.old}, {k.New, &r.next}} {
		if image.text == nil {
			continue
		}
		it, err := attr.ParseItem(image.text)
		if err != nil {
			return storedRecord{}, fmt.Errorf("read stream record: %w", err)
		}
		*image.to = it
	}
	r.size = r.keys.Size() + r.old.Size() + r.next.Size()
	return storedRecord{r, k.Shard}, nil
}
