package expr

import (
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// Step is one part of a document path: a field's name or, when Name is unset,
// a list's index.
type Step struct {
	Name  string
	Index int
	list  bool
}

// Field is a step to a map's field.
func Field(name string) Step { return Step{Name: name} }

// Element is a step to a list's element.
func Element(index int) Step { return Step{Index: index, list: true} }

// Path is a document path such as a.b[2]; its first step is a name.
type Path []Step

// Name is the attribute the path begins at.
func (p Path) Name() string { return p[0].Name }

// String is the path as error messages print it: [a, b, [2]].
func (p Path) String() string {
	parts := make([]string, len(p))
	for i, s := range p {
		parts[i] = s.Name
		if s.list {
			parts[i] = "[" + strconv.Itoa(s.Index) + "]"
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// Get follows the path; the value's Kind is None where it leads nowhere.
func (p Path) Get(it attr.Item) attr.Value {
	v := it.Get(p[0].Name)
	for _, s := range p[1:] {
		switch {
		case s.list && v.Kind == attr.L && s.Index < len(v.List()):
			v = v.List()[s.Index]
		case !s.list && v.Kind == attr.M:
			v = v.Map().Get(s.Name)
		default:
			return attr.Value{}
		}
	}
	return v
}

func (p Path) equal(q Path) bool {
	if len(p) != len(q) {
		return false
	}
	for i := range p {
		if p[i] != q[i] {
			return false
		}
	}
	return true
}

// clash compares two paths of one expression that each write or select: "overlap"
// when one contains the other, "conflict" when they disagree whether a value is
// a list or a map, empty when they may stand together.
func (p Path) clash(q Path) string {
	for i := range min(len(p), len(q)) {
		if p[i].list != q[i].list {
			return "conflict"
		}
		if p[i] != q[i] {
			return ""
		}
	}
	return "overlap"
}

// checkClashes refuses paths that cannot stand together.
func checkClashes(kind string, paths []Path) *Error {
	for j := range paths {
		for i := range j {
			if word := paths[i].clash(paths[j]); word != "" {
				return errorf("%sTwo document paths %s with each other; must remove or rewrite one of these paths; path one: %s, path two: %s",
					opening(kind), word, paths[i], paths[j])
			}
		}
	}
	return nil
}
