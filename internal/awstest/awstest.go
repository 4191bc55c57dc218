// Package awstest gives a function's test what it works with: the tables of
// deploy/data.yaml, queues and a bucket in an embedded AWS of its own, and a
// configuration whose calls stop working after a while, as those of a process
// that is killed do. Streams and functions are left out: tests call handlers
// themselves and decide what is delivered how often.
package awstest

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/emulator"
	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/dynamo"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
)

// AWS is one test's embedded AWS: Config reaches the tables of dynamotest and,
// with every other service, the emulator.
type AWS struct {
	*dynamotest.AWS
	emulator *emulator.AWS
	t        *testing.T
}

// Start returns an AWS with empty tables, gone with the test.
func Start(t *testing.T) *AWS {
	t.Helper()
	a := &AWS{AWS: dynamotest.Start(t), emulator: emulator.Start(t), t: t}
	tables, err := url.Parse(*a.Config.BaseEndpoint)
	require.NoError(t, err)
	a.Config.BaseEndpoint = aws.String(a.emulator.Endpoint())
	a.Config.HTTPClient = &http.Client{Transport: tablesAt{tables.Host}}
	a.DB = dynamo.Open(a.Config, a.Tables)
	return a
}

// tablesAt sends what is for DynamoDB to the host with the tables.
type tablesAt struct{ host string }

func (h tablesAt) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_") {
		r = r.Clone(r.Context())
		r.URL.Host, r.Host = h.host, h.host
	}
	return http.DefaultTransport.RoundTrip(r)
}

// Advance moves the time of queues and buckets; the tables have no timers.
func (a *AWS) Advance(d time.Duration) { a.emulator.Clock().Advance(d) }

// NoQueue is the URL of a queue that does not exist.
func (a *AWS) NoQueue() string { return a.emulator.Endpoint() + "/000000000000/none" }

// NewQueue makes a standard queue and returns its URL.
func (a *AWS) NewQueue(name string) string {
	a.t.Helper()
	out, err := sqs.NewFromConfig(a.Config).CreateQueue(a.t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	require.NoError(a.t, err)
	return *out.QueueUrl
}

// visibility is the timeout of a queue made by NewQueue.
const visibility = 30 * time.Second

// Receive receives up to ten messages of a queue. Now and then the answer of a
// very fast server is lost and the SDK asks again; the messages that were in
// it return after the visibility timeout, which is waited for on their clock.
func (a *AWS) Receive(url string) []types.Message {
	a.t.Helper()
	for {
		out, err := sqs.NewFromConfig(a.Config).ReceiveMessage(a.t.Context(), &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
		})
		require.NoError(a.t, err)
		attempts, _ := retry.GetAttemptResults(out.ResultMetadata)
		if len(out.Messages) > 0 || len(attempts.Results) < 2 {
			return out.Messages
		}
		a.Advance(visibility)
	}
}

// Take receives and deletes all messages of a queue.
func (a *AWS) Take(url string) []types.Message {
	a.t.Helper()
	client := sqs.NewFromConfig(a.Config)
	var all []types.Message
	for {
		got := a.Receive(url)
		if len(got) == 0 {
			return all
		}
		for _, m := range got {
			_, err := client.DeleteMessage(a.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
			require.NoError(a.t, err)
		}
		all = append(all, got...)
	}
}

// NewBucket makes a bucket.
func (a *AWS) NewBucket(name string) *s3.Client {
	a.t.Helper()
	client := awsenv.S3(a.Config)
	_, err := client.CreateBucket(a.t.Context(), &s3.CreateBucketInput{Bucket: &name})
	require.NoError(a.t, err)
	return client
}

// ErrKilled is what every call answers once the process is dead.
var ErrKilled = errors.New("killed")

// Killed is a configuration with which the first calls succeed and every later
// one fails before it is sent: what a process leaves behind that is killed
// between two calls. The pointer tells how many calls were made.
func (a *AWS) Killed(after int) (aws.Config, *atomic.Int64) {
	made := new(atomic.Int64)
	cfg := a.Config.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Killed",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if made.Add(1) > int64(after) {
					return middleware.InitializeOutput{}, middleware.Metadata{}, ErrKilled
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
	return cfg, made
}
