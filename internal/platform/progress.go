package platform

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// elapsedEvery is how often a terminal shows the time that passed.
	elapsedEvery = time.Second
	// stillEvery is how often a log does.
	stillEvery = 15 * time.Second
)

// progress says, while somebody waits for builds, what is being built and for
// how long: on a terminal in one line that stays in its place, in a log in a
// line every while.
type progress struct {
	logs    *logs
	started time.Time

	mu      sync.Mutex // guards running; taken before the screen's
	running []string   // names of targets
}

// follow shows p until the returned function is called.
func (p *progress) follow() (stop func()) {
	p.started = time.Now()
	every := stillEvery
	if p.logs.terminal {
		every = elapsedEvery
	}
	tick := time.NewTicker(every)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-tick.C:
				p.show()
			case <-done:
				return
			}
		}
	})
	return func() {
		tick.Stop()
		close(done)
		wg.Wait()
		p.logs.pin("")
	}
}

// begin and end tell what is being built.
func (p *progress) begin(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = append(p.running, name)
}

func (p *progress) end(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running = slices.DeleteFunc(p.running, func(other string) bool { return other == name })
}

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.running) == 0 {
		return
	}
	text := fmt.Sprintf("building for %s: %s", time.Since(p.started).Round(time.Second), strings.Join(p.running, ", "))
	if p.logs.terminal {
		p.logs.pin(text)
		return
	}
	p.logs.note("%s", text)
}

// isTerminal reports whether somebody looks at w: a line may be written anew.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
