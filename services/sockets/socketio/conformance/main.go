package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/services/sockets/socketio"
	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
	"github.com/gofiber/fiber/v2"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("conformance", "err", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer ln.Close()
	timing := engineio.Config{
		PingInterval: 300 * time.Millisecond,
		PingTimeout:  200 * time.Millisecond,
		MaxPayload:   1_000_000,
		// An echo answers whatever burst a busy client lets go at once.
		QueueMessages: 10_000,
	}
	plain := timing
	plain.Open = func(c *engineio.Conn) engineio.Receiver { return engineEcho{c} }
	engine := engineio.New(plain)
	sockets := socketio.New(socketio.Config{
		Engine:         timing,
		ConnectTimeout: 1500 * time.Millisecond,
		Namespaces:     map[string]socketio.Namespace{"/": echoes{}, "/custom": echoes{}},
	})

	app := fiber.New(fiber.Config{Immutable: true, DisableStartupMessage: true})
	app.All("/engine.io/", engine.Handler())
	app.All("/socket.io/", sockets.Handler())
	fmt.Printf("http://%s\n", ln.Addr())

	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := engine.Close(end); err != nil {
		return fmt.Errorf("close engine: %w", err)
	}
	if err := sockets.Close(end); err != nil {
		return fmt.Errorf("close sockets: %w", err)
	}
	return app.ShutdownWithContext(end)
}

// engineEcho sends every message back.
type engineEcho struct{ conn *engineio.Conn }

func (e engineEcho) Message(m engineio.Message) {
	// A session that is over needs no echo.
	_ = e.conn.Send(m)
}

func (engineEcho) Closed(engineio.Reason) {}

// echoes is a namespace open to all.
type echoes struct{}

func (echoes) Connect(_ context.Context, s *socketio.Socket, auth json.RawMessage) (socketio.Session, error) {
	return echo{socket: s, auth: auth}, nil
}

type echo struct {
	socket *socketio.Socket
	auth   json.RawMessage
}

// As in engineEcho, what fails here has nobody to hear of it.

func (e echo) Connected() {
	_ = e.socket.Emit("auth", socketio.Args{Values: []json.RawMessage{e.auth}})
}

func (e echo) Event(ev socketio.Event) {
	switch ev.Name {
	case "message":
		_ = e.socket.Emit("message-back", ev.Args)
	case "message-with-ack":
		_ = ev.Ack(ev.Args)
	}
}

func (echo) Disconnected(string) {}
