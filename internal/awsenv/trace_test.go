package awsenv_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awsenv"
	"github.com/anikeshk/cumin/internal/requestid"
)

// Not parallel: it sets environment variables.
func TestCallsNameTheRequestTheyAreMadeFor(t *testing.T) {
	var got string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("X-Amzn-Trace-Id")
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if _, err := w.Write([]byte(`{"QueueUrl":"http://q"}`)); err != nil {
			t.Error(err)
		}
	}))
	defer srv.Close()
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"} {
		t.Setenv(name, value)
	}
	cfg, err := awsenv.Load(t.Context())
	require.NoError(t, err)
	client := sqs.NewFromConfig(cfg)
	_, err = client.GetQueueUrl(requestid.With(t.Context(), "click-0001"), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	require.Regexp(t, `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0;Request=click-0001$`, got)
	_, err = client.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	require.Empty(t, got)
}
