package deploy

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"go.yaml.in/yaml/v3"
)

// stages are the templates to apply on the way from the deployed template to
// the wanted one, which comes after them. DynamoDB makes or removes one index of
// a table at a time, and CloudFormation refuses an update that asks for two
// ("Cannot perform more than one GSI creation or deletion in a single update").
// Each stage is the template before it with one index more or less in each
// table, and nothing else.
func stages(deployed, wanted []byte) ([][]byte, error) {
	var now, then yaml.Node
	if err := yaml.Unmarshal(deployed, &now); err != nil {
		return nil, fmt.Errorf("read the deployed template: %w", err)
	}
	if err := yaml.Unmarshal(wanted, &then); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	var all [][]byte
	for {
		more := false
		for _, t := range tablesOfBoth(&now, &then) {
			if changes := t.changes(); len(changes) > 1 {
				changes[0]()
				t.define()
				more = true
			}
		}
		if !more {
			return all, nil
		}
		var text bytes.Buffer
		if err := yaml.NewEncoder(&text).Encode(&now); err != nil {
			return nil, fmt.Errorf("write a template on the way: %w", err)
		}
		all = append(all, text.Bytes())
	}
}

// table is the properties of one table as it is in a stage, and as wanted.
type table struct{ now, then *yaml.Node }

// asBefore are a template's parameters with the values they have.
func asBefore(template []byte) ([]cfn.Parameter, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(template, &document); err != nil {
		return nil, fmt.Errorf("read the parameters of a template on the way: %w", err)
	}
	var parameters []cfn.Parameter
	for name := range pairs(get(root(&document), "Parameters")) {
		parameters = append(parameters, cfn.Parameter{ParameterKey: &name, UsePreviousValue: aws.Bool(true)})
	}
	return parameters, nil
}

func tablesOfBoth(now, then *yaml.Node) []table {
	var tables []table
	resources := get(root(then), "Resources")
	for name, was := range pairs(get(root(now), "Resources")) {
		is := get(resources, name)
		if scalar(get(was, "Type")) == "AWS::DynamoDB::Table" && scalar(get(is, "Type")) == "AWS::DynamoDB::Table" {
			tables = append(tables, table{get(was, "Properties"), get(is, "Properties")})
		}
	}
	return tables
}

const globalIndexes = "GlobalSecondaryIndexes"

// changes are what is left to do, removals first: an index that becomes another
// is removed and made.
func (t table) changes() []func() {
	var changes []func()
	was, is := get(t.now, globalIndexes), get(t.then, globalIndexes)
	for _, index := range items(was) {
		if !slices.ContainsFunc(items(is), same(index)) {
			changes = append(changes, func() {
				was.Content = slices.DeleteFunc(was.Content, func(n *yaml.Node) bool { return n == index })
				if len(was.Content) == 0 {
					remove(t.now, globalIndexes)
				}
			})
		}
	}
	for _, index := range items(is) {
		if !slices.ContainsFunc(items(was), same(index)) {
			changes = append(changes, func() {
				if was == nil {
					was = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
					set(t.now, globalIndexes, was)
				}
				was.Content = append(was.Content, index)
			})
		}
	}
	return changes
}

// define gives a table the definitions of the attributes that are keys now;
// DynamoDB refuses more as it refuses fewer.
func (t table) define() {
	keys := map[string]bool{}
	use := func(of *yaml.Node) {
		for _, key := range items(get(of, "KeySchema")) {
			keys[scalar(get(key, "AttributeName"))] = true
		}
	}
	use(t.now)
	for _, list := range []string{globalIndexes, "LocalSecondaryIndexes"} {
		for _, index := range items(get(t.now, list)) {
			use(index)
		}
	}
	defined := get(t.now, "AttributeDefinitions")
	all := slices.Concat(items(defined), items(get(t.then, "AttributeDefinitions")))
	defined.Content = slices.DeleteFunc(all, func(d *yaml.Node) bool {
		name := scalar(get(d, "AttributeName"))
		used := keys[name]
		delete(keys, name) // the second of a name is not wanted
		return !used
	})
}

// same reports whether another node says the same, however it is written.
func same(as *yaml.Node) func(*yaml.Node) bool {
	var a any
	known := as.Decode(&a) == nil
	return func(n *yaml.Node) bool {
		var b any
		return known && n.Decode(&b) == nil && reflect.DeepEqual(a, b)
	}
}

func root(document *yaml.Node) *yaml.Node {
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		return document.Content[0]
	}
	return document
}

// pairs are a mapping's names and values, in their order; none of what is no
// mapping.
func pairs(mapping *yaml.Node) func(func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		if mapping == nil || mapping.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			if !yield(mapping.Content[i].Value, mapping.Content[i+1]) {
				return
			}
		}
	}
}

func get(mapping *yaml.Node, name string) *yaml.Node {
	for n, value := range pairs(mapping) {
		if n == name {
			return value
		}
	}
	return nil
}

func set(mapping *yaml.Node, name string, value *yaml.Node) {
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name}, value)
}

func remove(mapping *yaml.Node, name string) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			mapping.Content = slices.Delete(mapping.Content, i, i+2)
			return
		}
	}
}

func items(sequence *yaml.Node) []*yaml.Node {
	if sequence == nil || sequence.Kind != yaml.SequenceNode {
		return nil
	}
	return sequence.Content
}

func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}
