package socketio

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
	"github.com/gofiber/fiber/v2"
)

// Config of a Server.
type Config struct {
	// Engine is the transport's; its Open belongs to this package.
	Engine engineio.Config
	// Namespaces by name, each with its leading slash. A CONNECT to any other is refused.
	Namespaces map[string]Namespace
	// ConnectTimeout is how long a client may be in no namespace, at the start or
	// after it left, before its engine is closed, and how long Namespace.Connect may take (45 s).
	ConnectTimeout time.Duration
	// MaxWaiting is how many sessions of one address may wait for their first
	// namespace at a time; zero is no limit. A handshake beyond it gets 429.
	MaxWaiting int
	// Rate bounds what one client may send, in packets; acknowledgements that
	// were asked for are free. A client beyond it is closed. Zero is no limit.
	Rate Rate
}

// Namespace decides who may join it.
type Namespace interface {
	// Connect judges a CONNECT packet; auth is its payload, `{}` when it had none.
	// A *ConnectError is told to the client, which then stays away; any other
	// error closes the engine, and the client tries again. The socket can send
	// only once Session.Connected is called.
	Connect(ctx context.Context, s *Socket, auth json.RawMessage) (Session, error)
}

// Session is what one socket's events go to.
type Session interface {
	// Connected is called once, when the client has been told that it is in.
	Connected()
	// Event is called with each event, in order, one at a time. It must not wait
	// for this client: nothing is read from it meanwhile.
	Event(Event)
	// Disconnected is called once for each Session, perhaps while Event runs,
	// even when the client was gone before Connected.
	Disconnected(reason string)
}

// ConnectError refuses a CONNECT for good: packet 44.
type ConnectError struct {
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

func (e *ConnectError) Error() string { return "socketio: refused: " + e.Message }

// Server keeps the clients of one path.
type Server struct {
	cfg    Config
	engine *engineio.Server
	log    *slog.Logger

	mu      sync.Mutex     // guards waiting
	waiting map[string]int // sessions without a namespace, by address
}

// New returns a server; mount its Handler with app.All.
func New(cfg Config) *Server {
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 45 * time.Second
	}
	if cfg.Engine.Log == nil {
		cfg.Engine.Log = slog.Default()
	}
	cfg.Namespaces = maps.Clone(cfg.Namespaces)
	s := &Server{cfg: cfg, log: cfg.Engine.Log, waiting: map[string]int{}}
	engine := cfg.Engine
	engine.Open = s.open
	engine.Admit = s.admit
	s.engine = engineio.New(engine)
	return s
}

// Handler answers the transport's requests.
func (s *Server) Handler() fiber.Handler { return s.engine.Handler() }

// Refuse stops the admission of new clients; those that are in stay.
func (s *Server) Refuse() { s.engine.Refuse() }

// Conns returns the engine sessions, for a drain to close at its pace.
func (s *Server) Conns() []*engineio.Conn { return s.engine.Conns() }

// Close refuses newcomers, closes every client's engine and waits for what runs.
func (s *Server) Close(ctx context.Context) error { return s.engine.Close(ctx) }

func (s *Server) admit(c *fiber.Ctx) error {
	if s.cfg.Engine.Admit != nil {
		if err := s.cfg.Engine.Admit(c); err != nil {
			return err
		}
	}
	if s.cfg.MaxWaiting > 0 && c.Query("sid") == "" && s.waits(c.IP()) >= s.cfg.MaxWaiting {
		return fiber.NewError(fiber.StatusTooManyRequests, "too many connections wait to be let in")
	}
	return nil
}

func (s *Server) waits(address string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting[address]
}

// wait counts a session without a namespace in (1) or out (-1).
func (s *Server) wait(address string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[address] += n
	if s.waiting[address] == 0 {
		delete(s.waiting, address)
	}
}

func (s *Server) open(conn *engineio.Conn) engineio.Receiver {
	c := &client{server: s, conn: conn, sockets: map[string]*Socket{}, rate: s.cfg.Rate.bucket()}
	s.wait(conn.Handshake().Address, 1)
	c.lateness = time.AfterFunc(s.cfg.ConnectTimeout, conn.Abort)
	return c
}
