package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/dynamo/dynamotest"
	"github.com/anikeshk/cumin/internal/token"
)

// Not parallel: it sets the process's environment.
func TestTheServiceBecomesReadyAnswersAndStops(t *testing.T) {
	aws := dynamotest.Start(t)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": aws.Endpoint(), "AWS_REGION": aws.Config.Region, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_PROFILE": "", "AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "CUMIN_CLOCK_URL": "",
	} {
		t.Setenv(name, value)
	}
	signers, err := token.LoadKeys(filepath.Join(t.TempDir(), "signing.pem"))
	require.NoError(t, err)
	issuer, err := token.NewIssuer("https://cumin.test", time.Minute, signers)
	require.NoError(t, err)
	auth := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := json.NewEncoder(w).Encode(issuer.Keys()); err != nil {
			t.Error(err)
		}
	}))
	defer auth.Close()

	lines, out := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		err := run(ctx, Config{
			Listen: "127.0.0.1:0", Origins: []string{"https://cumin.test"}, JWKS: auth.URL, Tables: aws.Tables, Bucket: "exports",
			CursorKeyFile: filepath.Join(t.TempDir(), "cursor.key"), Rate: defaultRate,
		}, slog.New(slog.NewJSONHandler(out, nil)))
		out.Close()
		stopped <- err
	}()
	base := "http://" + listening(t, lines)

	ready := func() int { return get(t, base+"/readyz", "") }
	require.Eventually(t, func() bool { return ready() == http.StatusOK }, 10*time.Second, 10*time.Millisecond)
	good, err := issuer.Issue(cumin.UserID(newID(time.Now())), cumin.SessionID(newID(time.Now())), time.Now())
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, get(t, base+basePath+"/projects", good))
	require.Equal(t, http.StatusUnauthorized, get(t, base+basePath+"/projects", good+"x"))

	stop()
	require.NoError(t, <-stopped)
}

// listening is the address in the service's line that says so; it keeps
// reading what follows, or the service would wait.
func listening(t *testing.T, lines io.Reader) string {
	t.Helper()
	found := make(chan string, 1)
	go func() {
		for d := json.NewDecoder(lines); ; {
			var line struct{ Listen string }
			if d.Decode(&line) != nil {
				return
			}
			if line.Listen != "" {
				found <- line.Listen
			}
		}
	}()
	select {
	case address := <-found:
		return address
	case <-time.After(10 * time.Second):
		require.FailNow(t, "the service does not say where it listens")
		return ""
	}
}

func get(t *testing.T, url, bearer string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode
}
