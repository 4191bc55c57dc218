package sqs

import (
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

const dedupWindow = 5 * time.Minute

// queue is the state of one queue. The service's lock guards all of it.
type queue struct {
	arn      arn
	settings settings
	raw      map[string]string // the attributes that were set, as they were given
	tags     map[string]string
	created  time.Time
	modified time.Time
	purged   time.Time

	lastSeq  uint64
	messages map[uint64]*message
	lane     lane
	hidden   heap // delayed and in flight, by the end of it
	expiry   heap // all, by the time they were sent
	inFlight int
	delayed  int

	dedups   map[string]dedup    // FIFO: by scope and deduplication id
	recent   []used              // the keys of dedups, the oldest first
	attempts map[string]*attempt // FIFO: by ReceiveRequestAttemptId

	waiters []*waiter // long polls, the oldest first
	timer   clock.Timer
	timerAt time.Time
}

func newQueue(name arn, now time.Time) *queue {
	q := &queue{arn: name, created: now, modified: now, tags: map[string]string{}, raw: map[string]string{}}
	q.settings = defaultSettings(name.fifo())
	q.clear()
	return q
}

// clear forgets all messages.
func (q *queue) clear() {
	q.messages = map[uint64]*message{}
	q.lane = newStandardLane()
	if q.arn.fifo() {
		q.lane = newFIFOLane()
	}
	q.hidden = heap{slot: slotHidden, before: func(a, b *message) bool {
		if a.until.Equal(b.until) {
			return a.seq < b.seq
		}
		return a.until.Before(b.until)
	}}
	q.expiry = heap{slot: slotExpiry, before: func(a, b *message) bool { return a.sent.Before(b.sent) }}
	q.inFlight, q.delayed = 0, 0
	q.attempts = map[string]*attempt{}
	if q.dedups == nil {
		q.dedups = map[string]dedup{}
	}
}

// insert adds a message in the state it carries.
func (q *queue) insert(m *message) {
	q.messages[m.seq] = m
	q.lastSeq = max(q.lastSeq, m.seq)
	q.expiry.push(m)
	q.lane.add(m)
	switch m.state {
	case visible:
		q.lane.show(m)
	case delayed:
		q.delayed++
		q.hidden.push(m)
	case inFlight:
		q.inFlight++
		q.hidden.push(m)
	}
}

func (q *queue) remove(m *message) {
	q.lane.remove(m)
	q.uncount(m)
	q.hidden.remove(m)
	q.expiry.remove(m)
	delete(q.messages, m.seq)
}

// hide puts m in flight until the given time.
func (q *queue) hide(m *message, until time.Time) {
	if m.state == visible {
		q.lane.hide(m)
	}
	q.uncount(m)
	q.hidden.remove(m)
	m.state, m.until = inFlight, until
	q.inFlight++
	q.hidden.push(m)
}

// show makes a hidden message visible.
func (q *queue) show(m *message) {
	q.uncount(m)
	q.hidden.remove(m)
	m.state = visible
	q.lane.show(m)
}

func (q *queue) uncount(m *message) {
	switch m.state {
	case delayed:
		q.delayed--
	case inFlight:
		q.inFlight--
	}
}

// settle shows what is due and drops what is past its retention. Every
// operation begins with it, so that nothing needs a timer but a waiter.
func (q *queue) settle(t *tx) {
	for m := q.hidden.first(); m != nil && !m.until.After(t.now); m = q.hidden.first() {
		q.show(m)
	}
	oldest := t.now.Add(-q.settings.retention)
	for m := q.expiry.first(); m != nil && !m.sent.After(oldest); m = q.expiry.first() {
		q.remove(m)
		t.deleteMessage(q, m)
	}
}

func (q *queue) visibleCount() int { return len(q.messages) - q.inFlight - q.delayed }

// arn is an SQS queue's name in full.
type arn struct{ region, account, name string }

func (a arn) String() string { return "arn:aws:sqs:" + a.region + ":" + a.account + ":" + a.name }
func (a arn) fifo() bool     { return strings.HasSuffix(a.name, ".fifo") }

// parseARN reads "arn:aws:sqs:REGION:ACCOUNT:NAME".
func parseARN(text string) (arn, bool) {
	parts := strings.Split(text, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" || parts[5] == "" {
		return arn{}, false
	}
	return arn{region: parts[3], account: parts[4], name: parts[5]}, true
}
