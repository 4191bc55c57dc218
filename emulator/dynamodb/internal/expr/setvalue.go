package expr

import (
	"slices"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// setValue is the right side of a SET action, or part of one.
type setValue interface {
	resolve(attr.Item) (attr.Value, error)
}

type (
	setLiteral struct{ v attr.Value }
	setPath    struct{ path Path }
	setSum     struct {
		minus bool
		a, b  setValue
	}
	setDefault struct { // if_not_exists
		path Path
		v    setValue
	}
	setAppend struct{ a, b setValue } // list_append
)

// setValue parses an operand or the sum or difference of two.
func (p *parser) setValue() setValue {
	a := p.setOperand()
	t := p.peek()
	if p.err != nil || !t.is("+") && !t.is("-") {
		return a
	}
	p.at++
	p.operator()
	return p.sum(t.text, a, p.setOperand())
}

// sum is the sum or, with the operator "-", the difference of two operands.
func (p *parser) sum(operator string, a, b setValue) setValue {
	for _, o := range []setValue{a, b} {
		if k := literalKind(o); k != attr.None && k != attr.N {
			p.operandType(operator, k)
		}
	}
	return &setSum{operator == "-", a, b}
}

// literalKind is the type known before any item is seen, None otherwise.
func literalKind(v setValue) attr.Kind {
	if l, ok := v.(*setLiteral); ok {
		return l.v.Kind
	}
	return attr.None
}

func (p *parser) setOperand() setValue {
	if p.err != nil {
		return &setLiteral{}
	}
	if p.accept("(") {
		v := p.setValue()
		p.expect(")")
		return v
	}
	t := p.peek()
	switch {
	case t.kind == tokenColon:
		return &setLiteral{p.value()}
	case t.kind != tokenName || !p.tokens[p.at+1].is("("):
		return &setPath{p.path()}
	}
	p.at += 2
	p.operator()
	switch {
	case t.text == "size" || conditionFunctions[t.text] > 0:
		p.fail("The function is not allowed in an update expression; function: %s", t.text)
		return &setLiteral{}
	case !updateFunctions[t.text]:
		p.fail("Invalid function name; function: %s", t.text)
		return &setLiteral{}
	}
	args := p.setOperands()
	if p.err != nil {
		return &setLiteral{}
	}
	return p.updateFunction(t.text, args)
}

// updateFunction is a call of one of updateFunctions.
func (p *parser) updateFunction(name string, args []setValue) setValue {
	if len(args) != 2 {
		p.operandCount(name, len(args))
		return &setLiteral{}
	}
	if name == "if_not_exists" {
		path, ok := args[0].(*setPath)
		if !ok {
			p.fail("Operator or function requires a document path; operator or function: if_not_exists")
			return &setLiteral{}
		}
		return &setDefault{path.path, args[1]}
	}
	for _, a := range args {
		if k := literalKind(a); k != attr.None && k != attr.L {
			p.operandType("list_append", k)
		}
	}
	return &setAppend{args[0], args[1]}
}

func (p *parser) setOperands() []setValue {
	var args []setValue
	for {
		args = append(args, p.setOperand())
		if p.err != nil {
			return args
		}
		if !p.accept(",") {
			p.expect(")")
			return args
		}
	}
}

func (s *setLiteral) resolve(attr.Item) (attr.Value, error) { return s.v, nil }

func (s *setPath) resolve(it attr.Item) (attr.Value, error) {
	v := s.path.Get(it)
	if v.Kind == attr.None {
		return v, errMissingAttribute
	}
	return v, nil
}

func (s *setDefault) resolve(it attr.Item) (attr.Value, error) {
	if v := s.path.Get(it); v.Kind != attr.None {
		return v, nil
	}
	return s.v.resolve(it)
}

// both resolves two operands that must have the given type.
func both(it attr.Item, a, b setValue, kind attr.Kind) (x, y attr.Value, err error) {
	if x, err = a.resolve(it); err != nil {
		return x, y, err
	}
	if y, err = b.resolve(it); err != nil {
		return x, y, err
	}
	if x.Kind != kind || y.Kind != kind {
		return x, y, errWrongType
	}
	return x, y, nil
}

func (s *setSum) resolve(it attr.Item) (attr.Value, error) {
	x, y, err := both(it, s.a, s.b, attr.N)
	if err != nil {
		return x, err
	}
	sum := attr.Add
	if s.minus {
		sum = attr.Subtract
	}
	text, err := sum(x.Text, y.Text)
	if err != nil {
		return x, errorf("%s", err)
	}
	return attr.Value{Kind: attr.N, Text: text}, nil
}

func (s *setAppend) resolve(it attr.Item) (attr.Value, error) {
	x, y, err := both(it, s.a, s.b, attr.L)
	if err != nil {
		return x, err
	}
	return attr.NewList(attr.L, slices.Concat(x.List(), y.List())), nil
}
