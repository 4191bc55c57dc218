package edge

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

const transport = "/sockets/socket.io/?EIO=4&transport="

func trust(t *testing.T) *tls.Config {
	t.Helper()
	return &tls.Config{RootCAs: stack.Use(t).Authority(), MinVersion: tls.VersionTLS12}
}

// raw is a WebSocket without a Socket.IO client above it, after its open packet.
func (d door) raw(t *testing.T, header http.Header) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: trust(t), HandshakeTimeout: patience}
	ws, _, err := dialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(d.url, "http")+transport+"websocket", header)
	require.NoError(t, err)
	t.Cleanup(func() { ws.Close() })
	_, open, err := ws.ReadMessage()
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(open, []byte("0{")), "%s", open)
	return ws
}

// ended waits until the server ends the connection.
func ended(t *testing.T, ws *websocket.Conn, within time.Duration, why string) {
	t.Helper()
	assert.NoError(t, ws.SetReadDeadline(time.Now().Add(within)))
	for {
		if _, _, err := ws.ReadMessage(); err != nil {
			assert.NotContains(t, err.Error(), "timeout", "still connected after %s: %s", within, why)
			return
		}
	}
}

func say(t *testing.T, ws *websocket.Conn, packet string) {
	t.Helper()
	require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(packet)))
}

func TestWhoDoesNotSayWhoTheyAreIsPutOut(t *testing.T) {
	t.Parallel()
	u := newUser(t, "left")
	var wg sync.WaitGroup
	for _, d := range doors(t, "sockets") {
		for what, packets := range map[string][]string{
			"silence":                        nil,
			"only pongs":                     {"3", "3"},
			"a namespace that is none":       {"40/admin,{}"},
			"a token that is none":           {`40{"token":"x"}`},
			"a good token, then leave again": {`40{"token":"` + u.Token() + `"}`, "41"},
		} {
			ws := d.raw(t, nil)
			for _, p := range packets {
				say(t, ws, p)
			}
			wg.Go(func() { ended(t, ws, 5*time.Second+patience, d.name+", "+what) })
		}
	}
	wg.Wait()
}

func TestSocketsOpenForOurPagesOnly(t *testing.T) {
	t.Parallel()
	for _, d := range doors(t, "sockets") {
		for page, headers := range map[string][]string{
			"another site":    {"Origin", "https://evil.example"},
			"no origin":       {"Origin", "null"},
			"a neighbour":     {"Sec-Fetch-Site", "same-site"},
			"a claim too far": {"Origin", "https://evil.example", "Sec-Fetch-Site", "same-origin"},
		} {
			require.Equal(t, 403, d.send(t, "GET", transport+"polling", "", headers...).status, "%s at %s", page, d.name)
			require.Equal(t, 403, d.send(t, "POST", transport+"polling&sid=x", "", headers...).status, "%s at %s", page, d.name)
			statuses, text, err := d.inject("GET " + transport + "websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers[0] + ": " + headers[1] + "\r\n\r\n")
			require.NoError(t, err)
			require.Equal(t, []int{403}, statuses, "%s at %s: %s", page, d.name, text)
		}
	}
}

func TestFloodsAndHugeFramesEndTheirConnectionOnly(t *testing.T) {
	t.Parallel()
	u, witness := newUser(t, "flooder"), newUser(t, "witness")
	project := newProject(t, witness)
	calm := witness.Connect(t, client.WebSocket)
	for _, d := range doors(t, "sockets") {
		hello := `40{"token":"` + u.Token() + `"}`
		for what, attack := range map[string]func(*websocket.Conn) error{
			"a flood of events": func(ws *websocket.Conn) (err error) {
				for range 200 {
					err = ws.WriteMessage(websocket.TextMessage, []byte(`42["project:join",{"projectId":"`+project+`"}]`))
				}
				return err
			},
			"a flood of acknowledgements nobody asked for": func(ws *websocket.Conn) (err error) {
				for i := range 200 {
					err = ws.WriteMessage(websocket.TextMessage, []byte("43"+strings.Repeat("1", 1+i%9)+"[]"))
				}
				return err
			},
			"a huge frame": func(ws *websocket.Conn) error {
				return ws.WriteMessage(websocket.TextMessage, []byte(`42["x","`+strings.Repeat("a", 1<<20)+`"]`))
			},
			"a packet that is none":  func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.TextMessage, []byte("4z")) },
			"bytes nobody announced": func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.BinaryMessage, []byte{1, 2, 3}) },
			"broken UTF-8": func(ws *websocket.Conn) error {
				return ws.WriteMessage(websocket.TextMessage, []byte("42[\"\xff\xfe\"]"))
			},
			"an event without an array": func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.TextMessage, []byte(`42{"a":1}`)) },
			"a second CONNECT":          func(ws *websocket.Conn) error { return ws.WriteMessage(websocket.TextMessage, []byte(hello)) },
		} {
			ws := d.raw(t, nil)
			say(t, ws, hello)
			_ = attack(ws) // the server may have ended it before all was written
			ended(t, ws, patience, d.name+", "+what)
		}
	}
	calm.Join(t, project)
	require.Len(t, calm.Syncs(), 1, "the witness was never cut off")
}

func TestAnEleventhConnectionIsNotLetIn(t *testing.T) {
	t.Parallel()
	u, nginx := newUser(t, "many"), doors(t, "sockets")[0]
	options := sioclient.Options{URL: nginx.url + "/sockets/socket.io/", Transport: sioclient.WebSocket, Auth: map[string]string{"token": u.Token()}, TLS: trust(t)}
	for range 10 {
		c, err := sioclient.Dial(t.Context(), options)
		require.NoError(t, err)
		t.Cleanup(c.Kill)
	}
	_, err := sioclient.Dial(t.Context(), options)
	require.Error(t, err)
}

func TestWhoWasRemovedHearsNothingMore(t *testing.T) {
	t.Parallel()
	owner, former := newUser(t, "remover"), newUser(t, "removed")
	project := newProject(t, owner)
	addMember(t, owner, project, former, "editor")
	inside, loyal := former.Connect(t, client.WebSocket), owner.Connect(t, client.WebSocket)
	inside.Join(t, project)
	loyal.Join(t, project)
	removeMember(t, owner, project, former)
	inside.WaitEvent(t, "the removal", func(e cumin.Event) bool { return e.Type == cumin.EventMemberRemoved })

	secret := newTask(t, owner, project)
	loyal.WaitEvent(t, "the new task", func(e cumin.Event) bool { return e.Type == cumin.EventTaskCreated })
	_, err := inside.TryJoin(t.Context(), project) // its answer comes after whatever was pushed before
	require.Equal(t, "not_found", client.CodeOf(err))
	for _, e := range inside.Events() {
		require.NotContains(t, string(e.Data), secret)
	}
	_, err = inside.TryJoin(t.Context(), strings.ToLower(project))
	require.Equal(t, "not_found", client.CodeOf(err))
	_, err = inside.TryJoin(t.Context(), "PROJECT#"+project)
	require.Equal(t, "not_found", client.CodeOf(err))
}

func TestATokenOfSomebodyElseDoesNotRenewASession(t *testing.T) {
	t.Parallel()
	u, other := newUser(t, "renewer"), newUser(t, "lender")
	elsewhere := u.Elsewhere(t)
	nginx := doors(t, "sockets")[0]
	c, err := sioclient.Dial(t.Context(), sioclient.Options{URL: nginx.url + "/sockets/socket.io/", Transport: sioclient.WebSocket,
		Auth: map[string]string{"token": u.Token()}, TLS: trust(t)})
	require.NoError(t, err)
	t.Cleanup(c.Kill)
	for whose, token := range map[string]string{"another person's": other.Token(), "another session's": elsewhere.Token(), "nobody's": "x"} {
		got, err := c.Call(t.Context(), "auth:renew", map[string]string{"token": token})
		require.NoError(t, err)
		require.JSONEq(t, `{"ok":false,"code":"token_invalid"}`, string(got[0]), whose)
	}
}
