package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Limits of a template (CloudFormation quotas).
const (
	maxTemplateBytes = 51_200
	maxURLBytes      = 1 << 20
)

// Template is a parsed template. Values are maps, lists, strings, bools, int64,
// float64 and nil, with the short tags of YAML written out ({"Ref": …}).
type Template struct {
	Description string
	Parameters  map[string]parameter
	Mappings    map[string]any
	Conditions  map[string]any
	Resources   map[string]resource
	Outputs     map[string]output
	Rules       map[string]templateRule
	order       []string // resources, each after those it needs
}

type parameter struct {
	Type                  string
	Description           string
	Default               any // nil: none
	AllowedValues         []any
	AllowedPattern        string
	ConstraintDescription string
	NoEcho                bool
	MinLength, MaxLength  *int64
	MinValue, MaxValue    *float64
}

type resource struct {
	Type                string
	Properties          map[string]any
	DependsOn           []string
	Condition           string
	DeletionPolicy      string
	UpdateReplacePolicy string
}

type output struct {
	Description string
	Value       any
	Export      any // the name, unevaluated; nil when not exported
	Condition   string
}

// parse reads and checks a template's text. Everything that can be known
// without values is refused here.
func parse(text string) (*Template, error) {
	if strings.TrimSpace(text) == "" {
		return nil, errValidation("Either Template URL or Template Body must be specified.")
	}
	root, err := decode(text)
	if err != nil {
		return nil, err
	}
	t := &Template{Parameters: map[string]parameter{}, Mappings: map[string]any{}, Conditions: map[string]any{}, Resources: map[string]resource{}, Outputs: map[string]output{}, Rules: map[string]templateRule{}}
	for _, section := range slices.Sorted(maps.Keys(root)) {
		if err := t.section(section, root[section]); err != nil {
			return nil, err
		}
	}
	if len(t.Resources) == 0 {
		return nil, errFormat("At least one Resources member must be defined.")
	}
	return t, t.check()
}

func (t *Template) section(name string, v any) error {
	switch name {
	case "AWSTemplateFormatVersion":
		if v != "2010-09-09" {
			return errFormat("%v is not a supported value for AWSTemplateFormatVersion.", v)
		}
		return nil
	case "Description":
		t.Description, _ = v.(string)
		return nil
	case "Metadata":
		return nil
	case "Transform", "Hooks":
		return errUnsupported("the template section " + name)
	}
	members, ok := v.(map[string]any)
	if !ok {
		return errFormat("%s must be an object", name)
	}
	switch name {
	case "Parameters":
		return each(members, func(id string, m map[string]any) error { return t.parameter(id, m) })
	case "Rules":
		return each(members, func(id string, m map[string]any) error { return t.rule(id, m) })
	case "Mappings":
		t.Mappings = members
		return nil
	case "Conditions":
		t.Conditions = members
		return nil
	case "Resources":
		return each(members, func(id string, m map[string]any) error { return t.resource(id, m) })
	case "Outputs":
		return each(members, func(id string, m map[string]any) error { return t.output(id, m) })
	}
	return errValidation("Invalid template property or properties [%s]", name)
}

func each(members map[string]any, f func(string, map[string]any) error) error {
	for _, id := range slices.Sorted(maps.Keys(members)) {
		m, ok := members[id].(map[string]any)
		if !ok {
			return errFormat("[%s] must be an object", id)
		}
		if err := f(id, m); err != nil {
			return err
		}
	}
	return nil
}

func (t *Template) parameter(id string, m map[string]any) error {
	p := parameter{Default: m["Default"]}
	if err := fill(m, &p, "/Parameters/"+id); err != nil {
		return err
	}
	if !slices.Contains(parameterTypes, p.Type) {
		return errUnsupported(fmt.Sprintf("the type %s of parameter %s", p.Type, id))
	}
	t.Parameters[id] = p
	return nil
}

// parameterTypes are the types whose value needs nobody else, and those whose
// value is in the Parameter Store. Types of EC2 and Route 53 need services that
// are not there.
var parameterTypes = []string{
	"String", "Number", "CommaDelimitedList", "List<Number>", storedName,
	storedValue + "String>", storedValue + "List<String>>", storedValue + "CommaDelimitedList>",
}

func (t *Template) resource(id string, m map[string]any) error {
	r := resource{}
	r.Properties, _ = m["Properties"].(map[string]any)
	if _, given := m["Properties"]; given && r.Properties == nil {
		return errFormat("[/Resources/%s/Properties] must be an object", id)
	}
	switch d := m["DependsOn"].(type) {
	case string:
		r.DependsOn = []string{d}
	case []any:
		for _, v := range d {
			name, _ := v.(string)
			r.DependsOn = append(r.DependsOn, name)
		}
	}
	for name, v := range m {
		text, isText := v.(string)
		switch name {
		case "Properties", "DependsOn", "Metadata":
			continue
		case "Type":
			r.Type = text
		case "Condition":
			r.Condition = text
		case "DeletionPolicy":
			r.DeletionPolicy = text
		case "UpdateReplacePolicy":
			r.UpdateReplacePolicy = text
		case "CreationPolicy", "UpdatePolicy":
			return errUnsupported("the attribute " + name + " of resources")
		default:
			return errValidation("Invalid template resource property '%s'", name)
		}
		if !isText {
			return errFormat("[/Resources/%s/%s] must be a string", id, name)
		}
	}
	if r.Type == "" {
		return errFormat("[/Resources/%s] Every Resources object must contain a Type member.", id)
	}
	for _, policy := range []string{r.DeletionPolicy, r.UpdateReplacePolicy} {
		if !slices.Contains([]string{"", "Delete", "Retain", "RetainExceptOnCreate"}, policy) {
			return errUnsupported("the policy " + policy)
		}
	}
	t.Resources[id] = r
	return nil
}

func (t *Template) output(id string, m map[string]any) error {
	o := output{Value: m["Value"]}
	o.Description, _ = m["Description"].(string)
	o.Condition, _ = m["Condition"].(string)
	if export, ok := m["Export"].(map[string]any); ok {
		o.Export = export["Name"]
	}
	if o.Value == nil {
		return errFormat("Every Outputs member must contain a Value object")
	}
	t.Outputs[id] = o
	return nil
}

// fill decodes the constant members of a parameter.
func fill(m map[string]any, p *parameter, path string) error {
	rest := maps.Clone(m)
	delete(rest, "Default") // of any scalar type
	if err := Decode(rest, p); err != nil {
		return errFormat("[%s] %v", path, err)
	}
	return nil
}

// decode reads JSON or YAML into plain values.
func decode(text string) (map[string]any, error) {
	var v any
	var err error
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		v, err = decodeJSON(text)
	} else {
		v, err = decodeYAML(text)
	}
	if err != nil {
		if e, ok := errors.AsType[*wire.Error](err); ok {
			return nil, e
		}
		return nil, errFormat("%v", err)
	}
	root, ok := v.(map[string]any)
	if !ok {
		return nil, errFormat("unsupported structure.")
	}
	return root, nil
}

func decodeJSON(text string) (any, error) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("JSON not well-formed. (%w)", err)
	}
	return numbers(v), nil
}

// numbers turns json.Number into int64 or float64.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = numbers(e)
		}
	case []any:
		for i, e := range v {
			v[i] = numbers(e)
		}
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		if f, err := v.Float64(); err == nil {
			return f
		}
		return v.String()
	}
	return v
}

func decodeYAML(text string) (any, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, fmt.Errorf("YAML not well-formed. (%w)", err)
	}
	if len(doc.Content) == 0 {
		return nil, errFormat("unsupported structure.")
	}
	left := maxNodes
	return plain(doc.Content[0], 0, &left)
}

// shortTags are the YAML short forms of intrinsic functions.
var shortTags = map[string]string{
	"!Ref": "Ref", "!Condition": "Condition", "!GetAtt": "Fn::GetAtt", "!Sub": "Fn::Sub", "!Join": "Fn::Join", "!Select": "Fn::Select",
	"!Split": "Fn::Split", "!If": "Fn::If", "!Equals": "Fn::Equals", "!And": "Fn::And", "!Or": "Fn::Or", "!Not": "Fn::Not",
	"!FindInMap": "Fn::FindInMap", "!ImportValue": "Fn::ImportValue", "!Base64": "Fn::Base64", "!GetAZs": "Fn::GetAZs", "!Cidr": "Fn::Cidr",
	"!Contains": "Fn::Contains", "!EachMemberIn": "Fn::EachMemberIn", "!EachMemberEquals": "Fn::EachMemberEquals",
}

// Bounds on a template written out, so that aliases of aliases cannot grow
// without end.
const (
	maxDepth = 100
	maxNodes = 200_000
)

// plain converts a YAML node to plain values; left counts down the nodes.
func plain(n *yaml.Node, depth int, left *int) (any, error) {
	if *left--; depth > maxDepth || *left < 0 {
		return nil, errFormat("nested too deep, or too large with its aliases written out")
	}
	v, err := untagged(n, depth, left)
	if err != nil || !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") {
		return v, err
	}
	name, ok := shortTags[n.Tag]
	if !ok {
		return nil, errUnsupported("the intrinsic function " + n.Tag)
	}
	if text, isText := v.(string); isText && name == "Fn::GetAtt" {
		id, attribute, _ := strings.Cut(text, ".")
		v = []any{id, attribute}
	}
	return map[string]any{name: v}, nil
}

func untagged(n *yaml.Node, depth int, left *int) (any, error) {
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias, depth+1, left)
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for _, e := range n.Content {
			v, err := plain(e, depth+1, left)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if _, twice := m[key]; twice {
				return nil, errFormat("YAML not well-formed. (line %d: the key %s occurs twice)", n.Content[i].Line, key)
			}
			v, err := plain(n.Content[i+1], depth+1, left)
			if err != nil {
				return nil, err
			}
			m[key] = v
		}
		return m, nil
	}
	return scalar(n)
}

func scalar(n *yaml.Node) (any, error) {
	switch n.ShortTag() {
	case "!!int":
		var i int64
		if n.Decode(&i) == nil {
			return i, nil
		}
	case "!!float":
		var f float64
		if n.Decode(&f) == nil {
			return f, nil
		}
	case "!!bool":
		var b bool
		if n.Decode(&b) == nil {
			return b, nil
		}
	case "!!null":
		return nil, nil
	}
	return n.Value, nil // dates stay texts, as in "2012-10-17"
}
