package platform

import (
	"context"
	"errors"
	"runtime"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/deploy"
)

// Home is an AWS that runs already: LocalStack, the emulator in a container, or
// AWS itself. The platform starts the services and the edge against it.
type Home struct {
	Endpoint string // base URL as this machine and its browser reach it; empty: AWS
	Region   string
	// Key and Secret open it. Both empty: the SDK's default chain, which the
	// services then inherit with the environment.
	Key, Secret string
	// ClockURL is a clock for the services to follow, FunctionsClockURL the same
	// clock where functions reach it. Both empty: the wall clock.
	ClockURL, FunctionsClockURL string
	// Outputs are those of a data stack that is deployed already. Nil: the
	// platform applies deploy/data.yaml, and Remove removes it.
	Outputs deploy.Outputs
}

const (
	// Region is that of every home but AWS.
	Region = "eu-central-1"
	// accessKey is a key of the embedded AWS, where the secret is fixed; it
	// opens nothing else.
	accessKey = "CUMINLOCAL"
	secretKey = "cumin"
)

// EmulatorHome is a running emulator at endpoint; functions reach it at inside.
func EmulatorHome(endpoint, inside string) Home {
	const clock = "/_cumin/clock"
	return Home{
		Endpoint: endpoint, Region: Region, Key: accessKey, Secret: secretKey,
		ClockURL: endpoint + clock, FunctionsClockURL: inside + clock,
	}
}

// Config is what the platform's and the tests' own clients are made of. They
// try as often as the services do.
func (h Home) Config(ctx context.Context) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{
		config.WithRegion(h.Region),
		config.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = awsenv.MaxAttempts })
		}),
	}
	if h.Endpoint != "" {
		options = append(options, config.WithBaseEndpoint(h.Endpoint))
	}
	if h.Key != "" {
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(h.Key, h.Secret, "")))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	cfg.HTTPClient = awsenv.NewClient(idleConnections) // keeps its connections to a quick server
	return cfg, err
}

// env are the standard variables by which services find this home.
func (h Home) env() []string {
	env := []string{"AWS_REGION=" + h.Region, "CUMIN_CLOCK_URL=" + h.ClockURL}
	if h.Endpoint != "" {
		env = append(env, "AWS_ENDPOINT_URL="+h.Endpoint)
	}
	if h.Key != "" { // nothing of another identity may be left in the environment
		env = append(env, "AWS_ACCESS_KEY_ID="+h.Key, "AWS_SECRET_ACCESS_KEY="+h.Secret, "AWS_SESSION_TOKEN=")
	}
	return env
}

// apply brings the stack's resources to what the template says, with the
// functions as they are built now. A stack that somebody else deployed is
// taken as it is.
func (p *Platform) apply(ctx context.Context) (err error) {
	if p.aws, err = p.home.Config(ctx); err != nil {
		return err
	}
	if p.home.Outputs != nil {
		p.outputs = p.home.Outputs
		return nil
	}
	stack, err := p.dataStack()
	if err != nil {
		return err
	}
	outputs, err := stack.Apply(ctx)
	if err != nil {
		return err // the services that run go on with the outputs there were
	}
	p.outputs = outputs
	return nil
}

func (p *Platform) dataStack() (deploy.Stack, error) {
	functions, err := p.build.functions()
	if err != nil {
		return deploy.Stack{}, err
	}
	template, err := p.template()
	if err != nil {
		return deploy.Stack{}, err
	}
	return deploy.Stack{
		AWS: p.aws, Name: p.opts.Stack, Template: template, Functions: functions,
		Parameters: map[string]string{
			"Architecture": deploy.Architecture(runtime.GOARCH),
			"ClockUrl":     p.home.FunctionsClockURL,
		},
	}, nil
}

// Remove deletes the data stack from a home that outlives this platform, so
// that its event sources stop. What the embedded AWS holds ends with it or is
// kept for the next start; what somebody else deployed is theirs.
func (p *Platform) Remove(ctx context.Context) error {
	if p.opts.Home == nil || p.home.Outputs != nil {
		return nil
	}
	if p.outputs == nil {
		return errors.New("remove the data stack: it was not applied")
	}
	stack, err := p.dataStack()
	if err != nil {
		return err
	}
	return stack.Delete(ctx)
}
