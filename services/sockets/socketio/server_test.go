package socketio_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/services/sockets/socketio"
	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
	"github.com/anikeshk/cumin/services/sockets/socketio/sioclient"
)

// patience bounds each wait of these tests; they end long before.
const patience = 10 * time.Second

// guest is a namespace's session whose doings a test watches.
type guest struct {
	socket  *socketio.Socket
	auth    json.RawMessage
	in      chan struct{} // closed at Connected
	events  chan socketio.Event
	reason  chan string // why it was disconnected
	onEvent func(socketio.Event)
}

func (g *guest) Connected() { close(g.in) }
func (g *guest) Event(e socketio.Event) {
	if g.onEvent != nil {
		g.onEvent(e)
		return
	}
	g.events <- e
}
func (g *guest) Disconnected(reason string) { g.reason <- reason }

// door is a namespace that lets in whom admit does not refuse.
type door struct {
	admit   func(auth json.RawMessage) error
	onEvent func(socketio.Event)
	guests  chan *guest
}

func (d *door) Connect(_ context.Context, s *socketio.Socket, auth json.RawMessage) (socketio.Session, error) {
	if d.admit != nil {
		if err := d.admit(auth); err != nil {
			return nil, err
		}
	}
	g := &guest{socket: s, auth: auth, onEvent: d.onEvent, in: make(chan struct{}), events: make(chan socketio.Event, 100), reason: make(chan string, 2)}
	d.guests <- g
	return g, nil
}

type house struct {
	*door
	url    string
	server *socketio.Server
}

// open serves a namespace on a port of its own until the test ends.
func open(t *testing.T, cfg socketio.Config) house {
	t.Helper()
	h := house{door: &door{guests: make(chan *guest, 100)}}
	cfg.Namespaces = map[string]socketio.Namespace{"/": h.door}
	if cfg.Engine.Log == nil {
		cfg.Engine.Log = slog.New(slog.DiscardHandler)
	}
	h.server = socketio.New(cfg)
	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true, ReadTimeout: patience})
	app.All("/socket.io/", h.server.Handler())
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	h.url = "http://" + ln.Addr().String() + "/socket.io/"
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, h.server.Close(ctx))
		require.NoError(t, app.ShutdownWithContext(ctx))
		require.NoError(t, <-served)
	})
	return h
}

func (h house) dial(t *testing.T, o sioclient.Options) (*sioclient.Conn, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	o.URL = h.url
	c, err := sioclient.Dial(ctx, o)
	if err == nil {
		t.Cleanup(c.Kill)
	}
	return c, err
}

// enter connects a client and returns both its ends.
func (h house) enter(t *testing.T, o sioclient.Options) (*sioclient.Conn, *guest) {
	t.Helper()
	c, err := h.dial(t, o)
	require.NoError(t, err)
	g := receive(t, h.guests)
	receive(t, g.in)
	return c, g
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing came in time")
		panic("unreachable")
	}
}

func args(t *testing.T, values ...any) socketio.Args {
	t.Helper()
	a, err := socketio.NewArgs(values...)
	require.NoError(t, err)
	return a
}

var transports = []sioclient.Transport{sioclient.Polling, sioclient.WebSocket, sioclient.Upgrade}

func TestBothSidesSendAndAcknowledge(t *testing.T) {
	t.Parallel()
	for _, transport := range transports {
		t.Run(string(transport), func(t *testing.T) {
			t.Parallel()
			h := open(t, socketio.Config{})
			got := make(chan sioclient.Event, 10)
			c, g := h.enter(t, sioclient.Options{Transport: transport, Auth: map[string]string{"token": "x"}, OnEvent: func(e sioclient.Event) {
				got <- e
				if e.WantsAck() {
					e.Ack("thanks", 1)
				}
			}})
			require.JSONEq(t, `{"token":"x"}`, string(g.auth))

			require.NoError(t, g.socket.Emit("hello", args(t, "é", 1)))
			e := receive(t, got)
			require.Equal(t, "hello", e.Name)
			require.Equal(t, []json.RawMessage{json.RawMessage(`"é"`), json.RawMessage(`1`)}, e.Args)

			answer := make(chan socketio.Args, 1)
			require.NoError(t, g.socket.Ask("well?", args(t), patience, func(a socketio.Args, err error) {
				require.NoError(t, err)
				answer <- a
			}))
			require.Equal(t, []json.RawMessage{json.RawMessage(`"thanks"`), json.RawMessage(`1`)}, receive(t, answer).Values)

			go func() {
				e := <-g.events
				_ = e.Ack(e.Args)
				_ = e.Ack(socketio.Args{}) // only the first is sent
			}()
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			back, err := c.Call(ctx, "echo", map[string]int{"a": 1})
			require.NoError(t, err)
			require.Equal(t, []json.RawMessage{json.RawMessage(`{"a":1}`)}, back)

			c.Close()
			require.NotEmpty(t, receive(t, g.reason))
		})
	}
}

func TestARefusedClientHearsWhyAndAnUnluckyOneIsClosed(t *testing.T) {
	t.Parallel()
	for _, transport := range transports {
		t.Run(string(transport), func(t *testing.T) {
			t.Parallel()
			h := open(t, socketio.Config{})
			h.admit = func(json.RawMessage) error {
				return &socketio.ConnectError{Message: "no", Data: map[string]string{"code": "token_expired"}}
			}
			_, err := h.dial(t, sioclient.Options{Transport: transport})
			refused, ok := errors.AsType[*sioclient.ConnectError](err)
			require.True(t, ok, "got %v", err)
			require.Equal(t, "no", refused.Message)
			require.Equal(t, "token_expired", refused.Data.Code)

			h.admit = func(json.RawMessage) error { return errors.New("the database is away") }
			_, err = h.dial(t, sioclient.Options{Transport: transport})
			require.Error(t, err)
			_, ok = errors.AsType[*sioclient.ConnectError](err)
			require.False(t, ok, "a ConnectError would keep the client away for ever")
		})
	}
}

func TestASlowClientIsClosedAndOthersGoOn(t *testing.T) {
	t.Parallel()
	for _, transport := range []sioclient.Transport{sioclient.Polling, sioclient.WebSocket} {
		t.Run(string(transport), func(t *testing.T) {
			t.Parallel()
			h := open(t, socketio.Config{Engine: engineio.Config{QueueMessages: 20, QueueBytes: 1 << 16}})
			stuck := make(chan struct{})
			defer close(stuck)
			_, slow := h.enter(t, sioclient.Options{Transport: transport, OnEvent: func(sioclient.Event) { <-stuck }})
			got := make(chan sioclient.Event, 2000)
			_, quick := h.enter(t, sioclient.Options{Transport: sioclient.WebSocket, OnEvent: func(e sioclient.Event) { got <- e }})

			big := args(t, strings.Repeat("x", 10_000))
			for range 2000 { // more than the sockets' buffers hold
				if slow.socket.Emit("big", big) != nil {
					break
				}
			}
			require.Equal(t, string(engineio.ReasonSlow), receive(t, slow.reason))
			require.ErrorIs(t, slow.socket.Emit("big", big), socketio.ErrClosed)

			require.NoError(t, quick.socket.Emit("still here", args(t)))
			require.Equal(t, "still here", receive(t, got).Name)
		})
	}
}

func TestAnAckThatNeverComes(t *testing.T) {
	t.Parallel()
	h := open(t, socketio.Config{})
	c, g := h.enter(t, sioclient.Options{Transport: sioclient.WebSocket})
	failed := make(chan error, 2)
	done := func(_ socketio.Args, err error) { failed <- err }
	require.NoError(t, g.socket.Ask("well?", args(t), time.Millisecond, done))
	require.ErrorIs(t, receive(t, failed), socketio.ErrAckTimeout)
	require.NoError(t, g.socket.Ask("well?", args(t), patience, done))
	c.Kill()
	require.ErrorIs(t, receive(t, failed), socketio.ErrClosed)
	require.ErrorIs(t, g.socket.Ask("well?", args(t), patience, done), socketio.ErrClosed)
}

func TestAClientThatVanishesIsNoticed(t *testing.T) {
	t.Parallel()
	// On polling it depends on whether a poll waits: engineio's tests.
	for _, transport := range []sioclient.Transport{sioclient.WebSocket, sioclient.Upgrade} {
		t.Run(string(transport), func(t *testing.T) {
			t.Parallel()
			h := open(t, socketio.Config{}) // the heartbeat would take 45 s
			c, g := h.enter(t, sioclient.Options{Transport: transport})
			c.Kill()
			require.Equal(t, string(engineio.ReasonGone), receive(t, g.reason))
		})
	}
}

func TestASilentClientIsClosed(t *testing.T) {
	t.Parallel()
	h := open(t, socketio.Config{Engine: engineio.Config{PingInterval: 20 * time.Millisecond, PingTimeout: 20 * time.Millisecond}})
	stuck := make(chan struct{})
	_, g := h.enter(t, sioclient.Options{Transport: sioclient.WebSocket, OnEvent: func(sioclient.Event) { <-stuck }})
	defer close(stuck)
	require.NoError(t, g.socket.Emit("wait", args(t)))
	require.Equal(t, string(engineio.ReasonPing), receive(t, g.reason))
}

func TestAClientThatSendsTooFastIsClosed(t *testing.T) {
	t.Parallel()
	h := open(t, socketio.Config{Rate: socketio.Rate{PerSecond: 1, Burst: 5}})
	c, g := h.enter(t, sioclient.Options{Transport: sioclient.WebSocket, OnEvent: func(e sioclient.Event) { e.Ack() }})
	for range 50 { // what was asked for is free
		answered := make(chan error, 1)
		require.NoError(t, g.socket.Ask("well?", args(t), patience, func(_ socketio.Args, err error) { answered <- err }))
		require.NoError(t, receive(t, answered))
	}
	for range 4 { // CONNECT was the first
		require.NoError(t, c.Emit("fine"))
		receive(t, g.events)
	}
	require.NoError(t, c.Emit("too much"))
	receive(t, c.Done())
	receive(t, g.reason)
}

func TestOneAddressMayNotHoldTheDoor(t *testing.T) {
	t.Parallel()
	h := open(t, socketio.Config{MaxWaiting: 3, ConnectTimeout: patience})
	handshake := func() int {
		res, err := http.Get(h.url + "?EIO=4&transport=polling")
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode
	}
	h.enter(t, sioclient.Options{Transport: sioclient.WebSocket}) // one that is in does not count
	for range 3 {
		require.Equal(t, http.StatusOK, handshake())
	}
	require.Equal(t, http.StatusTooManyRequests, handshake())
}

func TestWhoLeftEveryNamespaceIsClosedUnlessTheyReturn(t *testing.T) {
	t.Parallel()
	h := open(t, socketio.Config{ConnectTimeout: 300 * time.Millisecond})
	ws, _, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(h.url, "http")+"?EIO=4&transport=websocket", nil)
	require.NoError(t, err)
	defer ws.Close()
	say := func(packet string) {
		require.NoError(t, ws.WriteMessage(websocket.TextMessage, []byte(packet)))
	}
	say("40")
	first := receive(t, h.guests)
	say("41")
	receive(t, first.reason)
	say("40") // in time
	second := receive(t, h.guests)
	receive(t, second.in)
	stays := time.After(2 * 300 * time.Millisecond)
	select {
	case <-second.reason:
		require.Fail(t, "who returned in time was closed")
	case <-stays:
	}
	say("41")
	receive(t, second.reason)
	require.NoError(t, ws.SetReadDeadline(time.Now().Add(patience)))
	for err == nil {
		_, _, err = ws.ReadMessage()
	}
	require.NotContains(t, err.Error(), "timeout")
}

func TestAPanicStaysHere(t *testing.T) {
	t.Parallel()
	logged := make(chan string, 10)
	h := open(t, socketio.Config{Engine: engineio.Config{Log: slog.New(slog.NewTextHandler(lines(logged), nil))}})
	h.onEvent = func(socketio.Event) { panic("a secret") }
	got := make(chan sioclient.Event, 1)
	c, g := h.enter(t, sioclient.Options{Transport: sioclient.WebSocket, OnEvent: func(e sioclient.Event) { got <- e }})
	require.NoError(t, c.Emit("boom"))
	receive(t, c.Done())
	receive(t, g.reason)
	require.NotContains(t, c.Err().Error(), "secret")
	require.Empty(t, got)
	require.Contains(t, receive(t, logged), "a secret")
}

type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestCloseWaitsForEveryHandler(t *testing.T) {
	// Not parallel: it looks at all goroutines.
	h := open(t, socketio.Config{})
	var reasons []chan string
	for i := range 12 {
		_, g := h.enter(t, sioclient.Options{Transport: transports[i%len(transports)]})
		require.NoError(t, g.socket.Emit("bye", args(t)))
		reasons = append(reasons, g.reason)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, h.server.Close(ctx))
	for _, r := range reasons {
		require.Equal(t, string(engineio.ReasonServer), receive(t, r), "before Close returned")
	}
	_, err := h.dial(t, sioclient.Options{Transport: sioclient.WebSocket})
	require.Error(t, err, "newcomers are refused")
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	require.NotContains(t, string(stacks), "socketio/engineio.", "a goroutine of the engine is left")
}
