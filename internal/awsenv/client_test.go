package awsenv_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awsenv"
)

// TestManyQuickCallsShareAConnection fails within a few dozen calls with the
// SDK's own client.
func TestManyQuickCallsShareAConnection(t *testing.T) {
	t.Parallel()
	var opened atomic.Int64
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || !strings.Contains(string(got), `"QueueName":"q"`) {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, err = w.Write([]byte(`{"QueueUrl":"http://q"}`))
		if err != nil {
			t.Error(err)
		}
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	queues := sqs.NewFromConfig(aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(srv.URL), RetryMaxAttempts: 1, HTTPClient: awsenv.NewClient(4),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	for range 2000 {
		_, err := queues.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
		require.NoError(t, err)
	}
	// One, and on a busy machine a few more: a call may begin before the last
	// one's connection is back in the pool. The SDK's own client opens a hundred.
	require.LessOrEqual(t, opened.Load(), int64(5))
}
