package sns

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// Where a filter policy looks.
const (
	scopeAttributes = "MessageAttributes"
	scopeBody       = "MessageBody"
)

// policy is a filter policy: every field must have a value that one of its
// rules takes; of $or, one policy must hold (Developer Guide, "Amazon SNS
// subscription filter policies").
type policy struct {
	fields map[string][]rule
	nested map[string]*policy // of the body
	either []*policy          // $or
}

// rule takes a value, nil when the field is absent.
type rule func(value any, there bool) bool

func errFilter(format string, args ...any) *wire.Error {
	return errParameter("FilterPolicy: "+format, args...)
}

// parseFilter reads a filter policy; empty text is none, which takes everything.
func parseFilter(text, scope string) (*policy, error) {
	if text == "" {
		return nil, nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, errFilter("failed to parse JSON. %v", err)
	}
	return parsePolicy(v, scope == scopeBody, 0)
}

// maxNesting bounds the depth of a policy.
const maxNesting = 20

func parsePolicy(fields map[string]any, nested bool, depth int) (*policy, error) {
	if depth > maxNesting {
		return nil, errFilter("Filter policy is too complex")
	}
	p := &policy{fields: map[string][]rule{}, nested: map[string]*policy{}}
	for name, v := range fields {
		switch v := v.(type) {
		case []any:
			if name == "$or" {
				for _, e := range v {
					m, ok := e.(map[string]any)
					if !ok {
						return nil, errFilter("$or must be a list of objects")
					}
					sub, err := parsePolicy(m, nested, depth+1)
					if err != nil {
						return nil, err
					}
					p.either = append(p.either, sub)
				}
				continue
			}
			if len(v) == 0 {
				return nil, errFilter("Empty arrays are not allowed")
			}
			for _, e := range v {
				r, err := parseRule(e)
				if err != nil {
					return nil, err
				}
				p.fields[name] = append(p.fields[name], r)
			}
		case map[string]any:
			if !nested {
				return nil, errFilter("Filter policy scope MessageAttributes does not support nested filter policy")
			}
			sub, err := parsePolicy(v, true, depth+1)
			if err != nil {
				return nil, err
			}
			p.nested[name] = sub
		default:
			return nil, errFilter("\"%s\" must be an object or an array", name)
		}
	}
	return p, nil
}

func parseRule(v any) (rule, error) {
	m, isObject := v.(map[string]any)
	if !isObject {
		if _, list := v.([]any); list {
			return nil, errFilter("Match value must be String, number, true, false, or null")
		}
		return func(value any, there bool) bool { return there && equal(value, v) }, nil
	}
	if len(m) != 1 {
		return nil, errFilter("Only one key allowed in match expression")
	}
	for name, arg := range m {
		switch name {
		case "exists":
			want, ok := arg.(bool)
			if !ok {
				return nil, errFilter("exists match pattern must be either true or false.")
			}
			return func(_ any, there bool) bool { return there == want }, nil
		case "anything-but":
			return anythingBut(arg)
		case "numeric":
			return numericRule(arg)
		}
		return textRule(name, arg)
	}
	return nil, nil // unreachable: m has one member
}

// textRule is a rule that looks at texts only.
func textRule(name string, arg any) (rule, error) {
	want, ok := arg.(string)
	if !ok {
		return nil, errFilter("%s match pattern must be a string", name)
	}
	var test func(text string) bool
	switch name {
	case "prefix":
		test = func(text string) bool { return strings.HasPrefix(text, want) }
	case "suffix":
		test = func(text string) bool { return strings.HasSuffix(text, want) }
	case "equals-ignore-case":
		test = func(text string) bool { return strings.EqualFold(text, want) }
	case "wildcard":
		test = func(text string) bool { return wildcard(want, text) }
	case "cidr":
		network, err := netip.ParsePrefix(want)
		if err != nil {
			return nil, errFilter("Malformed CIDR, one '/' required")
		}
		test = func(text string) bool {
			address, err := netip.ParseAddr(text)
			return err == nil && network.Contains(address)
		}
	default:
		return nil, errFilter("Unrecognized match type %s", name)
	}
	return func(value any, _ bool) bool {
		text, isText := value.(string)
		return isText && test(text)
	}, nil
}

func anythingBut(arg any) (rule, error) {
	list, isList := arg.([]any)
	if !isList {
		list = []any{arg}
	}
	var not []rule
	for _, e := range list {
		r, err := parseRule(e)
		if err != nil {
			return nil, err
		}
		not = append(not, r)
	}
	return func(value any, there bool) bool {
		return there && !slices.ContainsFunc(not, func(r rule) bool { return r(value, true) })
	}, nil
}

// numericRule reads ["=", 1] or [">", 0, "<=", 10].
func numericRule(arg any) (rule, error) {
	list, ok := arg.([]any)
	if !ok || len(list) == 0 || len(list)%2 != 0 || len(list) > 4 {
		return nil, errFilter("Invalid numeric match: an operator and a number, once or twice")
	}
	type bound struct {
		operator string
		n        *big.Float
	}
	var bounds []bound
	for i := 0; i < len(list); i += 2 {
		operator, _ := list[i].(string)
		n, ok := number(list[i+1])
		if !ok || !slices.Contains([]string{"=", "<", "<=", ">", ">="}, operator) {
			return nil, errFilter("Unrecognized numeric range operator: %v", list[i])
		}
		bounds = append(bounds, bound{operator, n})
	}
	return func(value any, _ bool) bool {
		n, ok := number(value)
		return ok && !slices.ContainsFunc(bounds, func(b bound) bool {
			c := n.Cmp(b.n)
			return !(c == 0 && strings.Contains(b.operator, "=") || c < 0 && b.operator[0] == '<' || c > 0 && b.operator[0] == '>')
		})
	}, nil
}

func number(v any) (*big.Float, bool) {
	text, ok := v.(json.Number)
	if !ok || len(text) > 40 {
		return nil, false
	}
	n, _, err := big.ParseFloat(string(text), 10, 200, big.ToNearestEven)
	return n, err == nil
}

func equal(a, b any) bool {
	if x, ok := number(a); ok {
		y, ok := number(b)
		return ok && x.Cmp(y) == 0
	}
	switch a.(type) {
	case string, bool, nil:
		return a == b
	}
	return false
}

// wildcard matches * as any run of bytes.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, last)
}

// takes reports whether a message passes.
func (p *policy) takes(values map[string]any) bool {
	for name, rules := range p.fields {
		v, there := values[name]
		if !anyOf(rules, v, there) {
			return false
		}
	}
	for name, sub := range p.nested {
		if !sub.within(values[name]) {
			return false
		}
	}
	return len(p.either) == 0 || slices.ContainsFunc(p.either, func(e *policy) bool { return e.takes(values) })
}

// within looks into an object, or into the objects of a list.
func (p *policy) within(v any) bool {
	switch v := v.(type) {
	case []any:
		return slices.ContainsFunc(v, p.within)
	case map[string]any:
		return p.takes(v)
	}
	return p.takes(nil) // only {"exists": false} holds
}

// anyOf asks the rules about a value, or about each of a list.
func anyOf(rules []rule, v any, there bool) bool {
	list, isList := v.([]any)
	if !isList {
		return slices.ContainsFunc(rules, func(r rule) bool { return r(v, there) })
	}
	return slices.ContainsFunc(list, func(e any) bool { return anyOf(rules, e, true) })
}
