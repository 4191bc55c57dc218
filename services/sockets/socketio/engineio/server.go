package engineio

import (
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"sync"

	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
)

// Server answers the requests of one Engine.IO path and keeps its sessions.
type Server struct {
	cfg     Config
	upgrade fiber.Handler

	mu     sync.Mutex // guards what follows; taken after a Conn's lock, never before it
	conns  map[string]*Conn
	closed bool          // no newcomers
	active int           // handlers and callbacks that run
	idle   chan struct{} // closed when active falls to 0; nil while nobody waits
}

// New returns a server; mount its Handler with app.All.
func New(cfg Config) *Server {
	s := &Server{cfg: cfg.withDefaults(), conns: map[string]*Conn{}}
	s.upgrade = websocket.New(s.serveWebSocket, websocket.Config{
		// Origins stays empty, which admits all: Config.Admit has judged the request.
		ReadBufferSize:  4 << 10,
		WriteBufferSize: 4 << 10,
		WriteBufferPool: &sync.Pool{},
		RecoverHandler:  s.recover, // the default sends a panic's text to the peer
	})
	return s
}

// Handler answers GET and POST of the transport.
func (s *Server) Handler() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := s.cfg.Admit(c); err != nil {
			return err
		}
		s.begin()
		defer s.leave()

		c.Set(fiber.HeaderCacheControl, "no-store")
		if c.Query("EIO") != "4" {
			return refuse(c, refusedVersion)
		}
		switch sid := c.Query("sid"); c.Query("transport") {
		case "polling":
			return s.servePolling(c, sid)
		case "websocket":
			return s.serveUpgrade(c, sid)
		default:
			return refuse(c, refusedTransport)
		}
	}
}

// Refuse stops the admission of new sessions; those that exist go on.
func (s *Server) Refuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

// Conns returns the open sessions, in no order.
func (s *Server) Conns() []*Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.conns))
}

// Close refuses newcomers, closes every session and waits until nothing of this
// server runs. Fiber's own Shutdown does not wait for WebSockets. It
// returns ctx's error when they take longer.
func (s *Server) Close(ctx context.Context) error {
	s.Refuse()
	for _, c := range s.Conns() {
		c.Close()
	}
	s.mu.Lock()
	if s.active == 0 {
		s.mu.Unlock()
		return nil
	}
	if s.idle == nil {
		s.idle = make(chan struct{})
	}
	idle := s.idle
	s.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// begin counts a handler or callback in; each is followed by a leave.
func (s *Server) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active++
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
	if s.active == 0 && s.idle != nil {
		close(s.idle)
		s.idle = nil
	}
}

// open makes a session and hands it to its receiver; nil when the server is closed.
func (s *Server) open(c *fiber.Ctx, transport transportKind) *Conn {
	conn := newConn(s, s.cfg.NewID(), transport, handshakeOf(c))
	conn.receiver = s.cfg.Open(conn)
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		conn.receiver.Closed(ReasonServer)
		return nil
	}
	s.conns[conn.id] = conn
	s.mu.Unlock()
	conn.start()
	return conn
}

func (s *Server) conn(sid string) *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[sid]
}

func (s *Server) forget(c *Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c.id)
}

// serveUpgrade answers a WebSocket handshake, with or without a session.
func (s *Server) serveUpgrade(c *fiber.Ctx, sid string) error {
	if c.Method() != fiber.MethodGet {
		return refuse(c, refusedMethod)
	}
	// The upgrader underneath takes any non-empty key.
	key, err := base64.StdEncoding.DecodeString(c.Get(fiber.HeaderSecWebSocketKey))
	if !websocket.IsWebSocketUpgrade(c) || err != nil || len(key) != 16 {
		return refuse(c, refusedRequest)
	}
	var conn *Conn
	if sid == "" {
		if conn = s.open(c, transportWebSocket); conn == nil {
			return c.SendStatus(fiber.StatusServiceUnavailable)
		}
	} else if conn = s.conn(sid); conn == nil {
		return refuse(c, refusedSession)
	}
	c.Locals(localsConn, conn)
	// Should the client leave before it reads the 101, serveWebSocket never runs;
	// a session opened for it then ends by its heartbeat.
	if err := s.upgrade(c); err != nil {
		if sid == "" {
			conn.end(ReasonProtocol)
		}
		return err
	}
	return nil
}

// localsConn names the session for the WebSocket's handler.
const localsConn = "engineio.conn"

// Handshake is what is known of the request that opened a session.
type Handshake struct {
	Address   string // of the client, as Fiber's proxy settings see it
	RequestID string // X-Request-Id, empty when there was none
}

func handshakeOf(c *fiber.Ctx) Handshake {
	return Handshake{
		Address:   string([]byte(c.IP())), // Fiber reuses its strings
		RequestID: string([]byte(c.Get(fiber.HeaderXRequestID))),
	}
}

// refusal is the protocol's error body, always with status 400.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

var (
	refusedTransport = refusal{0, "Transport unknown"}
	refusedSession   = refusal{1, "Session ID unknown"}
	refusedMethod    = refusal{2, "Bad handshake method"}
	refusedRequest   = refusal{3, "Bad request"}
	refusedVersion   = refusal{5, "Unsupported protocol version"}
)

func refuse(c *fiber.Ctx, r refusal) error {
	return c.Status(fiber.StatusBadRequest).JSON(r)
}
