package cloudformation

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
)

// noValue is what {"Ref": "AWS::NoValue"} leaves: the member it stands in goes
// away.
type noValue struct{}

// scope is where values come from while a template is evaluated.
type scope struct {
	t          *Template
	parameters map[string]any                            // string, or []any of strings for lists
	pseudo     map[string]any                            // AWS::Region and its kin
	conditions map[string]bool                           // evaluated before anything else
	ref        func(id string) (any, error)              // of resources
	attribute  func(id, name string) (any, error)        // of resources
	export     func(name string) (value string, ok bool) // of other stacks
}

// eval computes a value: intrinsic functions are replaced, all else copied.
func (s *scope) eval(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		out := make([]any, 0, len(v))
		for _, e := range v {
			r, err := s.eval(e)
			if err != nil {
				return nil, err
			}
			if _, gone := r.(noValue); !gone {
				out = append(out, r)
			}
		}
		return out, nil
	case map[string]any:
		if name, arg, ok := intrinsic(v); ok {
			return s.call(name, arg)
		}
		out := make(map[string]any, len(v))
		for k, e := range v {
			r, err := s.eval(e)
			if err != nil {
				return nil, err
			}
			if _, gone := r.(noValue); !gone {
				out[k] = r
			}
		}
		return out, nil
	}
	return v, nil
}

// intrinsic recognizes {"Ref": …} and {"Fn::…": …}.
func intrinsic(m map[string]any) (name string, arg any, ok bool) {
	if len(m) != 1 {
		return "", nil, false
	}
	for name, arg = range m {
	}
	return name, arg, name == "Ref" || strings.HasPrefix(name, "Fn::")
}

func (s *scope) call(name string, arg any) (any, error) {
	switch name {
	case "Ref":
		return s.evalRef(arg)
	case "Fn::GetAtt":
		return s.getAtt(arg)
	case "Fn::Sub":
		return s.sub(arg)
	case "Fn::If":
		return s.choose(arg)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		return s.condition(map[string]any{name: arg})
	case "Fn::Join":
		return s.join(arg)
	case "Fn::Split":
		return s.split(arg)
	case "Fn::Select":
		return s.pick(arg)
	case "Fn::FindInMap":
		return s.findInMap(arg)
	case "Fn::ImportValue":
		return s.importValue(arg)
	case "Fn::GetAZs":
		return s.getAZs(arg)
	case "Fn::Cidr":
		return s.cidr(arg)
	case "Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll":
		return nil, errUnsupported("the rule function " + name)
	case "Fn::Base64":
		text, err := s.text(arg)
		return base64.StdEncoding.EncodeToString([]byte(text)), err
	}
	return nil, errUnsupported("the intrinsic function " + name)
}

func (s *scope) evalRef(arg any) (any, error) {
	name, ok := arg.(string)
	if !ok {
		return nil, errFormat("All References must be of type string.")
	}
	if name == "AWS::NoValue" {
		return noValue{}, nil
	}
	if v, ok := s.pseudo[name]; ok {
		return v, nil
	}
	if v, ok := s.parameters[name]; ok {
		return v, nil
	}
	return s.ref(name)
}

func (s *scope) getAtt(arg any) (any, error) {
	id, name, err := attributeOf(arg)
	if err != nil {
		return nil, err
	}
	return s.attribute(id, name)
}

// attributeOf reads the argument of Fn::GetAtt: ["id", "attribute"] or "id.attribute".
func attributeOf(arg any) (id, name string, err error) {
	switch arg := arg.(type) {
	case string:
		id, name, _ = strings.Cut(arg, ".")
	case []any:
		if len(arg) == 2 {
			id, _ = arg[0].(string)
			name, _ = arg[1].(string)
		}
	}
	if id == "" || name == "" {
		return "", "", errTemplate("Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute")
	}
	return id, name, nil
}

var placeholder = regexp.MustCompile(`\$\{([^{}]*)\}`)

func (s *scope) sub(arg any) (any, error) {
	text, own, err := subArgument(arg)
	if err != nil {
		return nil, err
	}
	var failed error
	out := placeholder.ReplaceAllStringFunc(text, func(m string) string {
		name := strings.TrimSpace(m[2 : len(m)-1])
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		var v any
		var err error
		if local, ok := own[name]; ok {
			v, err = s.eval(local)
		} else if id, attribute, dotted := strings.Cut(name, "."); dotted {
			v, err = s.attribute(id, attribute)
		} else {
			v, err = s.evalRef(name)
		}
		if err == nil {
			if text, ok := textOf(v); ok {
				return text
			}
			err = errTemplate("Fn::Sub: ${%s} is not a string", name)
		}
		if failed == nil {
			failed = err
		}
		return ""
	})
	return out, failed
}

// subArgument reads "text" or ["text", {name: value}].
func subArgument(arg any) (text string, own map[string]any, err error) {
	switch arg := arg.(type) {
	case string:
		return arg, nil, nil
	case []any:
		if len(arg) == 2 {
			text, isText := arg[0].(string)
			own, isMap := arg[1].(map[string]any)
			if isText && isMap {
				return text, own, nil
			}
		}
	}
	return "", nil, errTemplate("One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string")
}

func (s *scope) choose(arg any) (any, error) {
	list, ok := arg.([]any)
	if !ok || len(list) != 3 {
		return nil, errTemplate("Fn::If requires a list argument with three parameters: the condition name, the value if it is true, and the value if it is false.")
	}
	name, _ := list[0].(string)
	holds, ok := s.conditions[name]
	if !ok {
		return nil, errTemplate("unresolved condition dependency %s in the Conditions block of the template", name)
	}
	if holds {
		return s.eval(list[1])
	}
	return s.eval(list[2])
}

func (s *scope) join(arg any) (any, error) {
	list, ok := arg.([]any)
	if !ok || len(list) != 2 {
		return nil, errTemplate("every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.")
	}
	delimiter, _ := list[0].(string)
	v, err := s.eval(list[1])
	if err != nil {
		return nil, err
	}
	items, ok := v.([]any)
	if !ok {
		return nil, errTemplate("every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.")
	}
	parts := make([]string, len(items))
	for i, item := range items {
		if parts[i], ok = textOf(item); !ok {
			return nil, errTemplate("Fn::Join: item %d is not a string", i)
		}
	}
	return strings.Join(parts, delimiter), nil
}

func (s *scope) split(arg any) (any, error) {
	list, ok := arg.([]any)
	delimiter, isText := "", false
	if ok && len(list) == 2 {
		delimiter, isText = list[0].(string)
	}
	if !isText {
		return nil, errTemplate("every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.")
	}
	text, err := s.text(list[1])
	if err != nil {
		return nil, err
	}
	var out []any
	for part := range strings.SplitSeq(text, delimiter) {
		out = append(out, part)
	}
	return out, nil
}

func (s *scope) pick(arg any) (any, error) {
	list, ok := arg.([]any)
	if !ok || len(list) != 2 {
		return nil, errTemplate("Fn::Select requires a list argument with two elements: an integer index and a list")
	}
	text, err := s.text(list[0])
	if err != nil {
		return nil, err
	}
	var index int
	if _, err := fmt.Sscanf(text, "%d", &index); err != nil {
		return nil, errTemplate("Fn::Select requires a list argument with two elements: an integer index and a list")
	}
	v, err := s.eval(list[1])
	if err != nil {
		return nil, err
	}
	items, ok := v.([]any)
	if !ok || index < 0 || index >= len(items) {
		return nil, errTemplate("Fn::Select cannot select nonexistent value at index %d", index)
	}
	return items[index], nil
}

func (s *scope) findInMap(arg any) (any, error) {
	list, ok := arg.([]any)
	if !ok || len(list) != 3 {
		return nil, errTemplate("every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value")
	}
	var keys [3]string
	for i := range keys {
		var err error
		if keys[i], err = s.text(list[i]); err != nil {
			return nil, err
		}
	}
	first, _ := s.t.Mappings[keys[0]].(map[string]any)
	if first == nil {
		return nil, errTemplate("Mapping named '%s' is not present in the 'Mappings' section of template.", keys[0])
	}
	second, _ := first[keys[1]].(map[string]any)
	v, ok := second[keys[2]]
	if !ok {
		return nil, errTemplate("Unable to get mapping for %s::%s::%s", keys[0], keys[1], keys[2])
	}
	return v, nil
}

func (s *scope) importValue(arg any) (any, error) {
	name, err := s.text(arg)
	if err != nil {
		return nil, err
	}
	v, ok := s.export(name)
	if !ok {
		return nil, errValidation("No export named %s found.", name)
	}
	return v, nil
}

// text evaluates to a scalar and writes it as text.
func (s *scope) text(v any) (string, error) {
	r, err := s.eval(v)
	if err != nil {
		return "", err
	}
	text, ok := textOf(r)
	if !ok {
		return "", errTemplate("a string is expected, not a %s", kindOf(r))
	}
	return text, nil
}

// evalConditions computes the Conditions section.
func (s *scope) evalConditions() error {
	s.conditions = map[string]bool{}
	pending := map[string]bool{}
	var compute func(name string) (bool, error)
	compute = func(name string) (bool, error) {
		if v, done := s.conditions[name]; done {
			return v, nil
		}
		def, ok := s.t.Conditions[name]
		if !ok {
			return false, errFormat("Unresolved condition dependency %s in the Conditions block of the template", name)
		}
		if pending[name] {
			return false, errFormat("Found circular condition dependency with %s", name)
		}
		pending[name] = true
		v, err := s.conditionWith(def, compute)
		s.conditions[name] = v
		return v, err
	}
	for name := range s.t.Conditions {
		if _, err := compute(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *scope) condition(v any) (bool, error) {
	return s.conditionWith(v, func(name string) (bool, error) {
		holds, ok := s.conditions[name]
		if !ok {
			return false, errTemplate("unresolved condition dependency %s in the Conditions block of the template", name)
		}
		return holds, nil
	})
}

// conditionWith computes a condition function; named resolves {"Condition": name}.
func (s *scope) conditionWith(v any, named func(string) (bool, error)) (bool, error) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 {
		return false, errTemplate("Every Condition member must be a condition function.")
	}
	for name, arg := range m {
		if name == "Condition" {
			id, _ := arg.(string)
			return named(id)
		}
		list, ok := arg.([]any)
		if !ok {
			return false, errTemplate("every %s object requires a list of parameters", name)
		}
		switch name {
		case "Fn::Equals":
			return s.equals(list)
		case "Fn::Contains":
			return s.contains(list)
		case "Fn::EachMemberIn":
			return s.eachMemberIn(list)
		case "Fn::EachMemberEquals":
			return s.eachMemberEquals(list)
		case "Fn::Not":
			if len(list) != 1 {
				return false, errTemplate("Fn::Not requires a list argument with one function token")
			}
			holds, err := s.conditionWith(list[0], named)
			return !holds, err
		case "Fn::And", "Fn::Or":
			if len(list) < 2 || len(list) > 10 {
				return false, errTemplate("every %s object requires a list of at least 2 and at most 10 boolean parameters.", name)
			}
			for _, e := range list {
				holds, err := s.conditionWith(e, named)
				if err != nil || holds == (name == "Fn::Or") {
					return holds, err
				}
			}
			return name == "Fn::And", nil
		}
	}
	return false, errTemplate("Every Condition member must be a condition function.")
}

func (s *scope) equals(list []any) (bool, error) {
	if len(list) != 2 {
		return false, errTemplate("every Fn::Equals object requires a list of 2 string parameters.")
	}
	a, err := s.text(list[0])
	if err != nil {
		return false, err
	}
	b, err := s.text(list[1])
	return a == b, err
}
