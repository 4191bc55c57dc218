package awsenv_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/awsenv"
)

// Not parallel: it sets environment variables.
func TestAnEndpointIsTrustedThroughTheCustomBundle(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if _, err := w.Write([]byte(`{"QueueUrl":"http://q"}`)); err != nil {
			t.Error(err)
		}
	}))
	defer srv.Close()
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	require.NoError(t, os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}), 0o600))
	for name, value := range map[string]string{"AWS_CA_BUNDLE": bundle, "AWS_ENDPOINT_URL": srv.URL, "AWS_REGION": "eu-central-1",
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"} {
		t.Setenv(name, value)
	}
	cfg, err := awsenv.Load(t.Context())
	require.NoError(t, err)
	require.IsType(t, &awsenv.Client{}, cfg.HTTPClient)
	_, err = sqs.NewFromConfig(cfg).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("q")})
	require.NoError(t, err)
}
