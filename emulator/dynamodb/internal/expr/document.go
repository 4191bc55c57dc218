package expr

import (
	"slices"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// set returns the item with the value at the path. What contains the last step
// must exist; an index beyond a list's end appends.
func set(it attr.Item, path Path, v attr.Value) (attr.Item, error) {
	if len(path) == 1 {
		return it.With(path[0].Name, v), nil
	}
	child, err := setIn(it.Get(path[0].Name), path[1:], v)
	if err != nil {
		return nil, err
	}
	return it.With(path[0].Name, child), nil
}

func setIn(in attr.Value, path Path, v attr.Value) (attr.Value, error) {
	s := path[0]
	if !s.list {
		if in.Kind != attr.M {
			return in, errWrongPath
		}
		m, err := set(in.Map(), path, v)
		return attr.NewMap(m), err
	}
	if in.Kind != attr.L {
		return in, errWrongPath
	}
	if s.Index >= len(in.List()) {
		if len(path) > 1 {
			return in, errWrongPath
		}
		return attr.NewList(attr.L, append(slices.Clone(in.List()), v)), nil
	}
	if len(path) > 1 {
		var err error
		if v, err = setIn(in.List()[s.Index], path[1:], v); err != nil {
			return in, err
		}
	}
	list := slices.Clone(in.List())
	list[s.Index] = v
	return attr.NewList(attr.L, list), nil
}

// remove returns the item without what is at the path. What contains the last
// step must exist, the step itself need not.
func remove(it attr.Item, path Path) (attr.Item, error) {
	if len(path) == 1 {
		return it.Without(path[0].Name), nil
	}
	child, err := removeIn(it.Get(path[0].Name), path[1:])
	if err != nil {
		return nil, err
	}
	return it.With(path[0].Name, child), nil
}

func removeIn(in attr.Value, path Path) (attr.Value, error) {
	s := path[0]
	if !s.list {
		if in.Kind != attr.M {
			return in, errWrongPath
		}
		m, err := remove(in.Map(), path)
		return attr.NewMap(m), err
	}
	if in.Kind != attr.L {
		return in, errWrongPath
	}
	if s.Index >= len(in.List()) {
		if len(path) > 1 {
			return in, errWrongPath
		}
		return in, nil
	}
	list := slices.Clone(in.List())
	if len(path) == 1 {
		return attr.NewList(attr.L, slices.Delete(list, s.Index, s.Index+1)), nil
	}
	child, err := removeIn(list[s.Index], path[1:])
	if err != nil {
		return in, err
	}
	list[s.Index] = child
	return attr.NewList(attr.L, list), nil
}
