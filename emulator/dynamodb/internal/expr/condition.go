package expr

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Condition is a parsed ConditionExpression or FilterExpression.
type Condition struct{ root node }

// Condition parses text; kind is the parameter's name. Errors are *Error.
func (s *Scope) Condition(kind, text string) (*Condition, error) {
	p := newParser(s, kind, text)
	n := p.or()
	p.end()
	if p.err != nil {
		return nil, p.err
	}
	return &Condition{n}, nil
}

// Holds reports whether the item satisfies the condition. A nil condition
// always holds; a missing item is an empty one.
func (c *Condition) Holds(it attr.Item) bool { return c == nil || c.root.holds(it) }

// Attributes calls f with the top-level name of each path in the condition.
func (c *Condition) Attributes(f func(name string)) {
	c.root.walk(func(o *operand) {
		if o.path != nil {
			f(o.path.Name())
		}
	})
}

// node is a truth-valued expression.
type node interface {
	holds(attr.Item) bool
	walk(func(*operand))
}

// maxInOperands is how many values IN may list.
const maxInOperands = 100

// conditionFunctions are the truth-valued functions and how many operands each
// takes.
var conditionFunctions = map[string]int{
	"attribute_exists":     1,
	"attribute_not_exists": 1,
	"attribute_type":       2,
	"begins_with":          2,
	"contains":             2,
}

func (p *parser) or() node {
	n := p.and()
	for p.err == nil && p.acceptWord("OR") {
		p.operator()
		n = &or{n, p.and()}
	}
	return n
}

func (p *parser) and() node {
	n := p.not()
	for p.err == nil && p.acceptWord("AND") {
		p.operator()
		n = &and{n, p.not()}
	}
	return n
}

func (p *parser) not() node {
	if p.acceptWord("NOT") {
		p.operator()
		return &not{p.not()}
	}
	return p.primary()
}

// primary parses a parenthesised condition, a function call or a comparison.
func (p *parser) primary() node {
	if p.err != nil {
		return never
	}
	t := p.peek()
	if t.is("(") && !p.operandInParentheses() {
		p.at++
		inner := p.or()
		p.expect(")")
		if _, doubled := inner.(*group); doubled {
			p.fail("The expression has redundant parentheses;")
		}
		return &group{inner}
	}
	if t.kind == tokenName && p.tokens[p.at+1].is("(") && t.text != "size" {
		return p.call()
	}
	return p.comparison()
}

// operandInParentheses looks ahead whether "(" opens an operand rather than a
// condition: only an operand is followed by an operator after its ")".
func (p *parser) operandInParentheses() bool {
	depth := 0
	for i := p.at; i < len(p.tokens); i++ {
		switch t := p.tokens[i]; {
		case t.is("("):
			depth++
		case t.is(")"):
			if depth--; depth == 0 {
				after := p.tokens[i+1]
				return isComparator(after) || after.keyword("BETWEEN") || after.keyword("IN")
			}
		}
	}
	return false
}

func isComparator(t token) bool {
	if t.kind != tokenSymbol {
		return false
	}
	switch t.text {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	}
	return false
}

func (p *parser) comparison() node {
	left := p.operand()
	if p.err != nil {
		return never
	}
	t := p.next()
	switch {
	case isComparator(t):
		p.operator()
		return p.compare(t.text, left, p.operand())
	case t.keyword("BETWEEN"):
		p.operator()
		low := p.operand()
		if p.err == nil && !p.acceptWord("AND") {
			p.syntax()
		}
		return p.between(left, low, p.operand())
	case t.keyword("IN"):
		p.operator()
		p.expect("(")
		return p.in(left, p.operands())
	}
	if t.kind != tokenEnd {
		p.at--
	}
	p.syntax()
	return never
}

func (p *parser) compare(op string, left, right operand) node {
	p.distinct(op, left, right)
	if op != "=" && op != "<>" {
		p.ordered(op, left)
		p.ordered(op, right)
	}
	return &compare{op: op, left: left, right: right}
}

func (p *parser) between(o, low, high operand) node {
	p.bounds(o, low, high)
	return &between{o, low, high}
}

func (p *parser) in(o operand, list []operand) node {
	if len(list) > maxInOperands {
		p.operandCount("IN", len(list)+1)
	}
	p.distinct("IN", o, list...)
	return &in{o, list}
}

// ordered refuses a literal that has no order.
func (p *parser) ordered(operator string, o operand) {
	switch k := o.literalKind(); k {
	case attr.None, attr.S, attr.N, attr.B:
	default:
		p.operandType(operator, k)
	}
}

func (p *parser) bounds(o, low, high operand) {
	p.ordered("BETWEEN", o)
	p.ordered("BETWEEN", low)
	p.ordered("BETWEEN", high)
	if p.err != nil || low.literalKind() == attr.None || high.literalKind() == attr.None || low.size || high.size {
		return
	}
	order, ok := low.literal.Compare(high.literal)
	if !ok {
		p.fail("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
			low.literal.Verbose(), high.literal.Verbose())
	} else if order > 0 {
		p.fail("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: %s, upper bound operand: AttributeValue: %s",
			low.literal.Verbose(), high.literal.Verbose())
	}
}

// call parses a truth-valued function.
func (p *parser) call() node {
	name := p.next().text
	p.at++ // "("
	if conditionFunctions[name] == 0 {
		if updateFunctions[name] {
			p.fail("The function is not allowed in a condition expression; function: %s", name)
		} else {
			p.fail("Invalid function name; function: %s", name)
		}
		return never
	}
	p.operator()
	args := p.operands()
	if p.err != nil {
		return never
	}
	return p.function(name, args)
}

// function is a call of one of conditionFunctions.
func (p *parser) function(name string, args []operand) node {
	if len(args) != conditionFunctions[name] {
		p.operandCount(name, len(args))
		return never
	}
	if strings.HasPrefix(name, "attribute_") && (args[0].path == nil || args[0].size) {
		p.fail("Operator or function requires a document path; operator or function: %s", name)
		return never
	}
	switch name {
	case "attribute_exists":
		return &exists{args[0], true}
	case "attribute_not_exists":
		return &exists{args[0], false}
	case "attribute_type":
		return p.attributeType(args)
	}
	p.distinct(name, args[0], args[1])
	if name == "contains" {
		return &contains{args[0], args[1]}
	}
	for _, a := range args {
		if k := a.literalKind(); k != attr.None && k != attr.S && k != attr.B {
			p.operandType(name, k)
		}
	}
	return &beginsWith{args[0], args[1]}
}

func (p *parser) attributeType(args []operand) node {
	want := args[1]
	if k := want.literalKind(); k != attr.S || want.size {
		p.operandType("attribute_type", k)
		return never
	}
	kind := attr.ParseKind(want.literal.Text)
	if kind == attr.None {
		p.fail("Invalid attribute type name found; type: %s, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}", want.literal.Text)
	}
	return &hasType{args[0], kind}
}
