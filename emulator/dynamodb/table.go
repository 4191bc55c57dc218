package dynamodb

import (
	"cmp"
	"context"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/btree"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// tableID is what a table's name is unique in.
type tableID struct{ Account, Region, Name string }

func (id tableID) arn() string {
	return "arn:aws:dynamodb:" + id.Region + ":" + id.Account + ":table/" + id.Name
}

// compare is the order in which transactions lock tables.
func (id tableID) compare(other tableID) int {
	return cmp.Or(strings.Compare(id.Account, other.Account), strings.Compare(id.Region, other.Region), strings.Compare(id.Name, other.Name))
}

// definition is what a table is, without its items; it is kept as JSON.
type definition struct {
	ID                 tableID
	UUID               string
	Created            time.Time
	Attributes         []AttributeDefinition
	Keys               []KeySchemaElement
	BillingMode        string
	BillingChanged     time.Time
	Throughput         *ProvisionedThroughput
	Global             []GlobalSecondaryIndex
	Local              []LocalSecondaryIndex
	Stream             *StreamSpecification // nil when off
	StreamARN          string               // the latest one, also when off
	StreamLabel        string
	SSE                *SSESpecification
	Class              string
	DeletionProtection bool
	TTLAttribute       string // empty when off
	PITR               pitr
	Tags               []Tag
}

// table is one table's items, indexes and settings.
type table struct {
	mu      sync.RWMutex // guards what follows
	def     definition
	schema  keySchema
	items   btree.Map[string, *entry] // by the encoded key, so partitions lie in hash order
	bytes   int64                     // size of all items
	indexes []*index
	stream  *stream // nil when off
	expiry  expiry
	dropped bool         // deleted; who waited for mu must look the name up again
	kept    func() error // waits until the newest change is kept; nil without a durable store
}

// entry is one stored item. It never changes; a write replaces it.
type entry struct {
	item attr.Item
	size int
	base *entry // in an index that holds only part: the table's entry; nil when this is it
}

func newEntry(it attr.Item) *entry { return &entry{item: it, size: it.Size()} }

func newTable(def definition) *table {
	t := &table{def: def, schema: newKeySchema(def.Keys, def.Attributes)}
	for _, d := range def.Global {
		t.indexes = append(t.indexes, newIndex(t, d.IndexName, d.KeySchema, d.Projection, false))
	}
	for _, d := range def.Local {
		t.indexes = append(t.indexes, newIndex(t, d.IndexName, d.KeySchema, d.Projection, true))
	}
	return t
}

// index returns the named index.
func (t *table) index(name string) (*index, bool) {
	for _, ix := range t.indexes {
		if ix.name == name {
			return ix, true
		}
	}
	return nil, false
}

// identify makes a tableID of a TableName parameter: a name, or a table's ARN.
func identify(ctx context.Context, name string) tableID {
	who := wire.IdentityFrom(ctx)
	if strings.HasPrefix(name, "arn:") {
		parts := strings.SplitN(name, ":", 6)
		if len(parts) == 6 && parts[2] == "dynamodb" {
			return tableID{parts[4], parts[3], strings.TrimPrefix(parts[5], "table/")}
		}
	}
	return tableID{who.Account, who.Region, name}
}

// lookup finds a table for the data plane.
func (s *Service) lookup(ctx context.Context, name string) (*table, error) {
	if err := checkTableName(name); err != nil {
		return nil, err
	}
	s.mu.RLock()
	t := s.tables[identify(ctx, name)]
	s.mu.RUnlock()
	if t == nil {
		return nil, errNoTable()
	}
	return t, nil
}

// checkTableName validates a TableName parameter.
func checkTableName(name string) error {
	var c constraints
	switch {
	case name == "":
		c.add(nil, "tableName", "Member must not be null")
	case !strings.HasPrefix(name, "arn:") && !isName(name):
		c.add(name, "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
	case len(name) > 1024:
		c.add(name, "tableName", "Member must have length less than or equal to 1024")
	}
	return c.err()
}

// isName reports whether s is made of the characters of table and index names.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-') {
			return false
		}
	}
	return s != ""
}

// lock locks the table for writing; its error says that the table was deleted
// meanwhile.
func (t *table) lock() error {
	t.mu.Lock()
	if t.dropped {
		t.mu.Unlock()
		return errNoTable()
	}
	return nil
}

// rlock locks the table for reading; see lock.
func (t *table) rlock() error {
	t.mu.RLock()
	if t.dropped {
		t.mu.RUnlock()
		return errNoTable()
	}
	return nil
}

// settled returns a function that waits until everything a reader may have seen
// is kept, so that no answer tells of a write that a kill could undo. Called
// with the lock held, used after it is released.
func (t *table) settled() func() error {
	if t.kept == nil {
		return func() error { return nil }
	}
	return t.kept
}
