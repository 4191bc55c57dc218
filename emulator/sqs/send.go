package sqs

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/pattern"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	maxDelay      = 900 // seconds
	maxAttributes = 10
	traceHeader   = "AWSTraceHeader"
)

// newMessage checks what does not depend on the queue, outside the lock.
func (s *Service) newMessage(ctx context.Context, in *sendBatchEntry) (*message, error) {
	if in.MessageBody == "" {
		return nil, errMissing("MessageBody")
	}
	if err := checkText(in.MessageBody); err != nil {
		return nil, err
	}
	if d := in.DelaySeconds; d != nil && (*d < 0 || *d > maxDelay) {
		return nil, errValue(*d, "DelaySeconds", "DelaySeconds must be >= 0 and <= 900.")
	}
	if err := checkAttributes(in.MessageAttributes); err != nil {
		return nil, err
	}
	for name, a := range in.MessageSystemAttributes {
		if name != traceHeader || a.DataType != "String" {
			return nil, errParameters("Message system attribute name '%s' is invalid. Must be one of [AWSTraceHeader], of type String.", name)
		}
	}
	if err := checkAttributes(in.MessageSystemAttributes); err != nil {
		return nil, err
	}
	if err := checkFIFOID("MessageGroupId", in.MessageGroupId); err != nil {
		return nil, err
	}
	if err := checkFIFOID("MessageDeduplicationId", in.MessageDeduplicationId); err != nil {
		return nil, err
	}
	return &message{
		id: s.newID(), body: in.MessageBody, bodyMD5: md5Hex(in.MessageBody),
		attributes: in.MessageAttributes, system: in.MessageSystemAttributes,
		sender: wire.IdentityFrom(ctx).Account, group: in.MessageGroupId, dedup: in.MessageDeduplicationId, cause: cause.From(ctx),
	}, nil
}

// checkText refuses characters that XML 1.0 cannot carry.
func checkText(body string) error {
	for _, r := range body {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			continue
		}
		return errContents(r)
	}
	return nil
}

var attributeName = pattern.New(`^[A-Za-z0-9_.-]{1,256}$`)

func checkAttributes(attributes map[string]AttributeValue) error {
	if len(attributes) > maxAttributes {
		return errParameters("Number of message attributes [%d] exceeds the allowed maximum [%d].", len(attributes), maxAttributes)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := checkAttribute(name, attributes[name]); err != nil {
			return err
		}
	}
	return nil
}

func checkAttribute(name string, a AttributeValue) error {
	lower := strings.ToLower(name)
	switch {
	case !attributeName.MatchString(name), strings.HasPrefix(name, "."), strings.HasSuffix(name, "."), strings.Contains(name, ".."):
		return errParameters("The message attribute name '%s' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.", name)
	case strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon."):
		return errParameters("You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use.")
	case a.StringListValues != nil || a.BinaryListValues != nil:
		return errUnsupported("Message attribute list values are not supported.")
	case a.DataType == "":
		return errParameters("The message attribute '%s' must contain a non-empty message attribute type.", name)
	}
	kind, _, _ := strings.Cut(a.DataType, ".")
	empty := a.StringValue == nil || *a.StringValue == ""
	switch kind {
	case "String", "Number":
	case "Binary":
		empty = len(a.BinaryValue) == 0
	default:
		return errParameters("The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.", name)
	}
	if empty {
		return errParameters("The message attribute '%s' must contain a non-empty message attribute value for message attribute type '%s'.", name, a.DataType)
	}
	if kind == "Number" {
		if _, err := strconv.ParseFloat(*a.StringValue, 64); err != nil {
			return errParameters("Can't cast the value of message (user) attribute '%s' to a number.", name)
		}
	}
	if kind != "Binary" {
		return checkText(*a.StringValue)
	}
	return nil
}

// enqueue puts a checked message into the queue. A FIFO duplicate is not put;
// the message returned then is the one it repeats.
func (s *Service) enqueue(t *tx, q *queue, m *message, delaySeconds *int) (*message, error) {
	if n := m.bytes(); n > q.settings.maxBytes {
		return nil, errParameters("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.settings.maxBytes)
	}
	delay := q.settings.delay
	if q.arn.fifo() {
		if delaySeconds != nil && *delaySeconds > 0 {
			return nil, errValue(*delaySeconds, "DelaySeconds", "The request include parameter that is not valid for this queue type.")
		}
		first, err := q.deduplicate(t, m)
		if err != nil || first != nil {
			return first, err
		}
	} else {
		if m.dedup != "" {
			return nil, errValue(m.dedup, "MessageDeduplicationId", "The request includes a parameter that is not valid for this queue type.")
		}
		if delaySeconds != nil {
			delay = time.Duration(*delaySeconds) * time.Second
		}
	}
	m.sent = t.now
	s.put(t, q, m, delay)
	if q.arn.fifo() {
		q.remember(q.scope(m), dedup{MessageID: m.id, Seq: m.seq, At: t.now})
		t.putDedup(q, q.scope(m), dedup{MessageID: m.id, Seq: m.seq, At: t.now})
	}
	return m, nil
}

// put numbers a message and adds it to the queue.
func (s *Service) put(t *tx, q *queue, m *message, delay time.Duration) {
	q.lastSeq++
	m.seq = q.lastSeq
	m.state, m.until = visible, t.now
	if delay > 0 {
		m.state, m.until = delayed, t.now.Add(delay)
	}
	s.note(t, q, m)
	q.insert(m)
	t.putMessage(q, m)
	t.wake(q)
}

func (s *Service) sendMessage(ctx context.Context, in *sendMessageInput) (*sendMessageOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	m, err := s.newMessage(ctx, &sendBatchEntry{"", in.MessageBody, in.DelaySeconds, in.MessageAttributes, in.MessageSystemAttributes, in.MessageDeduplicationId, in.MessageGroupId})
	if err != nil {
		return nil, err
	}
	out := &sendMessageOutput{
		MD5OfMessageBody: m.bodyMD5, MD5OfMessageAttributes: attributesMD5(m.attributes), MD5OfMessageSystemAttributes: attributesMD5(m.system),
	}
	return out, s.onQueue(a, func(t *tx, q *queue) error {
		put, err := s.enqueue(t, q, m, in.DelaySeconds)
		if err != nil {
			return err
		}
		out.MessageId = put.id
		if a.fifo() {
			out.SequenceNumber = sequenceNumber(put.seq)
		}
		return nil
	})
}

func (s *Service) sendMessageBatch(ctx context.Context, in *sendBatchInput) (*sendBatchOutput, error) {
	a, err := identify(ctx, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	ids, total := make([]string, len(in.Entries)), 0
	for i, e := range in.Entries {
		ids[i] = e.Id
		total += len(e.MessageBody) + attributesBytes(e.MessageAttributes)
	}
	if err := checkBatch("SendMessageBatchRequestEntry", ids); err != nil {
		return nil, err
	}
	if total > maxMessageBytes {
		return nil, errBatchTooLong(total)
	}
	out := &sendBatchOutput{Successful: []sendBatchResult{}}
	prepared := make([]*message, len(in.Entries))
	failures := make([]error, len(in.Entries))
	for i := range in.Entries {
		prepared[i], failures[i] = s.newMessage(ctx, &in.Entries[i])
	}
	return out, s.onQueue(a, func(t *tx, q *queue) error {
		for i, m := range prepared {
			put, err := m, failures[i]
			if err == nil {
				put, err = s.enqueue(t, q, m, in.Entries[i].DelaySeconds)
			}
			if err != nil {
				out.Failed = append(out.Failed, failedEntry(ids[i], err))
				continue
			}
			result := sendBatchResult{
				Id: ids[i], MessageId: put.id, MD5OfMessageBody: m.bodyMD5,
				MD5OfMessageAttributes: attributesMD5(m.attributes), MD5OfMessageSystemAttributes: attributesMD5(m.system),
			}
			if a.fifo() {
				result.SequenceNumber = sequenceNumber(put.seq)
			}
			out.Successful = append(out.Successful, result)
		}
		return nil
	})
}
