package lambda

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// FuzzRequests wants any path, query and body to be answered: with a success or
// with an error that names its code, never with a panic or an error of our own.
func FuzzRequests(f *testing.F) {
	f.Add("POST", "/2015-03-31/functions/f/invocations", "Qualifier=1", `{}`)
	f.Add("POST", "/2015-03-31/functions/f:$LATEST/versions", "", `{"Description":"d"}`)
	f.Add("POST", "/2015-03-31/functions/f/aliases", "", `{"Name":"a","FunctionVersion":"$LATEST","RoutingConfig":{"AdditionalVersionWeights":{"1":0.5}}}`)
	f.Add("GET", "/2015-03-31/functions/", "Marker=1&MaxItems=1&FunctionVersion=ALL", "")
	f.Add("POST", "/2015-03-31/functions/f/policy", "Qualifier=a", `{"StatementId":"s","Action":"lambda:*","Principal":"*"}`)
	f.Add("PUT", "/2019-09-25/functions/f/event-invoke-config", "", `{"MaximumRetryAttempts":1,"DestinationConfig":{"OnFailure":{"Destination":"arn:aws:sqs:r:a:q"}}}`)
	f.Add("POST", "/2015-03-31/event-source-mappings", "", `{"EventSourceArn":"arn:aws:sqs:us-east-1:0:q","FunctionName":"f"}`)
	f.Add("DELETE", "/2017-03-31/tags/arn:aws:lambda:us-east-1:000000000000:function:f", "tagKeys=a", "")
	var ids atomic.Int64
	s, err := New(Config{
		Clock: clock.New(), Store: store.Memory{}, Log: slog.New(slog.DiscardHandler), Dir: f.TempDir(), Logs: noLogs{},
		NewID: func() string { return strconv.FormatInt(ids.Add(1), 10) },
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		if _, err := s.HandleFunc("f", func(context.Context, []byte) ([]byte, error) { return nil, nil }); err != nil {
			t.Fatal(err)
		}
		u := &url.URL{Scheme: "http", Host: "aws", Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query}
		r, err := http.NewRequestWithContext(wire.WithIdentity(t.Context(), wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion}), method, u.String(), strings.NewReader(body))
		if err != nil {
			return // no HTTP request
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code >= 500 || w.Code >= 400 && w.Header().Get("X-Amzn-Errortype") == "" {
			t.Errorf("%s %s: %d %s", method, u, w.Code, w.Body)
		}
	})
}
