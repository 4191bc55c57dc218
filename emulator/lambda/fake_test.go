package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

// fakeStream is a StreamSource of one stream whose records a test appends.
type fakeStream struct {
	clock *clock.Clock

	mu      sync.Mutex
	shards  []*fakeShard
	next    int // sequence number
	changed chan struct{}
}

type fakeShard struct {
	Shard
	records []Record
}

func newFakeStream(c *clock.Clock) *fakeStream {
	f := &fakeStream{clock: c, changed: make(chan struct{})}
	f.open("")
	return f
}

// open adds a shard; called with mu held or before anyone reads.
func (f *fakeStream) open(parent string) {
	f.shards = append(f.shards, &fakeShard{Shard: Shard{ID: "shard-" + strconv.Itoa(len(f.shards)), Parent: parent}})
}

func (f *fakeStream) notify() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// append adds a record of a key to an open shard.
func (f *fakeStream) append(key string) (shard, sequence string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	sequence = fmt.Sprintf("%020d", f.next)
	event := fmt.Sprintf(`{"eventID":"%[1]s","dynamodb":{"Keys":{"pk":{"S":"%[2]s"}},"SequenceNumber":"%[1]s"}}`, sequence, key)
	var open []*fakeShard
	for _, s := range f.shards {
		if !s.Closed {
			open = append(open, s)
		}
	}
	s := open[int(key[0])%len(open)]
	s.records = append(s.records, Record{Sequence: sequence, Created: f.clock.Now().Truncate(time.Second), Event: json.RawMessage(event)})
	f.notify()
	return s.ID, sequence
}

// split closes the last shard and opens two children.
func (f *fakeStream) split() {
	f.mu.Lock()
	defer f.mu.Unlock()
	last := f.shards[len(f.shards)-1]
	last.Closed = true
	f.open(last.ID)
	f.open(last.ID)
	f.notify()
}

func (f *fakeStream) shard(id string) (*fakeShard, error) {
	for _, s := range f.shards {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, errors.New("no such shard")
}

// parent is a shard's, "none" when it has none.
func (f *fakeStream) parent(id string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.shard(id)
	if err != nil || s.Parent == "" {
		return "none"
	}
	return s.Parent
}

func (f *fakeStream) Shards(string) ([]Shard, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Shard
	for _, s := range f.shards {
		out = append(out, s.Shard)
	}
	return out, nil
}

func (f *fakeStream) Read(_, shardID, after string, limit int) (Records, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.shard(shardID)
	if err != nil {
		return Records{}, err
	}
	i, _ := slices.BinarySearchFunc(s.records, after, func(r Record, after string) int {
		if r.Sequence <= after {
			return -1
		}
		return 1
	})
	return Records{Items: slices.Clone(s.records[i:min(i+limit, len(s.records))]), Closed: s.Closed}, nil
}

func (f *fakeStream) Latest(_, shardID string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, err := f.shard(shardID)
	if err != nil || len(s.records) == 0 {
		return "", err
	}
	return s.records[len(s.records)-1].Sequence, nil
}

func (f *fakeStream) PartitionKey(string) (string, error) { return "pk", nil }

func (f *fakeStream) Changed(string) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

// fakeQueues is a QueueSource of one queue that hides what was received for a
// minute, and passes a message on to dead after maxReceives. What is sent goes to
// sent.
type fakeQueues struct {
	clock       *clock.Clock
	fifo        bool
	maxReceives int
	sent        func(queueARN, body string)

	mu      sync.Mutex
	queue   []*fakeMessage
	dead    []string
	handles int
	changed chan struct{}
}

type fakeMessage struct {
	id, group, handle string
	receives          int
	hidden            time.Time // until then
}

const fakeVisibility = time.Minute

func (f *fakeQueues) notify() {
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeQueues) add(id, group string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = append(f.queue, &fakeMessage{id: id, group: group})
	f.notify()
}

func (f *fakeQueues) left() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queue)
}

func (f *fakeQueues) Queue(string) (Queue, error) {
	return Queue{Visibility: fakeVisibility, FIFO: f.fifo}, nil
}

func (f *fakeQueues) Receive(ctx context.Context, _ string, most int, wait time.Duration) ([]Message, error) {
	over, stop := f.clock.After(wait)
	defer stop()
	for {
		f.mu.Lock()
		got, changed, wake := f.take(most), f.changed, f.wake()
		f.mu.Unlock()
		if len(got) > 0 {
			return got, nil
		}
		visible, stop := f.clock.After(wake)
		select {
		case <-changed:
		case <-visible:
		case <-over:
			stop()
			return nil, nil
		case <-ctx.Done():
			stop()
			return nil, ctx.Err()
		}
		stop()
	}
}

// take is called with mu held.
func (f *fakeQueues) take(most int) (out []Message) {
	now := f.clock.Now()
	busy := map[string]bool{} // groups whose first message is hidden
	f.queue = slices.DeleteFunc(f.queue, func(m *fakeMessage) bool {
		if len(out) == most || m.hidden.After(now) || f.fifo && busy[m.group] {
			busy[m.group] = true
			return false
		}
		if m.receives == f.maxReceives {
			f.dead = append(f.dead, m.id)
			return true
		}
		f.handles++
		m.receives++
		m.handle, m.hidden = m.id+"/"+strconv.Itoa(f.handles), now.Add(fakeVisibility)
		out = append(out, Message{Handle: m.handle, Event: json.RawMessage(`{"messageId":"` + m.id + `","group":"` + m.group + `"}`)})
		return false
	})
	return out
}

// wake is how long until the next hidden message is visible. Called with mu held.
func (f *fakeQueues) wake() time.Duration {
	least := time.Hour
	for _, m := range f.queue {
		if left := m.hidden.Sub(f.clock.Now()); left > 0 {
			least = min(least, left)
		}
	}
	return least
}

func (f *fakeQueues) Delete(_ string, handles []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = slices.DeleteFunc(f.queue, func(m *fakeMessage) bool { return slices.Contains(handles, m.handle) })
	f.notify()
	return nil
}

func (f *fakeQueues) Release(_, handle string, after time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.queue {
		if m.handle == handle {
			m.hidden = f.clock.Now().Add(after)
		}
	}
	f.notify()
	return nil
}

func (f *fakeQueues) Send(_ context.Context, queueARN, body string, _ map[string]string) error {
	f.sent(queueARN, body)
	return nil
}

// noLogs drops what functions print.
type noLogs struct{}

func (noLogs) Put(string, string, string, string, time.Time, string) {}
