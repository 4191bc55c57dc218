package sqs

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// The model test drives a queue with seeded random histories on a frozen clock,
// crashes included, and compares every answer with a queue so simple that it
// can be checked by eye. A failure prints the seed and the history.

// kept is a store in memory that a crashed service leaves behind.
type kept struct {
	mu      sync.Mutex // guards buckets
	buckets map[string]map[string][]byte
}

func (k *kept) Apply(b *store.Batch) func() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range b.Changes {
		m := k.buckets[c.Bucket]
		if m == nil {
			m = map[string][]byte{}
			k.buckets[c.Bucket] = m
		}
		if c.Value == nil {
			delete(m, string(c.Key))
			continue
		}
		m[string(c.Key)] = slices.Clone(c.Value)
	}
	return func() error { return nil }
}

func (k *kept) Load(bucket string, f func(key, value []byte) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(k.buckets[bucket])) {
		if err := f([]byte(key), k.buckets[bucket][key]); err != nil {
			return err
		}
	}
	return nil
}

func (k *kept) Durable() bool { return true }
func (k *kept) Close() error  { return nil }

// modelMessage is one message of the simple queue.
type modelMessage struct {
	body, group string
	until       time.Time // hidden before this
	flying      bool      // hidden by a receive, not by a delay
	receives    int
	handle      string // of the newest receive
}

const (
	modelMaxReceives = 3
	modelVisibility  = 30 * time.Second
)

type model struct {
	fifo bool
	now  time.Time
	live []*modelMessage // in the order of sending
	dead []string
}

// receive is what a queue must deliver: every message in order, if it is
// visible and, in a FIFO queue, nothing else of its group was hidden at the
// start; messages used up go to the dead-letter queue on the way.
func (m *model) receive(max int) (got []*modelMessage) {
	blocked := map[string]bool{}
	for _, x := range m.live {
		if m.fifo && x.until.After(m.now) {
			blocked[x.group] = true
		}
	}
	candidates := slices.DeleteFunc(slices.Clone(m.live), func(x *modelMessage) bool { return x.until.After(m.now) || blocked[x.group] })
	if m.fifo { // group by group, in the order of their first messages
		first := map[string]int{}
		for i, x := range candidates {
			if _, ok := first[x.group]; !ok {
				first[x.group] = i
			}
		}
		slices.SortStableFunc(candidates, func(a, b *modelMessage) int { return first[a.group] - first[b.group] })
	}
	for _, x := range candidates {
		if len(got) == max {
			break
		}
		if x.receives == modelMaxReceives {
			m.remove(x)
			m.dead = append(m.dead, x.body)
			continue
		}
		x.receives++
		x.until, x.flying = m.now.Add(modelVisibility), true
		got = append(got, x)
	}
	return got
}

func (m *model) remove(x *modelMessage) {
	m.live = slices.DeleteFunc(m.live, func(y *modelMessage) bool { return x == y })
}

func (m *model) received() []*modelMessage {
	return slices.DeleteFunc(slices.Clone(m.live), func(x *modelMessage) bool { return x.handle == "" })
}

type history struct {
	*bench
	m       *model
	url     string
	dead    string
	keeps   *kept
	steps   []string
	counter int
}

func (h *history) step(format string, args ...any) {
	h.steps = append(h.steps, fmt.Sprintf(format, args...))
}

func (h *history) send(r *rand.Rand) {
	h.counter++
	x := &modelMessage{body: fmt.Sprintf("m%d", h.counter), until: h.m.now}
	in := object{"QueueUrl": h.url, "MessageBody": x.body}
	if h.m.fifo {
		x.group = string(rune('a' + r.IntN(3)))
		in["MessageGroupId"], in["MessageDeduplicationId"] = x.group, x.body
	} else if r.IntN(3) == 0 {
		delay := r.IntN(40)
		in["DelaySeconds"] = delay
		x.until = h.m.now.Add(time.Duration(delay) * time.Second)
	}
	h.step("send %s to %q until %s", x.body, x.group, x.until.Sub(start))
	h.do("SendMessage", in)
	h.m.live = append(h.m.live, x)
}

func (h *history) receiveSome(r *rand.Rand) error {
	max := 1 + r.IntN(5)
	h.step("receive %d", max)
	want := h.m.receive(max)
	got := h.receive(h.url, object{"MaxNumberOfMessages": max})
	var gotBodies, wantBodies []string
	for i, g := range got {
		gotBodies = append(gotBodies, g.Body)
		if i < len(want) {
			want[i].handle = g.ReceiptHandle
		}
	}
	for _, x := range want {
		wantBodies = append(wantBodies, x.body)
	}
	if !slices.Equal(gotBodies, wantBodies) {
		return fmt.Errorf("received %v, want %v", gotBodies, wantBodies)
	}
	return nil
}

func (h *history) deleteOne(r *rand.Rand) error {
	list := h.m.received()
	if len(list) == 0 {
		return nil
	}
	x := list[r.IntN(len(list))]
	expired := h.m.fifo && !x.until.After(h.m.now)
	h.step("delete %s (expired %v)", x.body, expired)
	_, code, _ := h.try("DeleteMessage", object{"QueueUrl": h.url, "ReceiptHandle": x.handle})
	if expired != (code != "") {
		return fmt.Errorf("delete answered %q", code)
	}
	if !expired {
		h.m.remove(x)
	}
	return nil
}

func (h *history) changeOne(r *rand.Rand) error {
	list := h.m.received()
	if len(list) == 0 {
		return nil
	}
	x, seconds := list[r.IntN(len(list))], r.IntN(3)*20
	flies := x.until.After(h.m.now)
	h.step("hide %s for %d s (in flight %v)", x.body, seconds, flies)
	_, code, _ := h.try("ChangeMessageVisibility", object{"QueueUrl": h.url, "ReceiptHandle": x.handle, "VisibilityTimeout": seconds})
	if flies != (code == "") {
		return fmt.Errorf("change answered %q", code)
	}
	if flies {
		x.until = h.m.now.Add(time.Duration(seconds) * time.Second)
	}
	return nil
}

func (h *history) crash() {
	h.step("crash")
	s, err := New(Config{Clock: h.clock, Store: h.keeps})
	if err != nil {
		h.Fatal(err)
	}
	h.bench.Service = s
}

func (h *history) check() error {
	flying, delayed := 0, 0
	for _, x := range h.m.live {
		switch {
		case !x.until.After(h.m.now):
		case x.flying:
			flying++
		default:
			delayed++
		}
	}
	for name, want := range map[string]int{
		"ApproximateNumberOfMessages": len(h.m.live) - flying - delayed, "ApproximateNumberOfMessagesNotVisible": flying, "ApproximateNumberOfMessagesDelayed": delayed,
	} {
		if got := h.attribute(h.url, name); got != itoa(want) {
			return fmt.Errorf("%s is %s, want %d", name, got, want)
		}
	}
	if got := h.attribute(h.dead, "ApproximateNumberOfMessages"); got != itoa(len(h.m.dead)) {
		return fmt.Errorf("%s dead letters, want %d %v", got, len(h.m.dead), h.m.dead)
	}
	return nil
}

func (h *history) run(r *rand.Rand, steps int) error {
	for range steps {
		var err error
		switch n := r.IntN(20); {
		case n < 6:
			h.send(r)
		case n < 11:
			err = h.receiveSome(r)
		case n < 14:
			err = h.deleteOne(r)
		case n < 16:
			err = h.changeOne(r)
		case n < 19:
			d := time.Duration(r.IntN(25)) * time.Second
			h.step("advance %s", d)
			h.clock.Advance(d)
			h.m.now = h.clock.Now()
		default:
			h.crash()
		}
		if err == nil {
			err = h.check()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func TestQueuesBehaveLikeTheModel(t *testing.T) {
	t.Parallel()
	for _, suffix := range []string{"", ".fifo"} {
		for seed := range uint64(30) {
			keeps := &kept{buckets: map[string]map[string][]byte{}}
			frozen := clock.NewFrozen(start)
			b := newBench(t, Config{Clock: frozen, Store: keeps})
			h := &history{bench: b, keeps: keeps, m: &model{fifo: suffix != "", now: start}, dead: b.queue("dead"+suffix, nil)}
			h.url = b.queue("jobs"+suffix, object{"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead%s","maxReceiveCount":%d}`, suffix, modelMaxReceives)})
			if err := h.run(rand.New(rand.NewPCG(seed, 1)), 100); err != nil {
				t.Fatalf("seed %d, queue jobs%s: %v, after\n%s", seed, suffix, err, strings.Join(h.steps, "\n"))
			}
			frozen.Close()
		}
	}
}
