// Package localstack names what LocalStack needs to host Cumin's data stack:
// its image, its settings and its keys. docker-compose.yml says the same in
// YAML; the test suites take it from here. What differs from AWS, and how the
// suites live with it, is told in README.md.
package localstack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	// Image is the last community image that needs no account.
	Image = "localstack/localstack:4.14.0"
	// Port is the one port of all its services inside the container.
	Port = 4566
	// LambdaImage is what LocalStack runs functions in.
	LambdaImage = "public.ecr.aws/lambda/provided:al2023"

	// Key and Secret open it; it takes any. A key of twelve digits would be an
	// account of its own.
	Key    = "test"
	Secret = "test"

	// Services are what the data stack and its functions use.
	Services = "dynamodb,dynamodbstreams,sqs,s3,lambda,cloudformation,iam,sts,logs,cloudwatch"

	// Health answers 200 once the eagerly loaded services do.
	Health = "/_localstack/health"
)

// Settings are LocalStack's environment variables. labels go on each container
// it makes for a function, so that whoever owns LocalStack can find what a
// killed one left.
func Settings(labels map[string]string) map[string]string {
	return map[string]string{
		"SERVICES":              Services,
		"EAGER_SERVICE_LOADING": "1", // no test pays for the JVM's start
		// The default provider lost the stream record of a put that follows CreateTable.
		"PROVIDER_OVERRIDE_DYNAMODB":                    "v2",
		"LAMBDA_EVENT_SOURCE_MAPPING_POLL_INTERVAL_SEC": "0.1",
		"S3_SKIP_SIGNATURE_VALIDATION":                  "0", // or an expired link would still work
		"LAMBDA_DOCKER_FLAGS":                           dockerFlags(labels),
	}
}

func dockerFlags(labels map[string]string) string {
	flags := make([]string, 0, len(labels))
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		flags = append(flags, fmt.Sprintf("-l %s=%s", name, labels[name]))
	}
	return strings.Join(flags, " ")
}
