package expr

import (
	"strings"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
)

// KeyTerm is one condition of a KeyConditionExpression: an attribute, an
// operator ("=", "<", "<=", ">", ">=", "BETWEEN" or "begins_with") and its one
// or two values.
type KeyTerm struct {
	Attribute string
	Op        string
	Values    [2]attr.Value
}

// KeyCondition parses a KeyConditionExpression. Which attributes are keys is
// for the caller to check. Errors are *Error.
func (s *Scope) KeyCondition(text string) ([]KeyTerm, error) {
	const kind = "KeyConditionExpression"
	c, err := s.Condition(kind, text)
	if err != nil {
		return nil, err
	}
	var terms []KeyTerm
	if err := keyTerms(c.root, &terms); err != nil {
		return nil, err
	}
	return terms, nil
}

func keyTerms(n node, terms *[]KeyTerm) error {
	var t KeyTerm
	var operands []operand
	switch n := n.(type) {
	case *group:
		return keyTerms(n.a, terms)
	case *and:
		if err := keyTerms(n.a, terms); err != nil {
			return err
		}
		return keyTerms(n.b, terms)
	case *compare:
		if n.op == "<>" {
			return badKeyOperator("<>")
		}
		t.Op = n.op
		operands = []operand{n.left, n.right}
		if n.left.path == nil && n.right.path != nil {
			operands = []operand{n.right, n.left}
			t.Op = strings.Map(flip, t.Op)
		}
	case *between:
		t.Op, operands = "BETWEEN", []operand{n.o, n.low, n.high}
	case *beginsWith:
		t.Op, operands = "begins_with", []operand{n.o, n.prefix}
	case *or:
		return badKeyOperator("OR")
	case *not:
		return badKeyOperator("NOT")
	case *in:
		return badKeyOperator("IN")
	case *contains:
		return badKeyOperator("contains")
	case *hasType:
		return badKeyOperator("attribute_type")
	case *exists:
		if n.want {
			return badKeyOperator("attribute_exists")
		}
		return badKeyOperator("attribute_not_exists")
	}
	for i, o := range operands {
		switch {
		case o.size:
			return errorf("Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations")
		case i == 0 && o.path == nil:
			return errorf("Invalid condition in KeyConditionExpression: No key attribute specified")
		case i == 0 && len(o.path) > 1:
			return errorf("Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes")
		case i == 0:
			t.Attribute = o.path.Name()
		case o.path != nil:
			return errorf("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition")
		default:
			t.Values[i-1] = o.literal
		}
	}
	*terms = append(*terms, t)
	return nil
}

func flip(r rune) rune {
	switch r {
	case '<':
		return '>'
	case '>':
		return '<'
	}
	return r
}

func badKeyOperator(op string) error {
	return errorf("Invalid operator used in KeyConditionExpression: %s", op)
}
