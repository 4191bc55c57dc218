package dynamodb

import (
	"fmt"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Stream facts. Source: Developer Guide, "Change data capture for DynamoDB
// Streams" (read 2026-11).
const (
	// retention is how long a record can be read.
	retention = 24 * time.Hour
	// shardLife is after how long a shard is closed and succeeded by a child.
	shardLife = 4 * time.Hour
	// trimPause is the least time between two trims, so that a busy day does
	// not set one timer per record.
	trimPause = time.Minute
)

// record is one change of one item in a stream.
type record struct {
	seq     uint64
	created time.Time
	event   string // INSERT, MODIFY or REMOVE
	keys    attr.Item
	old     attr.Item // nil where the view type or the event has none
	next    attr.Item
	size    int
	expired bool   // deleted by time to live
	cause   string // the request that made the change
}

// stream is the ordered changes of one table since its stream was enabled.
type stream struct {
	arn, label string
	table      tableID
	view       string
	keys       []KeySchemaElement
	created    time.Time

	mu       sync.Mutex // guards what follows; taken with table.mu held or alone
	shards   []*shard   // parents before children
	next     uint64     // sequence number of the next record
	kept     uint64     // newest sequence number that consumers may see
	disabled time.Time  // zero while enabled
	changed  chan struct{}
	trimming bool // a trim is scheduled
	reshaped bool // shards changed since a write last kept them
}

// shard holds the records of the items whose hash lies in [low, high].
type shard struct {
	id, parent string
	low, high  uint64
	created    time.Time
	start      uint64 // sequence number of the first record it may hold
	end        uint64 // of the last one, once closed
	closed     time.Time
	trimmed    uint64 // newest sequence number that is no longer held
	records    []*record
	// opening and closing are the sequence number of the record whose batch keeps
	// that the shard is there, and that it is closed. Zero: that is kept already.
	opening, closing uint64
}

// firstSequence makes every sequence number 21 digits long, so that they order
// as texts too.
const firstSequence = 1

func formatSequence(n uint64) string { return fmt.Sprintf("1%020d", n) }

func parseSequence(s string) (uint64, bool) {
	if len(s) != 21 || s[0] != '1' {
		return 0, false
	}
	var n uint64
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n, true
}

func newStream(id tableID, keys []KeySchemaElement, view string, now time.Time) *stream {
	label := now.UTC().Format("2006-01-02T15:04:05.000")
	st := &stream{
		arn: id.arn() + "/stream/" + label, label: label, table: id, view: view, keys: keys,
		created: now, next: firstSequence, changed: make(chan struct{}),
	}
	st.open("", 0, ^uint64(0), now)
	return st
}

// open adds a shard. Called with mu held, or before anyone else knows st.
func (st *stream) open(parent string, low, high uint64, now time.Time) *shard {
	sh := &shard{
		id:     fmt.Sprintf("shardId-%020d-%08x", now.UnixMilli(), uint32(st.next)<<8|uint32(len(st.shards)&0xFF)),
		parent: parent, low: low, high: high, created: now, start: st.next,
	}
	st.shards = append(st.shards, sh)
	st.reshaped = true
	return sh
}

// shut closes a shard; it keeps being readable. Called with mu held.
func (st *stream) shut(sh *shard, now time.Time) {
	st.reshaped = true
	sh.closed, sh.end = now, max(st.next-1, sh.start)
	if sh.end == st.next { // an empty shard takes one number of its own
		st.next++
	}
}

// append adds a record of a changed item and gives it its sequence number. The
// record stays hidden until publish. Called with table.mu held.
func (st *stream) append(hash uint64, r *record) *shard {
	st.mu.Lock()
	defer st.mu.Unlock()
	sh := st.shardOf(hash)
	if r.created.Sub(sh.created) >= shardLife {
		parent := sh
		st.shut(parent, r.created)
		sh = st.open(parent.id, parent.low, parent.high, r.created)
		parent.closing, sh.opening = st.next, st.next
	}
	r.seq = st.next
	st.next++
	sh.records = append(sh.records, r)
	return sh
}

// shardOf is the open shard for a hash. Called with mu held.
func (st *stream) shardOf(hash uint64) *shard {
	for _, sh := range st.shards {
		if sh.closed.IsZero() && sh.low <= hash && hash <= sh.high {
			return sh
		}
	}
	panic("dynamodb: no open shard for hash in stream " + st.arn)
}

// publish lets consumers see everything up to a sequence number, all of which
// is kept, and wakes them.
func (st *stream) publish(seq uint64) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if seq > st.kept {
		st.kept = seq
		st.wake()
	}
}

func (st *stream) wake() {
	close(st.changed)
	st.changed = make(chan struct{})
}

// disable closes every shard for good. Called with table.mu held.
func (st *stream) disable(now time.Time) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.disabled = now
	for _, sh := range st.shards {
		if sh.closed.IsZero() {
			st.shut(sh, now)
		}
	}
	st.wake()
}

// visible returns the shard's records that may be read at a time, oldest first.
// Called with mu held.
func (st *stream) visible(sh *shard, now time.Time) []*record {
	rs := sh.records
	for len(rs) > 0 && now.Sub(rs[0].created) >= retention {
		rs = rs[1:]
	}
	for len(rs) > 0 && rs[len(rs)-1].seq > st.kept {
		rs = rs[:len(rs)-1]
	}
	return rs
}

// known returns the shards that consumers may see: a process that dies must not
// come back without one that somebody saw. Called with mu held.
func (st *stream) known() []*shard {
	out := make([]*shard, 0, len(st.shards))
	for _, sh := range st.shards {
		if sh.opening <= st.kept {
			out = append(out, sh)
		}
	}
	return out
}

// knownClosed reports whether consumers may see that a shard is closed. Called
// with mu held.
func (st *stream) knownClosed(sh *shard) bool { return !sh.closed.IsZero() && sh.closing <= st.kept }

// ended reports whether a shard is closed and nothing hidden is left in it.
// Called with mu held.
func (st *stream) ended(sh *shard) bool {
	return st.knownClosed(sh) && (len(sh.records) == 0 || sh.records[len(sh.records)-1].seq <= st.kept)
}

// shard finds a shard by id. Called with mu held.
func (st *stream) shard(id string) (*shard, error) {
	for _, sh := range st.shards {
		if sh.id == id {
			return sh, nil
		}
	}
	return nil, errNoShard(id, st.arn)
}

// images fills in what the view type lets a record show.
func (st *stream) images(r *record, old, next attr.Item) {
	if st.view == "OLD_IMAGE" || st.view == "NEW_AND_OLD_IMAGES" {
		r.old = old
	}
	if st.view == "NEW_IMAGE" || st.view == "NEW_AND_OLD_IMAGES" {
		r.next = next
	}
	r.size = r.keys.Size() + r.old.Size() + r.next.Size()
}
