package expr

import (
	"errors"
	"fmt"
)

// Error is a refused expression; Message is AWS's, complete.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func errorf(format string, args ...any) *Error { return &Error{fmt.Sprintf(format, args...)} }

// IsWrongType reports whether an update was refused because what it changes is
// of a type that it cannot change.
func IsWrongType(err error) bool { return errors.Is(err, errWrongType) }

// Errors of UpdateExpressions that fit the grammar but not the item.
var (
	errMissingAttribute = errorf("The provided expression refers to an attribute that does not exist in the item")
	errWrongType        = errorf("An operand in the update expression has an incorrect data type")
	errWrongPath        = errorf("The document path provided in the update expression is invalid for update")
)
