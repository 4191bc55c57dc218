package expr

import (
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// parser is recursive descent over the tokens of one expression. The first
// error sticks; after it every rule returns at once.
type parser struct {
	scope     *Scope
	kind      string // the parameter's name, e.g. "ConditionExpression"; opens every message. Empty for a Builder
	text      string
	tokens    []token
	at        int
	operators int
	err       *Error
}

func newParser(s *Scope, kind, text string) *parser {
	p := &parser{scope: s, kind: kind, text: text}
	switch {
	case strings.TrimSpace(text) == "":
		p.fail("The expression can not be empty;")
	case len(text) > maxExpressionBytes:
		p.fail("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	}
	if p.err == nil {
		p.tokens = lex(text)
	} else {
		p.tokens = lex("")
	}
	return p
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = errorf(opening(p.kind)+format, args...)
	}
}

// opening is how messages about an expression begin; nothing for parts that
// did not come as an expression.
func opening(kind string) string {
	if kind == "" {
		return ""
	}
	return "Invalid " + kind + ": "
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// syntax refuses the token that comes next.
func (p *parser) syntax() {
	t := p.peek()
	from, to := t.start, t.start
	if t.kind != tokenEnd {
		to += len(t.text)
	}
	if p.at > 0 {
		from = p.tokens[p.at-1].start
	}
	if p.at+1 < len(p.tokens) && p.tokens[p.at+1].kind != tokenEnd {
		to = p.tokens[p.at+1].start + len(p.tokens[p.at+1].text)
	}
	p.fail("Syntax error; token: \"%s\", near: \"%s\"", t.text, p.text[from:to])
}

func (p *parser) accept(symbol string) bool {
	if p.peek().is(symbol) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(symbol string) {
	if !p.accept(symbol) {
		p.syntax()
	}
}

func (p *parser) acceptWord(word string) bool {
	if p.peek().keyword(word) {
		p.at++
		return true
	}
	return false
}

// operator counts one operator or function towards the limit.
func (p *parser) operator() {
	p.operators++
	if p.operators > maxOperators {
		p.fail("The expression contains more than the maximum number of operators; maximum: %d", maxOperators)
	}
}

// end wants the expression to be over.
func (p *parser) end() {
	if p.err == nil && p.peek().kind != tokenEnd {
		p.syntax()
	}
}

// path parses a document path.
func (p *parser) path() Path {
	path := make(Path, 0, 1)
	for {
		path = append(path, Step{Name: p.step()})
		for p.err == nil && p.accept("[") {
			t := p.next()
			n, err := strconv.Atoi(t.text)
			if t.kind != tokenNumber || err != nil {
				p.at--
				p.syntax()
				return path
			}
			path = append(path, Step{Index: n, list: true})
			p.expect("]")
		}
		if p.err != nil || !p.accept(".") {
			return path
		}
	}
}

// step parses one name of a path.
func (p *parser) step() string {
	t := p.peek()
	switch t.kind {
	case tokenName:
		if isReserved(t.text) {
			p.fail("Attribute name is a reserved keyword; reserved keyword: %s", t.text)
		}
		p.at++
		return t.text
	case tokenHash:
		p.at++
		name, ok := p.scope.name(t.text)
		if !ok {
			p.fail("An expression attribute name used in the document path is not defined; attribute name: %s", t.text)
		}
		return name
	}
	p.syntax()
	return ""
}

// value parses a :value.
func (p *parser) value() attr.Value {
	t := p.peek()
	if t.kind != tokenColon {
		p.syntax()
		return attr.Value{}
	}
	p.at++
	v, ok := p.scope.value(t.text)
	if !ok {
		p.fail("An expression attribute value used in expression is not defined; attribute value: %s", t.text)
	}
	return v
}
