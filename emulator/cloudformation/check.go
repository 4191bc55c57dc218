package cloudformation

import (
	"maps"
	"slices"
	"strings"
)

// pseudoNames are the parameters every template has.
var pseudoNames = []string{"AWS::AccountId", "AWS::NotificationARNs", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}

// check refuses references that lead nowhere and cycles, and fixes the order of
// resources.
func (t *Template) check() error {
	needs := map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[id]
		refs, err := t.references(r.Properties, "Resources")
		if err != nil {
			return err
		}
		for _, d := range r.DependsOn {
			if _, ok := t.Resources[d]; !ok {
				return errUnresolved([]string{d})
			}
		}
		if r.Condition != "" {
			if _, ok := t.Conditions[r.Condition]; !ok {
				return errFormat("Unresolved condition dependency %s in the Resources block of the template", r.Condition)
			}
		}
		needs[id] = append(refs, r.DependsOn...)
	}
	for _, id := range slices.Sorted(maps.Keys(t.Outputs)) {
		o := t.Outputs[id]
		if _, err := t.references([]any{o.Value, o.Export}, "Outputs"); err != nil {
			return err
		}
		if _, ok := t.Conditions[o.Condition]; o.Condition != "" && !ok {
			return errFormat("Unresolved condition dependency %s in the Outputs block of the template", o.Condition)
		}
	}
	return t.sort(needs)
}

// references lists the resources a value refers to.
func (t *Template) references(v any, block string) ([]string, error) {
	found, missing := map[string]bool{}, map[string]bool{}
	use := func(name string) {
		switch {
		case slices.Contains(pseudoNames, name):
		case has(t.Parameters, name):
		case has(t.Resources, name):
			found[name] = true
		default:
			missing[name] = true
		}
	}
	var failed error
	walk(v, func(name string, arg any) {
		switch name {
		case "Ref":
			if text, ok := arg.(string); ok {
				use(text)
			}
		case "Fn::GetAtt":
			id, _, err := attributeOf(arg)
			switch {
			case err != nil:
				failed = err
			case !has(t.Resources, id):
				failed = errTemplate("instance of Fn::GetAtt references undefined resource %s", id)
			default:
				found[id] = true
			}
		case "Fn::Sub":
			text, own, err := subArgument(arg)
			if err != nil {
				failed = err
				return
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				id, _, _ := strings.Cut(strings.TrimSpace(m[1]), ".")
				if !strings.HasPrefix(id, "!") && !has(own, id) {
					use(id)
				}
			}
		}
	})
	if failed != nil {
		return nil, failed
	}
	if len(missing) > 0 {
		names := slices.Sorted(maps.Keys(missing))
		if block == "Resources" {
			return nil, errUnresolved(names)
		}
		return nil, errFormat("Unresolved resource dependencies [%s] in the %s block of the template", strings.Join(names, ", "), block)
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// walk calls f for each intrinsic function within v.
func walk(v any, f func(name string, arg any)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	case map[string]any:
		if name, arg, ok := intrinsic(v); ok {
			f(name, arg)
		}
		for _, e := range v {
			walk(e, f)
		}
	}
}

// sort orders the resources so that each comes after what it needs; ties go by
// name, so that the order is the same each time.
func (t *Template) sort(needs map[string][]string) error {
	const visiting, done = 1, 2
	state := map[string]int{}
	var path []string
	var visit func(id string) error
	visit = func(id string) error {
		switch state[id] {
		case done:
			return nil
		case visiting:
			cycle := slices.Sorted(slices.Values(path[slices.Index(path, id):]))
			return errValidation("Circular dependency between resources: [%s]", strings.Join(cycle, ", "))
		}
		state[id] = visiting
		path = append(path, id)
		for _, n := range slices.Sorted(slices.Values(needs[id])) {
			if err := visit(n); err != nil {
				return err
			}
		}
		path = path[:len(path)-1]
		state[id] = done
		t.order = append(t.order, id)
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if err := visit(id); err != nil {
			return err
		}
	}
	return nil
}

func has[V any](m map[string]V, key string) bool {
	_, ok := m[key]
	return ok
}

// checkTypes refuses types and attributes nobody drives.
func (s *Service) checkTypes(t *Template) error {
	unknown := map[string]bool{}
	for _, r := range t.Resources {
		if !has(s.types, r.Type) {
			unknown[r.Type] = true
		}
	}
	if len(unknown) > 0 {
		return errFormat("Unrecognized resource types: [%s]", strings.Join(slices.Sorted(maps.Keys(unknown)), ", "))
	}
	var failed error
	need := func(id, attribute string) {
		r, ok := t.Resources[id]
		if ok && !slices.Contains(s.types[r.Type].Attributes, attribute) {
			failed = errTemplate("resource %s does not support attribute type %s in Fn::GetAtt", id, attribute)
		}
	}
	look := func(name string, arg any) {
		switch name {
		case "Fn::GetAtt":
			if id, attribute, err := attributeOf(arg); err == nil {
				need(id, attribute)
			}
		case "Fn::Sub":
			text, own, err := subArgument(arg)
			if err != nil {
				return
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if id, attribute, dotted := strings.Cut(m[1], "."); dotted && !has(own, m[1]) {
					need(id, attribute)
				}
			}
		}
	}
	for _, r := range t.Resources {
		walk(r.Properties, look)
	}
	for _, o := range t.Outputs {
		walk(o.Value, look)
	}
	return failed
}

// capabilityReason names the types that need to be acknowledged.
func (t *Template) capabilityReason() string {
	types := map[string]bool{}
	for _, r := range t.Resources {
		if strings.HasPrefix(r.Type, "AWS::IAM::") {
			types[r.Type] = true
		}
	}
	return "The following resource(s) require capabilities: [" + strings.Join(slices.Sorted(maps.Keys(types)), ", ") + "]"
}

// capabilities are what the caller must acknowledge: roles, and roles with a
// name of the template's choice.
func (t *Template) capability() string {
	needed := ""
	for _, r := range t.Resources {
		if strings.HasPrefix(r.Type, "AWS::IAM::") {
			if has(r.Properties, "RoleName") || has(r.Properties, "ManagedPolicyName") || has(r.Properties, "InstanceProfileName") {
				return "CAPABILITY_NAMED_IAM"
			}
			needed = "CAPABILITY_IAM"
		}
	}
	return needed
}
