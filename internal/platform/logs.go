package platform

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// logs collects the output of all processes: each line goes unchanged into the
// process's own file and, made readable, to the screen.
type logs struct {
	dir      string
	screen   io.Writer // nil: files only
	terminal bool      // the screen is one

	mu     sync.Mutex // one line at a time on the screen; guards pinned
	pinned string     // the line that stays below all others
	files  []*os.File
}

func newLogs(dir string, screen io.Writer) *logs {
	return &logs{dir: dir, screen: screen, terminal: isTerminal(screen)}
}

// open returns a writer for one process's output.
func (l *logs) open(name string) (io.Writer, error) {
	if err := os.MkdirAll(l.dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(l.dir, name+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", name, err)
	}
	l.files = append(l.files, f)
	return &lineWriter{emit: func(line []byte) {
		if _, err := f.Write(append(line, '\n')); err != nil {
			l.note("write log of %s: %v", name, err)
		}
		l.show(name, line)
	}}, nil
}

func (l *logs) close() {
	for _, f := range l.files {
		f.Close()
	}
}

// note prints a line of the platform's own.
func (l *logs) note(format string, args ...any) {
	l.print(platformLine(fmt.Sprintf(format, args...)))
}

func platformLine(text string) string {
	return fmt.Sprintf("%s %-8s %s", time.Now().Format("15:04:05"), "cumin", text)
}

func (l *logs) show(name string, line []byte) { l.print(Readable(name, line)) }

func (l *logs) print(line string) {
	if l.screen == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.screen, l.unpinned(), line, "\n", l.pinned)
}

// pin shows a line of the platform's own below all others, in the place of the
// one before; an empty text takes it away. For terminals only.
func (l *logs) pin(text string) {
	if l.screen == nil || !l.terminal {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.unpinned()
	if l.pinned = ""; text != "" {
		l.pinned = unwrapped + platformLine(text) + wrapped
	}
	fmt.Fprint(l.screen, old, l.pinned)
}

// What cannot be wrapped stays one line, which can be taken away.
const unwrapped, wrapped = "\x1b[?7l", "\x1b[?7h"

// unpinned takes the pinned line off the terminal: it is always the last.
func (l *logs) unpinned() string {
	if l.pinned == "" {
		return ""
	}
	return "\r\x1b[K"
}

// Readable renders one log line for people: JSON becomes time, source, level,
// message and the remaining members, an access line the request and its
// answer; anything else stays as it is.
func Readable(name string, line []byte) string {
	var members map[string]any
	if json.Unmarshal(line, &members) != nil {
		return fmt.Sprintf("%8s %-8s %s", "", name, line)
	}
	at, _ := members["time"].(string)
	if t, err := time.Parse(time.RFC3339Nano, at); err == nil {
		at = t.Local().Format("15:04:05")
	}
	if members["msg"] == "request" {
		return fmt.Sprintf("%8s %-8s %v %v %v%s request_id=%v", at, name,
			members["status"], members["method"], members["path"], took(members), members["request_id"])
	}
	var b strings.Builder
	if msg, ok := members["msg"].(string); ok {
		fmt.Fprintf(&b, "%8s %-8s %-5v %s", at, name, members["level"], msg)
	} else {
		fmt.Fprintf(&b, "%8s %-8s", at, name)
	}
	for _, k := range slices.Sorted(maps.Keys(members)) {
		switch k {
		case "time", "level", "msg", "service":
			continue
		}
		if v := fmt.Sprint(members[k]); v != "" {
			fmt.Fprintf(&b, " %s=%s", k, v)
		}
	}
	return b.String()
}

// took is an access line's duration: the services measure in milliseconds,
// nginx in seconds.
func took(members map[string]any) string {
	if ms, ok := members["duration_ms"].(float64); ok {
		return fmt.Sprintf(" %.1fms", ms)
	}
	if s, ok := members["duration_s"].(float64); ok {
		return fmt.Sprintf(" %.0fms", s*1000)
	}
	return ""
}

// lineWriter cuts a stream of writes into lines.
type lineWriter struct {
	emit func(line []byte)
	rest []byte
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			return len(p), nil
		}
		w.emit(bytes.Clone(w.rest[:i]))
		w.rest = w.rest[i+1:]
	}
}
