package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/fault"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

var (
	modelSeeds = flag.Int("model.seeds", 100, "histories of event source mappings to try")
	modelFirst = flag.Uint64("model.first", 0, "the first history's seed; a failure names its own")
)

const (
	streamARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/s"
	sourceARN = "arn:aws:sqs:us-east-1:000000000000:source"
	deadARN   = "arn:aws:sqs:us-east-1:000000000000:dead"
)

// fate is what has become of a record.
type fate int

const (
	waiting fate = iota
	handled
	givenUp
)

// history is one run of a mapping of a stream: what was written, what the
// function has seen, and the rules it checks them by. The function's failures
// depend on the seed and on how often it saw a record, not on the order in which
// lanes come.
type history struct {
	t        *testing.T
	seed     uint64
	dice     *rand.Rand // the test's own, for what it writes and when
	clock    *clock.Clock
	stream   *fakeStream
	settings MappingSettings
	flaky    float64 // chance that the function fails without a reason
	poison   float64 // chance that a record can never be handled
	filtered bool    // records of the key "e" are

	mu        sync.Mutex
	fates     map[string]fate   // by sequence number
	attempts  map[string]int    // deliveries
	keys      map[string]string // partition key
	shardOf   map[string]string
	states    map[string]string // the last state accepted, by shard; of tumbling windows
	restarted bool
	told      []batchInfo
}

// chance is a number from 0 up to 1 that depends on the seed and the words only.
func (h *history) chance(words ...any) float64 {
	sum := fnv.New64a()
	fmt.Fprint(sum, h.seed, words)
	return rand.New(rand.NewPCG(sum.Sum64(), h.seed)).Float64()
}

func (h *history) poisoned(sequence string) bool { return h.chance("poison", sequence) < h.poison }

func (h *history) retries() int { return valueOr(h.settings.MaximumRetryAttempts, -1) }
func (h *history) maxAge() int  { return valueOr(h.settings.MaximumRecordAgeInSeconds, -1) }
func (h *history) lanes() int   { return valueOr(h.settings.ParallelizationFactor, 1) }
func (h *history) reports() bool {
	return h.settings.FunctionResponseTypes != nil && len(*h.settings.FunctionResponseTypes) > 0
}

// plan chooses a mapping's settings.
func (h *history) plan() {
	number := func(n int) *int { return &n }
	d := h.dice
	s := &h.settings
	s.FunctionName, s.BatchSize = "f", number(1+d.IntN(8))
	bisect := d.IntN(2) == 0
	s.BisectBatchOnFunctionError = &bisect
	if d.IntN(2) == 0 {
		s.FunctionResponseTypes = &[]string{"ReportBatchItemFailures"}
	}
	if d.IntN(2) == 0 {
		s.MaximumRetryAttempts = number(d.IntN(4))
	}
	if d.IntN(3) == 0 {
		s.MaximumRecordAgeInSeconds = number(60 + d.IntN(60))
	}
	if d.IntN(3) == 0 {
		s.MaximumBatchingWindowInSeconds = number(d.IntN(6))
	}
	switch d.IntN(3) {
	case 0:
		s.ParallelizationFactor = number(1 + d.IntN(4))
	case 1:
		s.TumblingWindowInSeconds = number(1 + d.IntN(40))
	}
	if h.filtered = d.IntN(4) == 0; h.filtered {
		s.FilterCriteria = &FilterCriteria{[]FilterPattern{{`{"dynamodb":{"Keys":{"pk":{"S":[{"anything-but":"e"}]}}}}`}}}
	}
	s.DestinationConfig = &DestinationConfig{OnFailure: &Destination{deadARN}}
	h.flaky = []float64{0, 0, 0.2, 0.5}[d.IntN(4)]
	if h.retries() >= 0 || h.maxAge() > 0 { // else poison blocks its shard for good
		h.poison = []float64{0, 0.05, 0.3}[d.IntN(3)]
	}
}

// windowedEvent is a stream's event, with the members of tumbling windows.
type windowedEvent struct {
	Records []struct {
		DynamoDB struct{ SequenceNumber string }
	}
	Window                 *struct{ Start, End time.Time }
	State                  json.RawMessage
	ShardID                string
	IsFinalInvokeForWindow bool
}

// function is the mapping's function.
func (h *history) function(_ context.Context, event []byte) ([]byte, error) {
	var e windowedEvent
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var sequences []string
	for _, r := range e.Records {
		sequences = append(sequences, r.DynamoDB.SequenceNumber)
	}
	h.checkOrder(sequences)
	h.checkWindow(e, sequences)
	if e.IsFinalInvokeForWindow {
		h.states[e.ShardID] = "{}"
		return nil, nil
	}
	for _, s := range sequences {
		h.attempts[s]++
	}
	bad := slices.IndexFunc(sequences, h.poisoned)
	if first := sequences[0]; bad < 0 && h.chance("flaky", first, h.attempts[first], len(sequences)) < h.flaky {
		bad = int(h.chance("where", first, h.attempts[first]) * float64(len(sequences)))
	}
	switch {
	case bad < 0:
		return h.answer(e, sequences, ""), nil
	case h.reports():
		return h.answer(e, sequences[:bad], sequences[bad]), nil
	}
	return nil, errors.New("no")
}

// answer takes note of what is handled, and reports the failure, if any.
func (h *history) answer(e windowedEvent, done []string, failed string) []byte {
	for _, s := range done {
		if h.poisoned(s) {
			h.t.Errorf("seed %d: the poison %s counts as handled", h.seed, s)
		}
		h.fates[s] = handled
	}
	answer := map[string]any{}
	if failed != "" {
		answer["batchItemFailures"] = []map[string]string{{"itemIdentifier": failed}}
	}
	if e.Window != nil {
		next := fmt.Sprintf(`{"last":"%s"}`, append(slices.Clone(done), "none")[max(len(done)-1, 0)])
		answer["state"] = json.RawMessage(next)
		if failed == "" || len(done) > 0 {
			h.states[e.ShardID] = next
		}
	}
	out, err := json.Marshal(answer)
	if err != nil {
		panic(err) // maps of texts
	}
	return out
}

// checkOrder wants every earlier record of the same order to be done with before
// one is delivered that is not: those of the shard, or in lanes of the key, and
// those of the parent shard.
func (h *history) checkOrder(sequences []string) {
	for i, s := range sequences {
		if h.filtered && h.keys[s] == "e" {
			h.t.Errorf("seed %d: %s was delivered through the filter", h.seed, s)
		}
		if h.fates[s] != waiting {
			continue // again: at least once is allowed
		}
		for earlier, key := range h.keys {
			same := h.shardOf[earlier] == h.shardOf[s] && (h.lanes() == 1 || key == h.keys[s]) || h.stream.parent(h.shardOf[s]) == h.shardOf[earlier]
			if earlier < s && same && h.fates[earlier] == waiting && !slices.Contains(sequences[:i], earlier) {
				h.t.Errorf("seed %d: %s was delivered before %s of the same order was done with", h.seed, s, earlier)
			}
		}
	}
}

func (h *history) checkWindow(e windowedEvent, sequences []string) {
	if e.Window == nil {
		return
	}
	want := h.states[e.ShardID]
	if want == "" {
		want = "{}"
	}
	if string(e.State) != want && !h.restarted {
		h.t.Errorf("seed %d: shard %s was handed the state %s, want %s", h.seed, e.ShardID, e.State, want)
	}
	for _, rec := range h.records(sequences) {
		if rec.Created.Before(e.Window.Start) || !rec.Created.Before(e.Window.End) {
			h.t.Errorf("seed %d: a record of %s in the window %s to %s", h.seed, rec.Created, e.Window.Start, e.Window.End)
		}
	}
}

// records are the stream's records of these numbers.
func (h *history) records(sequences []string) (out []Record) {
	h.stream.mu.Lock()
	defer h.stream.mu.Unlock()
	for _, shard := range h.stream.shards {
		for _, rec := range shard.records {
			if slices.Contains(sequences, rec.Sequence) {
				out = append(out, rec)
			}
		}
	}
	return out
}

// destination is told of records given up, and checks that it is right to.
func (h *history) destination(_, body string) {
	var b failedBatch
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		h.t.Error(err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, b.Info)
	var batch []string
	first := h.records([]string{b.Info.StartSequence})[0]
	for s, shard := range h.shardOf {
		sameLane := laneOf(h.records([]string{s})[0], "pk", h.lanes()) == laneOf(first, "pk", h.lanes())
		if shard == b.Info.ShardID && s >= b.Info.StartSequence && s <= b.Info.EndSequence && sameLane {
			batch = append(batch, s)
		}
	}
	slices.Sort(batch)
	if len(batch) != b.Info.BatchSize {
		h.t.Errorf("seed %d: told of %d records, which are %v", h.seed, b.Info.BatchSize, batch)
	}
	attempts := 0
	for _, s := range batch {
		attempts = max(attempts, h.attempts[s])
	}
	switch b.RequestContext.Condition {
	case retryAttemptsExhausted:
		if h.retries() < 0 || attempts <= h.retries() && !h.restarted {
			h.t.Errorf("seed %d: given up after %d attempts, %d retries are allowed", h.seed, attempts, h.retries())
		}
		clean := h.flaky == 0 && !h.restarted
		if *h.settings.BisectBatchOnFunctionError && clean && (len(batch) > 1 || !h.poisoned(batch[0])) {
			h.t.Errorf("seed %d: bisecting ended with %v, not with the poison alone", h.seed, batch)
		}
		if h.reports() && clean && !h.poisoned(batch[0]) {
			h.t.Errorf("seed %d: given up from %s on, which is no poison", h.seed, batch[0])
		}
	case recordAgeExceeded:
		for _, rec := range h.records(batch) {
			if age := h.clock.Now().Sub(rec.Created); h.maxAge() < 0 || age < time.Duration(h.maxAge())*time.Second {
				h.t.Errorf("seed %d: a record of age %s is too old, %d s are allowed", h.seed, age, h.maxAge())
			}
		}
	default:
		h.t.Errorf("seed %d: condition %s", h.seed, b.RequestContext.Condition)
	}
	for _, s := range batch {
		if h.fates[s] == waiting {
			h.fates[s] = givenUp
		}
	}
}

// write appends a few records.
func (h *history) write() {
	for range 1 + h.dice.IntN(6) {
		key := string(rune('a' + h.dice.IntN(5)))
		h.mu.Lock()
		shard, sequence := h.stream.append(key)
		h.keys[sequence], h.shardOf[sequence] = key, shard
		if h.filtered && key == "e" {
			h.fates[sequence] = handled
		}
		h.mu.Unlock()
	}
}

func modelService(t *testing.T, c *clock.Clock, st store.Store, streams StreamSource, queues QueueSource, faults *fault.Set) *Service {
	t.Helper()
	ids := 0
	var mu sync.Mutex
	s, err := New(Config{
		Clock: c, Store: st, Log: slog.New(slog.DiscardHandler), Dir: t.TempDir(), Logs: noLogs{}, Streams: streams, Queues: queues, Faults: faults,
		NewID: func() string {
			mu.Lock()
			defer mu.Unlock()
			ids++
			return "id-" + strconv.Itoa(ids)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run plays the history to its end and checks that no record is left.
func (h *history) run() {
	tree := (&store.State{}).Fork()
	queues := &fakeQueues{clock: h.clock, sent: h.destination, changed: make(chan struct{})}
	faults := fault.New(h.seed)
	if h.dice.IntN(3) == 0 {
		if err := faults.Put(fault.Rule{Kind: fault.Duplicate, P: 0.1}, fault.Rule{Kind: fault.Replay, P: 0.1}, fault.Rule{Kind: fault.Kill, Point: fault.End, P: 0.05}); err != nil {
			h.t.Fatal(err)
		}
		h.restarted = true // what repeats counts as attempts, and hands over old states
	}
	open := func() *Service {
		s := modelService(h.t, h.clock, tree, h.stream, queues, faults)
		if _, err := s.HandleFunc("f", h.function); err != nil {
			h.t.Fatal(err)
		}
		return s
	}
	s := open()
	defer func() { s.Close() }()
	ctx := wire.WithIdentity(context.Background(), wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion})
	if _, err := s.CreateMapping(ctx, &CreateMappingInput{EventSourceArn: streamARN, StartingPosition: "TRIM_HORIZON", MappingSettings: h.settings}); err != nil {
		h.t.Fatal(err)
	}
	writes := 5 + h.dice.IntN(15)
	for step := 0; ; step++ {
		synctest.Wait()
		drained, err := s.Drained("f")
		if err != nil {
			h.t.Fatal(err)
		}
		switch {
		case writes == 0 && drained:
			h.checkAll()
			return
		case step > 20_000:
			h.t.Fatalf("seed %d: not done after %d steps: %v", h.seed, step, h.fates)
		case writes > 0 && h.dice.IntN(2) == 0:
			h.write()
			writes--
		case writes > 0 && h.dice.IntN(12) == 0:
			h.stream.split()
		case writes > 0 && h.dice.IntN(12) == 0:
			h.mu.Lock()
			h.restarted = true
			h.mu.Unlock()
			s.Close()
			s = open()
		default:
			h.clock.Advance(time.Duration(h.dice.IntN(5_000)) * time.Millisecond)
		}
	}
}

func (h *history) checkAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.keys {
		if h.fates[s] == waiting {
			h.t.Errorf("seed %d: %s was neither handled nor given up", h.seed, s)
		}
	}
}

func TestEveryRecordIsHandledInOrderOrToldOf(t *testing.T) {
	t.Parallel()
	gaveUp, records := 0, 0
	for i := range *modelSeeds {
		seed := *modelFirst + uint64(i)
		synctest.Test(t, func(t *testing.T) {
			c := clock.NewFrozen(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			h := &history{
				t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 1)), clock: c, stream: newFakeStream(c),
				fates: map[string]fate{}, attempts: map[string]int{}, keys: map[string]string{}, shardOf: map[string]string{}, states: map[string]string{},
			}
			h.plan()
			h.run()
			gaveUp += len(h.told)
			records += len(h.keys)
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d histories, %d records, %d batches given up", *modelSeeds, records, gaveUp)
	if *modelSeeds >= 100 && gaveUp == 0 {
		t.Error("nothing was ever given up: the model tests too little")
	}
}
