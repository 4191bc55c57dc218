package edge

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNobodySmugglesARequest(t *testing.T) {
	t.Parallel()
	const inner = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: smuggled-inside\r\n\r\n"
	var wg sync.WaitGroup
	for _, place := range []struct{ service, path string }{{"auth", "/auth/login"}, {"api", "/api/v1/projects"}, {"sockets", "/sockets/socket.io/"}} {
		post := "POST " + place.path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
		for _, d := range doors(t, place.service) {
			for what, payload := range map[string]string{
				"a length and chunks":            post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner,
				"chunks and a length":            post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"two lengths":                    post + "Content-Length: 0\r\nContent-Length: 70\r\n\r\n" + inner,
				"a list of lengths":              post + "Content-Length: 0, 70\r\n\r\n" + inner,
				"a length with a sign":           post + "Content-Length: +0\r\n\r\n" + inner,
				"a length in hex":                post + "Content-Length: 0x0\r\n\r\n" + inner,
				"a negative length":              post + "Content-Length: -1\r\n\r\n" + inner,
				"a length beyond 64 bits":        post + "Content-Length: 18446744073709551616\r\n\r\n" + inner,
				"a space before the colon":       post + "Transfer-Encoding : chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"a tab before the colon":         post + "Transfer-Encoding\t: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"a folded line":                  post + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"a vertical tab":                 post + "Transfer-Encoding:\x0bchunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"an unknown coding":              post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner,
				"chunked twice":                  post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + inner,
				"a bare LF inside":               post + "X: a\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"a bare CR inside":               post + "X: a\rTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + inner,
				"a NUL inside":                   post + "X: a\x00b\r\n\r\n" + inner,
				"a chunk of 0x2":                 post + "Transfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n0\r\n\r\n" + inner,
				"no host":                        "GET " + place.path + " HTTP/1.1\r\n\r\n" + inner,
				"two hosts":                      "GET " + place.path + " HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n" + inner,
				"a request line with four parts": "GET " + place.path + " HTTP/1.1 HTTP/1.0\r\nHost: localhost\r\n\r\n" + inner,
				"another protocol":               "GET " + place.path + " HTTP/2.0\r\nHost: localhost\r\n\r\n" + inner,
				"a method with a colon":          "GET:x " + place.path + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + inner,
			} {
				wg.Go(func() {
					statuses, text, err := d.inject(payload)
					assert.NoError(t, err)
					assert.LessOrEqual(t, len(statuses), 1, "%s before %s, %s: %s", d.name, place.service, what, text)
					for _, status := range statuses {
						assert.Contains(t, []int{400, 405, 421, 501, 505}, status, "%s before %s, %s: %s", d.name, place.service, what, text)
					}
					assert.NotContains(t, text, "smuggled-inside")
				})
			}
		}
	}
	wg.Wait()
}

func TestAForgedHostReachesNobody(t *testing.T) {
	t.Parallel()
	nginx := doors(t, "api")[0]
	for _, host := range []string{"evil.example", "localhost.evil.example", "localhost:443@evil.example", "127.0.0.1.evil.example", "[::1]", "localhost\\@evil", "loc\talhost", ""} {
		statuses, text, err := nginx.inject("GET /auth/me HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		require.Len(t, statuses, 1, "%q: %s", host, text)
		require.Contains(t, []int{400, 421}, statuses[0], "%q: %s", host, text)
		require.NotContains(t, text, "evil", "what was sent is not sent back")
	}
	statuses, text, err := nginx.inject("GET http://evil.example/auth/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
	require.NoError(t, err)
	require.Equal(t, []int{421}, statuses, text)
}
