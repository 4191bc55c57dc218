package dynamodb

import (
	"errors"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/partiql"
)

// translation turns a statement's expressions into what the engine evaluates.
// The first error sticks.
type translation struct {
	parameters []attr.Value
	build      expr.Builder
	failed     error
}

func (tr *translation) fail(format string, args ...any) {
	if tr.err() == nil {
		tr.failed = errValidation(format, args...)
	}
}

func (tr *translation) err() error {
	if tr.failed == nil {
		tr.failed = exprError(tr.build.Err())
	}
	return tr.failed
}

// root is where a value stands in itself, as messages tell.
const root = "root"

// isConstant reports whether an expression names no attribute.
func isConstant(e partiql.Expr) bool {
	switch e.(type) {
	case *partiql.Literal, *partiql.Parameter, *partiql.List, *partiql.Bag, *partiql.Tuple:
		return true
	}
	return false
}

// constant is the value of an expression that names no attribute.
func (tr *translation) constant(e partiql.Expr) attr.Value {
	if p, ok := e.(*partiql.Parameter); ok {
		return tr.parameters[p.Index]
	}
	v := tr.literal(e, root)
	if v.Depth() > attr.MaxNesting {
		tr.fail("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit")
	}
	return v
}

// literal is the value of what is written out, at a place inside a value.
// Parameters may not stand inside.
func (tr *translation) literal(e partiql.Expr, under string) attr.Value {
	switch e := e.(type) {
	case *partiql.Literal:
		return tr.scalar(e, under)
	case *partiql.List:
		list := make([]attr.Value, len(e.Elems))
		for i := range e.Elems {
			list[i] = tr.literal(e.Elems[i], under+"["+strconv.Itoa(i)+"]")
		}
		return attr.NewList(attr.L, list)
	case *partiql.Bag:
		return tr.set(e, under)
	case *partiql.Tuple:
		var m attr.Item
		for _, f := range tr.fields(e, under) {
			m = m.With(f.name, tr.literal(f.value, under+"."+f.name))
		}
		return attr.NewMap(m)
	case *partiql.Ion:
		tr.fail("Ion Literals are not supported: %s under key %s at %s", e.Text, under, e.At())
	default:
		tr.fail("Unsupported data type: %s under key %s at %s", typeOf(e), strings.NewReplacer("[", ".", "]", "").Replace(under), e.At())
	}
	return attr.Value{}
}

// typeOf names what is no value, as messages do.
func typeOf(e partiql.Expr) string {
	switch e := e.(type) {
	case *partiql.Path:
		return "VariableReference"
	case *partiql.Parameter:
		return "Parameter"
	case *partiql.Missing:
		return "MISSING"
	case *partiql.Call:
		return e.Name
	case *partiql.Binary:
		return e.Op
	}
	return "Expression"
}

func (tr *translation) scalar(e *partiql.Literal, under string) attr.Value {
	v := e.Value
	if v.Kind != attr.N {
		return v
	}
	text, err := attr.ParseNumber(v.Text)
	if err != nil {
		tr.fail("%s under %s", err, under)
	}
	v.Text = text
	return v
}

// set is the value of <<a, b>>: a set of strings or of numbers.
func (tr *translation) set(e *partiql.Bag, under string) attr.Value {
	if len(e.Elems) == 0 {
		tr.fail("Empty bags are not supported")
		return attr.Value{}
	}
	const unsupported = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
	members := make([]attr.Value, len(e.Elems))
	for i, elem := range e.Elems {
		l, ok := elem.(*partiql.Literal)
		if !ok || l.Value.Kind != attr.S && l.Value.Kind != attr.N {
			tr.fail("%s at %s", unsupported, elem.At())
			return attr.Value{}
		}
		members[i] = tr.scalar(l, under)
		if members[i].Kind != members[0].Kind {
			tr.fail(unsupported)
			return attr.Value{}
		}
	}
	kind := attr.SS
	if members[0].Kind == attr.N {
		kind = attr.NS
	}
	v, err := attr.NewSet(kind, members)
	if err != nil {
		tr.fail("%s", err.Message)
	}
	return v
}

type tupleField struct {
	name  string
	value partiql.Expr
}

// fields are a tuple's fields, whose names must be distinct strings.
func (tr *translation) fields(e *partiql.Tuple, under string) []tupleField {
	fields := make([]tupleField, 0, len(e.Fields))
	seen := map[string]bool{}
	for _, f := range e.Fields {
		l, ok := f.Key.(*partiql.Literal)
		if !ok || l.Value.Kind != attr.S {
			tr.fail("Tuple keys must be of type String. Actual type: %s under %s at %s", typeOf(f.Key), under, f.Key.At())
			return nil
		}
		name := l.Value.Text
		if name == "" {
			tr.fail("Path component cannot be an empty string")
		}
		if bad := attr.NameError(name); bad != nil {
			tr.fail("%s", bad.Message)
		}
		if seen[name] {
			tr.fail("Duplicate keys in tuple. Key: %s under %s at %s", name, under, f.Key.At())
		}
		seen[name] = true
		fields = append(fields, tupleField{name, f.Value})
	}
	return fields
}

// documentPath is a statement's path in the engine's form.
func documentPath(p *partiql.Path) expr.Path {
	path := make(expr.Path, len(p.Steps))
	for i, s := range p.Steps {
		path[i] = expr.Field(s.Name)
		if s.Indexed {
			path[i] = expr.Element(s.Index)
		}
	}
	return path
}

// statementError gives a parser's error its code.
func statementError(err error) error {
	if e, ok := errors.AsType[*partiql.Error](err); ok {
		return errValidation("%s", e.Message)
	}
	return err
}
