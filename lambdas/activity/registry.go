package main

import (
	"context"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// registry is the notify.Registry that the sockets instances keep.
type registry struct {
	dynamo.Registry
	clock cumin.Clock
}

func (r registry) UserQueues(ctx context.Context, user cumin.UserID) ([]string, error) {
	return r.Queues(ctx, dynamo.UserInterest(user), r.clock.Now())
}

func (r registry) ProjectQueues(ctx context.Context, project cumin.ProjectID) ([]string, error) {
	return r.Queues(ctx, dynamo.ProjectInterest(project), r.clock.Now())
}
