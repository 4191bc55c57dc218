package socketio

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
)

// client is one engine session and the namespaces it has joined.
type client struct {
	server   *Server
	conn     *engineio.Conn
	lateness *time.Timer // closes a client that is in no namespace

	// Touched by Message only, of which one runs at a time.
	rate    bucket
	partial *partial

	mu      sync.Mutex // guards what follows; taken before a Socket's lock
	sockets map[string]*Socket
	joined  bool // once, ever
	closed  bool
}

// partial is a packet whose attachments are on their way.
type partial struct {
	packet      packet
	attachments [][]byte
}

// Message implements engineio.Receiver.
func (c *client) Message(m engineio.Message) {
	p, attachments, err := c.assemble(m)
	if err != nil {
		c.conn.Abort()
		return
	}
	if p != nil {
		c.dispatch(*p, attachments)
	}
}

// assemble returns a packet once it is whole, nil before.
func (c *client) assemble(m engineio.Message) (*packet, [][]byte, error) {
	if m.Binary != (c.partial != nil) {
		return nil, nil, errPacket // bytes nobody announced, or text where bytes were
	}
	if !m.Binary {
		p, err := decode(m.Data)
		if err != nil {
			return nil, nil, err
		}
		if p.attachments == 0 {
			return &p, nil, nil
		}
		c.partial = &partial{packet: p}
		return nil, nil, nil
	}
	c.partial.attachments = append(c.partial.attachments, m.Data)
	if len(c.partial.attachments) < c.partial.packet.attachments {
		return nil, nil, nil
	}
	whole := c.partial
	c.partial = nil
	return &whole.packet, whole.attachments, nil
}

func (c *client) dispatch(p packet, attachments [][]byte) {
	s := c.socket(p.namespace)
	if p.kind == packetAck || p.kind == packetBinaryAck {
		if s != nil && s.acknowledged(p, attachments) {
			return // asked for, so it costs nothing
		}
	}
	if !c.rate.take(time.Now()) {
		c.server.log.Warn("client sends too fast", "request_id", c.conn.Handshake().RequestID)
		c.conn.Abort()
		return
	}
	switch {
	case p.kind == packetConnect && s == nil:
		c.connect(p)
	case s == nil || p.kind == packetConnect || p.kind == packetConnectError:
		c.conn.Abort() // nothing a client of this namespace may say now
	case p.kind == packetDisconnect:
		c.leave(s, "client namespace disconnect")
	case p.kind == packetEvent || p.kind == packetBinaryEvent:
		c.event(s, p, attachments)
	}
}

// connect lets the client into a namespace, or tells it why not.
func (c *client) connect(p packet) {
	namespace, known := c.server.cfg.Namespaces[p.namespace]
	if !known {
		c.refuse(p.namespace, &ConnectError{Message: "Invalid namespace"})
		return
	}
	auth := p.data
	if auth == nil {
		auth = json.RawMessage("{}")
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.server.cfg.ConnectTimeout)
	defer cancel()
	s := &Socket{client: c, namespace: p.namespace, id: rand.Text(), acks: map[int64]*pendingAck{}}
	session, err := namespace.Connect(ctx, s, auth)
	if refused, ok := errors.AsType[*ConnectError](err); ok {
		c.refuse(p.namespace, refused)
		return
	}
	if err != nil {
		c.server.log.Warn("not let in for now, the client will try again", "namespace", p.namespace, "request_id", c.conn.Handshake().RequestID, "err", err)
		c.conn.Close()
		return
	}
	s.session = session
	if !c.enter(s) {
		session.Disconnected("connection lost")
		return
	}
	session.Connected()
}

// enter adds the socket and tells the client; false when the engine has closed.
func (c *client) enter(s *Socket) bool {
	data, err := json.Marshal(map[string]string{"sid": s.id})
	if err != nil {
		panic(err) // a string always marshals
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.lateness.Stop()
	if !c.joined {
		c.joined = true
		c.server.wait(c.conn.Handshake().Address, -1)
	}
	c.sockets[s.namespace] = s
	// A failure is an engine that ends; Closed will tell the session.
	_ = c.send(packet{kind: packetConnect, namespace: s.namespace, ack: noAck, data: data}, nil)
	return true
}

func (c *client) refuse(namespace string, why *ConnectError) {
	data, err := json.Marshal(why)
	if err != nil {
		c.server.log.Error("encode a refusal", "err", err)
		c.conn.Close()
		return
	}
	// A failure is an engine that ends; there is nobody left to tell.
	_ = c.send(packet{kind: packetConnectError, namespace: namespace, ack: noAck, data: data}, nil)
}

func (c *client) event(s *Socket, p packet, attachments [][]byte) {
	name, values, err := eventArgs(p.data)
	if err != nil {
		c.conn.Abort()
		return
	}
	e := Event{Name: name, Args: Args{Values: values, Attachments: attachments}}
	if p.ack != noAck {
		e.reply = &reply{socket: s, id: p.ack}
	}
	s.session.Event(e)
}

// leave ends a socket and keeps the engine, so that the client may join again:
// not for longer than a newcomer may take, or connections that nobody has a
// token for would pile up.
func (c *client) leave(s *Socket, reason string) {
	c.mu.Lock()
	member := c.sockets[s.namespace] == s
	if member {
		delete(c.sockets, s.namespace)
		if len(c.sockets) == 0 {
			c.lateness.Reset(c.server.cfg.ConnectTimeout)
		}
	}
	c.mu.Unlock()
	if member {
		s.ended()
		s.session.Disconnected(reason)
	}
}

// Closed implements engineio.Receiver.
func (c *client) Closed(reason engineio.Reason) {
	c.lateness.Stop()
	c.mu.Lock()
	c.closed = true
	sockets := c.sockets
	c.sockets = nil
	joined := c.joined
	c.mu.Unlock()
	if !joined {
		c.server.wait(c.conn.Handshake().Address, -1)
	}
	for _, s := range sockets {
		s.ended()
		s.session.Disconnected(string(reason))
	}
}

func (c *client) socket(namespace string) *Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sockets[namespace]
}

func (c *client) send(p packet, attachments [][]byte) error {
	return c.conn.Send(messages(p, attachments)...)
}

// messages are a packet as the engine carries it.
func messages(p packet, attachments [][]byte) []engineio.Message {
	list := []engineio.Message{{Data: p.encode()}}
	for _, a := range attachments {
		list = append(list, engineio.Message{Data: a, Binary: true})
	}
	return list
}
