package cloudformation

import (
	"context"
	"math/rand/v2"
	"strings"
)

// Driver makes, changes and removes resources of one type in their service.
// Properties are evaluated; a driver reads them with Decode and refuses what it
// does not understand. The context carries the stack's account and region.
type Driver interface {
	// Create makes a resource; name is the one the template gave or, when it
	// gave none, a generated one.
	Create(ctx context.Context, name string, properties map[string]any) (Made, error)
	// Update changes a resource in place.
	Update(ctx context.Context, id string, old, next map[string]any) (Made, error)
	// Delete removes a resource; ErrNotFound when it is gone already.
	Delete(ctx context.Context, id string, properties map[string]any) error
}

// Made is what a template may refer to of a resource.
type Made struct {
	ID         string            // physical id, which Ref returns
	Attributes map[string]string // of Fn::GetAtt
}

// Type is a row of the resource types this CloudFormation knows.
type Type struct {
	Name         string   // AWS::SQS::Queue
	NameProperty string   // QueueName; empty when resources have no name
	LowerCase    bool     // generated names are in lower case
	MaxName      int      // longest generated name; 0: 64
	Replace      []string // properties whose change makes a new resource
	Attributes   []string // of Fn::GetAtt
	Driver       Driver
}

// nameOf is the template's name of a resource, or a generated one:
// STACK-LOGICALID-RANDOM, as AWS forms it.
func (t *Type) nameOf(stack, id string, properties map[string]any) string {
	if t.NameProperty == "" {
		return ""
	}
	if name, ok := textOf(properties[t.NameProperty]); ok && name != "" {
		return name
	}
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	var tail [12]byte
	for i := range tail {
		tail[i] = letters[rand.IntN(len(letters))]
	}
	most := t.MaxName
	if most == 0 {
		most = 64
	}
	head := stack + "-" + id
	if room := most - len(tail) - 1; len(head) > room {
		head = head[:room]
	}
	name := head + "-" + string(tail[:])
	if t.LowerCase {
		name = strings.ToLower(name)
	}
	return name
}

// replaces reports whether a change from old to next needs a new resource.
func (t *Type) replaces(old, next map[string]any) bool {
	for _, name := range t.Replace {
		if !same(old[name], next[name]) {
			return true
		}
	}
	return t.NameProperty != "" && !same(old[t.NameProperty], next[t.NameProperty])
}
