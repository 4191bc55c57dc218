package wire

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Need is a permission that a request wants of its caller: an action, such as
// "dynamodb:PutItem", on the ARN of a resource, or on "*" when the action is on
// none.
type Need struct{ Action, Resource string }

// PeekBody returns up to limit bytes of a request's body and leaves the whole
// of it to be read again.
func PeekBody(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	if err != nil {
		return nil, fmt.Errorf("read the body: %w", err)
	}
	return body, nil
}

// Refuse answers with an error before any operation runs.
func (p *JSON) Refuse(w http.ResponseWriter, r *http.Request, err error) { p.writeError(w, r, err) }

// Refuse answers with an error before any operation runs.
func (p *Query) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	p.writeError(w, r, "", err)
}
