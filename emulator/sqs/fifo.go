package sqs

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/pattern"
)

// dedup remembers that a deduplication id was used, also after its message is
// gone (SQS-3).
type dedup struct {
	MessageID string
	Seq       uint64
	At        time.Time
}

// used is a deduplication scope in the order of use.
type used struct {
	scope string
	at    time.Time
}

var fifoID = pattern.New("^[A-Za-z0-9!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]{1,128}$")

func checkFIFOID(parameter, id string) error {
	if id != "" && !fifoID.MatchString(id) {
		return errValue(id, parameter, parameter+" can only include alphanumeric and punctuation characters. 1 to 128 in length.")
	}
	return nil
}

// deduplicate gives m its deduplication id and returns the message it repeats,
// nil when it is the first within five minutes.
func (q *queue) deduplicate(t *tx, m *message) (*message, error) {
	if m.group == "" {
		return nil, errMissing("MessageGroupId")
	}
	if m.dedup == "" {
		if !q.settings.contentID {
			return nil, errParameters("The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
		}
		sum := sha256.Sum256([]byte(m.body))
		m.dedup = hex.EncodeToString(sum[:])
	}
	q.forget(t)
	d, ok := q.dedups[q.scope(m)]
	if !ok {
		return nil, nil
	}
	return &message{id: d.MessageID, seq: d.Seq}, nil
}

// scope is the key under which a deduplication id is unique: the queue, or the
// group with DeduplicationScope=messageGroup.
func (q *queue) scope(m *message) string {
	if q.settings.groupScope {
		return m.group + "\x00" + m.dedup
	}
	return m.dedup
}

func (q *queue) remember(scope string, d dedup) {
	q.dedups[scope] = d
	q.recent = append(q.recent, used{scope, d.At})
}

// forget drops ids whose window is over.
func (q *queue) forget(t *tx) {
	for len(q.recent) > 0 && !t.now.Before(q.recent[0].at.Add(dedupWindow)) {
		scope := q.recent[0].scope
		q.recent = q.recent[1:]
		delete(q.dedups, scope)
		t.deleteDedup(q, scope)
	}
}

// attempt is a ReceiveMessage with a ReceiveRequestAttemptId, kept so that its
// retry gets the same messages.
type attempt struct {
	at       time.Time
	messages []*message
	receipts []int
}

// repeat answers the retry of an attempt: the same messages and receipts, their
// visibility counted from now. Nil when any of them was deleted, changed or is
// due again: then the retry is a receive of its own.
func (q *queue) repeat(t *tx, r request) []delivery {
	for id, a := range q.attempts {
		if !t.now.Before(a.at.Add(dedupWindow)) {
			delete(q.attempts, id)
		}
	}
	a := q.attempts[r.attempt]
	if r.attempt == "" || a == nil {
		return nil
	}
	for i, m := range a.messages {
		if q.messages[m.seq] != m || m.state != inFlight || m.receives != a.receipts[i] {
			return nil
		}
	}
	var again []delivery
	for _, m := range a.messages {
		q.hide(m, t.now.Add(r.visibility(q)))
		t.putReceive(q, m)
		again = append(again, q.delivery(m))
	}
	return again
}

func (q *queue) recordAttempt(t *tx, r request, got []delivery) {
	if r.attempt == "" || len(got) == 0 || !q.arn.fifo() {
		return
	}
	a := &attempt{at: t.now}
	for _, d := range got {
		a.messages = append(a.messages, q.messages[d.seq])
		a.receipts = append(a.receipts, d.receives)
	}
	q.attempts[r.attempt] = a
}
