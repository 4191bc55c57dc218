package partiql

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Operators bind, from the loosest: OR, AND, NOT, comparisons, sums, products,
// signs.

func (p *parser) expr() Expr {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting {
		p.malformed("Expression is nested too deep")
	}
	return p.infix(0)
}

// levels are the operators that read their operands from the left, loosest
// first; NOT and the comparisons stand between the second and the third.
var levels = [][]string{{"OR"}, {"AND"}, {"+", "-", "||"}, {"*", "/", "%"}}

const sums = 2 // the level of + and -

func (p *parser) infix(level int) Expr {
	if level == sums {
		return p.not()
	}
	return p.chain(level, p.infix)
}

// chain reads operands of the next level with this level's operators between.
func (p *parser) chain(level int, next func(int) Expr) Expr {
	left := next(level + 1)
	for p.err == nil {
		t := p.peek()
		op := ""
		for _, o := range levels[level] {
			if t.is(o) || t.word(o) {
				op = o
			}
		}
		if op == "" {
			break
		}
		p.at++
		if p.peek().kind == tokenEnd {
			p.malformed("Missing right-hand side expression of infix operator")
		}
		left = &Binary{t.pos, op, left, next(level + 1)}
	}
	return left
}

func (p *parser) not() Expr {
	pos := p.peek().pos
	if !p.acceptWord("NOT") {
		return p.comparison()
	}
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxNesting {
		p.malformed("Expression is nested too deep")
		return &Missing{pos}
	}
	return &Not{pos, p.not()}
}

// value reads an operand of a comparison.
func (p *parser) value() Expr { return p.chain(sums, p.product) }

func (p *parser) product(level int) Expr {
	if level < len(levels) {
		return p.chain(level, p.product)
	}
	return p.signed()
}

func (p *parser) comparison() Expr {
	left := p.value()
	for p.err == nil {
		t := p.peek()
		not := t.word("NOT")
		if not {
			t = p.tokens[p.at+1]
			if !t.word("IN") && !t.word("BETWEEN") && !t.word("LIKE") {
				return left
			}
			p.at++
		}
		switch {
		case t.is("="), t.is("<>"), t.is("<"), t.is("<="), t.is(">"), t.is(">="), t.word("LIKE"):
			p.at++
			if p.peek().kind == tokenEnd {
				p.malformed("Missing right-hand side expression of infix operator")
			}
			left = &Binary{t.pos, upper(t.text), left, p.value()}
		case t.word("IN"):
			p.at++
			left = &In{t.pos, left, p.members()}
		case t.word("BETWEEN"):
			p.at++
			low := p.value()
			if !p.acceptWord("AND") {
				p.malformed("Expected AND after BETWEEN")
			}
			left = &Between{t.pos, left, low, p.value()}
		case t.word("IS"):
			left = p.is(left)
		default:
			return left
		}
		if not {
			left = &Not{t.pos, left}
		}
	}
	return left
}

// members reads what follows IN; parentheses hold a list even of one.
func (p *parser) members() Expr {
	pos := p.peek().pos
	if p.accept("(") {
		return &List{pos, p.list(")")}
	}
	return p.value()
}

// is reads IS [NOT] type.
func (p *parser) is(x Expr) Expr {
	pos := p.next().pos
	not := p.acceptWord("NOT")
	t := p.next()
	name, ok := typeNames[upper(t.text)]
	if t.kind != tokenWord || !ok {
		p.malformed("Expected type name")
		return x
	}
	switch name {
	case "DOUBLE_PRECISION":
		p.acceptWord("PRECISION")
	case "CHARACTER":
		if p.acceptWord("VARYING") {
			name = "CHARACTER_VARYING"
		}
	}
	if not {
		return &Not{pos, &Is{pos, x, name}}
	}
	return &Is{pos, x, name}
}

// signed reads a number with its sign, or any other primary.
func (p *parser) signed() Expr {
	t := p.peek()
	if !t.is("-") && !t.is("+") {
		return p.primary()
	}
	p.at++
	n := p.peek()
	if n.kind != tokenNumber {
		p.malformed("Unexpected operator")
		return &Missing{t.pos}
	}
	p.at++
	if t.is("-") {
		n.text = "-" + n.text
	}
	return &Literal{n.pos, attr.Value{Kind: attr.N, Text: n.text}}
}

func (p *parser) primary() Expr {
	t := p.peek()
	if p.err != nil {
		return &Missing{t.pos}
	}
	switch t.kind {
	case tokenString:
		p.at++
		return &Literal{t.pos, attr.String(t.text)}
	case tokenNumber:
		p.at++
		return &Literal{t.pos, attr.Value{Kind: attr.N, Text: t.text}}
	case tokenIon:
		p.at++
		return &Ion{t.pos, t.text}
	case tokenWord:
		return p.word(t)
	case tokenQuoted:
		return p.path(t.pos, p.name("Unexpected term"))
	case tokenSymbol:
		return p.constructor(t)
	}
	p.malformed("Unexpected term")
	return &Missing{t.pos}
}

// word reads what an unquoted word begins: a constant, a function or a path.
func (p *parser) word(t token) Expr {
	if p.tokens[p.at+1].is("(") && !t.operator() {
		p.at += 2
		c := &Call{Pos: t.pos, Name: strings.ToLower(t.text)}
		if p.accept("*") {
			p.expect(")")
			return c
		}
		c.Args = p.list(")")
		return c
	}
	switch {
	case t.word("TRUE"), t.word("FALSE"):
		p.at++
		return &Literal{t.pos, attr.Value{Kind: attr.BOOL, Bool: t.word("TRUE")}}
	case t.word("NULL"):
		p.at++
		return &Literal{t.pos, attr.Value{Kind: attr.NULL}}
	case t.word("MISSING"):
		p.at++
		return &Missing{t.pos}
	case t.operator():
		p.malformed("Unexpected operator")
	case t.keyword():
		p.malformed("Unexpected keyword")
	default:
		p.at++
		return p.path(t.pos, t.text)
	}
	return &Missing{t.pos}
}

// constructor reads what a symbol begins.
func (p *parser) constructor(t token) Expr {
	switch {
	case p.accept("?"):
		p.parameters++
		return &Parameter{t.pos, p.parameters - 1}
	case p.accept("["):
		return &List{t.pos, p.list("]")}
	case p.accept("<<"):
		return &Bag{t.pos, p.list(">>")}
	case p.accept("{"):
		return p.tuple(t)
	case p.accept("("):
		first := p.expr()
		if p.accept(",") {
			return &List{t.pos, append([]Expr{first}, p.list(")")...)}
		}
		p.expect(")")
		return first
	case t.operator():
		p.malformed("Unexpected operator")
	default:
		p.malformed("Unexpected term")
	}
	return &Missing{t.pos}
}

// list reads expressions up to the closing symbol.
func (p *parser) list(end string) []Expr {
	var list []Expr
	if p.accept(end) {
		return list
	}
	for p.err == nil {
		list = append(list, p.expr())
		if !p.accept(",") {
			p.expect(end)
			break
		}
	}
	return list
}

func (p *parser) tuple(t token) Expr {
	e := &Tuple{Pos: t.pos}
	if p.accept("}") {
		return e
	}
	for p.err == nil {
		f := Field{Key: p.expr()}
		p.expect(":")
		f.Value = p.expr()
		e.Fields = append(e.Fields, f)
		if !p.accept(",") {
			p.expect("}")
			break
		}
	}
	return e
}
