package sqs

import "time"

// bury moves a message that was received as often as the redrive policy
// allows to the dead-letter queue. Without a policy, or when that queue is
// gone, it stays and is delivered again.
func (s *Service) bury(t *tx, q *queue, m *message) bool {
	p := q.settings.redrive
	if p == nil || m.receives < p.MaxReceives {
		return false
	}
	target, _ := parseARN(p.Target)
	dead := s.queues[target]
	if dead == nil || dead == q {
		return false
	}
	moved := m.copyTo(q)
	moved.sent = m.sent
	if dead.arn.fifo() {
		// A standard queue keeps counting retention from the first send, a FIFO
		// queue starts anew (Developer Guide, "Dead-letter queues").
		moved.sent = t.now
	}
	s.transfer(t, q, m, dead, moved)
	return true
}

// transfer replaces m in its queue by moved in another, as one change.
func (s *Service) transfer(t *tx, from *queue, m *message, to *queue, moved *message) {
	from.remove(m)
	t.deleteMessage(from, m)
	t.wake(from) // its FIFO group may go on
	s.put(t, to, moved, time.Duration(0))
}

// copyTo is the message as a new one for a queue that takes it over from q.
func (m *message) copyTo(q *queue) *message {
	return &message{
		id: m.id, body: m.body, bodyMD5: m.bodyMD5, attributes: m.attributes, system: m.system,
		sender: m.sender, group: m.group, dedup: m.dedup, cause: m.cause, deadFrom: q.arn.String(),
	}
}
