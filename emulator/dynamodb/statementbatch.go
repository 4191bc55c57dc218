package dynamodb

import (
	"context"
	"fmt"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// maxBatchStatements is how many statements a BatchExecuteStatement may have.
// Source: API Reference (read 2026-11).
const maxBatchStatements = 25

type batchStatementInput struct {
	statements     []*statementInput
	returnCapacity string
}

func (in *batchStatementInput) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Statements":
		r.Array(func() {
			st := &statementInput{}
			readMembers(r, st.decode)
			in.statements = append(in.statements, st)
		})
	case "ReturnConsumedCapacity":
		in.returnCapacity = r.String()
	default:
		return false
	}
	return true
}

// batchStatementOutput is the answer of BatchExecuteStatement, one answer per
// statement.
type batchStatementOutput struct {
	answers  []statementAnswer
	capacity requestCapacity
}

// statementAnswer is what became of one statement of a batch.
type statementAnswer struct {
	table string // empty when the statement could not be prepared
	item  attr.Item
	err   error
}

// AppendJSON writes the answer; see wire.Appender.
func (out *batchStatementOutput) AppendJSON(b []byte) []byte {
	o := open(b)
	o.name("Responses")
	o.out = append(o.out, '[')
	for i := range out.answers {
		if i > 0 {
			o.out = append(o.out, ',')
		}
		o.out = out.answers[i].appendJSON(o.out)
	}
	o.out = append(o.out, ']')
	out.capacity.appendTo(&o)
	return o.close()
}

func (a *statementAnswer) appendJSON(out []byte) []byte {
	o := open(out)
	if a.err != nil {
		e := wire.AsError(a.err)
		o.name("Error")
		inner := open(o.out)
		inner.text("Code", batchCode(e.Code))
		inner.text("Message", e.Message)
		if item, ok := e.Fields["Item"].(attr.Item); ok {
			inner.item("Item", item)
		}
		o.out = inner.close()
	}
	if a.table != "" {
		o.text("TableName", a.table)
	}
	if a.item != nil {
		o.item("Item", a.item)
	}
	return o.close()
}

// batchCode is an error's code inside a batch. Source: API Reference,
// BatchStatementError (read 2026-11).
func batchCode(code string) string {
	if code == "ValidationException" {
		return "ValidationError"
	}
	return strings.TrimSuffix(code, "Exception")
}

// batchExecuteStatement runs statements one by one: one that fails says so in
// its place, and the others are carried out all the same.
func (s *Service) batchExecuteStatement(ctx context.Context, in *batchStatementInput) (*batchStatementOutput, error) {
	if err := checkStatements(in.statements, "statements", maxBatchStatements, in.returnCapacity, optional{}); err != nil {
		return nil, err
	}
	out := &batchStatementOutput{answers: make([]statementAnswer, len(in.statements)), capacity: requestCapacity{form: in.returnCapacity}}
	all := make([]*prepared, len(in.statements))
	reads, writes := false, false
	for i, st := range in.statements {
		p, err := s.prepareStatement(ctx, st)
		if err == nil {
			reads, writes = reads || p.selection != nil, writes || p.write != nil
		}
		switch {
		case err != nil:
			out.answers[i].err = err
			continue
		case p.exists:
			out.answers[i].err = errExistsOutside()
			continue
		case p.selection != nil && p.selection.key == nil:
			out.answers[i].err = errValidation("Select statements within BatchExecuteStatement must specify the primary key in the where clause.")
			continue
		}
		all[i] = p
	}
	if reads && writes {
		return nil, errValidation("Read and write requests together in the same batch is not supported.")
	}
	if err := checkDistinct(all); err != nil {
		return nil, err
	}
	for i, p := range all {
		if p == nil {
			continue
		}
		a := &out.answers[i]
		a.table = p.table
		if p.selection != nil {
			var units float64
			a.item, units, a.err = p.selection.one(out.capacity.of(p.selection.t.def.ID.Name))
			s.chargeReads(ctx, units)
			continue
		}
		a.item, a.err = s.runWrite(ctx, p.write, in.statements[i].returnOnCondition, out.capacity.of(p.write.t.def.ID.Name))
	}
	if reads {
		s.chargeReads(ctx, out.capacity.total())
	} else {
		s.chargeWrites(ctx, out.capacity.total())
	}
	return out, nil
}

// one reads the item whose key the SELECT names, nil when there is none, and
// tells the read units it took.
func (sel *selection) one(c *capacity) (_ attr.Item, units float64, _ error) {
	e, err := sel.t.get(sel.key)
	if err != nil {
		return nil, 0, err
	}
	if e == nil {
		units = readUnits(0, sel.consistent)
		c.read += units
		return nil, units, nil
	}
	units = readUnits(e.size, sel.consistent)
	c.read += units
	return sel.row(e.item), units, nil
}

// checkDistinct refuses batches with an item twice.
func checkDistinct(all []*prepared) error {
	seen := map[string]bool{}
	for _, p := range all {
		if p == nil {
			continue
		}
		if id, ok := p.identity(); ok {
			if seen[id] {
				return errValidation("Provided list of item keys contains duplicates")
			}
			seen[id] = true
		}
	}
	return nil
}

// identity tells the items apart that statements are about; ok is false for a
// key that is not one.
func (p *prepared) identity() (_ string, ok bool) {
	t, key := (*table)(nil), attr.Item(nil)
	switch {
	case p.selection != nil:
		t, key = p.selection.t, p.selection.key
	case p.write.kind == putAction:
		t, key = p.write.t, p.write.item
	default:
		t, key = p.write.t, p.write.keyItem
	}
	encoded, ok := t.schema.appendKey(nil, key)
	return t.def.UUID + string(encoded), ok
}

// checkStatements validates what BatchExecuteStatement and ExecuteTransaction
// share.
func checkStatements(statements []*statementInput, member string, limit int, returnCapacity string, token optional) error {
	var c constraints
	switch n := len(statements); {
	case n == 0:
		c.add("[]", member, "Member must have length greater than or equal to 1")
	case n > limit:
		c.add(fmt.Sprintf("%d statements", n), member, fmt.Sprintf("Member must have length less than or equal to %d", limit))
	}
	for i, st := range statements {
		st.check(&c, fmt.Sprintf("%s.%d.member.statement", member, i+1))
	}
	if token.set && (len(token.text) < 1 || len(token.text) > 36) {
		c.add(token.text, "clientRequestToken", "Member must have length less than or equal to 36")
	}
	c.oneOf(returnCapacity, "returnConsumedCapacity", "INDEXES", "TOTAL", "NONE")
	return c.err()
}
