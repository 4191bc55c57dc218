package platform

import (
	"context"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// Seed fills the stack with the demo data, unless it had it before.
func (p *Platform) Seed(ctx context.Context) error { return demo.Seed(ctx, p.DemoStack()) }

// DemoStack is where package demo writes to.
func (p *Platform) DemoStack() demo.Stack {
	return demo.Stack{URL: p.URL(), AWS: p.AWS(), Tables: dynamo.Tables{
		Core: p.outputs["TableCore"], Tasks: p.outputs["TableTasks"],
	}}
}
