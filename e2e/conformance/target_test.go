// Package conformance calls AWS through its own SDK and pins what comes back.
// The same tests run on the embedded AWS, on LocalStack and on AWS: they never
// ask which one it is, and clean up what they make.
package conformance

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/emulator"
)

// targetURL is where the calls go: that of TARGET, or AWS_ENDPOINT_URL by itself,
// or an embedded AWS that lives as long as the test binary. Empty for AWS.
var targetURL = os.Getenv("AWS_ENDPOINT_URL")

func TestMain(m *testing.M) {
	name, err := target.Current()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if targetURL != "" || name != target.Embedded {
		os.Exit(m.Run())
	}
	a, err := emulator.Open(emulator.Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, "start the embedded AWS:", err)
		os.Exit(1)
	}
	targetURL = a.Endpoint()
	code := m.Run()
	if err := a.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "close the embedded AWS:", err)
		code = 1
	}
	os.Exit(code)
}

// config is what every client is made of. Credentials are test ones unless the
// environment names others.
func config(t *testing.T) aws.Config {
	t.Helper()
	key, secret := os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	if key == "" {
		key, secret = "test", "test"
	}
	region := os.Getenv("AWS_REGION")
	if region == "" {
		region = "eu-central-1"
	}
	cfg := aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider(key, secret, os.Getenv("AWS_SESSION_TOKEN"))}
	if targetURL != "" {
		cfg.BaseEndpoint = &targetURL
	}
	return cfg
}

// name makes a resource name of the test's own, and of this run's: a target may
// be used by several. Bucket names have 63 letters.
func name(t *testing.T) string {
	t.Helper()
	clean := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, t.Name())
	return fmt.Sprintf("cumin-%s-%s", strconv.FormatInt(int64(os.Getpid()), 36), clean)
}
