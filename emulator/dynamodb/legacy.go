package dynamodb

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
)

// legacy are the parameters that expressions have replaced. They are translated
// to what expressions are parsed to, and cannot stand beside them. Source:
// Developer Guide, "Legacy conditional parameters" (read 2026-11); messages are
// those of DynamoDB Local 3.1 where the guide gives none.
type legacy struct {
	given      []string // names of the parameters present
	conditions []legacyCondition
	keys       []legacyCondition
	updates    []legacyUpdate
	attributes []string
	operator   string // ConditionalOperator: AND, OR, or empty
}

// legacyCondition is one entry of Expected, QueryFilter, ScanFilter or
// KeyConditions. Value and Exists are Expected's only.
type legacyCondition struct {
	attribute          string
	op                 string
	list               []attr.Value
	value              attr.Value
	exists             bool
	hasList, hasExists bool // AttributeValueList, Exists are present
}

// legacyUpdate is one entry of AttributeUpdates.
type legacyUpdate struct {
	attribute string
	action    string
	value     attr.Value // None: absent
}

// legacyInput is embedded by requests that may have legacy parameters.
type legacyInput struct{ legacy *legacy }

// decodeLegacy reads a legacy parameter that the operation has.
func (in *legacyInput) decodeLegacy(name string, r *pull.Reader) bool {
	if in.legacy == nil {
		in.legacy = &legacy{}
	}
	l := in.legacy
	l.given = append(l.given, name)
	switch name {
	case "ConditionalOperator":
		l.operator = r.String()
	case "AttributesToGet":
		l.attributes = []string{}
		r.Array(func() { l.attributes = append(l.attributes, r.String()) })
	case "KeyConditions":
		l.keys = readLegacyConditions(r)
	case "AttributeUpdates":
		r.Object(func(attribute string) {
			u := legacyUpdate{attribute: attribute, action: "PUT"}
			readMembers(r, u.decode)
			l.updates = append(l.updates, u)
		})
	default: // Expected, QueryFilter, ScanFilter
		l.conditions = readLegacyConditions(r)
	}
	return true
}

func readLegacyConditions(r *pull.Reader) []legacyCondition {
	conditions := []legacyCondition{}
	r.Object(func(attribute string) {
		c := legacyCondition{attribute: attribute}
		readMembers(r, c.decode)
		conditions = append(conditions, c)
	})
	return conditions
}

func (c *legacyCondition) decode(name string, r *pull.Reader) bool {
	switch name {
	case "ComparisonOperator":
		c.op = r.String()
	case "AttributeValueList":
		c.hasList = true
		r.Array(func() { c.list = append(c.list, attr.ReadValue(r)) })
	case "Value":
		c.value = attr.ReadValue(r)
	case "Exists":
		c.exists, c.hasExists = r.Bool(), true
	default:
		return false
	}
	return true
}

func (u *legacyUpdate) decode(name string, r *pull.Reader) bool {
	switch name {
	case "Action":
		u.action = r.String()
	case "Value":
		u.value = attr.ReadValue(r)
	default:
		return false
	}
	return true
}

// has reports whether the parameter is present.
func (in *legacyInput) has(name string) bool {
	return in.legacy != nil && slices.Contains(in.legacy.given, name)
}

// legacyOrder is how messages list the parameters.
var legacyOrder = []string{"AttributesToGet", "AttributeUpdates", "QueryFilter", "ScanFilter", "Expected", "ConditionalOperator", "KeyConditions"}

// namedExpression is an expression parameter for unmixed.
type namedExpression struct {
	name string
	set  bool
}

// unmixed refuses legacy parameters beside expressions, but for KeyConditions
// where no KeyConditionExpression stands (dynalite and DynamoDB Local agree).
func (in *legacyInput) unmixed(expressions ...namedExpression) error {
	if in.legacy == nil {
		return nil
	}
	var names []string
	for _, e := range expressions {
		if e.set {
			names = append(names, e.name)
		}
	}
	if names == nil {
		return nil
	}
	given := slices.SortedFunc(slices.Values(in.legacy.given), func(a, b string) int { return slices.Index(legacyOrder, a) - slices.Index(legacyOrder, b) })
	if !slices.Contains(names, "KeyConditionExpression") {
		given = slices.DeleteFunc(given, func(name string) bool { return name == "KeyConditions" })
	}
	if len(given) == 0 {
		return nil
	}
	return errValidation("Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {%s} Expression parameters: {%s}",
		strings.Join(given, ", "), strings.Join(names, ", "))
}

// legacyOperators are the comparisons, how many values each takes (-1: one or
// more), the types it takes, and what it is in an expression.
var legacyOperators = map[string]struct {
	values int
	types  []attr.Kind // nil: all
	op     string
}{
	"EQ": {1, nil, "="}, "NE": {1, nil, "<>"},
	"LT": {1, ordered, "<"}, "LE": {1, ordered, "<="}, "GT": {1, ordered, ">"}, "GE": {1, ordered, ">="},
	"BETWEEN": {2, ordered, "BETWEEN"}, "IN": {-1, ordered, "IN"}, "BEGINS_WITH": {1, []attr.Kind{attr.S, attr.B}, "begins_with"},
	"CONTAINS": {1, ordered, "contains"}, "NOT_CONTAINS": {1, ordered, "contains"},
	"NULL": {0, nil, "attribute_not_exists"}, "NOT_NULL": {0, nil, "attribute_exists"},
}

// ordered are the types whose values have an order.
var ordered = []attr.Kind{attr.S, attr.N, attr.B}

// checkNames validates the enumerations among the legacy parameters.
func (in *legacyInput) checkNames(c *constraints) {
	if in.legacy == nil {
		return
	}
	l := in.legacy
	c.oneOf(l.operator, "conditionalOperator", "OR", "AND")
	if l.attributes != nil && len(l.attributes) == 0 {
		c.add("[]", "attributesToGet", "Member must have length greater than or equal to 1")
	}
	for _, u := range l.updates {
		c.oneOf(u.action, "attributeUpdates."+u.attribute+".member.action", "ADD", "DELETE", "PUT")
	}
	check := func(parameter string, conditions []legacyCondition) {
		member := strings.ToLower(parameter[:1]) + parameter[1:]
		for _, one := range conditions {
			place := member + "." + one.attribute + ".member.comparisonOperator"
			if one.op == "" && parameter != "Expected" {
				c.add(nil, place, "Member must not be null")
			}
			c.oneOf(one.op, place, "IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE", "BEGINS_WITH", "GE", "CONTAINS")
		}
	}
	check("KeyConditions", l.keys)
	for _, parameter := range []string{"Expected", "QueryFilter", "ScanFilter"} {
		if in.has(parameter) {
			check(parameter, l.conditions)
		}
	}
}

// normal makes an entry of Expected one with a comparison and a list.
func (c legacyCondition) normal() (legacyCondition, error) {
	bad := func(format string, args ...any) (legacyCondition, error) {
		return c, errParameter("%s for Attribute: %s", fmt.Sprintf(format, args...), c.attribute)
	}
	given := c.value.Kind != attr.None
	switch {
	case c.op == "" && c.hasList:
		return bad("AttributeValueList can only be used with a ComparisonOperator")
	case c.op == "" && c.hasExists && !c.exists && given:
		return bad("Value cannot be used when Exists is false")
	case c.op == "" && c.hasExists && !c.exists:
		c.op = "NULL"
		return c, nil
	case c.op == "" && !given && c.hasExists:
		return bad("Value must be provided when Exists is true")
	case c.op == "" && !given:
		return bad("Value must be provided when Exists is null")
	case c.op == "":
		c.op, c.list = "EQ", []attr.Value{c.value}
		return c, nil
	case c.hasExists:
		return bad("Exists and ComparisonOperator cannot be used together")
	case given && c.hasList:
		return bad("Value and AttributeValueList cannot be used together")
	case given:
		c.list = []attr.Value{c.value}
	case !c.hasList && legacyOperators[c.op].values != 0:
		return bad("Value or AttributeValueList must be used with ComparisonOperator: %s", c.op)
	}
	return c, nil
}

// check validates the values for their comparison.
func (c legacyCondition) check() error {
	op := legacyOperators[c.op]
	if len(c.list) != op.values && (op.values >= 0 || len(c.list) == 0) {
		return errParameter("Invalid number of argument(s) for the %s ComparisonOperator", c.op)
	}
	for _, v := range c.list {
		if v.Kind != c.list[0].Kind {
			return errParameter("AttributeValues inside AttributeValueList must be of same type")
		}
		if op.types != nil && !slices.Contains(op.types, v.Kind) {
			return errParameter("ComparisonOperator %s is not valid for %s AttributeValue type", c.op, v.Kind)
		}
	}
	if c.op == "BETWEEN" {
		if order, _ := c.list[0].Compare(c.list[1]); order > 0 {
			return errValidation("The BETWEEN condition was provided a range where the lower bound is greater than the upper bound")
		}
	}
	return nil
}

// condition translates Expected or a filter; nil when there is none, or it is
// empty.
func (in *legacyInput) condition() (*expr.Condition, error) {
	if in.legacy == nil {
		return nil, nil
	}
	l := in.legacy
	if in.has("ConditionalOperator") {
		switch len(l.conditions) {
		case 0:
			return nil, errValidation("ConditionalOperator cannot be used without Filter or Expected")
		case 1:
			return nil, errValidation("ConditionalOperator can only be used when Filter or Expected has two or more elements")
		}
	}
	var b expr.Builder
	var all expr.Node
	for _, c := range l.conditions {
		if in.has("Expected") {
			var err error
			if c, err = c.normal(); err != nil {
				return nil, err
			}
		}
		if err := c.check(); err != nil {
			return nil, err
		}
		n := c.node(&b)
		switch {
		case all == nil:
			all = n
		case l.operator == "OR":
			all = b.Or(all, n)
		default:
			all = b.And(all, n)
		}
	}
	if all == nil || b.Err() != nil {
		return nil, exprError(b.Err())
	}
	return b.Condition(all), nil
}

func (c legacyCondition) node(b *expr.Builder) expr.Node {
	x := b.Path(expr.Path{expr.Field(c.attribute)})
	list := make([]expr.Operand, len(c.list))
	for i, v := range c.list {
		list[i] = b.Value(v)
	}
	switch op := legacyOperators[c.op].op; c.op {
	case "BETWEEN":
		return b.Between(x, list[0], list[1])
	case "IN":
		return b.In(x, list)
	case "NULL", "NOT_NULL":
		return b.Function(op, x)
	case "BEGINS_WITH", "CONTAINS":
		return b.Function(op, x, list[0])
	case "NOT_CONTAINS": // of what is not there, too, false
		return b.And(b.Function("attribute_exists", x), b.Not(b.Function(op, x, list[0])))
	default:
		return b.Compare(op, x, list[0])
	}
}

// keyTerms translates KeyConditions.
func (in *legacyInput) keyTerms() ([]expr.KeyTerm, error) {
	terms := make([]expr.KeyTerm, len(in.legacy.keys))
	for i, c := range in.legacy.keys {
		if err := c.check(); err != nil {
			return nil, err
		}
		switch c.op {
		case "EQ", "LT", "LE", "GT", "GE", "BETWEEN", "BEGINS_WITH":
		default:
			return nil, errValidation("Attempted conditional constraint is not an indexable operation")
		}
		terms[i] = expr.KeyTerm{Attribute: c.attribute, Op: legacyOperators[c.op].op}
		copy(terms[i].Values[:], c.list)
	}
	return terms, nil
}

// projection translates AttributesToGet; nil when there is none.
func (in *legacyInput) projection() (*expr.Projection, error) {
	if in.legacy == nil || in.legacy.attributes == nil {
		return nil, nil
	}
	paths := make([]expr.Path, 0, len(in.legacy.attributes))
	for i, name := range in.legacy.attributes {
		if slices.Contains(in.legacy.attributes[:i], name) {
			return nil, errParameter("Duplicate value in attribute name: %s", name)
		}
		paths = append(paths, expr.Path{expr.Field(name)})
	}
	return expr.Select(paths), nil
}

// update translates AttributeUpdates; nil when there is none, or it is empty.
func (in *legacyInput) update() (*expr.Update, error) {
	if in.legacy == nil || len(in.legacy.updates) == 0 {
		return nil, nil
	}
	var b expr.Builder
	u := &expr.Update{}
	for _, one := range in.legacy.updates {
		path, kind := expr.Path{expr.Field(one.attribute)}, one.value.Kind
		switch {
		case kind == attr.None && one.action == "DELETE":
			u.Remove(path)
		case kind == attr.None:
			return nil, errParameter("Only DELETE action is allowed when no attribute value is specified")
		case one.action == "PUT":
			u.Set(path, b.SetTo(one.value))
		case one.action == "DELETE" && kind.IsSet():
			u.Delete(path, one.value)
		case one.action == "DELETE":
			return nil, errParameter("DELETE action with value is not supported for the type %s", kind.LongName())
		case kind == attr.N || kind.IsSet():
			u.Add(path, one.value)
		case kind == attr.L: // appends, which the expression ADD does not
			before := b.UpdateFunction("if_not_exists", b.SetFrom(path), b.SetTo(attr.NewList(attr.L, nil)))
			u.Set(path, b.UpdateFunction("list_append", before, b.SetTo(one.value)))
		default:
			return nil, errParameter("ADD action is not supported for the type %s", kind.LongName())
		}
	}
	return u, exprError(b.Err())
}
