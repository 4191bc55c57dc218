package engineio

import (
	"encoding/json"
	"time"
)

// heartbeat is the schedule of pings. Its deadlines are absolute, each an
// interval after the one before: timers set anew from "now" would drift under
// load until clients give up. Guarded by Conn.mu.
type heartbeat struct {
	pingAt time.Time // of the next ping, or of the one that waits for its pong
	pongBy time.Time // zero while no pong is owed
	timer  *time.Timer
}

func (h *heartbeat) stop() {
	if h.timer != nil {
		h.timer.Stop()
	}
}

// startHeartbeat begins the schedule. Called with mu held.
func (c *Conn) startHeartbeat() {
	cfg := c.server.cfg
	c.beat.pingAt = time.Now().Add(cfg.PingInterval)
	c.beat.timer = time.AfterFunc(cfg.PingInterval, c.checkHeartbeat)
}

// checkHeartbeat sends the ping that is due, or ends a session whose pong is
// overdue. It runs by timer, and again when a poll arrives, because the timer
// may be late.
func (c *Conn) checkHeartbeat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == stateClosed {
		return
	}
	now, h := time.Now(), &c.beat
	switch {
	case !h.pongBy.IsZero() && !now.Before(h.pongBy):
		c.endLocked(ReasonPing)
	case h.pongBy.IsZero() && !now.Before(h.pingAt):
		timeout := c.server.cfg.PingTimeout
		if now.Sub(h.pingAt) > timeout { // this process slept; that is not the client's fault
			h.pingAt = now
		}
		h.pongBy = h.pingAt.Add(timeout)
		h.timer.Reset(h.pongBy.Sub(now))
		if c.state == stateOpen {
			c.push(packet{kind: packetPing})
			c.flush()
		}
	}
}

// pong takes note that the client is there.
func (c *Conn) pong() {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := &c.beat
	if c.state == stateClosed || h.pongBy.IsZero() {
		return
	}
	now := time.Now()
	h.pongBy = time.Time{}
	h.pingAt = h.pingAt.Add(c.server.cfg.PingInterval)
	if h.pingAt.Before(now) {
		h.pingAt = now
	}
	h.timer.Reset(h.pingAt.Sub(now))
}

// openPacket tells the client the session's terms.
func (c *Conn) openPacket() packet {
	upgrades := []string{}
	if c.transport == transportPolling {
		upgrades = []string{string(transportWebSocket)}
	}
	cfg := c.server.cfg
	data, err := json.Marshal(struct {
		SID          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"` // ms
		PingTimeout  int64    `json:"pingTimeout"`  // ms
		MaxPayload   int      `json:"maxPayload"`   // bytes
	}{c.id, upgrades, cfg.PingInterval.Milliseconds(), cfg.PingTimeout.Milliseconds(), cfg.MaxPayload})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return packet{kind: packetOpen, data: data}
}
