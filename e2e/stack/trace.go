package stack

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/anikeshk/cumin/e2e/target"
	"github.com/anikeshk/cumin/emulator/trace"
)

// Caused returns what a request caused inside the embedded AWS, by the request
// id that the client sent, or was told.
func (s *Stack) Caused(t testing.TB, requestID string) *trace.Node {
	t.Helper()
	target.Require(t, Trace)
	var answer struct{ Trace *trace.Node }
	s.admin(t.Context(), t, http.MethodGet, "/_cumin/trace?request="+url.QueryEscape(requestID), nil, &answer)
	return answer.Trace
}
