package dynamodb

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

// maxPageBytes ends a page of Query or Scan: the item that passes it is the
// last one. It is measured before filter and projection.
const maxPageBytes = 1 << 20

// readInput holds the members that Query and Scan share.
type readInput struct {
	expressions
	legacyInput
	tableName, indexName string
	filter, projection   optional
	limit                optionalInt
	start                attr.Item
	consistent           bool
	choice               string // Select
	returnCapacity       string
}

type optionalInt struct {
	n   int
	set bool
}

func (in *readInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "TableName":
		in.tableName = r.String()
	case "IndexName":
		in.indexName = r.String()
	case "FilterExpression":
		in.filter = readOptional(r)
	case "ProjectionExpression":
		in.projection = readOptional(r)
	case "Limit":
		in.limit = optionalInt{r.Int(), true}
	case "ExclusiveStartKey":
		in.start = attr.ReadItem(r)
	case "ConsistentRead":
		in.consistent = r.Bool()
	case "Select":
		in.choice = r.String()
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	case "AttributesToGet", "ConditionalOperator":
		return in.decodeLegacy(name, r)
	default:
		return in.expressions.decode(name, r)
	}
	return true
}

// check validates the shared members that need no table.
func (in *readInput) check(c constraints) error {
	if err := checkTableName(in.tableName); err != nil {
		return err
	}
	if in.limit.set && in.limit.n < 1 {
		c.add(in.limit.n, "limit", "Member must have value greater than or equal to 1")
	}
	c.oneOf(in.choice, "select", "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	in.checkNames(&c)
	if err := c.err(); err != nil {
		return err
	}
	selects := in.projection.set || in.has("AttributesToGet")
	switch {
	case in.choice == "ALL_PROJECTED_ATTRIBUTES" && in.indexName == "":
		return errParameter("Select type ALL_PROJECTED_ATTRIBUTES is not supported for tables: it can be used only when querying or scanning an index")
	case in.choice == "SPECIFIC_ATTRIBUTES" && !selects:
		return errValidation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES")
	case in.choice != "" && in.choice != "SPECIFIC_ATTRIBUTES" && selects:
		parameter := "ProjectionExpression"
		if !in.projection.set {
			parameter = "AttributesToGet"
		}
		return errValidation("Cannot specify the %s when choosing to get %s", parameter, chosen(in.choice))
	}
	return nil
}

func chosen(choice string) string {
	if choice == "COUNT" {
		return "only the Count"
	}
	return choice
}

// pageRead is a validated Query or Scan: which part of which ordered structure to
// walk, and what to make of the items found.
type pageRead struct {
	t          *table
	ix         *index // nil: the table itself
	low, high  string // keys in [low, high); an empty high is no bound
	start      string // resume after this key; empty: from the beginning
	backward   bool
	limit      int
	filter     *expr.Condition
	projection *expr.Projection
	choice     string
	capacity   *capacity
	consistent bool
	stale      bool // a fault makes it miss the last writes
	walked     int  // bytes of the page so far
}

// readOutput is the answer of Query and Scan.
type readOutput struct {
	items    []attr.Item
	count    int
	scanned  int
	last     attr.Item
	hide     bool // Select COUNT
	bytes    int  // of the items, about
	capacity *capacity
}

// AppendJSON writes the answer; see wire.Appender.
func (out *readOutput) AppendJSON(b []byte) []byte {
	o := open(slices.Grow(b, out.bytes*2))
	if !out.hide {
		o.name("Items")
		o.out = append(o.out, '[')
		for i, it := range out.items {
			if i > 0 {
				o.out = append(o.out, ',')
			}
			o.out = it.AppendJSON(o.out)
		}
		o.out = append(o.out, ']')
	}
	o.integer("Count", out.count)
	o.integer("ScannedCount", out.scanned)
	if out.last != nil {
		o.item("LastEvaluatedKey", out.last)
	}
	if out.capacity.wanted() {
		o.name("ConsumedCapacity")
		o.out = out.capacity.appendJSON(o.out)
	}
	return o.close()
}

// prepare finds table and index and parses what Query and Scan share. The
// table's lock must not be held.
func (s *Service) prepare(ctx context.Context, in *readInput) (*pageRead, error) {
	p := &pageRead{choice: in.choice, consistent: in.consistent, limit: math.MaxInt}
	if in.limit.set {
		p.limit = in.limit.n
	}
	var err error
	if p.projection, err = in.projection.projection(&in.scope); err != nil {
		return nil, err
	}
	if p.filter, err = in.filter.condition(&in.scope, "FilterExpression"); err != nil {
		return nil, err
	}
	if !in.projection.set {
		if p.projection, err = in.legacyInput.projection(); err != nil {
			return nil, err
		}
	}
	if !in.filter.set {
		if p.filter, err = in.legacyInput.condition(); err != nil {
			return nil, err
		}
	}
	if err := in.scope.Unused(); err != nil {
		return nil, exprError(err)
	}
	if p.t, err = s.lookup(ctx, in.tableName); err != nil {
		return nil, err
	}
	p.capacity = &capacity{form: in.returnCapacity, table: p.t.def.ID.Name}
	if in.indexName == "" {
		return p, nil
	}
	return p, s.readIndex(p, in.indexName)
}

// readIndex makes the read one of an index. The table's lock must not be held.
func (s *Service) readIndex(p *pageRead, name string) error {
	if err := p.t.rlock(); err != nil {
		return err
	}
	defer p.t.mu.RUnlock()
	ix, ok := p.t.index(name)
	if !ok {
		return errNoIndex(name)
	}
	p.ix = ix
	p.stale = !ix.local && len(ix.past) > 0 && s.fault.Stale(p.t.def.ID.Name+"/"+ix.name)
	return p.checkIndex()
}

// checkIndex refuses what an index cannot give.
func (p *pageRead) checkIndex() error {
	if p.ix.local {
		return nil
	}
	if p.consistent {
		return errValidation("Consistent reads are not supported on global secondary indexes")
	}
	if p.choice == "ALL_ATTRIBUTES" && p.ix.projection.ProjectionType != "ALL" {
		return errParameter("Select type ALL_ATTRIBUTES is not supported for global secondary index %s because its projection type is not ALL", p.ix.name)
	}
	if p.projection == nil {
		return nil
	}
	var absent []string
	p.projection.Names(func(name string) {
		if !p.ix.holds(name) {
			absent = append(absent, name)
		}
	})
	if absent != nil {
		return errParameter("Global secondary index %s does not project [%s]", p.ix.name, strings.Join(absent, ", "))
	}
	return nil
}

// schema is the key the walk is ordered by.
func (p *pageRead) schema() keySchema {
	if p.ix != nil {
		return p.ix.schema
	}
	return p.t.schema
}

// startAt validates ExclusiveStartKey: the key attributes of the table, and of
// the index when there is one, and nothing else.
func (p *pageRead) startAt(key attr.Item) error {
	if key == nil {
		return nil
	}
	invalid := errValidation("The provided starting key is invalid: The provided key element does not match the schema")
	schema, count := p.schema(), 0
	for _, f := range key {
		if schema.has(f.Name) || p.t.schema.has(f.Name) {
			count++
		}
	}
	var room [256]byte
	out, ok := schema.appendKey(room[:0], key)
	if ok && p.ix != nil {
		out, ok = p.t.schema.appendKey(out, key)
	}
	if !ok || count != len(key) {
		return invalid
	}
	p.start = string(out)
	return nil
}

// collect walks the structure for one page. Called with the table's lock held.
func (p *pageRead) collect() (found []*entry, last bool) {
	entries := &p.t.items
	if p.ix != nil {
		entries = &p.ix.entries
		if p.stale && len(p.ix.past) > 0 {
			entries = p.ix.past[0]
		}
	}
	take := func(key string, e *entry) bool {
		if key == p.start && p.start != "" {
			return true
		}
		if p.backward && key < p.low || !p.backward && p.high != "" && key >= p.high {
			last = true
			return false
		}
		found = append(found, e)
		p.walked += e.size
		return len(found) < p.limit && p.walked <= maxPageBytes
	}
	stopped := false
	walk := func(key string, e *entry) bool {
		stopped = !take(key, e)
		return !stopped
	}
	switch {
	case !p.backward && p.start > p.low:
		entries.Ascend(p.start, walk)
	case !p.backward:
		entries.Ascend(p.low, walk)
	case p.start != "":
		entries.Descend(p.start, walk)
	case p.high == "":
		entries.Reverse(walk)
	default:
		entries.Descend(p.high, func(key string, e *entry) bool {
			return key >= p.high || walk(key, e) // the bound itself is outside
		})
	}
	return found, last || !stopped
}

// run reads one page.
func (p *pageRead) run() (*readOutput, error) {
	if err := p.t.rlock(); err != nil {
		return nil, err
	}
	found, last := p.collect()
	settled := p.t.settled()
	p.t.mu.RUnlock()
	if err := settled(); err != nil {
		return nil, err
	}

	out := &readOutput{scanned: len(found), hide: p.choice == "COUNT", capacity: p.capacity}
	if !out.hide {
		out.items = make([]attr.Item, 0, len(found))
	}
	size := 0
	for _, e := range found {
		size += e.size
		it := p.fetch(e)
		if !p.filter.Holds(it) {
			continue
		}
		out.count++
		if !out.hide {
			out.items = append(out.items, p.projection.Of(it))
			out.bytes += e.size
		}
	}
	p.charge(size)
	if !last && len(found) > 0 {
		out.last = p.position(found[len(found)-1])
	}
	return out, nil
}

// fetch is the item a caller sees: of a local index that holds only part, the
// whole one when the request wants more than the index has.
func (p *pageRead) fetch(e *entry) attr.Item {
	if e.base == nil || !p.ix.local {
		return e.item
	}
	more := p.choice == "ALL_ATTRIBUTES"
	if p.projection != nil {
		p.projection.Names(func(name string) { more = more || !p.ix.holds(name) })
	}
	if !more {
		return e.item
	}
	p.capacity.read += readUnits(e.base.size, p.consistent)
	return e.base.item
}

// charge counts the page's own units.
func (p *pageRead) charge(size int) {
	units := readUnits(size, p.consistent)
	if p.ix == nil {
		p.capacity.read += units
		return
	}
	p.capacity.addIndex(p.ix, units)
}

// position is the LastEvaluatedKey at an entry.
func (p *pageRead) position(e *entry) attr.Item {
	key := make(attr.Item, 0, 4)
	for _, f := range e.item {
		if p.t.schema.has(f.Name) || p.ix != nil && p.ix.schema.has(f.Name) {
			key = append(key, f)
		}
	}
	return key
}
