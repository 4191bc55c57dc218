package dynamodb

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// collectionMetrics is what ReturnItemCollectionMetrics SIZE tells: the size of
// an item collection, which is the items of one partition of a table with local
// indexes, and what these indexes hold of them.
type collectionMetrics struct {
	table string
	key   attr.Item // the partition key
	bytes int64
}

// measure sizes the collection an item, or its key, belongs to; nil for a table
// without local indexes. It walks the collection. Called with the table's lock
// held, after the write.
func (t *table) measure(it attr.Item) *collectionMetrics {
	hash := t.schema.hash[0]
	value := it.Get(hash.name)
	prefix := string(attr.AppendPartition(nil, value))
	m := &collectionMetrics{table: t.def.ID.Name, key: attr.Item{{Name: hash.name, Value: value}}}
	add := func(key string, e *entry) bool {
		if !strings.HasPrefix(key, prefix) {
			return false
		}
		m.bytes += int64(e.size)
		return true
	}
	local := false
	for _, ix := range t.indexes {
		if ix.local {
			local = true
			ix.entries.Ascend(prefix, add)
		}
	}
	if !local {
		return nil
	}
	t.items.Ascend(prefix, add)
	return m
}

// appendJSON appends an ItemCollectionMetrics object: the key, and whole GB below
// and above the size.
func (m *collectionMetrics) appendJSON(out []byte) []byte {
	o := open(out)
	o.item("ItemCollectionKey", m.key)
	o.name("SizeEstimateRangeGB")
	low := float64(m.bytes >> 30)
	o.out = append(o.out, '[')
	o.out = appendNumber(o.out, low)
	o.out = append(o.out, ',')
	o.out = appendNumber(o.out, low+1)
	o.out = append(o.out, ']')
	return o.close()
}

// requestCollections are the collections that a request over several items wrote
// to, each once, in the order of its tables.
type requestCollections struct {
	wanted bool // ReturnItemCollectionMetrics is SIZE
	found  []*collectionMetrics
}

// measure notes the collections of writes that have been made. Called with the
// tables' locks held.
func (r *requestCollections) measure(writes []write) {
	if !r.wanted {
		return
	}
	seen := map[string]bool{}
	for i := range writes {
		w := &writes[i]
		it := attr.Item(nil)
		switch {
		case w.next != nil:
			it = w.next.item
		case w.old != nil:
			it = w.old.item
		default: // a deletion of nothing writes to no collection
			continue
		}
		m := w.t.measure(it)
		if m == nil {
			continue
		}
		if id := w.t.def.UUID + string(attr.AppendPartition(nil, m.key[0].Value)); !seen[id] {
			seen[id] = true
			r.found = append(r.found, m)
		}
	}
}

// appendTo adds the ItemCollectionMetrics member, by table, when there is any.
func (r *requestCollections) appendTo(o *object) {
	if len(r.found) == 0 {
		return
	}
	o.name("ItemCollectionMetrics")
	tables := open(o.out)
	done := map[string]bool{}
	for _, first := range r.found {
		if done[first.table] {
			continue
		}
		done[first.table] = true
		tables.name(first.table)
		tables.out = append(tables.out, '[')
		for i, separator := 0, false; i < len(r.found); i++ {
			if m := r.found[i]; m.table == first.table {
				if separator {
					tables.out = append(tables.out, ',')
				}
				separator = true
				tables.out = m.appendJSON(tables.out)
			}
		}
		tables.out = append(tables.out, ']')
	}
	o.out = tables.close()
}
