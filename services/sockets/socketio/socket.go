package socketio

import (
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anikeshk/cumin/services/sockets/socketio/engineio"
)

// The ends an Ask can come to besides an answer.
var (
	ErrAckTimeout = errors.New("socketio: no acknowledgement in time")
	ErrClosed     = errors.New("socketio: socket closed")
)

// Socket is one client in one namespace. Its methods may be called from many
// goroutines and never wait for the client.
type Socket struct {
	client    *client
	namespace string
	id        string
	session   Session

	mu   sync.Mutex // guards what follows
	acks map[int64]*pendingAck
	next int64
	over bool
}

type pendingAck struct {
	done  func(Args, error)
	timer *time.Timer
}

// Event is what a client sent.
type Event struct {
	Name  string
	Args  Args
	reply *reply
}

type reply struct {
	socket *Socket
	id     int64
	sent   atomic.Bool
}

// WantsAck reports whether the client waits for an answer.
func (e Event) WantsAck() bool { return e.reply != nil }

// Ack answers the event. Only the first answer is sent; without a client that
// waits it does nothing.
func (e Event) Ack(args Args) error {
	if e.reply == nil || e.reply.sent.Swap(true) {
		return nil
	}
	p := packet{kind: packetAck, namespace: e.reply.socket.namespace, ack: e.reply.id, data: args.array()}
	if len(args.Attachments) > 0 {
		p.kind, p.attachments = packetBinaryAck, len(args.Attachments)
	}
	return e.reply.socket.client.send(p, args.Attachments)
}

// Frame is an event encoded once, to be sent to many sockets.
type Frame struct{ messages []engineio.Message }

// NewFrame encodes an event for the sockets of a namespace.
func NewFrame(namespace, name string, args Args) Frame {
	return Frame{messages: messages(eventPacket(namespace, name, args, noAck), args.Attachments)}
}

func eventPacket(namespace, name string, args Args, ack int64) packet {
	quoted, err := json.Marshal(name)
	if err != nil {
		panic(err) // a string always marshals
	}
	p := packet{kind: packetEvent, namespace: namespace, ack: ack, data: args.array(quoted)}
	if len(args.Attachments) > 0 {
		p.kind, p.attachments = packetBinaryEvent, len(args.Attachments)
	}
	return p
}

// ID is the socket's public id, told to the client.
func (s *Socket) ID() string { return s.id }

// Handshake is the request that opened the connection.
func (s *Socket) Handshake() engineio.Handshake { return s.client.conn.Handshake() }

// Emit queues an event. An error means that the connection is over; a queue
// that overflows ends it.
func (s *Socket) Emit(name string, args Args) error {
	return s.Send(NewFrame(s.namespace, name, args))
}

// Send queues an encoded event; see Emit.
func (s *Socket) Send(f Frame) error {
	if s.isOver() {
		return ErrClosed
	}
	return s.client.conn.Send(f.messages...)
}

// Ask emits an event that wants an acknowledgement. done is called once,
// unless Ask itself returns an error: with the answer, with ErrAckTimeout, or
// with ErrClosed. It must not block.
func (s *Socket) Ask(name string, args Args, timeout time.Duration, done func(Args, error)) error {
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return ErrClosed
	}
	id := s.next
	s.next++
	s.acks[id] = &pendingAck{done: done, timer: time.AfterFunc(timeout, func() { s.settle(id, Args{}, ErrAckTimeout) })}
	s.mu.Unlock()

	p := eventPacket(s.namespace, name, args, id)
	if err := s.client.send(p, args.Attachments); err != nil {
		if s.forget(id) != nil {
			return err
		}
	}
	return nil
}

// Disconnect puts the client out of the namespace for good: it will not return
// by itself. Use Close to have it return.
func (s *Socket) Disconnect() {
	// A failure is an engine that ends, with this socket.
	_ = s.client.send(packet{kind: packetDisconnect, namespace: s.namespace, ack: noAck}, nil)
	s.client.leave(s, "server namespace disconnect")
}

// Close closes the engine under the socket once what is queued has gone out.
// The client returns.
func (s *Socket) Close() { s.client.conn.Close() }

// Abort closes the engine now; what is queued is lost. The client returns.
func (s *Socket) Abort() { s.client.conn.Abort() }

// acknowledged reports whether the packet answers something asked.
func (s *Socket) acknowledged(p packet, attachments [][]byte) bool {
	var values []json.RawMessage
	if json.Unmarshal(p.data, &values) != nil {
		return false // decode has seen valid JSON and a bracket, so it is an array
	}
	return s.settle(p.ack, Args{Values: values, Attachments: attachments}, nil)
}

func (s *Socket) settle(id int64, args Args, err error) bool {
	a := s.forget(id)
	if a == nil {
		return false
	}
	a.done(args, err)
	return true
}

func (s *Socket) forget(id int64) *pendingAck {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.acks[id]
	if a != nil {
		a.timer.Stop()
		delete(s.acks, id)
	}
	return a
}

// ended fails everything asked.
func (s *Socket) ended() {
	s.mu.Lock()
	s.over = true
	acks := s.acks
	s.acks = nil
	s.mu.Unlock()
	for _, a := range acks {
		a.timer.Stop()
		a.done(Args{}, ErrClosed)
	}
}

func (s *Socket) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}
