package dynamodb

import (
	"cmp"
	"slices"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
)

// keyTerm is a condition that bounds one attribute by constants. Of IN it has
// all the values, of every other operator what an expr.KeyTerm has.
type keyTerm struct {
	attribute string
	op        string // = < <= > >= BETWEEN begins_with or IN
	values    []attr.Value
}

// keyTerm reads a conjunct as a keyTerm; ok is false when it is something else.
func (tr *translation) keyTerm(e partiql.Expr) (_ keyTerm, ok bool) {
	switch e := e.(type) {
	case *partiql.Binary:
		op, left, right := e.Op, e.Left, e.Right
		if isConstant(left) {
			flipped := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
			left, right, op = right, left, cmp.Or(flipped[op], op)
		}
		switch op {
		case "=", "<", "<=", ">", ">=":
			return tr.bounded(op, left, right)
		}
	case *partiql.Between:
		return tr.bounded("BETWEEN", e.X, e.Low, e.High)
	case *partiql.In:
		return tr.bounded("IN", e.X, membersOf(e)...)
	case *partiql.Call:
		if e.Name == "begins_with" && len(e.Args) == 2 {
			return tr.bounded("begins_with", e.Args[0], e.Args[1])
		}
	}
	return keyTerm{}, false
}

func (tr *translation) bounded(op string, x partiql.Expr, values ...partiql.Expr) (keyTerm, bool) {
	path, ok := x.(*partiql.Path)
	if !ok || len(path.Steps) != 1 || len(values) == 0 {
		return keyTerm{}, false
	}
	t := keyTerm{attribute: path.Steps[0].Name, op: op}
	for _, v := range values {
		if !isConstant(v) {
			return keyTerm{}, false
		}
		t.values = append(t.values, tr.constant(v))
	}
	return t, true
}

// keyRange is a run of keys, [low, high) as in pageRead, of one partition.
type keyRange struct {
	partition []attr.Value
	low, high string
	sorted    bool // narrowed by a condition on the sort key
	negated   bool // its conjunction also has a <> or a NOT on the sort key
}

// ranges finds the runs of keys outside which no item can satisfy all
// conjuncts. It finds none when they do not bind the partition key, each of its
// attributes by = or, of a single one, by IN.
func (tr *translation) ranges(schema keySchema, all []partiql.Expr) []keyRange {
	terms := map[string][]keyTerm{}
	for _, e := range all {
		if t, ok := tr.keyTerm(e); ok && schema.has(t.attribute) {
			terms[t.attribute] = append(terms[t.attribute], t)
		}
	}
	if tr.err() != nil {
		return nil
	}
	partitions := [][]attr.Value{nil}
	for _, a := range schema.hash {
		i := slices.IndexFunc(terms[a.name], func(t keyTerm) bool { return t.op == "=" || t.op == "IN" && len(schema.hash) == 1 })
		if i < 0 {
			tr.checkKeyTerms(schema, terms, false)
			return nil
		}
		var longer [][]attr.Value
		for _, before := range partitions {
			for _, v := range terms[a.name][i].values {
				longer = append(longer, append(slices.Clone(before), v))
			}
		}
		partitions = longer
	}
	if !tr.checkKeyTerms(schema, terms, true) {
		return nil
	}
	negated := slices.ContainsFunc(all, func(e partiql.Expr) bool { return negatesKey(schema.sort, e) })
	var out []keyRange
	for _, values := range partitions {
		prefix := attr.AppendPartition(nil, values...)
		for _, r := range sortRanges(prefix, schema.sort, terms) {
			r.partition, r.negated = values, negated
			out = append(out, r)
		}
	}
	return out
}

// checkKeyTerms refuses values of another type than the key attribute they are
// compared with, and empty ones. keyed says that the partition key is bound.
func (tr *translation) checkKeyTerms(schema keySchema, terms map[string][]keyTerm, keyed bool) bool {
	schema.each(func(a keyAttribute) bool {
		for _, t := range terms[a.name] {
			for _, v := range t.values {
				switch {
				case v.Kind != a.kind && keyed:
					tr.fail("Key attribute's data type should match its data type in table's schema: Key %s", a.name)
				case v.Kind != a.kind:
					tr.fail("One or more parameter values were invalid: Condition parameter type does not match schema type")
				case v.Text == "" && keyed && tr.err() == nil:
					tr.failed = checkKeyValue(a.name, v)
				}
			}
		}
		return tr.err() == nil
	})
	return tr.err() == nil
}

// sortRanges narrows the range below prefix by the sort attributes' terms, from
// the left: on with the next one as long as they are bound by =.
func sortRanges(prefix []byte, sort []keyAttribute, terms map[string][]keyTerm) []keyRange {
	r := keyRange{low: string(prefix), high: attr.After(prefix)}
	if len(sort) == 0 || len(terms[sort[0].name]) == 0 {
		return []keyRange{r}
	}
	r.sorted = true
	own := terms[sort[0].name]
	if i := slices.IndexFunc(own, func(t keyTerm) bool { return t.op == "=" || t.op == "IN" }); i >= 0 {
		var out []keyRange
		for _, v := range own[i].values {
			for _, inner := range sortRanges(attr.AppendKey(slices.Clone(prefix), v), sort[1:], terms) {
				inner.sorted = true
				out = append(out, inner)
			}
		}
		return out
	}
	for _, t := range own {
		k := expr.KeyTerm{Op: t.op}
		copy(k.Values[:], t.values)
		low, high := narrow(slices.Clone(prefix), k)
		r.low = max(r.low, low)
		if r.high == "" || high != "" && high < r.high {
			r.high = high
		}
	}
	return []keyRange{r}
}

// negatesKey reports whether a conjunct is a <> or a NOT on one of the
// attributes.
func negatesKey(attributes []keyAttribute, e partiql.Expr) bool {
	var of partiql.Expr
	switch e := e.(type) {
	case *partiql.Not:
		switch x := e.X.(type) {
		case *partiql.Binary:
			of = x.Left
		case *partiql.In:
			of = x.X
		case *partiql.Between:
			of = x.X
		case *partiql.Call:
			if len(x.Args) > 0 {
				of = x.Args[0]
			}
		}
	case *partiql.Binary:
		if e.Op == "<>" {
			of = e.Left
		}
	}
	path, ok := of.(*partiql.Path)
	return ok && len(path.Steps) == 1 && slices.ContainsFunc(attributes, func(a keyAttribute) bool { return a.name == path.Steps[0].Name })
}

// anyOf finds the runs of keys of a condition of several branches joined by OR,
// each of which binds the partition key; none when one does not.
func (tr *translation) anyOf(schema keySchema, where partiql.Expr) []keyRange {
	branches := operandsOf("OR", where)
	if len(branches) < 2 {
		return nil
	}
	var out []keyRange
	for _, b := range branches {
		ranges := tr.ranges(schema, conjuncts(b))
		if len(ranges) == 0 {
			return nil
		}
		for _, r := range ranges {
			for _, other := range out {
				if overlaps(r, other) && (r.sorted || other.sorted) && !r.negated && !other.negated && (r.low != other.low || r.high != other.high) {
					tr.fail("Overlapping conditions with range keys are not supported in where clause")
					return nil
				}
			}
		}
		out = append(out, ranges...)
	}
	return out
}

func overlaps(a, b keyRange) bool {
	return (b.high == "" || a.low < b.high) && (a.high == "" || b.low < a.high)
}

// inOrder sorts runs of keys by partition and then by sort key, and makes one of
// those that overlap.
func inKeyOrder(ranges []keyRange, partitionsDown, keysDown bool) []keyRange {
	slices.SortFunc(ranges, func(a, b keyRange) int { return cmp.Compare(a.low, b.low) })
	out := ranges[:0]
	for _, r := range ranges {
		if r.high != "" && r.low >= r.high {
			continue // no key can satisfy it
		}
		if n := len(out); n > 0 && overlaps(out[n-1], r) {
			if r.high == "" || out[n-1].high != "" && r.high > out[n-1].high {
				out[n-1].high = r.high
			}
			continue
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b keyRange) int {
		order := slices.CompareFunc(a.partition, b.partition, func(v, w attr.Value) int {
			order, _ := v.Compare(w) // both are of the key's type
			return order
		})
		if partitionsDown {
			order = -order
		}
		byKey := cmp.Compare(a.low, b.low)
		if keysDown {
			byKey = -byKey
		}
		return cmp.Or(order, byKey)
	})
	return out
}
