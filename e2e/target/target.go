// Package target says which AWS the end-to-end tests run on, what it lacks, and
// where it is known to differ. No test asks for its name: a test declares what
// it needs beyond AWS itself, or that it is expected to fail on one target and
// why.
//
// TARGET chooses it; the standard AWS variables say where it is. `cumin e2e`
// starts the target, sets them and runs the suites; by hand:
//
//	TARGET=localstack AWS_ENDPOINT_URL=http://localhost:4566 go test ./tokens
package target

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/platform"
	"github.com/anikeshk/cumin/localstack"
)

// Name is one target.
type Name string

// The targets.
const (
	Embedded          Name = "embedded"           // the embedded AWS, a process per test package; the default
	LocalStack        Name = "localstack"         // a running LocalStack
	EmulatorContainer Name = "emulator-container" // the embedded AWS from its image
	AWS               Name = "aws"                // a deployed data stack
)

// All are the targets in the order in which results are shown.
func All() []Name { return []Name{Embedded, EmulatorContainer, LocalStack, AWS} }

const (
	variable         = "TARGET"
	endpointVariable = "AWS_ENDPOINT_URL"
)

// Parse returns the target of that name; the empty one is Embedded.
func Parse(name string) (Name, error) {
	if name == "" {
		return Embedded, nil
	}
	if !slices.Contains(All(), Name(name)) {
		return "", fmt.Errorf("there is no target %q; there are %v", name, All())
	}
	return Name(name), nil
}

// Current is the target that TARGET names.
func Current() (Name, error) {
	n, err := Parse(os.Getenv(variable))
	if err != nil {
		return "", fmt.Errorf("%s: %w", variable, err)
	}
	return n, nil
}

// emulatorInside is where functions in the emulator's container find it.
var emulatorInside = fmt.Sprintf("http://127.0.0.1:%d", EmulatorPort)

// EmulatorPort is the emulator's port inside its container.
const EmulatorPort = 4566

// Home returns the running AWS that the environment names, or nil for the
// embedded one, which every stack starts for itself. template is the text of
// deploy/data.yaml; on AWS its outputs are wanted from the environment, as the
// variables that services read.
func (n Name) Home(ctx context.Context, template []byte) (*platform.Home, error) {
	endpoint := os.Getenv(endpointVariable)
	switch n {
	case Embedded:
		return nil, nil
	case AWS:
		return deployed(ctx, endpoint, template)
	}
	if endpoint == "" {
		return nil, fmt.Errorf("target %s: %s is not set: `go run ./cmd/cumin e2e --target %s` starts one and sets it", n, endpointVariable, n)
	}
	if n == EmulatorContainer {
		home := platform.EmulatorHome(endpoint, emulatorInside)
		return &home, nil
	}
	return &platform.Home{Endpoint: endpoint, Region: platform.Region, Key: localstack.Key, Secret: localstack.Secret}, nil
}

// Env are the variables by which a child process finds the target at endpoint.
func (n Name) Env(endpoint string) []string {
	env := []string{variable + "=" + string(n)}
	switch n {
	case LocalStack:
		env = append(env, "AWS_ACCESS_KEY_ID="+localstack.Key, "AWS_SECRET_ACCESS_KEY="+localstack.Secret)
	case EmulatorContainer:
		home := platform.EmulatorHome(endpoint, emulatorInside)
		env = append(env, "AWS_ACCESS_KEY_ID="+home.Key, "AWS_SECRET_ACCESS_KEY="+home.Secret)
	default:
		return env
	}
	return append(env, endpointVariable+"="+endpoint, "AWS_REGION="+platform.Region, "AWS_SESSION_TOKEN=")
}

// deployed is AWS with a data stack on it: credentials, region and the stack's
// outputs all come from the environment, and all that is missing is named.
func deployed(ctx context.Context, endpoint string, template []byte) (*platform.Home, error) {
	var missing []error
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("target aws: %w", err)
	}
	if cfg.Region == "" {
		missing = append(missing, errors.New("AWS_REGION is not set"))
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		missing = append(missing, fmt.Errorf("no AWS credentials: %w", err))
	}
	names, err := deploy.OutputNames(template)
	if err != nil {
		return nil, err
	}
	outputs := deploy.Outputs{}
	var unset []string
	for _, name := range names {
		variable := deploy.Variable(name)
		if outputs[name] = os.Getenv(variable); outputs[name] == "" {
			unset = append(unset, variable)
		}
	}
	if len(unset) > 0 {
		missing = append(missing, fmt.Errorf("the data stack's outputs are not set: %s", strings.Join(unset, ", ")))
	}
	if err := errors.Join(missing...); err != nil {
		return nil, fmt.Errorf("target aws takes a deployed data stack and credentials from the environment:\n%w", err)
	}
	return &platform.Home{Endpoint: endpoint, Region: cfg.Region, Outputs: outputs}, nil
}
