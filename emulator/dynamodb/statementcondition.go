package dynamodb

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
)

// nowhere stands where translation has failed; it is never evaluated.
func (tr *translation) nowhere() expr.Node {
	return tr.build.Not(nil)
}

// condition makes a condition that holds when all conjuncts do; nil of none.
func (tr *translation) condition(conjuncts []partiql.Expr) *expr.Condition {
	if len(conjuncts) == 0 {
		return nil
	}
	var all expr.Node
	for _, e := range conjuncts {
		n := tr.node(e, "WHERE clause must contain an expression that resolves to a boolean")
		if all == nil {
			all = n
		} else {
			all = tr.build.And(all, n)
		}
	}
	return tr.build.Condition(all)
}

// conjuncts takes a condition apart at its outermost ANDs.
func conjuncts(e partiql.Expr) []partiql.Expr { return operandsOf("AND", e) }

func operandsOf(op string, e partiql.Expr) []partiql.Expr {
	if e == nil {
		return nil
	}
	if b, ok := e.(*partiql.Binary); ok && b.Op == op {
		return append(operandsOf(op, b.Left), operandsOf(op, b.Right)...)
	}
	return []partiql.Expr{e}
}

// node translates a truth-valued expression; unlike is the refusal of another.
func (tr *translation) node(e partiql.Expr, unlike string) expr.Node {
	if tr.err() != nil {
		return tr.nowhere()
	}
	switch e := e.(type) {
	case *partiql.Binary:
		return tr.binary(e)
	case *partiql.Not:
		return tr.build.Not(tr.node(e.X, "The argument to NOT must be a Type or Expression"))
	case *partiql.In:
		return tr.in(e)
	case *partiql.Between:
		x, low, high := tr.operand(e.X), tr.operand(e.Low), tr.operand(e.High)
		return tr.build.Between(x, low, high)
	case *partiql.Is:
		return tr.is(e)
	case *partiql.Call:
		if e.Name != "size" {
			return tr.call(e)
		}
	}
	tr.fail("%s", unlike)
	return tr.nowhere()
}

func (tr *translation) binary(e *partiql.Binary) expr.Node {
	switch e.Op {
	case "AND", "OR":
		const unlike = "The arguments to AND/OR must be Expressions"
		left, right := tr.node(e.Left, unlike), tr.node(e.Right, unlike)
		if e.Op == "AND" {
			return tr.build.And(left, right)
		}
		return tr.build.Or(left, right)
	case "=", "<>", "<", "<=", ">", ">=":
		if n := tr.truth(e); n != nil {
			return n
		}
		left := tr.operand(e.Left)
		return tr.build.Compare(e.Op, left, tr.operand(e.Right))
	}
	tr.fail("Unsupported operator in Condition Expression. Operator: %s", strings.ToLower(e.Op))
	return tr.nowhere()
}

// truth translates the comparison of a function with true or false; nil for
// another comparison.
func (tr *translation) truth(e *partiql.Binary) expr.Node {
	call, ok := e.Left.(*partiql.Call)
	if !ok || !expr.IsFunction(call.Name) {
		return nil
	}
	l, ok := e.Right.(*partiql.Literal)
	if !ok || l.Value.Kind != attr.BOOL || e.Op != "=" && e.Op != "<>" {
		return nil
	}
	if n := tr.call(call); l.Value.Bool == (e.Op == "=") {
		return n
	} else {
		return tr.build.Not(n)
	}
}

func (tr *translation) in(e *partiql.In) expr.Node {
	members := membersOf(e)
	if _, ok := e.X.(*partiql.Path); !ok || len(members) == 0 {
		tr.fail("IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member")
		return tr.nowhere()
	}
	list := make([]expr.Operand, len(members))
	for i := range members {
		list[i] = tr.operand(members[i])
	}
	return tr.build.In(tr.operand(e.X), list)
}

// membersOf are the expressions IN lists.
func membersOf(e *partiql.In) []partiql.Expr {
	switch list := e.List.(type) {
	case *partiql.List:
		return list.Elems
	case *partiql.Bag:
		return list.Elems
	}
	return nil
}

// kindsOfIs are the types that may follow IS, besides MISSING.
var kindsOfIs = map[string]attr.Kind{
	"NULL": attr.NULL, "BOOLEAN": attr.BOOL, "BLOB": attr.B, "STRING": attr.S, "NUMERIC": attr.N,
	"STRUCT": attr.M, "TUPLE": attr.M, "LIST": attr.L,
}

func (tr *translation) is(e *partiql.Is) expr.Node {
	x := tr.operand(e.X)
	if e.Type == "MISSING" {
		return tr.build.Function("attribute_not_exists", x)
	}
	kind, ok := kindsOfIs[e.Type]
	if !ok {
		tr.fail("Unsupported data type for IS operator: %s. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at %s", e.Type, e.At())
		return tr.nowhere()
	}
	return tr.build.Function("attribute_type", x, tr.build.Value(attr.String(kind.String())))
}

func (tr *translation) call(e *partiql.Call) expr.Node {
	switch {
	case expr.IsFunction(e.Name):
	case expr.IsUpdateFunction(e.Name):
		tr.fail("The function is not allowed in a condition expression; function: %s", e.Name)
	default:
		tr.unrecognized(e)
	}
	args := tr.operands(e.Args)
	if tr.err() != nil {
		return tr.nowhere()
	}
	return tr.build.Function(e.Name, args...)
}

func (tr *translation) unrecognized(e *partiql.Call) {
	tr.fail("Unrecognized function: %s at %s", e.Name, e.At())
}

func (tr *translation) operands(list []partiql.Expr) []expr.Operand {
	operands := make([]expr.Operand, len(list))
	for i := range list {
		operands[i] = tr.operand(list[i])
	}
	return operands
}

// operand translates what operators and functions take.
func (tr *translation) operand(e partiql.Expr) expr.Operand {
	if tr.err() != nil {
		return expr.Operand{}
	}
	switch e := e.(type) {
	case *partiql.Path:
		return tr.build.Path(documentPath(e))
	case *partiql.Missing:
		tr.fail("MISSING must be compared using IS operator")
		return expr.Operand{}
	case *partiql.Binary:
		tr.fail("Unsupported operator in Condition Expression. Operator: %s", strings.ToLower(e.Op))
		return expr.Operand{}
	case *partiql.Call:
		switch {
		case e.Name == "size":
			args := tr.operands(e.Args)
			return tr.build.Size(args...)
		case expr.IsUpdateFunction(e.Name):
			tr.fail("The function is not allowed in a condition expression; function: %s", e.Name)
		case expr.IsFunction(e.Name):
			tr.fail("The function is not allowed to be used this way in an expression; function: %s", e.Name)
		default:
			tr.unrecognized(e)
		}
		return expr.Operand{}
	}
	return tr.build.Value(tr.constant(e))
}
