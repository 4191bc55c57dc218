package emulator

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheConsoleIsServedAndMayAsk(t *testing.T) {
	t.Parallel()
	aws := Start(t)
	host := strings.TrimPrefix(aws.Endpoint(), "http://")
	_, port, _ := strings.Cut(host, ":")
	for path, kind := range map[string]string{"": "text/html", "console.js": "javascript", "console.css": "text/css"} {
		a := rest(t, aws, "", "GET", adminPrefix+path, nil)
		if a.status != 200 || !strings.Contains(a.header.Get("Content-Type"), kind) || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
	for _, c := range []struct {
		name, host, origin, site string
		want                     int
	}{
		{"the console by address", host, "http://" + host, "same-origin", 200},
		{"the console by name", "localhost:" + port, "http://localhost:" + port, "same-origin", 200},
		{"another site", host, "https://example.com", "cross-site", 403},
		{"another port", host, "http://127.0.0.1:1", "same-site", 403},
		{"a name made to point here", "evil.example:" + port, "http://evil.example:" + port, "same-origin", 403},
		{"an origin that is not the host", host, "https://example.com", "same-origin", 403},
		{"a browser that does not say", host, "http://" + host, "", 403},
	} {
		r, err := http.NewRequest("POST", aws.Endpoint()+adminPrefix+"clock", strings.NewReader(`{"advance":"1s"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		r.Header.Set("Origin", c.origin)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if a := do(t, r); a.status != c.want {
			t.Errorf("%s: %d, want %d", c.name, a.status, c.want)
		}
	}
	createQueue(t, aws, "q", nil)
	if a := rest(t, aws, "", "GET", adminPrefix+"resources", nil); !strings.Contains(string(a.body), `{"service":"SQS queues","names":["q"]}`) {
		t.Errorf("resources: %s", a.body)
	}
}
