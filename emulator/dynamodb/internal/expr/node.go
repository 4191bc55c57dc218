package expr

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// The nodes of a condition's tree.
type (
	or      struct{ a, b node }
	and     struct{ a, b node }
	not     struct{ a node }
	group   struct{ a node } // in parentheses; kept to find doubled ones
	compare struct {
		op          string
		left, right operand
	}
	between struct{ o, low, high operand }
	in      struct {
		o    operand
		list []operand
	}
	exists struct {
		o    operand
		want bool
	}
	hasType struct {
		o    operand
		kind attr.Kind
	}
	beginsWith struct{ o, prefix operand }
	contains   struct{ o, member operand }
)

// never stands where parsing has failed; it is never evaluated.
var never node = &exists{operand{path: Path{{}}}, true}

func (n *or) holds(it attr.Item) bool    { return n.a.holds(it) || n.b.holds(it) }
func (n *and) holds(it attr.Item) bool   { return n.a.holds(it) && n.b.holds(it) }
func (n *not) holds(it attr.Item) bool   { return !n.a.holds(it) }
func (n *group) holds(it attr.Item) bool { return n.a.holds(it) }

// holds: values of different types are unequal and have no order; a missing
// one is unequal to everything.
func (n *compare) holds(it attr.Item) bool {
	l, r := n.left.resolve(it), n.right.resolve(it)
	switch n.op {
	case "=":
		return l.Kind != attr.None && l.Equal(r)
	case "<>":
		return l.Kind == attr.None || !l.Equal(r)
	}
	order, ok := l.Compare(r)
	if !ok {
		return false
	}
	switch n.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (n *between) holds(it attr.Item) bool {
	v := n.o.resolve(it)
	low, ok := v.Compare(n.low.resolve(it))
	if !ok || low < 0 {
		return false
	}
	high, ok := v.Compare(n.high.resolve(it))
	return ok && high <= 0
}

func (n *in) holds(it attr.Item) bool {
	v := n.o.resolve(it)
	if v.Kind == attr.None {
		return false
	}
	for i := range n.list {
		if v.Equal(n.list[i].resolve(it)) {
			return true
		}
	}
	return false
}

func (n *exists) holds(it attr.Item) bool {
	return (n.o.resolve(it).Kind != attr.None) == n.want
}

func (n *hasType) holds(it attr.Item) bool { return n.o.resolve(it).Kind == n.kind }

func (n *beginsWith) holds(it attr.Item) bool {
	v, prefix := n.o.resolve(it), n.prefix.resolve(it)
	return v.Kind == prefix.Kind && (v.Kind == attr.S || v.Kind == attr.B) && strings.HasPrefix(v.Text, prefix.Text)
}

func (n *contains) holds(it attr.Item) bool {
	v, m := n.o.resolve(it), n.member.resolve(it)
	if m.Kind == attr.None {
		return false
	}
	switch v.Kind {
	case attr.S, attr.B:
		return v.Kind == m.Kind && strings.Contains(v.Text, m.Text)
	case attr.L, attr.SS, attr.NS, attr.BS:
		return v.HasMember(m)
	}
	return false
}

func (n *or) walk(f func(*operand))         { n.a.walk(f); n.b.walk(f) }
func (n *and) walk(f func(*operand))        { n.a.walk(f); n.b.walk(f) }
func (n *not) walk(f func(*operand))        { n.a.walk(f) }
func (n *group) walk(f func(*operand))      { n.a.walk(f) }
func (n *compare) walk(f func(*operand))    { f(&n.left); f(&n.right) }
func (n *between) walk(f func(*operand))    { f(&n.o); f(&n.low); f(&n.high) }
func (n *exists) walk(f func(*operand))     { f(&n.o) }
func (n *hasType) walk(f func(*operand))    { f(&n.o) }
func (n *beginsWith) walk(f func(*operand)) { f(&n.o); f(&n.prefix) }
func (n *contains) walk(f func(*operand))   { f(&n.o); f(&n.member) }
func (n *in) walk(f func(*operand)) {
	f(&n.o)
	for i := range n.list {
		f(&n.list[i])
	}
}
