package dynamodb

import (
	"context"
	"unicode/utf8"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

// maxStatement is the longest PartiQL statement in characters. Source: API
// Reference, ExecuteStatement (read 2026-11).
const maxStatement = 8192

// statementInput is one PartiQL statement as a request gives it.
type statementInput struct {
	text              string
	parameters        []attr.Value
	consistent        bool
	returnOnCondition string
}

func (in *statementInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Statement":
		in.text = r.String()
	case "Parameters":
		r.Array(func() { in.parameters = append(in.parameters, attr.ReadValue(r)) })
	case "ConsistentRead":
		in.consistent = r.Bool()
	case "ReturnValuesOnConditionCheckFailure":
		in.returnOnCondition = r.String()
	default:
		return false
	}
	return true
}

// check validates the members that need no parsing.
func (in *statementInput) check(c *constraints, member string) {
	switch n := utf8.RuneCountInString(in.text); {
	case n == 0:
		c.add(in.text, member, "Member must have length greater than or equal to 1")
	case n > maxStatement:
		c.add(in.text, member, "Member must have length less than or equal to 8192")
	}
	c.oneOf(in.returnOnCondition, "returnValuesOnConditionCheckFailure", "ALL_OLD", "NONE")
}

// prepared is a statement made ready to run: one of its members is set.
type prepared struct {
	table     string // as the statement names it
	selection *selection
	write     *statementWrite
	exists    bool // write checks a SELECT inside EXISTS
}

// prepareStatement parses a statement, finds its table and works out its keys.
func (s *Service) prepareStatement(ctx context.Context, in *statementInput) (*prepared, error) {
	tree, parameters, err := partiql.Parse(in.text)
	if err != nil {
		return nil, statementError(err)
	}
	if parameters != len(in.parameters) {
		return nil, errValidation("Number of parameters in request and statement don't match.")
	}
	tr := &translation{parameters: in.parameters}
	switch tree := tree.(type) {
	case *partiql.Select:
		sel, err := s.prepareSelect(ctx, tr, tree, in.consistent)
		return &prepared{table: tree.From.Name, selection: sel}, err
	case *partiql.Insert:
		w, err := s.prepareInsert(ctx, tr, tree)
		return &prepared{table: tree.Into.Name, write: w}, err
	case *partiql.Update:
		w, err := s.prepareUpdate(ctx, tr, tree)
		return &prepared{table: tree.Table.Name, write: w}, err
	case *partiql.Delete:
		w, err := s.prepareDelete(ctx, tr, tree)
		return &prepared{table: tree.From.Name, write: w}, err
	}
	exists := tree.(*partiql.Exists).Select
	w, err := s.prepareExists(ctx, tr, exists)
	return &prepared{table: exists.From.Name, write: w, exists: true}, err
}

// errExistsOutside: EXISTS stands only among a transaction's writes.
func errExistsOutside() error {
	return errValidation("EXISTS can only be used in ExecuteTransaction write requests.")
}

type executeStatementInput struct {
	statementInput
	limit          optionalInt
	nextToken      optional
	returnCapacity string
}

func (in *executeStatementInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Limit":
		in.limit = optionalInt{r.Int(), true}
	case "NextToken":
		in.nextToken = readOptional(r)
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	default:
		return in.statementInput.decode(name, r)
	}
	return true
}

// executeStatementOutput is the answer of ExecuteStatement: of a read its page,
// of a write what RETURNING asked for.
type executeStatementOutput struct {
	items     []attr.Item
	nextToken string // empty: nothing is left
	capacity  *capacity
}

// AppendJSON writes the answer; see wire.Appender.
func (out *executeStatementOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("Items")
	o.out = appendItems(o.out, out.items)
	if out.nextToken != "" {
		o.text("NextToken", out.nextToken)
	}
	if out.capacity.wanted() {
		o.name("ConsumedCapacity")
		o.out = out.capacity.appendJSON(o.out)
	}
	return o.close()
}

func (s *Service) executeStatement(ctx context.Context, in *executeStatementInput) (*executeStatementOutput, error) {
	var c constraints
	in.check(&c, "statement")
	if in.limit.set && in.limit.n < 1 {
		c.add(in.limit.n, "limit", "Member must have value greater than or equal to 1")
	}
	c.oneOf(in.returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	if err := c.err(); err != nil {
		return nil, err
	}
	p, err := s.prepareStatement(ctx, &in.statementInput)
	if err != nil {
		return nil, err
	}
	if p.exists {
		return nil, errExistsOutside()
	}
	units := &capacity{form: in.returnCapacity}
	if p.selection != nil {
		out, err := p.selection.page(in, units)
		s.chargeReads(ctx, units.total())
		return out, err
	}
	item, err := s.runWrite(ctx, p.write, in.returnOnCondition, units)
	if err != nil {
		return nil, err
	}
	s.chargeWrites(ctx, units.total())
	out := &executeStatementOutput{capacity: units}
	if item != nil {
		out.items = []attr.Item{item}
	}
	return out, nil
}
