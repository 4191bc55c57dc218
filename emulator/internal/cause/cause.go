// Package cause carries, through a context, which request made something
// happen: a client's request id, or the invocation of a function. Engines
// store it beside a record or message, so that a later delivery can say what
// it follows from.
package cause

import "context"

type key struct{}

// With returns a context whose work is caused by id.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// From returns the cause, empty when there is none.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
