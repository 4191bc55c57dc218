// Package cause carries, through a context, what makes something happen: the ID
// of an event in the trace (package trace), mostly that of the request under
// way. Engines store it beside a record or message, so that a later delivery
// can say what it follows from.
package cause

import "context"

type key struct{}

// With returns a context whose work is caused by the event.
func With(ctx context.Context, event string) context.Context {
	return context.WithValue(ctx, key{}, event)
}

// From returns the cause, empty when there is none.
func From(ctx context.Context) string {
	event, _ := ctx.Value(key{}).(string)
	return event
}
