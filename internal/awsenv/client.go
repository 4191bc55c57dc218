package awsenv

import (
	"bytes"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// maxInMemoryBytes bounds the bodies that are read before they are sent: above
// every JSON request but the largest batches, below the parts of uploads.
const maxInMemoryBytes = 1 << 20

// Client sends requests as the SDK's own client does, but for their bodies.
//
// The SDK closes a request's body as soon as the response's head is there, and
// its body's WriteTo, asked after that, answers io.EOF as an error. net/http asks
// once more after the last byte to see that nothing follows. Behind an
// endpoint that answers within microseconds the two meet, and net/http gives up
// the connection: measured on the embedded AWS, one call in twenty opened a new
// connection, and one Query of 10 KB in some thousands failed while its answer
// was read ("use of closed network connection") and waited out a backoff of
// up to a second. A body that net/http knows to be in memory is asked
// nothing, and leaves in one write with the head; a larger one loses its WriteTo.
// Source: smithy-go v1.28.8 transport/http/internal/io/safe.go, read 2026-11-22.
type Client struct {
	*awshttp.BuildableClient
}

// NewClient returns a client that keeps up to idle connections open per host.
func NewClient(idle int) *Client { return &Client{buildable(idle)} }

func buildable(idle int) *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = idle })
}

// Do sends a request. The body of one that is sent is closed, also on an error.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return c.BuildableClient.Do(r)
	}
	r = r.WithContext(r.Context()) // a shallow copy: the caller's keeps its body
	if r.ContentLength <= 0 || r.ContentLength > maxInMemoryBytes {
		r.Body = struct{ io.ReadCloser }{r.Body} // whose Read ends as net/http expects
		return c.BuildableClient.Do(r)
	}
	body, err := io.ReadAll(r.Body)
	if e := r.Body.Close(); err == nil {
		err = e
	}
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return c.BuildableClient.Do(r)
}
