package expr

import (
	"slices"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Update is a parsed UpdateExpression.
type Update struct {
	sets    []setAction
	removes []Path
	adds    []memberAction
	deletes []memberAction
}

type setAction struct {
	path  Path
	value setValue
}

// memberAction is an ADD or DELETE.
type memberAction struct {
	path  Path
	value attr.Value
}

// updateFunctions may stand on the right side of SET.
var updateFunctions = map[string]bool{"if_not_exists": true, "list_append": true}

// Update parses an UpdateExpression. Errors are *Error.
func (s *Scope) Update(text string) (*Update, error) {
	const kind = "UpdateExpression"
	p := newParser(s, kind, text)
	u := &Update{}
	seen := map[string]bool{}
	for p.err == nil {
		t := p.next()
		section := ""
		for _, word := range []string{"SET", "REMOVE", "ADD", "DELETE"} {
			if t.keyword(word) {
				section = word
			}
		}
		if section == "" {
			if t.kind != tokenEnd {
				p.at--
			}
			p.syntax()
			break
		}
		if seen[section] {
			p.fail("The \"%s\" section can only be used once in an update expression;", section)
			break
		}
		seen[section] = true
		p.section(section, u)
		if p.peek().kind == tokenEnd {
			break
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	if err := checkClashes(kind, u.Paths()); err != nil {
		return nil, err
	}
	return u, nil
}

// section parses the comma-separated actions of one section.
func (p *parser) section(section string, u *Update) {
	for {
		path := p.path()
		if p.err != nil {
			return
		}
		switch section {
		case "SET":
			p.expect("=")
			u.sets = append(u.sets, setAction{path, p.setValue()})
		case "REMOVE":
			u.removes = append(u.removes, path)
		default:
			p.operator()
			v := p.value()
			if p.err != nil {
				return
			}
			if !v.Kind.IsSet() && (section == "DELETE" || v.Kind != attr.N) {
				p.fail("Incorrect operand type for operator or function; operator: %s, operand type: %s", section, v.Kind.LongName())
				return
			}
			a := memberAction{path, v}
			if section == "ADD" {
				u.adds = append(u.adds, a)
			} else {
				u.deletes = append(u.deletes, a)
			}
		}
		if p.err != nil || !p.accept(",") {
			return
		}
	}
}

// Paths are the paths the update writes.
func (u *Update) Paths() []Path {
	paths := make([]Path, 0, len(u.sets)+len(u.removes)+len(u.adds)+len(u.deletes))
	for i := range u.sets {
		paths = append(paths, u.sets[i].path)
	}
	paths = append(paths, u.removes...)
	for i := range u.adds {
		paths = append(paths, u.adds[i].path)
	}
	for i := range u.deletes {
		paths = append(paths, u.deletes[i].path)
	}
	return paths
}

// Creates reports whether the update makes an item that does not exist: one
// that only removes does not.
func (u *Update) Creates() bool { return len(u.sets) > 0 || len(u.adds) > 0 }

// Apply returns the updated item. Every right side reads the old item; within
// a list, indexes are the old item's. Errors are *Error.
func (u *Update) Apply(old attr.Item) (attr.Item, error) {
	it := old
	values := make([]attr.Value, len(u.sets))
	for i := range u.sets {
		v, err := u.sets[i].value.resolve(old)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	for _, i := range u.setOrder() {
		var err error
		if it, err = set(it, u.sets[i].path, values[i]); err != nil {
			return nil, err
		}
	}
	for i := range u.adds {
		v, err := add(u.adds[i].path.Get(old), u.adds[i].value)
		if err != nil {
			return nil, err
		}
		if it, err = set(it, u.adds[i].path, v); err != nil {
			return nil, err
		}
	}
	for i := range u.deletes {
		var err error
		if it, err = u.deletes[i].apply(it, old); err != nil {
			return nil, err
		}
	}
	removes := slices.SortedFunc(slices.Values(u.removes), laterFirst)
	for _, path := range removes {
		var err error
		if it, err = remove(it, path); err != nil {
			return nil, err
		}
	}
	return it, nil
}

// setOrder sorts the actions so that elements beyond a list's end are appended
// in the order of their indexes.
func (u *Update) setOrder() []int {
	order := make([]int, len(u.sets))
	for i := range order {
		order[i] = i
	}
	if len(order) > 1 {
		slices.SortStableFunc(order, func(i, j int) int { return laterFirst(u.sets[j].path, u.sets[i].path) })
	}
	return order
}

// laterFirst orders paths so that of two elements of one list the one with the
// higher index comes first.
func laterFirst(a, b Path) int {
	for i := range min(len(a), len(b)) {
		if a[i].list && b[i].list && a[i].Index != b[i].Index {
			return b[i].Index - a[i].Index
		}
		if a[i] != b[i] {
			return 0
		}
	}
	return 0
}

// add is the sum or union that ADD stores.
func add(old, v attr.Value) (attr.Value, error) {
	switch {
	case old.Kind == attr.None:
		return v, nil
	case old.Kind != v.Kind:
		return old, errWrongType
	case v.Kind == attr.N:
		sum, err := attr.Add(old.Text, v.Text)
		if err != nil {
			return old, errorf("%s", err)
		}
		return attr.Value{Kind: attr.N, Text: sum}, nil
	}
	members := slices.Clone(old.List())
	for _, e := range v.List() {
		if !old.HasMember(e) {
			members = append(members, e)
		}
	}
	union := attr.NewList(old.Kind, members)
	attr.SortSet(union)
	return union, nil
}

// apply takes members out of a set; an emptied set's attribute goes with them.
func (a *memberAction) apply(it, before attr.Item) (attr.Item, error) {
	old := a.path.Get(before)
	if old.Kind == attr.None {
		return it, nil
	}
	if old.Kind != a.value.Kind {
		return nil, errWrongType
	}
	var rest []attr.Value
	for _, e := range old.List() {
		if !a.value.HasMember(e) {
			rest = append(rest, e)
		}
	}
	if len(rest) == 0 {
		return remove(it, a.path)
	}
	return set(it, a.path, attr.NewList(old.Kind, rest))
}
