package platform

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/dynamo"
)

// Seed fills the stack with the demo data, unless it had it before.
func (p *Platform) Seed(ctx context.Context) error { return demo.Seed(ctx, p.DemoStack()) }

// DemoStack is where package demo writes to.
func (p *Platform) DemoStack() demo.Stack { return demoStack(p.URL(), p.AWS(), p.outputs) }

// DemoStack is the same for a stack that runs in another process.
func (s State) DemoStack(ctx context.Context) (demo.Stack, error) {
	cfg, err := s.Home.Config(ctx)
	return demoStack(s.URL, cfg, s.Home.Outputs), err
}

func demoStack(url string, cfg aws.Config, outputs deploy.Outputs) demo.Stack {
	return demo.Stack{URL: url, AWS: cfg, Tables: dynamo.Tables{
		Auth: outputs["TableAuth"], Core: outputs["TableCore"], Tasks: outputs["TableTasks"],
	}}
}
