package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator"
)

func TestAWebPageCannotCommandTheEmulator(t *testing.T) {
	t.Parallel()
	aws := emulator.Start(t)
	for _, c := range []struct {
		name, path, body string
		header           map[string]string
		refused          bool
	}{
		{"a form that moves the clock", "/_cumin/clock", `{"advance":"1h"}`, map[string]string{"Origin": "https://evil.example", "Content-Type": "text/plain"}, true},
		{"a form that lists queues", "/", "Action=ListQueues&Version=2012-11-05", map[string]string{"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"}, true},
		{"a frame that says only where it is", "/", "Action=ListQueues&Version=2012-11-05", map[string]string{"Sec-Fetch-Site": "cross-site", "Content-Type": "application/x-www-form-urlencoded"}, true},
		{"a page without an origin", "/_cumin/clock", `{"advance":"1h"}`, map[string]string{"Origin": "null"}, true},
		{"an SDK", "/", "Action=ListQueues&Version=2012-11-05", map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, false},
		{"the command line", "/_cumin/clock", `{"advance":"1s"}`, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, aws.Endpoint()+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range c.header {
				req.Header.Set(name, value)
			}
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if refused := resp.StatusCode == http.StatusForbidden; refused != c.refused {
				t.Fatalf("got %s, want it refused: %v", resp.Status, c.refused)
			}
		})
	}
}
