package containers

import (
	"context"
	"io"

	"github.com/testcontainers/testcontainers-go"
	module "github.com/testcontainers/testcontainers-go/modules/localstack"

	"github.com/anikeshk/cumin/localstack"
)

// conformanceServices are called by the conformance tests alone.
const conformanceServices = ",kms,secretsmanager,sns,ssm"

// LocalStack starts one. The containers it makes for functions carry the
// reaper's labels.
func LocalStack(ctx context.Context, out io.Writer) (*Container, error) {
	return run(ctx, out, localstack.Port, localstack.Health, func(options ...testcontainers.ContainerCustomizer) (testcontainers.Container, error) {
		settings := localstack.Settings(testcontainers.GenericLabels())
		settings["SERVICES"] += conformanceServices
		c, err := module.Run(ctx, localstack.Image, append(options, testcontainers.WithEnv(settings))...)
		if c == nil { // a nil *LocalStackContainer is no nil Container
			return nil, err
		}
		return c, err
	})
}
