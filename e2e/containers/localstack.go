package containers

import (
	"context"
	"io"

	"github.com/testcontainers/testcontainers-go"
	module "github.com/testcontainers/testcontainers-go/modules/localstack"

	"github.com/anikeshk/cumin/localstack"
)

// LocalStack starts one. The containers it makes for functions carry the
// reaper's labels.
func LocalStack(ctx context.Context, out io.Writer) (*Container, error) {
	return run(ctx, out, localstack.Port, localstack.Health, func(options ...testcontainers.ContainerCustomizer) (testcontainers.Container, error) {
		c, err := module.Run(ctx, localstack.Image,
			append(options, testcontainers.WithEnv(localstack.Settings(testcontainers.GenericLabels())))...)
		if c == nil { // a nil *LocalStackContainer is no nil Container
			return nil, err
		}
		return c, err
	})
}
