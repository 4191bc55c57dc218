// Package requestid carries the id of the request under way through a context,
// from where it is accepted (httpapi) to where AWS is called (awsenv), which
// need not know each other.
package requestid

import "context"

type key struct{}

// With returns a context of the request with this id.
func With(ctx context.Context, id string) context.Context { return context.WithValue(ctx, key{}, id) }

// From returns the id; empty outside of a request.
func From(ctx context.Context) string {
	id, _ := ctx.Value(key{}).(string)
	return id
}
