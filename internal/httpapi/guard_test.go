package httpapi

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

// serve runs a guarded server that counts the requests its handler sees.
func serve(t *testing.T) (addr string, served *atomic.Int64) {
	t.Helper()
	s, err := New(Config{Log: slog.New(slog.DiscardHandler), Origins: []string{"https://localhost:8443"}})
	require.NoError(t, err)
	served = new(atomic.Int64)
	s.App().All("/*", func(c *fiber.Ctx) error {
		served.Add(1)
		return c.SendString("served " + string(c.Body()))
	})
	ln, err := Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	return ln.Addr().String(), served
}

// exchange sends raw in pieces and returns the statuses answered before the
// server closes or falls silent.
func exchange(t *testing.T, addr string, pieces ...string) []int {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer conn.Close()
	for _, piece := range pieces {
		if _, err = io.WriteString(conn, piece); err != nil {
			break // refused before all was sent
		}
	}
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
	var statuses []int
	for r := bufio.NewReader(conn); ; {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses
		}
		_, err = io.Copy(io.Discard, res.Body)
		require.NoError(t, err)
		statuses = append(statuses, res.StatusCode)
	}
}

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

func TestAmbiguousFramingIsRefusedBeforeItIsServed(t *testing.T) {
	t.Parallel()
	addr, served := serve(t)
	chunked := "5\r\nhello\r\n0\r\n\r\n"
	for name, raw := range map[string]string{
		"content length and chunked":       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"chunked and content length":       "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n" + chunked,
		"chunked alone":                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
		"chunk size 0x2":                   "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n0\r\n\r\n",
		"xchunked":                         "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n" + chunked,
		"space before the colon":           "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n" + chunked,
		"tab before chunked":               "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\n\r\n" + chunked,
		"folded line":                      "POST / HTTP/1.1\r\nHost: a\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n" + chunked,
		"bare LF before transfer encoding": "POST / HTTP/1.1\r\nHost: a\r\nX: a\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + smuggled,
		"bare LF everywhere":               "GET / HTTP/1.1\nHost: a\n\n",
		"bare CR in a value":               "GET / HTTP/1.1\r\nHost: a\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n",
		"NUL in a value":                   "GET / HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
		"two content lengths":              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + smuggled,
		"equal content lengths":            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
		"content length list":              "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
		"content length with a sign":       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
		"content length in hex":            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
		"content length beyond all bounds": "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"no host":                          "GET / HTTP/1.1\r\n\r\n",
		"two hosts":                        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"HTTP/0.9":                         "GET /\r\n\r\n",
		"HTTP/2 preface":                   "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"tab in the request line":          "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
		"empty line first":                 "\r\n" + smuggled,
		"header without a colon":           "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
		"upgrade with a body":              "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nContent-Length: 5\r\n\r\nhello",
	} {
		t.Run(name, func(t *testing.T) {
			before := served.Load()
			require.Equal(t, []int{400}, exchange(t, addr, raw))
			// line by line: the refusal may come, and be lost to a reset, before all is sent
			require.NotContains(t, exchange(t, addr, strings.SplitAfter(raw, "\n")...), 200)
			require.Equal(t, before, served.Load(), "the handler must not see it")
		})
	}
}

func TestPlainRequestsPassTheGuard(t *testing.T) {
	t.Parallel()
	addr, _ := serve(t)
	post := "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhe\nlo"
	get := "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
	bad := "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	for name, tc := range map[string]struct {
		pieces []string
		want   []int
	}{
		"one":                                 {[]string{get}, []int{200}},
		"a body with a bare LF":               {[]string{post}, []int{200}},
		"keep-alive after a body":             {[]string{post + get}, []int{200, 200}},
		"byte by byte":                        {strings.Split(post, ""), []int{200}},
		"a good one, then an ambiguous one":   {[]string{get + bad}, []int{200}},
		"an upgrade nobody takes, then again": {[]string{"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + get}, []int{200, 200}},
		"an upgrade nobody takes, then a bad": {[]string{"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + bad}, []int{200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, exchange(t, addr, tc.pieces...))
		})
	}
}

func TestUpgradedConnectionsAreNoLongerHTTP(t *testing.T) {
	t.Parallel()
	client, server := net.Pipe()
	defer client.Close()
	conn := &guardConn{Conn: server}
	read := func() string {
		buf := make([]byte, 256)
		n, err := conn.Read(buf)
		require.NoError(t, err)
		return string(buf[:n])
	}
	send := func(s string) { go fmt.Fprint(client, s) }

	send("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n")
	read()
	go io.CopyN(io.Discard, client, 34)
	_, err := io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\n")
	require.NoError(t, err)
	send("\x81\x05any\nbytes")
	require.Equal(t, "\x81\x05any\nbytes", read())
}

// FuzzFraming: what passes in one piece passes byte by byte, and the other way
// round, or the verdict would depend on packet boundaries.
func FuzzFraming(f *testing.F) {
	f.Add([]byte("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" + smuggled))
	f.Add([]byte("GET / HTTP/1.1\nHost: a\r\n\r\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var whole, single framing
		_, want := whole.feed(raw)
		got := true
		for i := range raw {
			if _, ok := single.feed(raw[i : i+1]); !ok {
				got = false
				break
			}
		}
		require.Equal(t, want, got)
	})
}
