package lambda

import (
	"bytes"
	"errors"
	"os"
	"sync"
	"syscall"
)

// maxLineBytes is where a longer line is cut in two: CloudWatch Logs takes
// events of up to 1 MB, nobody reads such a line.
const maxLineBytes = 256 << 10

// output reads what a process prints, stdout and stderr through one pipe so
// that they keep their order, and hands it on line by line.
type output struct {
	read, write *os.File
	line        func([]byte) // called with mu held; must not keep the slice

	mu      sync.Mutex // guards partial, and makes each read-and-split one step
	partial []byte
	buf     []byte
}

func newOutput(line func([]byte)) (*output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return &output{read: r, write: w, line: line, buf: make([]byte, 32<<10)}, nil
}

// follow reads until the last writer is gone, then closes the pipe.
func (o *output) follow() error {
	defer o.read.Close()
	conn, err := o.read.SyscallConn()
	if err != nil {
		return err
	}
	err = conn.Read(func(fd uintptr) bool { return o.drain(int(fd)) })
	o.mu.Lock()
	defer o.mu.Unlock()
	o.flush()
	return err
}

// settle takes in what the process has written so far, so that the lines it
// printed before its answer come before the END line.
func (o *output) settle() {
	conn, err := o.read.SyscallConn()
	if err != nil {
		return // closed: follow has read everything
	}
	// Control, unlike Read, does not wait for the reader that follows.
	_ = conn.Control(func(fd uintptr) { o.drain(int(fd)) })
}

// drain reads what is there without blocking; true when nothing will follow.
func (o *output) drain(fd int) (ended bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for {
		n, err := syscall.Read(fd, o.buf)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return false
		case err != nil || n == 0:
			return true
		default:
			o.split(o.buf[:n])
		}
	}
}

func (o *output) split(b []byte) {
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			break
		}
		if len(o.partial) == 0 {
			o.line(b[:i])
		} else {
			o.partial = append(o.partial, b[:i]...)
			o.flush()
		}
		b = b[i+1:]
	}
	o.partial = append(o.partial, b...)
	if len(o.partial) >= maxLineBytes {
		o.flush()
	}
}

func (o *output) flush() {
	if len(o.partial) > 0 {
		o.line(o.partial)
		o.partial = o.partial[:0]
	}
}

// maxTailBytes is how much of its log a synchronous invocation may ask back.
const maxTailBytes = 4 << 10

// tail keeps the last lines of an invocation's log.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (t *tail) add(line []byte) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(append(t.buf, line...), '\n')
	if extra := len(t.buf) - maxTailBytes; extra > 0 {
		t.buf = append(t.buf[:0], t.buf[extra:]...)
	}
}

func (t *tail) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.buf)
}
