package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

// Mapping is an event source mapping as the store keeps it.
type Mapping struct {
	UUID        string
	Account     string
	Region      string
	Source      string // ARN of the stream or queue
	Function    string // ARN, with the qualifier it was named by
	Enabled     bool
	BatchSize   int
	Window      int  // seconds to gather a batch
	ReportItems bool // ReportBatchItemFailures
	Modified    time.Time
	Filters     []string // patterns; a record matching none is skipped
	Tags        map[string]string

	// Of streams.
	Start      string // LATEST or TRIM_HORIZON
	MaxRetries int    // -1: until the records expire
	MaxAge     int    // seconds; -1: until the records expire
	Bisect     bool
	Parallel   int    // lanes per shard; 0 and 1: one
	Tumbling   int    // seconds of a tumbling window; 0: none
	OnFailure  string // ARN of a queue, topic or bucket, or empty

	// Of queues.
	MaxConcurrency int // 0: up to defaultQueueConcurrency
}

// isStream tells the two kinds of source apart.
func (m *Mapping) isStream() bool { return strings.HasPrefix(m.Source, "arn:aws:dynamodb:") }

// reset gives the settings their defaults.
func (m *Mapping) reset() {
	m.Enabled, m.BatchSize, m.Window, m.ReportItems, m.Filters = true, 10, 0, false, nil
	m.MaxRetries, m.MaxAge, m.Bisect, m.Parallel, m.Tumbling, m.OnFailure, m.MaxConcurrency = -1, -1, false, 1, 0, "", 0
	if m.isStream() {
		m.BatchSize = 100
	}
}

// position is how far one shard has been handled.
type position struct {
	After  string  // sequence number of the last record done with
	Done   bool    // the shard is closed and read to its end
	Window *window `json:",omitempty"` // the tumbling window that is open; never changed once here
}

// mapping is a Mapping at work.
type mapping struct {
	s          *Service
	filters    []filter
	resting    atomic.Int64 // waits for time to pass
	delivering atomic.Int64 // batches of streams under way, repetitions by faults included

	mu        sync.Mutex // guards what follows
	m         Mapping
	positions map[string]position
	result    string             // LastProcessingResult
	state     string             // what it is changing to, or empty
	cancel    context.CancelFunc // nil when it does not run
	done      chan struct{}
}

// config is the mapping's present settings; they do not change while it runs.
func (m *mapping) config() Mapping {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.m
}

// start begins polling, unless the mapping is disabled.
func (m *mapping) start() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.m.Enabled || m.cancel != nil || m.s.cfg.Still {
		return
	}
	ctx, cancel := context.WithCancel(m.s.ctx)
	m.cancel, m.done = cancel, make(chan struct{})
	done, config := m.done, m.m
	m.s.background(func() {
		defer close(done)
		if config.isStream() {
			m.runStream(ctx, config)
		} else {
			m.runQueue(ctx, config)
		}
	})
}

// stop ends polling and waits for the batches under way.
func (m *mapping) stop() {
	m.mu.Lock()
	cancel, done := m.cancel, m.done
	m.cancel = nil
	m.mu.Unlock()
	if cancel != nil {
		cancel()
		<-done
	}
}

func (m *mapping) position(shard string) position {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.positions[shard]
}

// advance moves a shard's position. It is kept without being waited for: after
// a crash the batch comes again, which consumers must bear anyway.
func (m *mapping) advance(shard string, p position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.positions[shard] = p
	if m.s.cfg.Store.Durable() {
		var b store.Batch
		putJSON(&b, bucketPositions, m.m.UUID+"\x00"+shard, p)
		m.s.cfg.Store.Apply(&b)
	}
}

func (m *mapping) setResult(text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.result = text
}

// What LastProcessingResult says.
const (
	resultNone    = "No records processed"
	resultOK      = "OK"
	resultProblem = "PROBLEM: "
)

// pause waits d of the emulator's time; false when ctx ended first.
func (m *mapping) pause(ctx context.Context, d time.Duration) bool {
	elapsed, stop := m.rest(d)
	defer stop()
	select {
	case <-elapsed:
		return true
	case <-ctx.Done():
		return false
	}
}

// rest is Clock.After that counts as resting until the time has passed, not until
// the goroutine that waits gets to run: in between nobody could tell.
func (m *mapping) rest(d time.Duration) (<-chan struct{}, func()) {
	over := make(chan struct{})
	back := sync.OnceFunc(func() { m.resting.Add(-1) })
	m.resting.Add(1)
	timer := m.s.cfg.Clock.AfterFunc(d, func() { back(); close(over) })
	return over, func() { timer.Stop(); back() }
}

// backoff is the wait before the n-th retry, n from 1.
func backoff(n int) time.Duration {
	const first, longest = 100 * time.Millisecond, time.Minute
	if n > 10 {
		return longest
	}
	return min(first<<(n-1), longest)
}

func (s *Service) newMapping(config Mapping, positions map[string]position) (*mapping, error) {
	filters, err := parseFilters(config.Filters)
	if err != nil {
		return nil, err
	}
	return &mapping{s: s, m: config, filters: filters, positions: positions, result: resultNone}, nil
}

// loadMappings restores mappings with their positions and starts them.
func (s *Service) loadMappings() error {
	positions := map[string]map[string]position{}
	err := s.cfg.Store.Load(bucketPositions, func(key, value []byte) error {
		uuid, shard, _ := strings.Cut(string(key), "\x00")
		var p position
		if err := json.Unmarshal(value, &p); err != nil {
			return fmt.Errorf("load the position of mapping %s: %w", uuid, err)
		}
		if positions[uuid] == nil {
			positions[uuid] = map[string]position{}
		}
		positions[uuid][shard] = p
		return nil
	})
	if err != nil {
		return err
	}
	var broken error
	err = loadJSON(s.cfg.Store, bucketMappings, func(uuid string, config *Mapping) {
		at := positions[uuid]
		if at == nil {
			at = map[string]position{}
		}
		m, err := s.newMapping(*config, at)
		if err != nil {
			broken = fmt.Errorf("load mapping %s: %w", uuid, err)
			return
		}
		s.mappings[uuid] = m
	})
	if err != nil || broken != nil {
		return errors.Join(err, broken)
	}
	for _, m := range s.mappings {
		m.start()
	}
	return nil
}

// saveMapping keeps the settings and all positions. Called with s.mu held.
func (s *Service) saveMapping(m *mapping) func() error {
	if !s.cfg.Store.Durable() {
		return keptAlready
	}
	m.mu.Lock()
	config, at := m.m, maps.Clone(m.positions)
	m.mu.Unlock()
	var b store.Batch
	putJSON(&b, bucketMappings, config.UUID, config)
	for shard, p := range at {
		putJSON(&b, bucketPositions, config.UUID+"\x00"+shard, p)
	}
	return s.cfg.Store.Apply(&b)
}

func (s *Service) removeMapping(m *mapping) func() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b store.Batch
	b.Delete(bucketMappings, []byte(m.m.UUID))
	for shard := range m.positions {
		b.Delete(bucketPositions, []byte(m.m.UUID+"\x00"+shard))
	}
	return s.cfg.Store.Apply(&b)
}
