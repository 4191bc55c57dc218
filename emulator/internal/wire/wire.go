// Package wire speaks AWS's protocols so that engines need not: it finds the
// operation a request names, decodes its input, and encodes the output or the
// error the way AWS does. An engine is plain methods from an input struct to an
// output struct and can be driven with no network.
//
// Unknown operations and unknown members are refused, never ignored: the
// operation tables are the support matrix.
package wire

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Operation decodes one operation's input, runs it, and returns its output.
type Operation func(ctx context.Context, body []byte) (any, error)

// Ops is the operation table of a service: AWS's operation name to its
// implementation. docs/support.md is printed from these tables.
type Ops map[string]Operation

// Names returns the operations in alphabetical order.
func (o Ops) Names() []string { return slices.Sorted(maps.Keys(o)) }

// Error is an answer AWS gives when it refuses. The Code is AWS's own, without
// any namespace; the encoder of each protocol adds what it wants around it.
type Error struct {
	Status  int
	Code    string
	Message string
	// QueryCode is the older spelling that some services send beside Code
	// (x-amzn-query-error), e.g. AWS.SimpleQueueService.NonExistentQueue.
	QueryCode string
	// Fields are further members of the JSON body, e.g. CancellationReasons.
	Fields map[string]any
}

// Errorf builds an Error.
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Status: status, Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// AsError returns err as an answer: itself if it is one, else AWS's internal
// error, whose cause only the log sees.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return Errorf(500, "InternalServerError", "The request processing has failed because of an unknown error.")
}
