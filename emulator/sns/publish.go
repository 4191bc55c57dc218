package sns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/anikeshk/cumin/emulator/internal/shelf"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// AttributeValue is a message attribute: a text (also for numbers and lists) or
// bytes.
type AttributeValue struct {
	DataType    string
	StringValue *string
	BinaryValue []byte
}

// maxMessage is the most one message or batch may have, in bytes.
const maxMessage = 262_144

// message is what a publisher gave.
type message struct {
	text       string
	structured map[string]string // of MessageStructure json, by protocol
	subject    string
	attributes map[string]AttributeValue
	group      string
	dedup      string
	id         string
	sequence   string
}

type publishInput struct {
	TopicArn, TargetArn, PhoneNumber       string
	Message, MessageStructure, Subject     string
	MessageAttributes                      map[string]AttributeValue `query:",key=Name,value=Value"`
	MessageGroupId, MessageDeduplicationId string
}

type publishOutput struct {
	MessageId      string
	SequenceNumber string `query:",omitempty"`
}

func (s *Service) publish(ctx context.Context, in *publishInput) (*publishOutput, error) {
	if in.PhoneNumber != "" {
		return nil, errUnsupported("text messages to phones")
	}
	m, err := newMessage(in)
	if err != nil {
		return nil, err
	}
	if m.size() > maxMessage {
		return nil, errParameter("Message too long")
	}
	return s.send(ctx, in.TopicArn+in.TargetArn, m)
}

func newMessage(in *publishInput) (*message, error) {
	m := &message{text: in.Message, subject: in.Subject, attributes: in.MessageAttributes, group: in.MessageGroupId, dedup: in.MessageDeduplicationId}
	switch {
	case in.Message == "":
		return nil, errParameter("Empty message")
	case !utf8.ValidString(in.Message):
		return nil, errParameter("Message Reason: must be UTF-8")
	case len(in.Subject) > 100 || strings.ContainsAny(in.Subject, "\n\r"):
		return nil, errParameter("Subject")
	case in.MessageStructure != "" && in.MessageStructure != "json":
		return nil, errParameter("MessageStructure")
	}
	if in.MessageStructure == "json" {
		if err := json.Unmarshal([]byte(in.Message), &m.structured); err != nil {
			return nil, errParameter("Message Structure - JSON message body failed to parse")
		}
		if _, ok := m.structured["default"]; !ok {
			return nil, errParameter("Message Structure - No default entry in JSON message body")
		}
	}
	for name, a := range m.attributes {
		kind, _, _ := strings.Cut(a.DataType, ".")
		switch {
		case kind != "String" && kind != "Number" && kind != "Binary":
			return nil, wire.Errorf(400, "ParameterValueInvalid", "The message attribute '%s' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.", name)
		case kind == "Binary" && len(a.BinaryValue) == 0, kind != "Binary" && (a.StringValue == nil || *a.StringValue == ""):
			return nil, wire.Errorf(400, "ParameterValueInvalid", "The message attribute '%s' must contain non-empty message attribute value for message attribute type '%s'.", name, a.DataType)
		}
		if kind == "Number" {
			if _, ok := number(json.Number(*a.StringValue)); !ok {
				return nil, wire.Errorf(400, "ParameterValueInvalid", "Could not cast message attribute '%s' value to number.", name)
			}
		}
	}
	return m, nil
}

func (m *message) size() int {
	n := len(m.text)
	for name, a := range m.attributes {
		n += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			n += len(*a.StringValue)
		}
	}
	return n
}

// send gives a message to every subscriber. A FIFO topic does so one message at
// a time and remembers it for five minutes.
func (s *Service) send(ctx context.Context, topicARN string, m *message) (*publishOutput, error) {
	s.mu.Lock()
	t, err := s.topic(topicARN)
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	m.id = s.cfg.NewID()
	if !t.FIFO {
		if m.dedup != "" {
			return nil, errParameter("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type")
		}
		return &publishOutput{MessageId: m.id}, s.deliver(ctx, t, m)
	}
	if m.group == "" {
		return nil, errParameter("The MessageGroupId parameter is required for FIFO topics")
	}
	if m.dedup == "" {
		if !t.ContentDedup {
			return nil, errParameter("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
		}
		sum := sha256.Sum256([]byte(m.text))
		m.dedup = hex.EncodeToString(sum[:])
	}
	turn := s.turn(t.ARN)
	turn.Lock()
	defer turn.Unlock()
	return s.sendInOrder(ctx, t, m)
}

// sendInOrder is called under the topic's turn. What was published is noted
// after it was delivered: killed between the two, the publisher has no answer,
// and its retry finds the queues' own deduplication.
func (s *Service) sendInOrder(ctx context.Context, t *Topic, m *message) (*publishOutput, error) {
	within := ""
	if t.PerGroup {
		within = m.group
	}
	place := shelf.Key(t.ARN, within, m.dedup)
	now := s.cfg.Clock.Now()
	s.mu.Lock()
	before, again := s.published.Get(place)
	s.mu.Unlock()
	if again && now.Sub(before.At) < dedupWindow {
		return &publishOutput{before.MessageID, before.Sequence}, nil
	}
	if err := s.change(t.ARN, func(t *Topic) error {
		t.Sequence++
		m.sequence = fmt.Sprintf("%020d", 10_000_000_000_000_000_000+t.Sequence)
		return nil
	}); err != nil {
		return nil, err
	}
	if err := s.deliver(ctx, t, m); err != nil {
		return nil, err
	}
	s.mu.Lock()
	for _, k := range s.published.Keys(t.ARN + "\x00") {
		if old, _ := s.published.Get(k); now.Sub(old.At) >= dedupWindow {
			s.published.Delete(k) // awaited with the next line, which comes after it
		}
	}
	wait := s.published.Put(place, &seen{now, m.id, m.sequence})
	s.mu.Unlock()
	return &publishOutput{m.id, m.sequence}, wait()
}

// deliver hands a message to each subscription whose filter takes it. An error
// is one of this AWS itself; what a subscriber refuses is no error.
func (s *Service) deliver(ctx context.Context, t *Topic, m *message) error {
	s.mu.Lock()
	subs := s.of(t.ARN)
	s.mu.Unlock()
	var failed []error
	for _, sub := range subs {
		if !sub.wants(m) {
			continue
		}
		err := s.deliverTo(ctx, t, sub, m)
		if err == nil {
			continue
		}
		e, refused := errors.AsType[*wire.Error](err)
		if !refused || e.Status >= 500 {
			failed = append(failed, err)
			continue
		}
		s.log(ctx, sub, m, err)
		if sub.Dead == "" {
			continue
		}
		if err := s.cfg.Targets.Queue(ctx, t.ARN, sub.Dead, sub.queueMessage(s, t, m)); err != nil {
			s.log(ctx, sub, m, fmt.Errorf("dead-letter queue: %w", err))
		}
	}
	return errors.Join(failed...)
}

func (s *Service) log(ctx context.Context, sub *Subscription, m *message, err error) {
	s.cfg.Log.WarnContext(ctx, "a subscriber did not take a message", slog.String("subscription", sub.ARN), slog.String("endpoint", sub.Endpoint),
		slog.String("message_id", m.id), slog.Bool("dead_letter_queue", sub.Dead != ""), slog.Any("err", err))
}

func (s *Service) deliverTo(ctx context.Context, t *Topic, sub *Subscription, m *message) error {
	if sub.Protocol == "lambda" {
		event, err := json.Marshal(s.event(t, sub, m))
		if err != nil {
			return fmt.Errorf("encode the event: %w", err)
		}
		return s.cfg.Targets.Function(ctx, t.ARN, sub.Endpoint, event)
	}
	return s.cfg.Targets.Queue(ctx, t.ARN, sub.Endpoint, sub.queueMessage(s, t, m))
}

// wants asks the subscription's filter.
func (sub *Subscription) wants(m *message) bool {
	if sub.filter == nil {
		return true
	}
	if sub.Scope == scopeBody {
		d := json.NewDecoder(strings.NewReader(m.body(sub.Protocol)))
		d.UseNumber()
		var body map[string]any
		return d.Decode(&body) == nil && sub.filter.takes(body)
	}
	return sub.filter.takes(m.filterable())
}

// filterable is the attributes as a filter sees them; those of bytes it does not.
func (m *message) filterable() map[string]any {
	values := map[string]any{}
	for name, a := range m.attributes {
		switch {
		case a.StringValue == nil:
		case a.DataType == "String.Array":
			d := json.NewDecoder(strings.NewReader(*a.StringValue))
			d.UseNumber()
			var list []any
			if d.Decode(&list) == nil {
				values[name] = list
			}
		case strings.HasPrefix(a.DataType, "Number"):
			values[name] = json.Number(*a.StringValue)
		default:
			values[name] = *a.StringValue
		}
	}
	return values
}

// body is the text for a protocol.
func (m *message) body(protocol string) string {
	if text, ok := m.structured[protocol]; ok {
		return text
	}
	if m.structured != nil {
		return m.structured["default"]
	}
	return m.text
}

type batchEntry struct {
	Id, Message, MessageStructure, Subject string
	MessageAttributes                      map[string]AttributeValue `query:",key=Name,value=Value"`
	MessageGroupId, MessageDeduplicationId string
}

type batchInput struct {
	TopicArn                   string
	PublishBatchRequestEntries []batchEntry
}

type batchResult struct {
	Id, MessageId  string
	SequenceNumber string `query:",omitempty"`
}

type batchFailure struct {
	Id, Code, Message string
	SenderFault       bool
}

type batchOutput struct {
	Successful []batchResult
	Failed     []batchFailure
}

func (s *Service) publishBatch(ctx context.Context, in *batchInput) (*batchOutput, error) {
	s.mu.Lock()
	_, err := s.topic(in.TopicArn)
	s.mu.Unlock()
	var ids []string
	size := 0
	for _, e := range in.PublishBatchRequestEntries {
		if slices.Contains(ids, e.Id) {
			return nil, errBatch("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
		}
		ids = append(ids, e.Id)
		size += len(e.Message)
	}
	switch {
	case err != nil:
		return nil, err
	case len(ids) == 0:
		return nil, errBatch("EmptyBatchRequest", "The batch request doesn't contain any entries.")
	case len(ids) > 10:
		return nil, errBatch("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
	case size > maxMessage:
		return nil, errBatch("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.")
	}
	out := &batchOutput{Successful: []batchResult{}, Failed: []batchFailure{}}
	for _, e := range in.PublishBatchRequestEntries {
		done, err := s.publish(ctx, &publishInput{
			TopicArn: in.TopicArn, Message: e.Message, MessageStructure: e.MessageStructure, Subject: e.Subject,
			MessageAttributes: e.MessageAttributes, MessageGroupId: e.MessageGroupId, MessageDeduplicationId: e.MessageDeduplicationId,
		})
		if err != nil {
			a := wire.AsError(err)
			out.Failed = append(out.Failed, batchFailure{e.Id, a.Code, a.Message, a.Status < 500})
			continue
		}
		out.Successful = append(out.Successful, batchResult{e.Id, done.MessageId, done.SequenceNumber})
	}
	return out, nil
}
