package engineio

import (
	"errors"
	"net"
	"runtime/debug"
	"sync"
	"time"
	"unicode/utf8"

	fastws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
)

// link is a WebSocket that serves, or wants to serve, a session. Its handler's
// goroutine reads; a second goroutine writes, and lives only while there is
// something to write.
type link struct {
	ws      *fastws.Conn
	writing bool           // a writer runs; guarded by Conn.mu
	writers sync.WaitGroup // Add only under Conn.mu while the session is not closed
}

// abort makes the reader and the writer fail. Closing would do nothing: while
// its handler runs, the server underneath owns the connection.
func (l *link) abort() {
	past := time.Unix(1, 0)
	_ = l.ws.NetConn().SetDeadline(past) // fails only on a connection that is gone, which is the aim
}

// serveWebSocket runs for as long as the WebSocket does. It must not return
// before its writer: the connection is closed and its wrapper reused then.
func (s *Server) serveWebSocket(wc *websocket.Conn) {
	s.begin()
	defer s.leave()
	c, ok := wc.Locals(localsConn).(*Conn)
	if !ok {
		panic("engineio: a WebSocket without a session")
	}
	l := &link{ws: wc.Conn}
	l.ws.SetReadLimit(int64(s.cfg.MaxPayload))
	if !c.attach(l) && !c.upgrade(l) {
		return // the session, if there is one, goes on without this WebSocket
	}
	defer l.writers.Wait()
	defer c.end(ReasonGone)
	for {
		p, err := l.read()
		if err != nil {
			if errors.Is(err, errPacket) || errors.Is(err, fastws.ErrReadLimit) {
				c.end(ReasonProtocol)
			}
			return
		}
		if !c.receive(p) {
			l.drain()
			return
		}
	}
}

// recover logs a panic of a receiver; the default would send it to the peer.
func (s *Server) recover(*websocket.Conn) {
	if v := recover(); v != nil {
		s.cfg.Log.Error("panic in a websocket handler", "panic", v, "stack", string(debug.Stack()))
	}
}

// attach gives a session that opened as a WebSocket its connection.
func (c *Conn) attach(l *link) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateClosed || c.transport != transportWebSocket || c.link != nil {
		return false
	}
	c.link = l
	c.flush()
	return true
}

// upgrade moves a polling session to l: the client proves the WebSocket by a
// probe, gets its polls answered, and says so. It reports whether l carries
// the session now. A WebSocket for a session that has one already was accepted
// only to be closed here: clients take a refused handshake worse.
func (c *Conn) upgrade(l *link) bool {
	if !c.beginProbe(l) {
		return false
	}
	done := false
	defer func() {
		if !done {
			c.dropProbe()
		}
	}()
	if l.ws.SetReadDeadline(time.Now().Add(c.server.cfg.UpgradeTimeout)) != nil {
		return false
	}
	p, err := l.read()
	if err != nil || p.kind != packetPing || string(p.data) != probe {
		return false
	}
	if l.write(packet{kind: packetPong, data: []byte(probe)}, c.server.cfg.WriteTimeout) != nil {
		return false
	}
	c.releasePolls()
	p, err = l.read()
	if err != nil || p.kind != packetUpgrade {
		return false
	}
	done = c.switchTo(l)
	return done
}

func (c *Conn) beginProbe(l *link) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateOpen || c.transport != transportPolling || c.probe != nil {
		return false
	}
	c.probe = l
	return true
}

func (c *Conn) dropProbe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probe, c.probed = nil, false
}

// releasePolls lets the client end its polling: from now on no poll waits long.
func (c *Conn) releasePolls() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probed = true
	c.wakePoll()
}

func (c *Conn) switchTo(l *link) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateOpen || l.ws.SetReadDeadline(time.Time{}) != nil {
		return false
	}
	c.transport, c.link, c.probe = transportWebSocket, l, nil
	c.wakePoll()
	c.flush()
	return true
}

// write sends the queue until it is empty, then ends.
func (c *Conn) write(l *link) {
	defer l.writers.Done()
	for {
		p, ok := c.next(l)
		if !ok {
			return
		}
		if err := l.write(p, c.server.cfg.WriteTimeout); err != nil {
			reason := ReasonGone
			if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
				reason = ReasonSlow
			}
			c.end(reason)
			return
		}
		c.sent(p)
	}
}

// next takes the first packet. An empty queue ends the writer, and a closing
// session with it.
func (c *Conn) next(l *link) (packet, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateClosed && len(c.queue) > 0 {
		p := c.queue[0]
		c.queue[0] = packet{} // lets its data go
		c.queue = c.queue[1:]
		return p, true
	}
	l.writing = false
	if c.state == stateClosing {
		l.sayGoodbye()
		c.endLocked(c.reason)
	}
	return packet{}, false
}

// sent frees a packet's place in the queue.
func (c *Conn) sent(p packet) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateClosed {
		c.queued -= p.size()
	}
}

// read returns the next packet; errPacket for anything that is none.
func (l *link) read() (packet, error) {
	kind, data, err := l.ws.ReadMessage()
	if err != nil {
		return packet{}, err
	}
	if kind == fastws.BinaryMessage {
		return packet{kind: packetMessage, data: data, binary: true}, nil
	}
	if len(data) == 0 || data[0] == binaryMark || !utf8.Valid(data) {
		return packet{}, errPacket
	}
	return parsePacket(data)
}

func (l *link) write(p packet, timeout time.Duration) error {
	if err := l.ws.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	if p.binary {
		return l.ws.WriteMessage(fastws.BinaryMessage, p.data)
	}
	return l.ws.WriteMessage(fastws.TextMessage, p.text())
}

// sayGoodbye sends a close frame if that needs no waiting.
func (l *link) sayGoodbye() {
	frame := fastws.FormatCloseMessage(fastws.CloseNormalClosure, "")
	// A client that cannot take it learns from the connection's end.
	_ = l.ws.WriteControl(fastws.CloseMessage, frame, time.Now().Add(100*time.Millisecond))
}

// drain answers the client's own close: it reads until the client's side ends,
// bounded by the session's patience, which aborts the link.
func (l *link) drain() {
	for {
		if _, _, err := l.ws.ReadMessage(); err != nil {
			return
		}
	}
}
