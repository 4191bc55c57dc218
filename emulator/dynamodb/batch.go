package dynamodb

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Limits of batches. Source: API Reference, BatchGetItem and BatchWriteItem
// (read 2026-11).
const (
	maxBatchGets   = 100
	maxBatchWrites = 25
	maxBatchBytes  = 16 << 20 // of BatchGetItem's answer
)

type batchWriteInput struct {
	requests       []batchWrite
	returnCapacity string
	returnMetrics  string
}

type batchWrite struct {
	count int // of the members PutRequest and DeleteRequest
	action
}

func (in *batchWriteInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "RequestItems":
		r.Object(func(table string) {
			r.Array(func() {
				w := batchWrite{}
				w.tableName = table
				readMembers(r, w.decode)
				in.requests = append(in.requests, w)
			})
		})
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	case "ReturnItemCollectionMetrics":
		in.returnMetrics = r.String()
	default:
		return false
	}
	return true
}

func (w *batchWrite) decode(name string, r *pull.Reader) bool {
	w.count++
	member := "Item"
	switch name {
	case "PutRequest":
		w.kind = putAction
	case "DeleteRequest":
		w.kind, member = deleteAction, "Key"
	default:
		return false
	}
	readMembers(r, func(name string, r *pull.Reader) bool {
		if name != member {
			return false
		}
		if w.kind == putAction {
			w.item = attr.ReadItem(r)
		} else {
			w.keyItem = attr.ReadItem(r)
		}
		return true
	})
	return true
}

// batchWriteOutput is the answer of BatchWriteItem; nothing is ever left over.
type batchWriteOutput struct {
	capacity    requestCapacity
	collections requestCollections
}

// AppendJSON writes the answer; see wire.Appender.
func (out *batchWriteOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("UnprocessedItems")
	o.out = append(o.out, '{', '}')
	out.capacity.appendTo(&o)
	out.collections.appendTo(&o)
	return o.close()
}

func (s *Service) batchWriteItem(ctx context.Context, in *batchWriteInput) (*batchWriteOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	tables := make([]*table, 0, len(in.requests))
	for i := range in.requests {
		w := &in.requests[i]
		if err := w.resolve(ctx, s); err != nil {
			return nil, err
		}
		id := w.t.def.UUID + w.key
		if seen[id] {
			return nil, errValidation("Provided list of item keys contains duplicates")
		}
		seen[id] = true
		tables = append(tables, w.t)
	}
	out := &batchWriteOutput{capacity: requestCapacity{form: in.returnCapacity}, collections: requestCollections{wanted: in.returnMetrics == "SIZE"}}
	tk, err := s.carryOutAll(ctx, in, tables, out)
	if err != nil {
		return nil, err
	}
	s.chargeWrites(ctx, out.capacity.total())
	return out, tk.done()
}

// carryOutAll is what batchWriteItem does under the tables' locks.
func (s *Service) carryOutAll(ctx context.Context, in *batchWriteInput, tables []*table, out *batchWriteOutput) (ticket, error) {
	unlock, err := lockAll(tables)
	if err != nil {
		return ticket{}, err
	}
	defer unlock()
	writes := make([]write, len(in.requests))
	for i := range in.requests {
		if writes[i], err = in.requests[i].plan(); err != nil {
			return ticket{}, err
		}
	}
	var batch store.Batch
	tk := s.commit(&batch, s.originOf(ctx), writes, func(t *table) *capacity { return out.capacity.of(t.def.ID.Name) })
	out.collections.measure(writes)
	return tk, nil
}

func (in *batchWriteInput) check() error {
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	c.oneOf(in.returnMetrics, "returnItemCollectionMetrics", "SIZE", "NONE")
	if len(in.requests) == 0 {
		c.add("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	if err := c.err(); err != nil {
		return err
	}
	if len(in.requests) > maxBatchWrites {
		return errValidation("Too many items requested for the BatchWriteItem call")
	}
	for i := range in.requests {
		w := &in.requests[i]
		if w.count != 1 {
			return errValidation("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
		}
		if w.item == nil && w.keyItem == nil {
			return missing(fmt.Sprintf("requestItems.%s.member.%d", w.tableName, i+1))
		}
	}
	return nil
}

type batchGetInput struct {
	tables         []*batchGet
	returnCapacity string
}

// batchGet is what a BatchGetItem wants of one table.
type batchGet struct {
	expressions
	legacyInput
	tableName  string
	keys       []attr.Item
	consistent bool
	projection optional

	t        *table
	encoded  []string
	selected *expr.Projection
}

func (in *batchGetInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "RequestItems":
		r.Object(func(table string) {
			g := &batchGet{tableName: table}
			readMembers(r, g.decode)
			in.tables = append(in.tables, g)
		})
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	default:
		return false
	}
	return true
}

func (g *batchGet) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Keys":
		r.Array(func() { g.keys = append(g.keys, attr.ReadItem(r)) })
	case "ConsistentRead":
		g.consistent = r.Bool()
	case "ProjectionExpression":
		g.projection = readOptional(r)
	case "ExpressionAttributeNames":
		return g.expressions.decode(name, r)
	case "AttributesToGet":
		return g.decodeLegacy(name, r)
	default:
		return false
	}
	return true
}

// batchGetOutput is the answer of BatchGetItem.
type batchGetOutput struct {
	found       []foundItems
	unprocessed []*batchGet // tables with the keys that did not fit
	capacity    requestCapacity
}

type foundItems struct {
	table string
	items []attr.Item
}

// AppendJSON writes the answer; see wire.Appender.
func (out *batchGetOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("Responses")
	tables := open(o.out)
	for _, f := range out.found {
		tables.name(f.table)
		tables.out = appendItems(tables.out, f.items)
	}
	o.out = tables.close()
	o.name("UnprocessedKeys")
	tables = open(o.out)
	for _, g := range out.unprocessed {
		tables.name(g.tableName)
		tables.out = g.appendJSON(tables.out)
	}
	o.out = tables.close()
	out.capacity.appendTo(&o)
	return o.close()
}

func appendItems(out []byte, items []attr.Item) []byte {
	out = append(out, '[')
	for i, it := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = it.AppendJSON(out)
	}
	return append(out, ']')
}

// appendJSON writes the request again, for UnprocessedKeys.
func (g *batchGet) appendJSON(out []byte) []byte {
	o := open(out)
	o.name("Keys")
	o.out = appendItems(o.out, g.keys)
	if g.consistent {
		o.name("ConsistentRead")
		o.out = append(o.out, "true"...)
	}
	if g.projection.set {
		o.text("ProjectionExpression", g.projection.text)
	}
	if g.legacy != nil {
		o.name("AttributesToGet")
		o.out = append(o.out, encode(g.legacy.attributes)...)
	}
	if g.hasNames {
		o.name("ExpressionAttributeNames")
		names := open(o.out)
		for _, n := range g.scope.Names {
			names.text(n.Key, n.Attribute)
		}
		o.out = names.close()
	}
	return o.close()
}

func (s *Service) batchGetItem(ctx context.Context, in *batchGetInput) (*batchGetOutput, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	for _, g := range in.tables {
		if err := g.resolve(ctx, s); err != nil {
			return nil, err
		}
	}
	out := &batchGetOutput{capacity: requestCapacity{form: in.returnCapacity}}
	size := 0
	for _, g := range in.tables {
		found := foundItems{table: g.tableName}
		units := out.capacity.of(g.t.def.ID.Name)
		if err := g.t.rlock(); err != nil {
			return nil, err
		}
		for i, key := range g.encoded {
			e, _ := g.t.items.Get(key)
			n := 0
			if e != nil {
				n = e.size
			}
			if size+n > maxBatchBytes {
				g.keys = g.keys[i:]
				out.unprocessed = append(out.unprocessed, g)
				break
			}
			size += n
			units.read += readUnits(n, g.consistent)
			if e != nil {
				found.items = append(found.items, g.selected.Of(e.item))
			}
		}
		settled := g.t.settled()
		g.t.mu.RUnlock()
		if err := settled(); err != nil {
			return nil, err
		}
		out.found = append(out.found, found)
	}
	s.chargeReads(ctx, out.capacity.total())
	return out, nil
}

func (in *batchGetInput) check() error {
	var c constraints
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if len(in.tables) == 0 {
		c.add("{}", "requestItems", "Member must have length greater than or equal to 1")
	}
	keys := 0
	for _, g := range in.tables {
		keys += len(g.keys)
		if len(g.keys) == 0 {
			c.add("[]", "requestItems."+g.tableName+".member.keys", "Member must have length greater than or equal to 1")
		}
		if len(g.keys) > maxBatchGets {
			c.add(fmt.Sprintf("%d keys", len(g.keys)), "requestItems."+g.tableName+".member.keys", "Member must have length less than or equal to 100")
		}
		g.checkNames(&c)
	}
	if err := c.err(); err != nil {
		return err
	}
	if keys > maxBatchGets {
		return errValidation("Too many items requested for the BatchGetItem call")
	}
	return nil
}

// resolve validates what is wanted of one table.
func (g *batchGet) resolve(ctx context.Context, s *Service) error {
	var err error
	if g.selected, err = g.expressions.selected(g.projection, &g.legacyInput); err != nil {
		return err
	}
	if err := g.scope.Unused(); err != nil {
		return exprError(err)
	}
	if g.t, err = s.lookup(ctx, g.tableName); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, key := range g.keys {
		encoded, err := g.t.schema.checkKey(key)
		if err != nil {
			return err
		}
		if seen[encoded] {
			return errValidation("Provided list of item keys contains duplicates")
		}
		seen[encoded] = true
		g.encoded = append(g.encoded, encoded)
	}
	return nil
}
