package dynamodb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type queryInput struct {
	readInput
	keyCondition optional
	backward     bool
}

func (in *queryInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "KeyConditionExpression":
		in.keyCondition = readOptional(r)
	case "ScanIndexForward":
		in.backward = !r.Bool()
	case "KeyConditions", "QueryFilter":
		return in.decodeLegacy(name, r)
	default:
		return in.readInput.decode(name, r)
	}
	return true
}

func (s *Service) query(ctx context.Context, in *queryInput) (*readOutput, error) {
	if err := in.readInput.check(nil); err != nil {
		return nil, err
	}
	terms, err := in.keyTerms()
	if err != nil {
		return nil, err
	}
	p, err := s.prepare(ctx, &in.readInput)
	if err != nil {
		return nil, err
	}
	p.backward = in.backward
	filterName := "Filter Expression"
	if in.has("QueryFilter") {
		filterName = "QueryFilter"
	}
	if err := p.filterKeys(filterName); err != nil {
		return nil, err
	}
	if err := p.filterProjected(); err != nil {
		return nil, err
	}
	if err := p.bound(terms); err != nil {
		return nil, err
	}
	if err := p.startAt(in.start); err != nil {
		return nil, err
	}
	if p.start != "" && (p.start < p.low || p.high != "" && p.start >= p.high) {
		return nil, errValidation("The provided starting key is outside query boundaries based on provided conditions")
	}
	return s.page(ctx, p)
}

// keyTerms are the conditions on the key, of an expression or KeyConditions.
func (in *queryInput) keyTerms() ([]expr.KeyTerm, error) {
	anyExpression := in.keyCondition.set || in.filter.set || in.projection.set
	if err := in.unmixed(namedExpression{"ProjectionExpression", in.projection.set}, namedExpression{"FilterExpression", in.filter.set},
		namedExpression{"KeyConditionExpression", in.keyCondition.set}); err != nil {
		return nil, err
	}
	if !in.keyCondition.set && (in.legacy == nil || len(in.legacy.keys) == 0) {
		return nil, errValidation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	if err := in.expressions.check(anyExpression, anyExpression, "FilterExpression and KeyConditionExpression are null"); err != nil {
		return nil, err
	}
	if !in.keyCondition.set {
		return in.legacyInput.keyTerms()
	}
	terms, err := in.scope.KeyCondition(in.keyCondition.text)
	return terms, exprError(err)
}

// filterKeys refuses filters, given by the named parameter, on the key that is
// being queried.
func (p *pageRead) filterKeys(parameter string) error {
	if p.filter == nil {
		return nil
	}
	var bad error
	p.filter.Attributes(func(name string) {
		if bad == nil && p.schema().has(name) {
			bad = errValidation("%s can only contain non-primary key attributes: Primary key attribute: %s", parameter, name)
		}
	})
	return bad
}

// filterProjected refuses filters on what the queried index, of either kind,
// does not hold. A Scan's filter merely finds nothing there.
func (p *pageRead) filterProjected() error {
	if p.filter == nil || p.ix == nil {
		return nil
	}
	var absent []string
	p.filter.Attributes(func(name string) {
		if !p.ix.holds(name) {
			absent = append(absent, name)
		}
	})
	if absent == nil {
		return nil
	}
	slices.Sort(absent)
	return errParameter("Secondary index %s does not project one or more filter attributes: [%s]", p.ix.name, strings.Join(slices.Compact(absent), ", "))
}

// bound turns the key condition into a range of keys: equality on every
// partition attribute, then on sort attributes from the left, the last of which
// may have a range instead.
func (p *pageRead) bound(terms []expr.KeyTerm) error {
	schema := p.schema()
	byName := make(map[string]expr.KeyTerm, len(terms))
	for _, t := range terms {
		if _, twice := byName[t.Attribute]; twice {
			return errValidation("KeyConditionExpressions must only contain one condition per key")
		}
		byName[t.Attribute] = t
	}
	if len(terms) > schema.size() && schema.size() <= 2 && len(terms) > 2 {
		return errValidation("Conditions can be of length 1 or 2 only")
	}
	values := make([]attr.Value, 0, len(schema.hash))
	for _, a := range schema.hash {
		t, ok := byName[a.name]
		if !ok {
			return errValidation("Query condition missed key schema element: %s", a.name)
		}
		if t.Op != "=" {
			return errValidation("Query key condition not supported")
		}
		if err := checkTerm(a, t); err != nil {
			return err
		}
		values = append(values, t.Values[0])
		delete(byName, a.name)
	}
	prefix := attr.AppendPartition(make([]byte, 0, 128), values...)
	p.low, p.high = string(prefix), attr.After(prefix)
	for _, a := range schema.sort {
		t, ok := byName[a.name]
		if !ok {
			break
		}
		if err := checkTerm(a, t); err != nil {
			return err
		}
		delete(byName, a.name)
		p.low, p.high = narrow(prefix, t)
		if t.Op != "=" {
			break
		}
		prefix = attr.AppendKey(prefix, t.Values[0])
	}
	for range byName {
		for _, a := range schema.sort {
			if _, ok := byName[a.name]; ok {
				return errValidation("Query key condition not supported")
			}
		}
		if len(schema.sort) > 0 {
			return errValidation("Query condition missed key schema element: %s", schema.sort[0].name)
		}
		return errValidation("Query key condition not supported")
	}
	return nil
}

// narrow is the range of the keys below prefix that satisfy one condition on the
// attribute that comes next.
func narrow(prefix []byte, t expr.KeyTerm) (low, high string) {
	prefix = slices.Clip(prefix)
	low, high = string(prefix), attr.After(prefix)
	at := attr.AppendKey(prefix, t.Values[0])
	switch t.Op {
	case "=":
		return string(at), attr.After(at)
	case "<":
		return low, string(at)
	case "<=":
		return low, attr.After(at)
	case ">":
		return attr.After(at), high
	case ">=":
		return string(at), high
	case "BETWEEN":
		return string(at), attr.After(attr.AppendKey(prefix, t.Values[1]))
	}
	start := attr.AppendKeyPrefix(prefix, t.Values[0].Text) // begins_with
	return string(start), attr.After(start)
}

// checkTerm validates a key condition's values for their attribute.
func checkTerm(a keyAttribute, t expr.KeyTerm) error {
	for i, v := range t.Values {
		if v.Kind == attr.None && i > 0 {
			break
		}
		if v.Kind != a.kind {
			return errParameter("Condition parameter type does not match schema type")
		}
		if v.Text == "" && t.Op != "begins_with" {
			return checkKeyValue(a.name, v)
		}
	}
	if t.Op == "begins_with" && a.kind == attr.N {
		return errParameter("Condition parameter type does not match schema type")
	}
	return nil
}

type scanInput struct {
	readInput
	segment, total optionalInt
}

func (in *scanInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Segment":
		in.segment = optionalInt{r.Int(), true}
	case "TotalSegments":
		in.total = optionalInt{r.Int(), true}
	case "ScanFilter":
		return in.decodeLegacy(name, r)
	default:
		return in.readInput.decode(name, r)
	}
	return true
}

// maxSegments is the most parts a parallel scan may have.
const maxSegments = 1_000_000

func (s *Service) scan(ctx context.Context, in *scanInput) (*readOutput, error) {
	var c constraints
	if in.total.set && in.total.n < 1 {
		c.add(in.total.n, "totalSegments", "Member must have value greater than or equal to 1")
	}
	if in.total.n > maxSegments {
		c.add(in.total.n, "totalSegments", "Member must have value less than or equal to 1000000")
	}
	if in.segment.n < 0 {
		c.add(in.segment.n, "segment", "Member must have value greater than or equal to 0")
	}
	if err := in.readInput.check(c); err != nil {
		return nil, err
	}
	switch {
	case in.total.set && !in.segment.set:
		return nil, errValidation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case !in.total.set && in.segment.set:
		return nil, errValidation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case in.total.set && in.segment.n >= in.total.n:
		return nil, errValidation("The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: %d is not less than TotalSegments: %d", in.segment.n, in.total.n)
	}
	if err := in.unmixed(namedExpression{"ProjectionExpression", in.projection.set}, namedExpression{"FilterExpression", in.filter.set}); err != nil {
		return nil, err
	}
	anyExpression := in.filter.set || in.projection.set
	if err := in.expressions.check(anyExpression, in.filter.set, "FilterExpression is null"); err != nil {
		return nil, err
	}
	p, err := s.prepare(ctx, &in.readInput)
	if err != nil {
		return nil, err
	}
	if in.total.set {
		p.low, p.high = attr.Segment(in.segment.n, in.total.n)
	}
	if err := p.startAt(in.start); err != nil {
		if e, ok := errors.AsType[*wire.Error](err); ok {
			e.Message = "The provided starting key is invalid"
		}
		return nil, err
	}
	if p.start != "" && (p.start < p.low || p.high != "" && p.start >= p.high) {
		return nil, errValidation("The provided starting key is invalid: the key is not in the segment")
	}
	return s.page(ctx, p)
}
