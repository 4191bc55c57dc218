package sioclient

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Transport says how to connect.
type Transport string

// The transports. Upgrade begins on polling and moves to a WebSocket.
const (
	Polling   Transport = "polling"
	WebSocket Transport = "websocket"
	Upgrade   Transport = "upgrade"
)

// Options of a connection.
type Options struct {
	URL       string // of the path, e.g. https://localhost:8443/sockets/socket.io/
	Transport Transport
	Auth      any         // the CONNECT payload; nil: none
	Header    http.Header // added to every request, e.g. Origin
	TLS       *tls.Config
	// OnEvent is called with each event, one at a time. While it runs nothing is
	// read, which is how a slow client is played.
	OnEvent func(Event)
}

// Event is what the server sent.
type Event struct {
	Name string
	Args []json.RawMessage
	conn *Conn
	ack  string // id, empty when no answer is wanted
}

// WantsAck reports whether the server waits for an answer.
func (e Event) WantsAck() bool { return e.ack != "" }

// Ack answers the event.
func (e Event) Ack(args ...any) error {
	if e.ack == "" {
		return errors.New("sioclient: the event wants no ack")
	}
	return e.conn.sendArray("3"+e.ack, args)
}

// ConnectError is packet 44: the server refused.
type ConnectError struct {
	Message string `json:"message"`
	Data    struct {
		Code string `json:"code"`
	} `json:"data"`
}

func (e *ConnectError) Error() string { return "refused: " + e.Message + " (" + e.Data.Code + ")" }

// slack is how much longer than the terms say a client waits for a ping: test
// machines are busy.
const slack = 2 * time.Second

// ErrClosed is the end of a connection that was closed in good order.
var ErrClosed = errors.New("sioclient: closed")

// Conn is a connection. Its methods may be called from many goroutines.
type Conn struct {
	opts    Options
	SID     string // of the engine
	engine  engine
	done    chan struct{}
	connect chan error // the answer to CONNECT

	mu    sync.Mutex // guards what follows
	calls map[string]chan []json.RawMessage
	next  int
	err   error
	once  sync.Once
}

// engine carries packets, each without framing.
type engine interface {
	send(packet string) error
	read() (packets []string, err error)
	close()
}

// terms are the open packet's.
type terms struct {
	SID          string `json:"sid"`
	PingInterval int    `json:"pingInterval"`
	PingTimeout  int    `json:"pingTimeout"`
}

// Dial connects. Its errors are *ConnectError when the server refused the
// payload, or the transport's.
func Dial(ctx context.Context, o Options) (*Conn, error) {
	c := &Conn{opts: o, done: make(chan struct{}), connect: make(chan error, 1), calls: map[string]chan []json.RawMessage{}}
	e, t, err := open(ctx, o)
	if err != nil {
		return nil, err
	}
	c.engine, c.SID = e, t.SID
	go c.run(time.Duration(t.PingInterval+t.PingTimeout)*time.Millisecond + slack)
	hello := "40"
	if o.Auth != nil {
		b, err := json.Marshal(o.Auth)
		if err != nil {
			c.Close()
			return nil, fmt.Errorf("encode auth: %w", err)
		}
		hello += string(b)
	}
	if err := e.send(hello); err != nil {
		c.Close()
		return nil, err
	}
	select {
	case err = <-c.connect:
	case <-c.done:
		err = c.Err()
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Done is closed when the connection has ended; Err says why.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Err is why the connection has ended; nil while it lives.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close ends the connection in good order.
func (c *Conn) Close() {
	// It may be gone already.
	_ = c.engine.send("1")
	c.end(ErrClosed)
}

// Kill ends it as a crash would: without a word.
func (c *Conn) Kill() { c.end(ErrClosed) }

func (c *Conn) end(err error) {
	c.once.Do(func() {
		c.mu.Lock()
		c.err = err
		c.mu.Unlock()
		c.engine.close()
		close(c.done)
	})
}

// Emit sends an event.
func (c *Conn) Emit(name string, args ...any) error {
	return c.sendArray("2", append([]any{name}, args...))
}

// Call sends an event and waits for its acknowledgement.
func (c *Conn) Call(ctx context.Context, name string, args ...any) ([]json.RawMessage, error) {
	answer := make(chan []json.RawMessage, 1)
	c.mu.Lock()
	id := fmt.Sprint(c.next)
	c.next++
	c.calls[id] = answer
	c.mu.Unlock()
	if err := c.sendArray("2"+id, append([]any{name}, args...)); err != nil {
		return nil, err
	}
	select {
	case got := <-answer:
		return got, nil
	case <-c.done:
		return nil, c.Err()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *Conn) sendArray(head string, args []any) error {
	if args == nil {
		args = []any{}
	}
	b, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("encode arguments: %w", err)
	}
	return c.engine.send("4" + head + string(b))
}

// run reads until the connection ends, or no ping came for longer than silence.
func (c *Conn) run(silence time.Duration) {
	watchdog := time.AfterFunc(silence, func() { c.end(errors.New("sioclient: no ping in time")) })
	defer watchdog.Stop()
	for {
		packets, err := c.engine.read()
		if err != nil {
			c.end(err)
			return
		}
		for _, p := range packets {
			if p == "2" {
				watchdog.Reset(silence)
			}
			if err := c.packet(p); err != nil {
				c.end(err)
				return
			}
		}
	}
}

func (c *Conn) packet(p string) error {
	switch {
	case p == "2":
		return c.engine.send("3")
	case p == "1":
		return errors.New("sioclient: closed by the server")
	case p == "6":
		return nil
	case len(p) < 2 || p[0] != '4':
		return fmt.Errorf("sioclient: unexpected packet %q", p)
	}
	kind, rest := p[1], p[2:]
	switch kind {
	case '0':
		c.connect <- nil
		return nil
	case '1':
		return errors.New("sioclient: put out of the namespace")
	case '4':
		refused := &ConnectError{}
		if err := json.Unmarshal([]byte(rest), refused); err != nil {
			return fmt.Errorf("sioclient: connect error: %w", err)
		}
		c.connect <- refused
		return nil
	case '2', '3':
		return c.message(kind, rest)
	}
	return fmt.Errorf("sioclient: unexpected packet %q", p)
}

func (c *Conn) message(kind byte, rest string) error {
	i := 0
	for i < len(rest) && '0' <= rest[i] && rest[i] <= '9' {
		i++
	}
	id := rest[:i]
	var args []json.RawMessage
	if err := json.Unmarshal([]byte(rest[i:]), &args); err != nil {
		return fmt.Errorf("sioclient: arguments: %w", err)
	}
	if kind == '3' {
		c.mu.Lock()
		answer := c.calls[id]
		delete(c.calls, id)
		c.mu.Unlock()
		if answer != nil {
			answer <- args
		}
		return nil
	}
	e := Event{conn: c, ack: id}
	if len(args) == 0 || json.Unmarshal(args[0], &e.Name) != nil {
		return errors.New("sioclient: an event without a name")
	}
	e.Args = args[1:]
	if c.opts.OnEvent != nil {
		c.opts.OnEvent(e)
	}
	return nil
}
