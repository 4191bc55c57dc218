// Package awsenv is the one place that builds an aws.Config. Everything comes
// from the standard AWS environment (AWS_ENDPOINT_URL, AWS_REGION, credentials),
// so the same binary talks to the embedded AWS, to LocalStack and to AWS.
package awsenv

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// MaxAttempts is above the SDK's default of three: a fast local endpoint that
// restarts refuses connections for some hundred milliseconds.
const MaxAttempts = 5

// idleConnections are kept per process: as many calls as a busy service makes
// side by side.
const idleConnections = 64

// Load reads the environment. It fails when no region is set, since every
// later call would.
func Load(ctx context.Context) (aws.Config, error) {
	// The SDK adds the certificates of AWS_CA_BUNDLE to a client of its own type
	// only, so ours goes around it afterwards.
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(buildable(idleConnections)), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = MaxAttempts })
	}))
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	client, ok := cfg.HTTPClient.(*awshttp.BuildableClient)
	if !ok {
		return aws.Config{}, fmt.Errorf("load AWS configuration: its HTTP client is a %T", cfg.HTTPClient)
	}
	cfg.HTTPClient = &Client{client}
	cfg.APIOptions = append(cfg.APIOptions, nameRequest)
	if cfg.Region == "" {
		return aws.Config{}, fmt.Errorf("load AWS configuration: AWS_REGION is not set")
	}
	return cfg, nil
}

// S3 returns a client that addresses buckets by path when an endpoint is set:
// a custom endpoint has no wildcard name per bucket.
func S3(cfg aws.Config, options ...func(*s3.Options)) *s3.Client {
	return s3.NewFromConfig(cfg, append([]func(*s3.Options){func(o *s3.Options) {
		o.UsePathStyle = cfg.BaseEndpoint != nil
	}}, options...)...)
}
