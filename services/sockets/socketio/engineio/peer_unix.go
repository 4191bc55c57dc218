//go:build linux || darwin

package engineio

import (
	"net"
	"syscall"
	"time"
)

// peer watches for a client that leaves while its poll waits. The HTTP server
// does not read the connection while a handler runs, so it would not notice;
// the session's messages would go into the void.
type peer struct {
	gone chan struct{} // closed when the client has left
	done chan struct{} // closed when nothing watches any more
	conn net.Conn
}

// watch begins to watch. It waits for the connection to become readable and
// peeks: an end of file or an error is a client that left. Data is a client
// that sends its next request early; the watch ends then, for it cannot see
// past the data. A connection without a descriptor is not watched.
func watch(conn net.Conn) *peer {
	p := &peer{gone: make(chan struct{}), done: make(chan struct{}), conn: conn}
	raw := rawConn(conn)
	if raw == nil {
		close(p.done)
		return p
	}
	// The server's read timeout is meant for requests, not for this wait.
	if conn.SetReadDeadline(time.Time{}) != nil {
		close(p.gone)
		close(p.done)
		return p
	}
	go func() {
		defer close(p.done)
		var one [1]byte
		left := false
		err := raw.Read(func(fd uintptr) bool {
			n, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			switch {
			case err == syscall.EAGAIN || err == syscall.EINTR:
				return false // wait on
			case err != nil || n == 0:
				left = true
			}
			return true
		})
		if err == nil && left { // err: stop's deadline
			close(p.gone)
		}
	}()
	return p
}

// stop ends the watch, leaves the connection as the server wants it and reports
// whether the client is still there. When it returns nothing touches the
// connection any more.
func (p *peer) stop() bool {
	select {
	case <-p.done:
	default:
		// An error is a connection that is gone: the watch has ended by itself, and
		// the server will find out when it writes.
		_ = p.conn.SetReadDeadline(time.Unix(1, 0))
		<-p.done
		_ = p.conn.SetReadDeadline(time.Time{})
	}
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// rawConn finds the descriptor under wrappers that name what they wrap, as
// tls.Conn does, with NetConn.
func rawConn(conn net.Conn) syscall.RawConn {
	for {
		if sc, ok := conn.(syscall.Conn); ok {
			raw, err := sc.SyscallConn()
			if err != nil {
				return nil
			}
			return raw
		}
		inner, ok := conn.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		conn = inner.NetConn()
	}
}
