package engineio

import (
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Config of a Server. Zero values take the default named with the field.
type Config struct {
	// PingInterval is how often the server asks whether the client is there (25 s).
	PingInterval time.Duration
	// PingTimeout is how long it waits for the answer (20 s).
	PingTimeout time.Duration
	// UpgradeTimeout bounds the move from polling to a WebSocket (10 s).
	UpgradeTimeout time.Duration
	// WriteTimeout bounds one write to a WebSocket (5 s).
	WriteTimeout time.Duration
	// MaxPayload is the largest message or polling body read (16 KiB). Told to the client.
	MaxPayload int
	// QueueMessages and QueueBytes bound what waits for one slow client
	// (256 messages, 1 MiB); beyond either the session is closed.
	QueueMessages, QueueBytes int
	// NewID makes session ids: unguessable, of URL-safe characters (26 random characters).
	NewID func() string
	// Admit is asked about every HTTP request of the transport, polls and
	// upgrades included; its error is answered through Fiber's error handler.
	// Nil admits all.
	Admit func(*fiber.Ctx) error
	// Open is called with each new session before its client hears of it. It
	// must not block. The Receiver it returns gets the session's messages.
	Open func(*Conn) Receiver
	// Log gets what a person may have to look at (slog.Default).
	Log *slog.Logger
}

// Receiver is what a session's messages go to.
type Receiver interface {
	// Message is called with each message in order, one at a time. While it
	// runs nothing more is read from this client. It may be called once more
	// after Closed, never after a close it asked for itself.
	Message(Message)
	// Closed is called once, when nothing more can be sent.
	Closed(Reason)
}

// Message is what one side sends the other. A received message owns its data;
// data given to Send must not change afterwards.
type Message struct {
	Data   []byte
	Binary bool
}

// Reason says why a session ended.
type Reason string

// The reasons.
const (
	ReasonClient   Reason = "closed by the client"
	ReasonServer   Reason = "closed by the server"
	ReasonGone     Reason = "connection lost"
	ReasonPing     Reason = "ping timeout"
	ReasonSlow     Reason = "client too slow"
	ReasonProtocol Reason = "protocol error"
)

func (c Config) withDefaults() Config {
	setDefault(&c.PingInterval, 25*time.Second)
	setDefault(&c.PingTimeout, 20*time.Second)
	setDefault(&c.UpgradeTimeout, 10*time.Second)
	setDefault(&c.WriteTimeout, 5*time.Second)
	setDefault(&c.MaxPayload, 16<<10)
	setDefault(&c.QueueMessages, 256)
	setDefault(&c.QueueBytes, 1<<20)
	if c.NewID == nil {
		c.NewID = rand.Text
	}
	if c.Admit == nil {
		c.Admit = func(*fiber.Ctx) error { return nil }
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
