package sqs

// lane decides which visible message a queue delivers next.
type lane interface {
	add(*message)    // m arrives, neither shown nor hidden yet
	show(*message)   // m may be delivered from now on
	hide(*message)   // m is in flight or delayed
	remove(*message) // m is gone
	// next is the message to deliver in this turn, nil when there is none. It
	// stays in the lane until it is hidden or removed.
	next(*turn) *message
}

// turn is one ReceiveMessage: a FIFO queue fills it from one group before it
// opens another.
type turn struct{ group *group }

// standardLane delivers in the order of arrival, as SQS does at best; it keeps
// only visible messages.
type standardLane struct{ heap heap }

func newStandardLane() *standardLane {
	return &standardLane{heap{slot: slotVisible, before: func(a, b *message) bool { return a.seq < b.seq }}}
}

func (l *standardLane) add(*message)        {}
func (l *standardLane) show(m *message)     { l.heap.push(m) }
func (l *standardLane) hide(m *message)     { l.heap.remove(m) }
func (l *standardLane) remove(m *message)   { l.heap.remove(m) }
func (l *standardLane) next(*turn) *message { return l.heap.first() }
