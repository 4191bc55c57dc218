package dynamodb

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
)

// selection is a SELECT made ready to run. Its runs of keys only save reading
// what cannot match: the filter is the whole condition.
type selection struct {
	pageRead
	ranges  []keyRange // in the order of the answer; one of everything for a scan
	columns []column   // nil: *
	key     attr.Item  // the table's key, when that is all the condition says
}

// column is one path of the select list and the name it has in the answer.
type column struct {
	name string
	at   expr.Path // what the name stands for
	rest expr.Path // what of it is selected; empty: all
}

// columnOf names a path by its last name or, where it leads through a list, by
// the name and the index of the first list on its way, of which it selects a
// part.
func columnOf(p *partiql.Path) column {
	whole := documentPath(p)
	first := slices.IndexFunc(p.Steps, func(s partiql.Step) bool { return s.Indexed })
	if first < 0 {
		return column{name: p.Steps[len(p.Steps)-1].Name, at: whole}
	}
	name, end := p.Steps[first-1].Name, first
	for ; end < len(p.Steps) && p.Steps[end].Indexed; end++ {
		name += fmt.Sprintf("[%d]", p.Steps[end].Index)
	}
	return column{name, whole[:end], whole[end:]}
}

// of is the column's value in an item; its Kind is None where there is none.
func (c column) of(it attr.Item) attr.Value {
	v := c.at.Get(it)
	if v.Kind == attr.None || len(c.rest) == 0 {
		return v
	}
	path := append(expr.Path{expr.Field(c.name)}, c.rest...)
	return expr.Select([]expr.Path{path}).Of(attr.Item{{Name: c.name, Value: v}}).Get(c.name)
}

// row is what the select list makes of an item.
func (sel *selection) row(it attr.Item) attr.Item {
	if sel.columns == nil {
		return it
	}
	row := attr.Item{}
	for _, c := range sel.columns {
		if v := c.of(it); v.Kind != attr.None {
			row = row.With(c.name, v)
		}
	}
	return row
}

func (s *Service) prepareSelect(ctx context.Context, tr *translation, tree *partiql.Select, consistent bool) (*selection, error) {
	sel := &selection{pageRead: pageRead{limit: math.MaxInt, consistent: consistent}}
	if err := sel.project(tree.Items); err != nil {
		return nil, err
	}
	all := conjuncts(tree.Where)
	sel.filter = tr.condition(all)
	if err := tr.err(); err != nil {
		return nil, err
	}
	if err := s.source(ctx, &sel.pageRead, tree.From); err != nil {
		return nil, err
	}
	sel.ranges = tr.ranges(sel.schema(), all)
	keyed := len(sel.ranges) > 0
	if !keyed {
		sel.ranges = tr.anyOf(sel.schema(), tree.Where)
	}
	if err := tr.err(); err != nil {
		return nil, err
	}
	if keyed {
		if err := sel.filterProjected(); err != nil {
			return nil, err
		}
	}
	if err := sel.sort(tree); err != nil {
		return nil, err
	}
	if sel.ix == nil {
		sel.key = tr.wholeKey(sel.t.schema, all)
	}
	return sel, nil
}

// project reads the select list.
func (sel *selection) project(items []*partiql.Path) error {
	paths := make([]expr.Path, len(items))
	for i, p := range items {
		c := columnOf(p)
		if slices.ContainsFunc(sel.columns, func(other column) bool { return other.name == c.name }) {
			return errValidation("Duplicate identifiers in select clause: %s", c.name)
		}
		sel.columns = append(sel.columns, c)
		paths[i] = documentPath(p)
	}
	if items == nil {
		return nil
	}
	sel.projection = expr.Select(paths)
	return exprError(expr.CheckPaths(paths))
}

// source finds the table and the index a SELECT reads.
func (s *Service) source(ctx context.Context, p *pageRead, from partiql.Table) error {
	var err error
	if p.t, err = s.lookup(ctx, from.Name); err != nil || from.Index == "" {
		return err
	}
	p.t.mu.RLock()
	ix, ok := p.t.index(from.Index)
	p.t.mu.RUnlock()
	switch { // the words are PartiQL's own, as the public suite pins them on AWS
	case !ok:
		return errValidation("The table does not have the specified index")
	case p.consistent && !ix.local:
		return errValidation("Strongly consistent read is not supported on Global Secondary Indexes")
	}
	return s.readIndex(p, from.Index)
}

// sort puts the runs of keys in the order ORDER BY asks for.
func (sel *selection) sort(tree *partiql.Select) error {
	partitionsDown := false
	if len(tree.Order) > 0 && tree.Where == nil {
		return errValidation("Must have WHERE clause in the statement when using ORDER BY clause.")
	}
	for _, o := range tree.Order {
		name := ""
		if path, ok := o.By.(*partiql.Path); ok && len(path.Steps) == 1 {
			name = path.Steps[0].Name
		}
		switch schema := sel.schema(); {
		case slices.ContainsFunc(schema.hash, func(a keyAttribute) bool { return a.name == name }):
			partitionsDown = o.Descending
		case schema.has(name):
			sel.backward = o.Descending
		default:
			return errValidation("Variable reference %s in ORDER BY clause must be part of the primary key", name)
		}
	}
	if len(sel.ranges) == 0 {
		if len(tree.Order) > 0 {
			return errValidation("Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause.")
		}
		sel.ranges = []keyRange{{}}
		return nil
	}
	sel.ranges = inKeyOrder(sel.ranges, partitionsDown, sel.backward)
	return nil
}

// wholeKey is the key that the conjuncts bind by = if they say nothing else.
func (tr *translation) wholeKey(schema keySchema, all []partiql.Expr) attr.Item {
	key := attr.Item{}
	for _, e := range all {
		t, ok := tr.keyTerm(e)
		if !ok || t.op != "=" || !schema.has(t.attribute) || key.Has(t.attribute) {
			return nil
		}
		key = key.With(t.attribute, t.values[0])
	}
	if len(key) != schema.size() {
		return nil
	}
	return key
}

// page runs one page of the SELECT.
func (sel *selection) page(in *executeStatementInput, units *capacity) (*executeStatementOutput, error) {
	units.table = sel.t.def.ID.Name
	sel.capacity = units
	at := position{Of: sel.identity(in)}
	if in.nextToken.set {
		var err error
		if at, err = parsePosition(in.nextToken.text, at.Of); err != nil || at.Range >= len(sel.ranges) {
			return nil, errValidation("Invalid NextToken")
		}
	}
	if in.limit.set {
		sel.limit = in.limit.n
	}
	found, next, err := sel.walk(at)
	if err != nil {
		return nil, err
	}
	out := &executeStatementOutput{capacity: units}
	for _, e := range found {
		if it := sel.fetch(e); sel.filter.Holds(it) {
			out.items = append(out.items, sel.row(it))
		}
	}
	if next != nil {
		out.nextToken = next.String()
	}
	return out, nil
}

// walk collects a page's entries from one run of keys after another, and charges
// each run. next is nil when nothing is left.
func (sel *selection) walk(at position) (found []*entry, next *position, err error) {
	if err := sel.t.rlock(); err != nil {
		return nil, nil, err
	}
	limit := sel.limit
	for i := at.Range; i < len(sel.ranges); i++ {
		sel.low, sel.high, sel.start = sel.ranges[i].low, sel.ranges[i].high, ""
		if i == at.Range {
			sel.start = string(at.After)
		}
		sel.limit = limit - len(found)
		some, last := sel.collect()
		found = append(found, some...)
		size := 0
		for _, e := range some {
			size += e.size
		}
		sel.charge(size)
		if !last && len(some) > 0 {
			next = &position{at.Of, i, sel.keyOf(some[len(some)-1])}
			break
		}
		if i+1 < len(sel.ranges) && (len(found) >= limit || sel.walked > maxPageBytes) {
			next = &position{Of: at.Of, Range: i + 1}
			break
		}
	}
	settled := sel.t.settled()
	sel.t.mu.RUnlock()
	return found, next, settled()
}

// keyOf is an entry's place in what is read.
func (p *pageRead) keyOf(e *entry) []byte {
	if p.ix == nil {
		key, _ := p.t.schema.appendKey(nil, e.item)
		return key
	}
	key, _ := p.ix.key(e.item)
	return []byte(key)
}

// position is where a SELECT goes on; it travels as opaque text.
type position struct {
	Of    []byte // identifies the statement
	Range int    // the run of keys
	After []byte // the last key read of it; empty: none
}

func (at *position) String() string { return base64.StdEncoding.EncodeToString(encode(at)) }

// parsePosition reads a NextToken, which must be of the same statement.
func parsePosition(token string, of []byte) (position, error) {
	var at position
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return at, fmt.Errorf("decode position: %w", err)
	}
	if err := json.Unmarshal(raw, &at); err != nil {
		return at, fmt.Errorf("decode position: %w", err)
	}
	if !slices.Equal(at.Of, of) || at.Range < 0 {
		return at, fmt.Errorf("position of another statement")
	}
	return at, nil
}

// identity tells statements apart, and the tables they are about.
func (sel *selection) identity(in *executeStatementInput) []byte {
	var b strings.Builder
	b.WriteString(sel.t.def.UUID + "\n" + in.text + "\n")
	for _, v := range in.parameters {
		b.Write(v.AppendJSON(nil))
	}
	sum := sha256.Sum256([]byte(b.String()))
	return sum[:16]
}
