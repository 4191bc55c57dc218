package engineio

import (
	"errors"
	"sync"
	"time"
)

// ErrClosed answers a Send on a session that is over, or that this Send has
// ended because its queue was full.
var ErrClosed = errors.New("engineio: session closed")

type transportKind string

const (
	transportPolling   transportKind = "polling"
	transportWebSocket transportKind = "websocket"
)

// state goes from open to closing to closed, or from open to closed.
type state int

const (
	stateOpen    state = iota
	stateClosing       // nothing new goes in; what is queued still goes out
	stateClosed
)

// finalGrace is how long the last packets of a polling session wait for the
// poll that fetches them: a POST with a close packet can overtake its GET.
const finalGrace = time.Second

// Conn is one session. Its methods may be called from many goroutines.
type Conn struct {
	id        string
	server    *Server
	handshake Handshake
	receiver  Receiver

	inbound sync.Mutex // one Message at a time; taken before mu

	mu        sync.Mutex // guards what follows; never held in a call to the receiver
	state     state
	reason    Reason // of closing
	transport transportKind
	queue     []packet // not yet handed to the transport
	queued    int      // bytes in queue and in the write under way
	poll      *pendingPoll
	posting   bool  // a POST is being read
	link      *link // the WebSocket in use; nil on polling
	probe     *link // the WebSocket the client is trying
	probed    bool  // probe has been answered
	beat      heartbeat
	giveUp    *time.Timer // ends a session that is closing
}

func newConn(s *Server, id string, transport transportKind, h Handshake) *Conn {
	return &Conn{id: id, server: s, transport: transport, handshake: h}
}

// start makes the session live: the open packet is its first, then heartbeats.
func (c *Conn) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateClosed { // the server was closed in between
		return
	}
	c.queue = append([]packet{c.openPacket()}, c.queue...)
	c.queued += c.queue[0].size()
	c.startHeartbeat()
}

// ID is the session's id, a secret between it and its client.
func (c *Conn) ID() string { return c.id }

// Handshake is the request that opened the session.
func (c *Conn) Handshake() Handshake { return c.handshake }

// Send queues messages, all or none, in order and without blocking. A queue
// beyond its bounds ends the session with ReasonSlow: a client that misses
// something must know it, and it finds out by having to return.
func (c *Conn) Send(messages ...Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateOpen {
		return ErrClosed
	}
	for _, m := range messages {
		c.push(packet{kind: packetMessage, data: m.Data, binary: m.Binary})
	}
	if len(c.queue) > c.server.cfg.QueueMessages || c.queued > c.server.cfg.QueueBytes {
		c.endLocked(ReasonSlow)
		return ErrClosed
	}
	c.flush()
	return nil
}

// Close ends the session once what is queued has gone out, or after the
// server's patience with a slow client. The client will return.
func (c *Conn) Close() { c.close(ReasonServer, packet{kind: packetClose}) }

// Abort ends the session now; what is queued is lost.
func (c *Conn) Abort() { c.end(ReasonServer) }

// close lets the queue run out, with last behind it on polling.
func (c *Conn) close(reason Reason, last packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateOpen {
		return
	}
	c.state, c.reason = stateClosing, reason
	if c.probe != nil {
		c.probe.abort()
	}
	patience := c.server.cfg.WriteTimeout
	if c.transport == transportPolling {
		patience = finalGrace
		c.push(last)
	}
	c.giveUp = time.AfterFunc(patience, func() { c.end(reason) })
	c.flush()
}

// end makes the session closed, at once and once.
func (c *Conn) end(reason Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(reason)
}

func (c *Conn) endLocked(reason Reason) {
	if c.state == stateClosed {
		return
	}
	c.state = stateClosed
	c.queue, c.queued = nil, 0
	c.beat.stop()
	if c.giveUp != nil {
		c.giveUp.Stop()
	}
	c.wakePoll()
	for _, l := range []*link{c.link, c.probe} {
		if l != nil {
			l.abort()
		}
	}
	c.server.forget(c)
	c.server.begin()
	go func() { // the caller may hold locks of the receiver's
		defer c.server.leave()
		c.receiver.Closed(reason)
	}()
}

// push appends to the queue. Called with mu held.
func (c *Conn) push(p packet) {
	c.queue = append(c.queue, p)
	c.queued += p.size()
}

// flush sets whatever transport there is to work on the queue. Called with mu held.
func (c *Conn) flush() {
	switch {
	case c.transport == transportPolling:
		if len(c.queue) > 0 {
			c.wakePoll()
		}
	case c.link != nil && !c.link.writing && (len(c.queue) > 0 || c.state == stateClosing):
		c.link.writing = true
		c.link.writers.Add(1)
		go c.write(c.link)
	}
}

// receive handles one packet from the client, except those of an upgrade. It
// reports false when the session has ended.
func (c *Conn) receive(p packet) bool {
	switch p.kind {
	case packetMessage:
		c.inbound.Lock()
		defer c.inbound.Unlock()
		if !c.open() {
			return false
		}
		c.receiver.Message(Message{Data: p.data, Binary: p.binary})
		return c.open()
	case packetPong:
		c.pong()
		return true
	case packetClose:
		c.close(ReasonClient, packet{kind: packetNoop})
		return false
	default:
		c.end(ReasonProtocol)
		return false
	}
}

func (c *Conn) open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state == stateOpen
}
