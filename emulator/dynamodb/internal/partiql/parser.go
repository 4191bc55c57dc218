package partiql

import (
	"fmt"
	"strconv"
	"strings"
)

// maxNesting bounds how deep expressions nest, so that hostile statements
// cannot exhaust the stack.
const maxNesting = 200

// parser is recursive descent over the tokens of one statement. The first
// error sticks; after it every rule returns at once.
type parser struct {
	tokens     []token
	at         int
	depth      int
	parameters int
	err        *Error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &Error{fmt.Sprintf(format, args...)}
	}
}

// malformed refuses a statement that cannot be read. A literal or a comment
// that cannot be read is refused without a detail.
func (p *parser) malformed(detail string) {
	if p.peek().kind == tokenUnknown {
		detail = ""
	}
	p.fail("%s%s", malformed, detail)
}

func (p *parser) leftover() { p.malformed("Unexpected token after expression") }

// finish wants the statement to be over.
func (p *parser) finish() {
	if p.peek().kind != tokenEnd {
		p.leftover()
	}
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd && t.kind != tokenUnknown {
		p.at++
	}
	return t
}

func (p *parser) accept(symbol string) bool {
	if p.err == nil && p.peek().is(symbol) {
		p.at++
		return true
	}
	return false
}

func (p *parser) acceptWord(w string) bool {
	if p.err == nil && p.peek().word(w) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(symbol string) {
	if !p.accept(symbol) {
		p.malformed("Expected '" + symbol + "'")
	}
}

// name reads an identifier.
func (p *parser) name(wanted string) string {
	t := p.peek()
	if t.kind != tokenQuoted && (t.kind != tokenWord || t.keyword()) {
		p.malformed(wanted)
		return ""
	}
	p.at++
	if t.text == "" {
		p.fail("Path component cannot be an empty string")
	}
	return t.text
}

// simplePath reads the path that an update writes.
func (p *parser) simplePath() *Path {
	pos := p.peek().pos
	return p.path(pos, p.name("Expected identifier for simple path"))
}

// path reads the rest of a path after its first name.
func (p *parser) path(pos Pos, name string) *Path {
	path := &Path{Pos: pos, Steps: []Step{{Name: name}}}
	for p.err == nil {
		switch {
		case p.accept("."):
			path.Steps = append(path.Steps, Step{Name: p.name("Invalid path dot component")})
		case p.accept("["):
			path.Steps = append(path.Steps, p.bracket())
			p.expect("]")
		default:
			return path
		}
	}
	return path
}

// bracket reads what stands in the brackets of a path: an index, or a name in
// single quotes.
func (p *parser) bracket() Step {
	t := p.next()
	if t.kind == tokenString && t.text != "" {
		return Step{Name: t.text}
	}
	n, err := strconv.ParseInt(t.text, 10, 32)
	if t.kind != tokenNumber || err != nil {
		p.malformed("Invalid path component")
	}
	return Step{Index: int(n), Indexed: true}
}

func upper(s string) string { return strings.ToUpper(s) }
