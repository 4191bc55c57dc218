package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

func TestTheOriginIsCheckedOnEveryRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	ask := func(method, query string, header http.Header) int {
		req, err := http.NewRequestWithContext(t.Context(), method, a.url+"?EIO=4&"+query, strings.NewReader(""))
		require.NoError(t, err)
		req.Header = header
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	websocket := func(h http.Header) http.Header {
		h.Set("Connection", "Upgrade")
		h.Set("Upgrade", "websocket")
		h.Set("Sec-WebSocket-Version", "13")
		h.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
		return h
	}
	for name, c := range map[string]struct {
		header map[string]string
		want   bool
	}{
		"no browser":                    {nil, true},
		"our page":                      {map[string]string{"Origin": origin}, true},
		"our page, newer browser":       {map[string]string{"Origin": origin, "Sec-Fetch-Site": "same-origin"}, true},
		"another site":                  {map[string]string{"Origin": "https://evil.example"}, false},
		"another port":                  {map[string]string{"Origin": "https://localhost:8444"}, false},
		"no host at all":                {map[string]string{"Origin": "null"}, false},
		"a neighbour":                   {map[string]string{"Sec-Fetch-Site": "same-site"}, false},
		"another site that hides it":    {map[string]string{"Sec-Fetch-Site": "cross-site"}, false},
		"another site that claims more": {map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			header := func() http.Header {
				h := http.Header{}
				for k, v := range c.header {
					h.Set(k, v)
				}
				return h
			}
			want := map[bool][3]int{
				true:  {http.StatusOK, http.StatusBadRequest, http.StatusSwitchingProtocols}, // 400: no such session
				false: {http.StatusForbidden, http.StatusForbidden, http.StatusForbidden},
			}[c.want]
			require.Equal(t, want[0], ask(http.MethodGet, "transport=polling", header()), "handshake")
			require.Equal(t, want[1], ask(http.MethodPost, "transport=polling&sid=a.x", header()), "POST with a session")
			require.Equal(t, want[2], ask(http.MethodGet, "transport=websocket", websocket(header())), "WebSocket")
		})
	}
}

func TestASidNamesItsInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start(func(cfg *Config, _ *timing) { cfg.Instance = "b7" })
	c, err := sioclient.Dial(t.Context(), sioclient.Options{URL: a.url, Transport: sioclient.Polling, Auth: hello{Token: w.token(w.person())}})
	require.NoError(t, err)
	defer c.Close()
	require.Regexp(t, `^b7\.[A-Z2-7]{26}$`, c.SID)
}

func TestAMessageBeyondTheLimitEndsTheConnection(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	for _, transport := range []sioclient.Transport{sioclient.Polling, sioclient.WebSocket} {
		c, err := sioclient.Dial(t.Context(), sioclient.Options{URL: a.url, Transport: transport, Auth: hello{Token: w.token(w.person())}})
		require.NoError(t, err)
		_ = c.Emit("x", strings.Repeat("x", maxPayload)) // polling hears of it at once, a WebSocket later
		select {
		case <-c.Done():
		case <-time.After(patience):
			require.FailNow(t, "still open", string(transport))
		}
	}
}

// A poll's client that leaves is seen through whatever httpapi.Listen wraps
// around the connection; without that the session would last until its
// heartbeat, and swallow what is pushed.
func TestAPollerThatLeavesIsForgottenAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	p := w.person()
	ask := func(ctx context.Context, method, sid, body string) string {
		req, err := http.NewRequestWithContext(ctx, method, a.url+"?EIO=4&transport=polling&sid="+sid, strings.NewReader(body))
		require.NoError(t, err)
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return err.Error()
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return string(b)
	}
	var open struct{ SID string }
	require.NoError(t, json.Unmarshal([]byte(ask(t.Context(), http.MethodGet, "", "")[1:]), &open))
	require.Equal(t, "ok", ask(t.Context(), http.MethodPost, open.SID, "40"+string(raw(hello{Token: w.token(p)}))))
	for got := ""; !strings.Contains(got, "sync"); {
		got += ask(t.Context(), http.MethodGet, open.SID, "")
	}
	require.Len(t, a.hub.sessions(p.user), 1)

	ctx, leave := context.WithCancel(t.Context())
	sent := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { leave() }})
	require.Contains(t, ask(sent, http.MethodGet, open.SID, ""), "canceled")
	began := time.Now()
	w.await("forgotten", func() bool { return len(a.hub.sessions(p.user)) == 0 })
	require.Less(t, time.Since(began), 10*time.Second, "the heartbeat takes longer")
}

// TestNoRequestIsSmuggled sends what two parsers could read as different
// requests to the service's own port: a proxy in front must not be the only
// defence. The second request asks for a page that is there; it must never be
// answered.
func TestNoRequestIsSmuggled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.start()
	const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
	post := "POST /sockets/socket.io/?EIO=4&transport=polling&sid=a.x HTTP/1.1\r\nHost: x\r\n"
	for name, request := range map[string]string{
		"both lengths":                         post + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s", 5+len(smuggled), smuggled),
		"both lengths, the other way":          post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + smuggled,
		"a bare LF before the encoding":        post + fmt.Sprintf("X: a\nTransfer-Encoding: chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n%s", 5+len(smuggled), smuggled),
		"a bare LF, and no length":             post + "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"a chunk size in another notation":     post + "Transfer-Encoding: chunked\r\n\r\n0x2\r\nab\r\n0\r\n\r\n" + smuggled,
		"two lengths":                          post + "Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + smuggled,
		"a length with a sign":                 post + "Content-Length: +0\r\n\r\n" + smuggled,
		"a space before the colon":             post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"an encoding hidden in a folded line":  post + "X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"an encoding with a vertical tab":      post + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + smuggled,
		"an upgrade that carries a body":       "GET /sockets/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 40\r\n\r\n" + smuggled,
		"an upgrade refused, then the request": "GET /sockets/socket.io/?EIO=3&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" + smuggled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", strings.TrimPrefix(a.base, "http://"))
			require.NoError(t, err)
			defer conn.Close()
			_, err = io.WriteString(conn, request)
			require.NoError(t, err)
			require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
			r := bufio.NewReader(conn)
			for {
				res, err := http.ReadResponse(r, nil)
				if err != nil {
					require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection must be closed, not left waiting")
					return
				}
				require.GreaterOrEqual(t, res.StatusCode, 400, "the smuggled request was answered")
				_, err = io.Copy(io.Discard, res.Body)
				require.NoError(t, err)
			}
		})
	}
}
