package main

import (
	"sync"
	"time"

	"github.com/anikeshk/cumin/internal/cumin"
)

// How often events that replace one another are sent at most (PRODUCT §4).
const (
	countsEvery   = 250 * time.Millisecond // per project
	progressEvery = 500 * time.Millisecond // per export
)

// pacer holds back events that come too fast behind one another and sends the
// newest of them when its time has come. The first is sent at once.
type pacer struct {
	mu    sync.Mutex // guards what follows
	paced map[string]*pace
}

// pace is one series of events: open until nothing came for its interval.
type pace struct {
	newest  int64 // version of the newest event sent or held
	held    *cumin.Event
	skipped []int64 // sequences of those that held replaced
	send    func(cumin.Event)
}

func newPacer() *pacer { return &pacer{paced: map[string]*pace{}} }

// send sends an event of a series now or later, or not at all when a newer one
// is sent for it; that one then names its sequence.
func (p *pacer) send(series string, every time.Duration, e cumin.Event, send func(cumin.Event)) {
	p.mu.Lock()
	s := p.paced[series]
	if s == nil {
		p.paced[series] = &pace{newest: e.Version}
		p.mu.Unlock()
		send(e)
		time.AfterFunc(every, func() { p.due(series, every) })
		return
	}
	defer p.mu.Unlock()
	switch {
	case s.held == nil && e.Version <= s.newest: // overtaken by what was sent: only its sequence is news
		s.held = &e
	case e.Version <= s.newest:
		s.skip(e.Seq)
	default:
		if s.held != nil {
			s.skip(s.held.Seq)
		}
		s.newest, s.held = e.Version, &e
	}
	s.send = send
}

func (s *pace) skip(seq int64) {
	if seq != 0 {
		s.skipped = append(s.skipped, seq)
	}
}

// due sends what is held, or ends the series.
func (p *pacer) due(series string, every time.Duration) {
	p.mu.Lock()
	s := p.paced[series]
	if s == nil { // ended by drop
		p.mu.Unlock()
		return
	}
	held := s.held
	if held == nil {
		delete(p.paced, series)
		p.mu.Unlock()
		return
	}
	held.Skipped = s.skipped
	send := s.send
	s.held, s.skipped = nil, nil
	p.mu.Unlock()
	send(*held)
	time.AfterFunc(every, func() { p.due(series, every) })
}

// drop ends a series: what is held is superfluous.
func (p *pacer) drop(series string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.paced, series)
}
