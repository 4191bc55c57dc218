package cloudformation

import (
	"maps"
	"slices"
)

// templateRule is an entry of the Rules section: when its condition holds, its
// assertions must (User Guide, "Rules").
type templateRule struct {
	condition  any // nil: always
	assertions []assertion
}

type assertion struct {
	assert      any
	description string
}

func (t *Template) rule(id string, m map[string]any) error {
	r := templateRule{condition: m["RuleCondition"]}
	list, ok := m["Assertions"].([]any)
	if !ok {
		return errFormat("[/Rules/%s] must contain a list of Assertions", id)
	}
	for _, e := range list {
		a, ok := e.(map[string]any)
		if !ok || a["Assert"] == nil {
			return errFormat("[/Rules/%s] Every assertion must contain an Assert", id)
		}
		text, _ := a["AssertDescription"].(string)
		r.assertions = append(r.assertions, assertion{a["Assert"], text})
	}
	t.Rules[id] = r
	return nil
}

// checkRules refuses parameters that the template's rules do not allow.
func (t *Template) checkRules(values map[string]string) error {
	sc := &scope{t: t, parameters: map[string]any{}, pseudo: map[string]any{}}
	for name, value := range values {
		p := t.Parameters[name]
		sc.parameters[name] = p.typed(value)
	}
	sc.ref = func(id string) (any, error) {
		return nil, errTemplate("Rules may refer to parameters only, not to %s", id)
	}
	sc.attribute = func(id, _ string) (any, error) { return sc.ref(id) }
	sc.export = func(string) (string, bool) { return "", false }
	for _, id := range slices.Sorted(maps.Keys(t.Rules)) {
		r := t.Rules[id]
		if r.condition != nil {
			applies, err := sc.condition(r.condition)
			if err != nil {
				return err
			}
			if !applies {
				continue
			}
		}
		for _, a := range r.assertions {
			holds, err := sc.condition(a.assert)
			if err != nil {
				return err
			}
			if !holds {
				return errValidation("Template constraint violated: %s", a.description)
			}
		}
	}
	return nil
}

// contains is Fn::Contains: [[texts], text].
func (s *scope) contains(list []any) (bool, error) {
	members, of, err := s.lists("Fn::Contains", list)
	if err != nil {
		return false, err
	}
	return len(of) == 1 && slices.Contains(members, of[0]), nil
}

// eachMemberIn is Fn::EachMemberIn: every text of the first list is in the second.
func (s *scope) eachMemberIn(list []any) (bool, error) {
	each, in, err := s.lists("Fn::EachMemberIn", list)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(each, func(v string) bool { return !slices.Contains(in, v) }), nil
}

// eachMemberEquals is Fn::EachMemberEquals: every text of the list is the other.
func (s *scope) eachMemberEquals(list []any) (bool, error) {
	each, to, err := s.lists("Fn::EachMemberEquals", list)
	if err != nil {
		return false, err
	}
	return len(to) == 1 && !slices.ContainsFunc(each, func(v string) bool { return v != to[0] }), nil
}

// lists evaluates two arguments, each a text or a list of texts.
func (s *scope) lists(name string, args []any) (a, b []string, err error) {
	if len(args) != 2 {
		return nil, nil, errTemplate("every %s object requires a list of 2 parameters", name)
	}
	var out [2][]string
	for i, arg := range args {
		v, err := s.eval(arg)
		if err != nil {
			return nil, nil, err
		}
		items, isList := v.([]any)
		if !isList {
			items = []any{v}
		}
		for _, item := range items {
			text, ok := textOf(item)
			if !ok {
				return nil, nil, errTemplate("%s: a string is expected, not a %s", name, kindOf(item))
			}
			out[i] = append(out[i], text)
		}
	}
	return out[0], out[1], nil
}
