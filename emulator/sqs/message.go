package sqs

import (
	"strconv"
	"time"
)

// message is one message in one queue. Moving it to another queue makes a new
// one there with the same id, body and attributes.
type message struct {
	seq        uint64 // order of arrival in its queue; a FIFO queue's SequenceNumber
	id         string
	body       string
	bodyMD5    string
	attributes map[string]AttributeValue
	system     map[string]AttributeValue // AWSTraceHeader
	sender     string
	sent       time.Time // SentTimestamp; retention counts from here
	group      string    // MessageGroupId
	dedup      string    // MessageDeduplicationId
	deadFrom   string    // ARN of the queue that gave it up, in a dead-letter queue
	cause      string    // its own event in the trace, from which its deliveries follow; before put, the sender's

	state         state
	until         time.Time // end of the delay or of the visibility timeout
	receives      int       // also the number of the newest receipt
	received      time.Time // the newest receive
	firstReceived time.Time

	slots [slotCount]int // positions in the queue's heaps, plus one; 0: not in it
}

type state byte

const (
	visible  state = iota
	delayed        // not yet delivered
	inFlight       // delivered, neither deleted nor due again
)

func (st state) String() string {
	return [...]string{"visible", "delayed", "in flight"}[st]
}

// bytes is the size SQS counts: body plus names, types and values of the
// attributes.
func (m *message) bytes() int { return len(m.body) + attributesBytes(m.attributes) }

func attributesBytes(attributes map[string]AttributeValue) int {
	n := 0
	for name, a := range attributes {
		n += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			n += len(*a.StringValue)
		}
	}
	return n
}

// systemAttributes are the attributes a receiver may ask for.
func (m *message) systemAttributes(fifo bool) map[string]string {
	all := map[string]string{
		"SenderId":                         m.sender,
		"SentTimestamp":                    millis(m.sent),
		"ApproximateReceiveCount":          strconv.Itoa(m.receives),
		"ApproximateFirstReceiveTimestamp": millis(m.firstReceived),
	}
	if trace := m.system[traceHeader].StringValue; trace != nil {
		all[traceHeader] = *trace
	}
	if m.deadFrom != "" {
		all["DeadLetterQueueSourceArn"] = m.deadFrom
	}
	if m.group != "" {
		all["MessageGroupId"] = m.group
	}
	if fifo {
		all["MessageDeduplicationId"] = m.dedup
		all["SequenceNumber"] = sequenceNumber(m.seq)
	}
	return all
}

// sequenceNumber has AWS's 20 digits.
func sequenceNumber(seq uint64) string {
	digits := strconv.FormatUint(seq, 10)
	return "18850000000000000000"[:20-len(digits)] + digits
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
