package dynamodb

import (
	"context"
	"errors"

	"github.com/anikeshk/cumin/emulator/dynamodb/internal/attr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/expr"
	"github.com/anikeshk/cumin/emulator/dynamodb/internal/pull"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// input is a request of the data plane, which reads itself member by member
// instead of through encoding/json's reflection.
type input[T any] interface {
	*T
	// decode reads the value of the named member; false when the operation has
	// no such member.
	decode(name string, r *pull.Reader) bool
}

// dataOp makes an Operation of a typed method; see wire.Op.
func dataOp[I any, P input[I], O any](f func(context.Context, *I) (*O, error)) wire.Operation {
	return func(ctx context.Context, body []byte) (any, error) {
		in := new(I)
		r := pull.New(body)
		readMembers(r, P(in).decode)
		if err := r.End(); err != nil {
			return nil, decodeError(err)
		}
		return f(ctx, in)
	}
}

// readMembers reads an object; a null member is an absent one, an unknown one
// is refused by name.
func readMembers(r *pull.Reader, decode func(name string, r *pull.Reader) bool) {
	r.Object(func(name string) {
		if r.Null() {
			return
		}
		if !decode(name, r) {
			r.Fail(errValidation("Cumin's embedded AWS does not support the parameter %q of this operation.", name))
		}
	})
}

// decodeError turns what a reader recorded into AWS's answer.
func decodeError(err error) error {
	if e, ok := errors.AsType[*wire.Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*attr.ValueError](err); ok {
		return errValidation("%s", e.Message)
	}
	if e, ok := errors.AsType[*pull.TypeError](err); ok {
		return wire.Errorf(400, "SerializationException", "%s", e.Error())
	}
	return wire.Errorf(400, "SerializationException", "%s", err.Error())
}

// exprError gives an expression's error its code.
func exprError(err error) error {
	if e, ok := errors.AsType[*expr.Error](err); ok {
		return errValidation("%s", e.Message)
	}
	return err
}

// expressions are the placeholders of a request and the expressions' texts that
// are still to be parsed.
type expressions struct {
	scope               expr.Scope
	hasNames, hasValues bool
}

func (e *expressions) decode(name string, r *pull.Reader) bool {
	switch name {
	case "ExpressionAttributeNames":
		e.hasNames = true
		r.Object(func(key string) {
			name := r.String()
			if bad := attr.NameError(name); bad != nil && r.Err() == nil {
				r.Fail(errValidation("ExpressionAttributeNames contains invalid value: %s for key %s", bad.Message, key))
			}
			e.scope.Names = append(e.scope.Names, expr.Name{Key: key, Attribute: name})
		})
	case "ExpressionAttributeValues":
		e.hasValues = true
		r.Object(func(key string) {
			before := r.Err()
			v := attr.ReadValue(r)
			if bad, ok := errors.AsType[*attr.ValueError](r.Err()); ok && before == nil {
				bad.Message = "ExpressionAttributeValues contains invalid value: " + bad.Message + " for key " + key
			}
			e.scope.Values = append(e.scope.Values, expr.Value{Key: key, Value: v})
		})
	default:
		return false
	}
	return true
}

// check validates the placeholders before any expression is parsed. any says
// that the request has an expression; missing names the absent ones.
func (e *expressions) check(anyExpression, anyWithValues bool, missing string) error {
	switch {
	case e.hasNames && !anyExpression:
		return errValidation("ExpressionAttributeNames can only be specified when using expressions")
	case e.hasNames && len(e.scope.Names) == 0:
		return errValidation("ExpressionAttributeNames must not be empty")
	case e.hasValues && !anyWithValues:
		return errValidation("ExpressionAttributeValues can only be specified when using expressions: %s", missing)
	case e.hasValues && len(e.scope.Values) == 0:
		return errValidation("ExpressionAttributeValues must not be empty")
	}
	return exprError(e.scope.CheckKeys())
}

// selected is what a request that only reads selects, by an expression or by
// AttributesToGet; nil for all.
func (e *expressions) selected(projection optional, old *legacyInput) (*expr.Projection, error) {
	if err := old.unmixed(namedExpression{"ProjectionExpression", projection.set}); err != nil {
		return nil, err
	}
	if err := e.check(projection.set, false, ""); err != nil {
		return nil, err
	}
	if !projection.set {
		return old.projection()
	}
	return projection.projection(&e.scope)
}

// optional is a text parameter that may be absent.
type optional struct {
	text string
	set  bool
}

func readOptional(r *pull.Reader) optional { return optional{r.String(), true} }

func (o optional) condition(s *expr.Scope, kind string) (*expr.Condition, error) {
	if !o.set {
		return nil, nil
	}
	c, err := s.Condition(kind, o.text)
	return c, exprError(err)
}

func (o optional) projection(s *expr.Scope) (*expr.Projection, error) {
	if !o.set {
		return nil, nil
	}
	p, err := s.Projection(o.text)
	return p, exprError(err)
}
