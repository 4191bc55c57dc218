package httpapi

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// GuardListener refuses requests whose framing two parsers could read
// differently (request smuggling, RFC 9112 §11.2), before fasthttp sees them.
// fasthttp 1.77 still takes a header line that ends in a bare LF, so a proxy
// that joins such lines would see one request where it sees two.
//
// The rule is narrower than RFC 9112: no Transfer-Encoding at all. nginx
// buffers bodies and always sends Content-Length, so nothing legitimate is
// lost and there is no chunk parser to disagree with. A refused connection is
// closed, with 400 when it was its first request; requests completed before
// are answered.
func GuardListener(ln net.Listener) net.Listener { return &guardListener{Listener: ln} }

type guardListener struct{ net.Listener }

func (l *guardListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &guardConn{Conn: conn}, nil
}

// errFraming is what fasthttp reads instead of the request's bytes; it closes
// the connection.
var errFraming = errors.New("ambiguous request framing")

// guardConn follows the framing of what is read. Reads and writes may come
// from two goroutines once a connection is hijacked, hence the lock.
type guardConn struct {
	net.Conn

	mu      sync.Mutex // guards framing, broken
	framing framing
	broken  bool
}

// Read returns bytes that belong to requests with one reading only. Of a
// buffer in which a later request is refused, it returns the earlier ones.
func (c *guardConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	broken := c.broken
	c.mu.Unlock()
	if broken {
		return 0, errFraming
	}
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	good, ok := c.framing.feed(p[:n])
	if ok {
		return n, err
	}
	c.broken = true
	if good > 0 {
		return good, nil
	}
	return 0, errFraming
}

// Write watches for the answer to an upgrade: after 101 the connection no
// longer speaks HTTP and is passed through.
func (c *guardConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.framing.upgrading {
		c.framing.upgrading = false
		c.framing.raw = bytes.HasPrefix(p, []byte("HTTP/1.1 101 "))
	}
	c.mu.Unlock()
	return c.Conn.Write(p)
}

// SyscallConn reaches the socket below, for those who must look at it without
// reading.
func (c *guardConn) SyscallConn() (syscall.RawConn, error) {
	sc, ok := c.Conn.(syscall.Conn)
	if !ok {
		return nil, errors.New("the connection has no descriptor")
	}
	return sc.SyscallConn()
}

// framing is the state machine over one connection's incoming bytes: request
// line, header lines, body by Content-Length, and again.
type framing struct {
	raw       bool   // upgraded: anything goes
	upgrading bool   // an Upgrade was asked for, the answer is not out yet
	line      []byte // the current line so far, without its CRLF
	inHeader  bool   // the request line is read
	head      head   // of the request being read
	body      int64  // bytes of body still to come
}

// head is what the header section says about framing.
type head struct {
	length  int64
	lengths int
	hosts   int
	upgrade bool
}

// maxLine bounds one line; fasthttp's read buffer refuses before that.
const maxLine = 4 * readBufferBytes

// feed follows p and reports whether all of it may pass; if not, good bytes at
// its start belong to completed requests.
func (f *framing) feed(p []byte) (good int, ok bool) {
	for i := 0; i < len(p); {
		if f.raw {
			return len(p), true
		}
		if f.body > 0 {
			n := min(f.body, int64(len(p)-i))
			f.body -= n
			i += int(n)
			if f.body == 0 {
				good = i
			}
			continue
		}
		b := p[i]
		i++
		if b != '\n' {
			f.line = append(f.line, b)
			if len(f.line) > maxLine {
				return good, false
			}
			continue
		}
		line, crlf := bytes.CutSuffix(f.line, []byte{'\r'})
		if !crlf || !f.endLine(line) {
			return good, false
		}
		f.line = f.line[:0]
		if !f.inHeader && f.body == 0 {
			good = i
		}
	}
	return good, true
}

// endLine takes one complete line and reports whether it is unambiguous.
func (f *framing) endLine(line []byte) bool {
	switch {
	case !f.inHeader:
		f.inHeader = true
		f.head = head{}
		return requestLine(line)
	case len(line) > 0:
		return f.head.field(line)
	}
	f.inHeader = false
	f.body = f.head.length
	f.upgrading = f.head.upgrade
	return f.head.hosts == 1 && (!f.head.upgrade || f.head.length == 0)
}

// field checks one header line and takes note of what frames the message.
func (h *head) field(line []byte) bool {
	name, value, ok := bytes.Cut(line, []byte{':'})
	if !ok || !isToken(name) || slices.ContainsFunc(value, isControl) {
		return false // also: folded lines and space before the colon
	}
	v := strings.Trim(string(value), " \t")
	switch strings.ToLower(string(name)) {
	case "transfer-encoding":
		return false
	case "content-length":
		h.lengths++
		n, err := strconv.ParseUint(v, 10, 50) // takes digits only, no sign
		h.length = int64(n)
		return err == nil && h.lengths == 1
	case "host":
		h.hosts++
	case "upgrade":
		h.upgrade = true
	}
	return true
}

// requestLine wants exactly "METHOD SP target SP HTTP/1.x".
func requestLine(line []byte) bool {
	parts := bytes.Split(line, []byte{' '})
	if len(parts) != 3 || !isToken(parts[0]) || len(parts[1]) == 0 {
		return false
	}
	version := string(parts[2])
	return (version == "HTTP/1.1" || version == "HTTP/1.0") && !slices.ContainsFunc(parts[1], func(b byte) bool { return isControl(b) || b == '\t' })
}

// isControl is true for bytes that may not stand in a field value (RFC 9110
// §5.5); a tab may.
func isControl(b byte) bool { return b < ' ' && b != '\t' || b == 0x7f }

// isToken is RFC 9110 §5.6.2.
func isToken(s []byte) bool {
	for _, b := range s {
		if b <= ' ' || b >= 0x7f || strings.IndexByte(`"(),/:;<=>?@[\]{}`, b) >= 0 {
			return false
		}
	}
	return len(s) > 0
}
