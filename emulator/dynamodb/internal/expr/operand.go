package expr

import (
	"strconv"
	"unicode/utf16"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// operand is what operators and functions take: a document path, a literal
// value, or the size of one of them.
type operand struct {
	path    Path       // nil for a literal
	literal attr.Value // None for a path
	size    bool
}

// resolve returns the operand's value in an item; its Kind is None when the
// path leads nowhere or the value has no size.
func (o *operand) resolve(it attr.Item) attr.Value {
	v := o.literal
	if o.path != nil {
		v = o.path.Get(it)
	}
	if !o.size {
		return v
	}
	n := 0
	switch v.Kind {
	case attr.S: // UTF-16 units, as AWS counts (ExtendDB issue 60, checked on AWS)
		for _, r := range v.Text {
			n += utf16.RuneLen(r)
		}
	case attr.B:
		n = len(v.Text)
	case attr.L, attr.SS, attr.NS, attr.BS:
		n = len(v.List())
	case attr.M:
		n = len(v.Map())
	default:
		return attr.Value{}
	}
	return attr.Value{Kind: attr.N, Text: strconv.Itoa(n)}
}

// literalKind is the type known before any item is seen, None for a path.
func (o *operand) literalKind() attr.Kind {
	if o.size {
		return attr.N
	}
	return o.literal.Kind
}

// operand parses a path, a :value or size(…), in any number of parentheses.
func (p *parser) operand() operand {
	if p.accept("(") {
		o := p.operand()
		p.expect(")")
		return o
	}
	t := p.peek()
	if t.kind == tokenColon {
		return operand{literal: p.value()}
	}
	if t.kind != tokenName || !p.tokens[p.at+1].is("(") {
		return operand{path: p.path()}
	}
	if t.text != "size" {
		switch {
		case conditionFunctions[t.text] > 0:
			p.fail("The function is not allowed to be used this way in an expression; function: %s", t.text)
		case updateFunctions[t.text]:
			p.fail("The function is not allowed in a condition expression; function: %s", t.text)
		default:
			p.fail("Invalid function name; function: %s", t.text)
		}
		return operand{}
	}
	p.at += 2
	p.operator()
	args := p.operands()
	if p.err != nil {
		return operand{}
	}
	return p.sizeOf(args)
}

func (p *parser) sizeOf(args []operand) operand {
	if len(args) != 1 {
		p.operandCount("size", len(args))
		return operand{}
	}
	o := args[0]
	switch o.literalKind() {
	case attr.N, attr.BOOL, attr.NULL:
		p.operandType("size", o.literalKind())
	}
	o.size = true
	return o
}

// operands parses a function's arguments and the closing parenthesis.
func (p *parser) operands() []operand {
	args := make([]operand, 0, 2)
	for {
		args = append(args, p.operand())
		if p.err != nil {
			return args
		}
		if !p.accept(",") {
			p.expect(")")
			return args
		}
	}
}

func (p *parser) operandCount(function string, n int) {
	p.fail("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", function, n)
}

func (p *parser) operandType(function string, k attr.Kind) {
	p.fail("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", function, k)
}

// distinct refuses an operator whose first operand, a path, is also another.
func (p *parser) distinct(operator string, first operand, rest ...operand) {
	for _, o := range rest {
		if first.path != nil && o.path != nil && first.size == o.size && first.path.equal(o.path) {
			p.fail("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, first.path)
		}
	}
}
