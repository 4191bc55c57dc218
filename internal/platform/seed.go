package platform

import (
	"context"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// Seed fills the stack with the demo data, unless it had it before.
func (p *Platform) Seed(ctx context.Context) error { return demo.Seed(ctx, p.demoStack()) }

// SeedLarge adds one project of n tasks to the demo data.
func (p *Platform) SeedLarge(ctx context.Context, n int, told demo.Progress) (string, error) {
	made, err := demo.Large(ctx, p.demoStack(), n, told)
	return string(made.ID), err
}

func (p *Platform) demoStack() demo.Stack {
	return demo.Stack{URL: p.URL(), AWS: p.AWS(), Tables: dynamo.Tables{
		Core: p.outputs["TableCore"], Tasks: p.outputs["TableTasks"],
	}}
}
