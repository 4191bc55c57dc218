package expr

import (
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Projection selects parts of items: a tree of the selected paths.
type Projection struct{ root *branch }

// branch is one level of the tree: a field or an element, and what of it is
// selected; nothing below means all of it.
type branch struct {
	step  Step
	below []*branch
}

// Projection parses a ProjectionExpression. Errors are *Error.
func (s *Scope) Projection(text string) (*Projection, error) {
	const kind = "ProjectionExpression"
	p := newParser(s, kind, text)
	var paths []Path
	for p.err == nil {
		paths = append(paths, p.path())
		if !p.accept(",") {
			break
		}
	}
	p.end()
	if p.err != nil {
		return nil, p.err
	}
	if err := checkClashes(kind, paths); err != nil {
		return nil, err
	}
	return Select(paths), nil
}

// Select is the projection of the given paths.
func Select(paths []Path) *Projection {
	root := &branch{}
	for _, path := range paths {
		at := root
		for _, s := range path {
			i := slices.IndexFunc(at.below, func(b *branch) bool { return b.step == s })
			if i < 0 {
				i = len(at.below)
				at.below = append(at.below, &branch{step: s})
			}
			at = at.below[i]
		}
	}
	root.sort()
	return &Projection{root}
}

// sort orders fields by name and elements by index, as items are.
func (b *branch) sort() {
	slices.SortFunc(b.below, func(x, y *branch) int {
		if c := strings.Compare(x.step.Name, y.step.Name); c != 0 {
			return c
		}
		return x.step.Index - y.step.Index
	})
	for _, c := range b.below {
		c.sort()
	}
}

// Names calls f with each top-level attribute selected.
func (p *Projection) Names(f func(name string)) {
	for _, b := range p.root.below {
		f(b.step.Name)
	}
}

// Of returns the selected parts of the item; a nil projection selects all.
// Elements selected from a list keep their order and close ranks.
func (p *Projection) Of(it attr.Item) attr.Item {
	if p == nil {
		return it
	}
	return p.root.fields(it)
}

func (b *branch) fields(it attr.Item) attr.Item {
	out := make(attr.Item, 0, len(b.below))
	for _, c := range b.below {
		if v, ok := c.of(it.Get(c.step.Name)); ok {
			out = append(out, attr.Field{Name: c.step.Name, Value: v})
		}
	}
	return out
}

// of selects from the value at the branch; ok is false when nothing is there.
func (b *branch) of(v attr.Value) (attr.Value, bool) {
	switch {
	case v.Kind == attr.None:
		return v, false
	case len(b.below) == 0:
		return v, true
	case b.below[0].step.list:
		if v.Kind != attr.L {
			return v, false
		}
		list := make([]attr.Value, 0, len(b.below))
		for _, c := range b.below {
			if c.step.Index < len(v.List()) {
				if e, ok := c.of(v.List()[c.step.Index]); ok {
					list = append(list, e)
				}
			}
		}
		return attr.NewList(attr.L, list), len(list) > 0
	}
	if v.Kind != attr.M {
		return v, false
	}
	fields := b.fields(v.Map())
	return attr.NewMap(fields), len(fields) > 0
}
