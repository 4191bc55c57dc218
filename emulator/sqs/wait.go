package sqs

import (
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// waiter is a long poll. It is served under the lock, by whatever makes a
// message visible, in the order the polls came.
type waiter struct {
	request request
	served  chan answer // capacity 1, so that serving never blocks
	rest    *clock.Rest
}

type answer struct {
	got []delivery
	err error
}

func (w *waiter) serve(a answer) {
	w.rest.Wake() // at work again, before whoever serves it is done
	w.served <- a
}

// wake has q's waiters served once the operation is done.
func (t *tx) wake(q *queue) {
	if !slices.Contains(t.woken, q) {
		t.woken = append(t.woken, q)
	}
}

// serveWoken serves the waiters of every queue that may have something to
// deliver; burying a message may wake a further queue.
func (s *Service) serveWoken(t *tx) {
	for len(t.woken) > 0 {
		q := t.woken[0]
		t.woken = t.woken[1:]
		s.serve(t, q)
	}
}

// serve hands visible messages to the waiters and sets the timer for those who
// go on waiting.
func (s *Service) serve(t *tx, q *queue) {
	if len(q.waiters) == 0 {
		return
	}
	q.settle(t)
	for len(q.waiters) > 0 {
		got := s.take(t, q, q.waiters[0].request)
		if len(got) == 0 {
			break
		}
		q.waiters[0].serve(answer{got: got})
		q.waiters[0] = nil
		q.waiters = q.waiters[1:]
	}
	s.rearm(t, q)
}

// rearm points the queue's timer at the next hidden message, if anyone waits.
func (s *Service) rearm(t *tx, q *queue) {
	m := q.hidden.first()
	if len(q.waiters) == 0 || m == nil {
		q.stopTimer()
		return
	}
	if q.timer != nil && q.timerAt.Equal(m.until) {
		return
	}
	q.stopTimer()
	q.timerAt = m.until
	q.timer = s.clock.AfterFunc(m.until.Sub(t.now), func() { s.due(q) })
}

func (q *queue) stopTimer() {
	if q.timer != nil {
		q.timer.Stop()
		q.timer, q.timerAt = nil, time.Time{}
	}
}

// due runs on the clock's goroutine when a hidden message may be visible again.
func (s *Service) due(q *queue) {
	err := s.change(func(t *tx) error {
		t.lazy = true // the clock must not wait for a disk
		q.timer, q.timerAt = nil, time.Time{}
		t.wake(q)
		return nil
	})
	if err != nil {
		s.log.Error("serve long polls", "queue", q.arn.String(), "err", err)
	}
}

// withdraw ends a poll that ran out of time or whose receiver left. It may have
// been served in the same moment: then a receiver that waited gets the
// messages, and one that left gives them back.
func (s *Service) withdraw(a arn, w *waiter, left error) ([]delivery, error) {
	var result answer
	err := s.change(func(t *tx) error {
		t.lazy = true
		q := s.queues[a]
		if q != nil {
			q.waiters = slices.DeleteFunc(q.waiters, func(x *waiter) bool { return x == w })
			s.rearm(t, q)
		}
		select {
		case result = <-w.served:
		default:
		}
		if left != nil && q != nil {
			s.giveBack(t, q, result.got)
		}
		return nil
	})
	if left != nil {
		return nil, left
	}
	if err != nil {
		return nil, err
	}
	return result.got, result.err
}

// abandon tells the waiters of a deleted queue.
func (s *Service) abandon(q *queue) {
	q.stopTimer()
	for _, w := range q.waiters {
		w.serve(answer{err: errNoQueue()})
	}
	q.waiters = nil
}
