package sqs

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Buckets. A message is written once; what changes with each receive is kept
// apart, so that a receive does not write the body again.
const (
	bucketQueues    = "sqs/queues"    // ARN -> storedQueue
	bucketMessages  = "sqs/messages"  // ARN, 0, seq -> storedMessage
	bucketReceives  = "sqs/receives"  // ARN, 0, seq -> storedReceive
	bucketSequences = "sqs/sequences" // ARN -> newest sequence number of a FIFO queue
	bucketDedups    = "sqs/dedups"    // ARN, 0, scope -> dedup
	bucketMoves     = "sqs/moves"     // task handle -> move
)

type storedQueue struct {
	Attributes map[string]string
	Tags       map[string]string
	Created    time.Time
	Modified   time.Time
}

type storedMessage struct {
	ID         string
	Body       string
	Attributes map[string]AttributeValue `json:",omitempty"`
	System     map[string]AttributeValue `json:",omitempty"`
	Sender     string
	Sent       time.Time
	Until      time.Time // of the delay
	Group      string    `json:",omitempty"`
	Dedup      string    `json:",omitempty"`
	DeadFrom   string    `json:",omitempty"`
	Cause      string    `json:",omitempty"`
}

type storedReceive struct {
	Receives int
	Received time.Time
	First    time.Time
	Until    time.Time
}

func (t *tx) put(bucket string, key []byte, value any) {
	if !t.keep {
		return
	}
	b, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("sqs: encode for %s: %v", bucket, err)) // our own plain structs
	}
	t.batch.Put(bucket, key, b)
}

func (t *tx) delete(bucket string, key []byte) {
	if t.keep {
		t.batch.Delete(bucket, key)
	}
}

func (t *tx) putQueue(q *queue) {
	t.put(bucketQueues, []byte(q.arn.String()), storedQueue{q.raw, q.tags, q.created, q.modified})
}

func (t *tx) putMessage(q *queue, m *message) {
	t.put(bucketMessages, seqKey(q, m.seq), storedMessage{
		ID: m.id, Body: m.body, Attributes: m.attributes, System: m.system, Sender: m.sender, Sent: m.sent,
		Until: m.until, Group: m.group, Dedup: m.dedup, DeadFrom: m.deadFrom, Cause: m.cause,
	})
	if q.arn.fifo() && t.keep {
		t.batch.Put(bucketSequences, []byte(q.arn.String()), binary.BigEndian.AppendUint64(nil, q.lastSeq))
	}
}

func (t *tx) putReceive(q *queue, m *message) {
	t.put(bucketReceives, seqKey(q, m.seq), storedReceive{m.receives, m.received, m.firstReceived, m.until})
}

func (t *tx) deleteMessage(q *queue, m *message) {
	t.delete(bucketMessages, seqKey(q, m.seq))
	if m.receives > 0 {
		t.delete(bucketReceives, seqKey(q, m.seq))
	}
}

func (t *tx) putDedup(q *queue, scope string, d dedup) {
	t.put(bucketDedups, scopedKey(q, scope), d)
}

func (t *tx) deleteDedup(q *queue, scope string) { t.delete(bucketDedups, scopedKey(q, scope)) }

func scopedKey(q *queue, scope string) []byte { return []byte(q.arn.String() + "\x00" + scope) }

func seqKey(q *queue, seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte(q.arn.String()+"\x00"), seq)
}

// load reads what the store holds. Messages in flight stay so until their time.
func (s *Service) load() error {
	if err := s.store.Load(bucketQueues, s.loadQueue); err != nil {
		return err
	}
	loaded := map[*queue][]*message{}
	err := s.store.Load(bucketMessages, func(key, value []byte) error {
		q, seq, err := s.ownerOf(key)
		if err != nil || q == nil {
			return err
		}
		var v storedMessage
		if err := json.Unmarshal(value, &v); err != nil {
			return fmt.Errorf("message %x: %w", key, err)
		}
		m := &message{
			seq: seq, id: v.ID, body: v.Body, bodyMD5: md5Hex(v.Body), attributes: v.Attributes, system: v.System,
			sender: v.Sender, sent: v.Sent, group: v.Group, dedup: v.Dedup, deadFrom: v.DeadFrom, cause: v.Cause,
			state: delayed, until: v.Until,
		}
		q.messages[seq] = m // insert needs its state, which the next bucket tells
		loaded[q] = append(loaded[q], m)
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.store.Load(bucketReceives, s.loadReceive); err != nil {
		return err
	}
	for q, list := range loaded {
		for _, m := range list {
			q.insert(m)
		}
	}
	if err := s.store.Load(bucketSequences, s.loadSequence); err != nil {
		return err
	}
	if err := s.store.Load(bucketDedups, s.loadDedup); err != nil {
		return err
	}
	for _, q := range s.queues { // they come by key, and expire by age
		slices.SortFunc(q.recent, func(a, b used) int { return a.at.Compare(b.at) })
	}
	return s.store.Load(bucketMoves, s.loadMove)
}

func (s *Service) loadQueue(key, value []byte) error {
	name, ok := parseARN(string(key))
	if !ok {
		return fmt.Errorf("queue %q: not an ARN", key)
	}
	var v storedQueue
	if err := json.Unmarshal(value, &v); err != nil {
		return fmt.Errorf("queue %s: %w", key, err)
	}
	q := newQueue(name, v.Created)
	q.modified = v.Modified
	for attribute, text := range v.Attributes {
		if err := q.settings.apply(attribute, text, name.fifo()); err != nil {
			return fmt.Errorf("queue %s: %w", key, err)
		}
		q.raw[attribute] = text
	}
	for k, tag := range v.Tags {
		q.tags[k] = tag
	}
	s.queues[name] = q
	return nil
}

func (s *Service) loadReceive(key, value []byte) error {
	q, seq, err := s.ownerOf(key)
	if err != nil || q == nil {
		return err
	}
	m, ok := q.messages[seq]
	if !ok {
		return nil
	}
	var v storedReceive
	if err := json.Unmarshal(value, &v); err != nil {
		return fmt.Errorf("receive %x: %w", key, err)
	}
	m.state, m.receives, m.received, m.firstReceived, m.until = inFlight, v.Receives, v.Received, v.First, v.Until
	return nil
}

func (s *Service) loadSequence(key, value []byte) error {
	name, _ := parseARN(string(key))
	if q, ok := s.queues[name]; ok && len(value) == 8 {
		q.lastSeq = max(q.lastSeq, binary.BigEndian.Uint64(value))
	}
	return nil
}

func (s *Service) loadDedup(key, value []byte) error {
	queueARN, scope, _ := strings.Cut(string(key), "\x00")
	name, _ := parseARN(queueARN)
	q, ok := s.queues[name]
	if !ok {
		return nil
	}
	var d dedup
	if err := json.Unmarshal(value, &d); err != nil {
		return fmt.Errorf("deduplication %q: %w", key, err)
	}
	q.remember(scope, d)
	return nil
}

// ownerOf splits a message's key; the queue is nil when it is gone.
func (s *Service) ownerOf(key []byte) (*queue, uint64, error) {
	queueARN, seq, ok := strings.Cut(string(key), "\x00")
	if !ok || len(seq) != 8 {
		return nil, 0, fmt.Errorf("key %x: not a queue's ARN and a number", key)
	}
	name, _ := parseARN(queueARN)
	return s.queues[name], binary.BigEndian.Uint64([]byte(seq)), nil
}
