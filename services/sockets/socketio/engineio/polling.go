package engineio

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// upgradeHold is how long a poll waits for an upgrade packet that it may have
// overtaken on the other connection.
const upgradeHold = 25 * time.Millisecond

// pendingPoll is a GET that waits for something to carry.
type pendingPoll struct {
	wake chan struct{} // closed when it should look at the queue
}

// wakePoll answers the poll that waits, if one does. Called with mu held.
func (c *Conn) wakePoll() {
	if c.poll == nil {
		return
	}
	select {
	case <-c.poll.wake:
	default:
		close(c.poll.wake)
	}
}

func (s *Server) servePolling(c *fiber.Ctx, sid string) error {
	if sid == "" {
		if c.Method() != fiber.MethodGet {
			return refuse(c, refusedMethod)
		}
		conn := s.open(c, transportPolling)
		if conn == nil {
			return c.SendStatus(fiber.StatusServiceUnavailable)
		}
		return conn.servePoll(c)
	}
	conn := s.conn(sid)
	if conn == nil {
		return refuse(c, refusedSession)
	}
	switch c.Method() {
	case fiber.MethodGet:
		return conn.servePoll(c)
	case fiber.MethodPost:
		return conn.servePost(c)
	}
	return refuse(c, refusedMethod)
}

// servePoll answers a GET with what is queued, waiting for it if need be.
func (c *Conn) servePoll(fc *fiber.Ctx) error {
	c.checkHeartbeat()
	p, hold, ok := c.beginPoll()
	if !ok {
		return refuse(fc, refusedRequest)
	}
	var overtaken <-chan time.Time
	if hold {
		t := time.NewTimer(upgradeHold)
		defer t.Stop()
		overtaken = t.C
	}
	peer := watch(fc.Context().Conn())
	select {
	case <-p.wake:
	case <-overtaken:
	case <-peer.gone:
	}
	if !peer.stop() {
		c.end(ReasonGone) // before the queue is taken for an answer nobody reads
	}
	body, ok := c.endPoll()
	if !ok {
		return refuse(fc, refusedRequest)
	}
	fc.Set(fiber.HeaderContentType, "text/plain; charset=UTF-8")
	return fc.Send(body)
}

// beginPoll registers a GET; hold says that an upgrade is under way and the
// poll must not wait long. Not ok: the session is not polling, or polls
// already, which ends it.
func (c *Conn) beginPoll() (p *pendingPoll, hold, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateClosed || c.transport != transportPolling {
		return nil, false, false
	}
	if c.poll != nil {
		c.endLocked(ReasonProtocol)
		return nil, false, false
	}
	c.poll = &pendingPoll{wake: make(chan struct{})}
	if len(c.queue) > 0 {
		close(c.poll.wake)
	}
	return c.poll, c.probed, true
}

// endPoll takes what the poll carries: the queue, a noop when an upgrade needs
// the poll out of its way, a close packet when the session has ended. Not ok:
// the session moved to a WebSocket while the poll was held.
func (c *Conn) endPoll() (body []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.poll = nil
	switch {
	case c.state == stateClosed:
		return formatBody([]packet{{kind: packetClose}}), true
	case c.transport != transportPolling:
		return nil, false
	case len(c.queue) == 0:
		return formatBody([]packet{{kind: packetNoop}}), true
	}
	body = formatBody(c.queue)
	c.queue, c.queued = nil, 0
	if c.state == stateClosing {
		c.endLocked(c.reason)
	}
	return body, true
}

// servePost takes the packets of a POST.
func (c *Conn) servePost(fc *fiber.Ctx) error {
	if !c.beginPost() {
		return refuse(fc, refusedRequest)
	}
	defer c.endPost()
	body := fc.Request().Body() // Fiber's Body would unpack a Content-Encoding, to any size
	if len(body) > c.server.cfg.MaxPayload {
		c.end(ReasonProtocol)
		return fc.SendStatus(fiber.StatusRequestEntityTooLarge)
	}
	packets, err := parseBody(body)
	if err != nil {
		c.end(ReasonProtocol)
		return refuse(fc, refusedRequest)
	}
	for _, p := range packets {
		if !c.receive(p) {
			break // the rest was sent to a session that is over
		}
	}
	fc.Set(fiber.HeaderContentType, "text/html")
	return fc.SendString("ok")
}

// beginPost lets one POST in at a time; a second one ends the session, for the
// order of their packets would be anybody's guess.
func (c *Conn) beginPost() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateOpen || c.transport != transportPolling {
		return false
	}
	if c.posting {
		c.endLocked(ReasonProtocol)
		return false
	}
	c.posting = true
	return true
}

func (c *Conn) endPost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.posting = false
}
