package lambda

import (
	"context"
	"slices"
	"sync"
)

// pool is the execution environments of one version of a function: idle ones are used
// again, newest first; when all are busy another is started, up to the limits.
type pool struct {
	start func(*Function) sandbox
	max   int // environments at once; more invocations wait

	mu      sync.Mutex // guards what follows
	fn      *Function  // current settings; environments of older ones end after their run
	idle    []resident // newest last
	busy    map[sandbox]struct{}
	pending int // environments being started
	waiting []chan struct{}
	closed  bool
}

// resident is an idle environment and the settings it was started with.
type resident struct {
	sandbox sandbox
	fn      *Function
}

func newPool(fn *Function, max int, start func(*Function) sandbox) *pool {
	return &pool{fn: fn, max: max, start: start, busy: map[sandbox]struct{}{}}
}

// function is the current settings.
func (p *pool) function() *Function {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fn
}

// annotate replaces what environments need not heed.
func (p *pool) annotate(fn *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fn = fn
}

// update replaces the settings and ends idle environments of the old ones when
// they would behave otherwise.
func (p *pool) update(fn *Function) {
	p.mu.Lock()
	p.fn = fn
	stale := p.idle
	p.idle = nil
	p.wakeAll()
	p.mu.Unlock()
	for _, r := range stale {
		r.sandbox.stop()
	}
}

// acquire returns an environment for one run. It waits while p.max are busy.
func (p *pool) acquire(ctx context.Context) (sandbox, *Function, error) {
	p.mu.Lock()
	for {
		running := len(p.busy) + p.pending
		switch {
		case p.closed:
			p.mu.Unlock()
			return nil, nil, errShuttingDown()
		case running < p.max:
			sb, fn := p.take()
			return sb, fn, nil
		}
		turn := make(chan struct{})
		p.waiting = append(p.waiting, turn)
		p.mu.Unlock()
		select {
		case <-turn:
		case <-ctx.Done():
			p.mu.Lock()
			p.waiting = slices.DeleteFunc(p.waiting, func(c chan struct{}) bool { return c == turn })
			p.wakeOne() // the turn may have been given to us meanwhile
			p.mu.Unlock()
			return nil, nil, ctx.Err()
		}
		p.mu.Lock()
	}
}

// take picks an idle environment or starts one. Called with mu held, which it
// releases.
func (p *pool) take() (sandbox, *Function) {
	var dead []sandbox
	for len(p.idle) > 0 {
		last := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if last.sandbox.healthy() {
			p.busy[last.sandbox] = struct{}{}
			p.mu.Unlock()
			stopAll(dead)
			return last.sandbox, last.fn
		}
		dead = append(dead, last.sandbox)
	}
	p.pending++
	fn := p.fn
	p.mu.Unlock()
	stopAll(dead)
	sb := p.start(fn)
	p.mu.Lock()
	p.pending--
	p.busy[sb] = struct{}{}
	p.mu.Unlock()
	return sb, fn
}

// release takes back an environment after its run. One that started with other
// settings than the present ones ends.
func (p *pool) release(sb sandbox, fn *Function) {
	p.mu.Lock()
	delete(p.busy, sb)
	keep := sb.healthy() && fn.generation == p.fn.generation && !p.closed
	if keep {
		p.idle = append(p.idle, resident{sb, fn})
	}
	p.wakeOne()
	p.mu.Unlock()
	if !keep {
		sb.stop()
	}
}

func (p *pool) wakeOne() {
	if len(p.waiting) > 0 {
		close(p.waiting[0])
		p.waiting = p.waiting[1:]
	}
}

func (p *pool) wakeAll() {
	for len(p.waiting) > 0 {
		p.wakeOne()
	}
}

// close stops every environment; invocations under way fail, waiting ones are
// refused.
func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	var all []sandbox
	for _, r := range p.idle {
		all = append(all, r.sandbox)
	}
	for sb := range p.busy {
		all = append(all, sb)
	}
	p.idle = nil
	p.wakeAll()
	p.mu.Unlock()
	stopAll(all)
}

func stopAll(all []sandbox) {
	for _, sb := range all {
		sb.stop()
	}
}
