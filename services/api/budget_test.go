package main

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// TestRoutesStayWithinTheirBudgetOfCalls counts the calls of DynamoDB behind
// one request. Each costs money on AWS, and most of a request's processor time
// anywhere: who needs one more says so here.
func TestRoutesStayWithinTheirBudgetOfCalls(t *testing.T) {
	t.Parallel()
	aws := dynamotest.Start(t)
	var calls atomic.Int64 // retries of the SDK aside
	cfg := aws.Config.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Count",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				calls.Add(1)
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
	aws.DB = dynamo.Open(cfg, aws.Tables)
	w := newWorldOn(t, aws, newLimiter(1e6, time.Now))
	ann := w.person("Ann")
	p := ann.project("Spices")
	task := ann.task(p, "Buy cumin")
	project := "/projects/" + p.id()
	for _, c := range []struct {
		method, path string
		body         any
		budget       int64
		why          string
	}{
		{"GET", project, nil, 2, "access and counts in one batch; the feed's head"},
		{"GET", "/projects", nil, 3, "memberships, then one batch; the feeds' heads"},
		{"GET", project + "/board", nil, 8, "access and counts; the feed's head, for the card and for the sequence; three columns; members and their names"},
		{"GET", project + "/tasks/" + task.id(), nil, 2, "access; the task"},
		{"POST", project + "/tasks", object{"title": "a"}, 4, "access; the column's end; a number; the task"},
		{"PATCH", project + "/tasks/" + task.id(), object{"title": "b"}, 3, "access; the task; the task"},
		{"GET", "/notifications/unread-count", nil, 1, "the inbox's head"},
	} {
		calls.Store(0)
		a := ann.do(c.method, c.path, c.body, "If-Match", task.tag())
		require.Less(t, a.status, 300, "%s", a.body)
		require.LessOrEqual(t, calls.Load(), c.budget, "%s %s: %s", c.method, c.path, c.why)
	}
}
