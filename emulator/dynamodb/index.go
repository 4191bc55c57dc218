package dynamodb

import (
	"github.com/tidwall/btree"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// index is a global or local secondary index: an ordered structure of its own,
// so a query on it costs what a query on the table costs.
type index struct {
	name       string
	local      bool
	schema     keySchema
	table      keySchema // appended to the index key, which need not be unique
	projection Projection
	entries    btree.Map[string, *entry]
	past       []*btree.Map[string, *entry] // entries before the last writes, oldest first, while faults are armed
	bytes      int64
}

// maxStale is how many writes to the table a stale read of an index misses at most.
const maxStale = 8

// remember keeps the entries as they are now for stale reads. Called with the
// table's lock held, before a write.
func (ix *index) remember() {
	if ix.past = append(ix.past, ix.entries.Copy()); len(ix.past) > maxStale { // a copy costs nothing until one of the two changes
		ix.past = ix.past[1:]
	}
}

func newIndex(t *table, name string, keys []KeySchemaElement, p *Projection, local bool) *index {
	return &index{name: name, local: local, schema: newKeySchema(keys, t.def.Attributes), table: t.schema, projection: *p}
}

// rememberIndexes lets faults answer from a table's indexes as they were.
// Called with the table's lock held.
func (s *Service) rememberIndexes(t *table) {
	armed := s.fault.Armed()
	for _, ix := range t.indexes {
		if armed {
			ix.remember()
		} else {
			ix.past = nil
		}
	}
}

// key encodes where an item stands in the index; ok is false for items that
// lack a key attribute and so are not in it.
func (ix *index) key(it attr.Item) (_ string, ok bool) {
	var room [256]byte
	out, ok := ix.schema.appendKey(room[:0], it)
	if !ok {
		return "", false
	}
	out, _ = ix.table.appendKey(out, it)
	return string(out), true
}

// project is what the index holds of an entry of the table.
func (ix *index) project(e *entry) *entry {
	if ix.projection.ProjectionType == "ALL" {
		return e
	}
	part := make(attr.Item, 0, len(e.item))
	for _, f := range e.item {
		if ix.holds(f.Name) {
			part = append(part, f)
		}
	}
	return &entry{item: part, size: part.Size(), base: e}
}

// holds reports whether the index has the attribute.
func (ix *index) holds(name string) bool {
	if ix.projection.ProjectionType == "ALL" || ix.schema.has(name) || ix.table.has(name) {
		return true
	}
	for _, n := range ix.projection.NonKeyAttributes {
		if n == name {
			return true
		}
	}
	return false
}

// replace moves an item in the index from one version to the next, either of
// which may be missing, and returns the write units that took.
func (ix *index) replace(old, next *entry) float64 {
	var oldKey, nextKey string
	var was, is bool
	if old != nil {
		oldKey, was = ix.key(old.item)
	}
	if next != nil {
		nextKey, is = ix.key(next.item)
	}
	units := 0.0
	var before *entry
	if was {
		before, _ = ix.entries.Get(oldKey)
		ix.bytes -= int64(before.size)
	}
	if was && (!is || oldKey != nextKey) {
		ix.entries.Delete(oldKey)
		units += writeUnits(before.size)
	}
	if is {
		after := ix.project(next)
		ix.entries.Set(nextKey, after)
		ix.bytes += int64(after.size)
		switch {
		case !was || oldKey != nextKey:
			units += writeUnits(after.size)
		case !before.item.Equal(after.item):
			units += writeUnits(max(before.size, after.size))
		}
	}
	return units
}

// checkIndexKeys validates the item's values for the keys of every index.
// update says that the item comes from an UpdateItem, which AWS words
// differently.
func (t *table) checkIndexKeys(it attr.Item, update bool) error {
	for _, ix := range t.indexes {
		var err error
		ix.schema.each(func(a keyAttribute) bool {
			v := it.Get(a.name)
			switch {
			case v.Kind == attr.None:
			case v.Kind != a.kind && update:
				err = errValidation("The update expression attempted to update the secondary index key to unsupported type")
			case v.Kind != a.kind:
				err = errParameter("Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s", a.name, a.kind, v.Kind, ix.name)
			case v.Text == "" && update:
				err = errValidation("The update expression attempted to update the secondary index key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty %s value.", emptyWord(v))
			case v.Text == "":
				err = errValidation("One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", emptyWord(v), ix.name, a.name)
			}
			return err == nil
		})
		if err == nil {
			err = ix.schema.checkKeySizes(it)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func emptyWord(v attr.Value) string {
	if v.Kind == attr.B {
		return "binary"
	}
	return "string"
}
