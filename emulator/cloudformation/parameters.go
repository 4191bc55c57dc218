package cloudformation

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// resolve fixes the template's parameters from what the caller gave, what the
// stack had (for UsePreviousValue), and the defaults.
func (t *Template) resolve(given []Parameter, previous map[string]string) (map[string]string, error) {
	values := map[string]string{}
	var unknown []string
	for _, p := range given {
		if !has(t.Parameters, p.ParameterKey) {
			unknown = append(unknown, p.ParameterKey)
			continue
		}
		if p.UsePreviousValue {
			old, ok := previous[p.ParameterKey]
			if !ok {
				return nil, errValidation("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", p.ParameterKey)
			}
			values[p.ParameterKey] = old
		} else {
			values[p.ParameterKey] = p.ParameterValue
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		return nil, errValidation("Parameters: [%s] do not exist in the template", strings.Join(unknown, ", "))
	}
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		p := t.Parameters[name]
		value, ok := values[name]
		if !ok && p.Default != nil {
			value, ok = textOf(p.Default)
			values[name] = value
		}
		if !ok {
			missing = append(missing, name)
			continue
		}
		if err := p.check(name, value); err != nil {
			return nil, err
		}
	}
	if len(missing) > 0 {
		return nil, errValidation("Parameters: [%s] must have values", strings.Join(missing, ", "))
	}
	return values, t.checkRules(values)
}

func (p *parameter) check(name, value string) error {
	refuse := func(format string, args ...any) error {
		if p.ConstraintDescription != "" {
			return errValidation("Parameter '%s' failed to satisfy constraint: %s", name, p.ConstraintDescription)
		}
		return errValidation(format, args...)
	}
	if len(p.AllowedValues) > 0 && !slices.ContainsFunc(p.AllowedValues, func(v any) bool {
		text, _ := textOf(v)
		return text == value
	}) {
		return refuse("Parameter '%s' must be one of AllowedValues", name)
	}
	if p.Type == "Number" || p.Type == "List<Number>" {
		for part := range strings.SplitSeq(value, ",") {
			n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
			if err != nil {
				return errValidation("Parameter '%s' must be a number.", name)
			}
			if p.MinValue != nil && n < *p.MinValue {
				return refuse("Parameter '%s' must be a number not less than %v", name, *p.MinValue)
			}
			if p.MaxValue != nil && n > *p.MaxValue {
				return refuse("Parameter '%s' must be a number not greater than %v", name, *p.MaxValue)
			}
		}
	}
	if p.MinLength != nil && int64(len(value)) < *p.MinLength {
		return refuse("Parameter '%s' must contain at least %d characters", name, *p.MinLength)
	}
	if p.MaxLength != nil && int64(len(value)) > *p.MaxLength {
		return refuse("Parameter '%s' must contain at most %d characters", name, *p.MaxLength)
	}
	if p.AllowedPattern != "" {
		pattern, err := regexp.Compile("^(?:" + p.AllowedPattern + ")$")
		if err != nil {
			return errUnsupported("the AllowedPattern of parameter " + name + ": " + err.Error())
		}
		if !pattern.MatchString(value) {
			return refuse("Parameter '%s' must match pattern %s", name, p.AllowedPattern)
		}
	}
	return nil
}

// typed returns the value as the template sees it: lists are split.
func (p *parameter) typed(value string) any {
	if p.Type != "CommaDelimitedList" && p.Type != "List<Number>" && p.Type != storedValue+"List<String>>" && p.Type != storedValue+"CommaDelimitedList>" {
		return value
	}
	var list []any
	for part := range strings.SplitSeq(value, ",") {
		list = append(list, strings.TrimSpace(part))
	}
	return list
}
