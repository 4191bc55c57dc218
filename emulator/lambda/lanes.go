package lambda

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"sync"
	"time"
)

// laneBatches is how many batches a lane may lie ahead of its function. When a
// lane that is stuck is full, reading stops for all of the shard.
const laneBatches = 10

// readLanes hands a shard's records to the function in several lanes at once
// (ParallelizationFactor). Records with one partition key share a lane and so
// keep their order; lanes do not wait for each other. The shard's position is
// before the oldest record that is not done with, so after a crash some come
// again.
func (m *mapping) readLanes(ctx context.Context, config Mapping, shard string) {
	key, err := m.s.cfg.Streams.PartitionKey(config.Source)
	if err != nil {
		m.setResult(resultProblem + err.Error())
		m.s.log.WarnContext(ctx, "find the partition key", "stream", config.Source, "err", err)
		m.pause(ctx, time.Second)
		return // the shard is not done, so it is begun again
	}
	track := &tracker{mapping: m, shard: shard, pending: map[string]bool{}}
	lanes := make([]chan Record, config.Parallel)
	var delivering sync.WaitGroup
	for i := range lanes {
		lane := make(chan Record, laneBatches*config.BatchSize)
		lanes[i] = lane
		run := &shardRun{mapping: m, config: config, shard: shard, finished: track.done}
		delivering.Go(func() {
			for batch := m.takeBatch(ctx, config, lane); len(batch) > 0; batch = m.takeBatch(ctx, config, lane) {
				run.deliver(ctx, batch)
			}
		})
	}
	ended := m.fillLanes(ctx, config, shard, func(rec Record) bool {
		track.add(rec)
		select {
		case lanes[laneOf(rec, key, len(lanes))] <- rec:
			return true
		case <-ctx.Done():
			return false
		}
	})
	for _, lane := range lanes {
		close(lane)
	}
	delivering.Wait()
	if ended && ctx.Err() == nil {
		m.advance(shard, position{After: m.position(shard).After, Done: true})
	}
}

// fillLanes reads the shard and gives each record to hand; true when the shard
// has ended.
func (m *mapping) fillLanes(ctx context.Context, config Mapping, shard string, hand func(Record) bool) bool {
	source := m.s.cfg.Streams
	after := m.position(shard).After
	for ctx.Err() == nil {
		changed := source.Changed(config.Source)
		read, err := source.Read(config.Source, shard, after, config.BatchSize)
		switch {
		case err != nil:
			m.setResult(resultProblem + err.Error())
			m.s.log.WarnContext(ctx, "read a shard", "stream", config.Source, "shard", shard, "err", err)
			m.pause(ctx, time.Second)
			continue
		case len(read.Items) == 0 && read.Closed:
			return true
		case len(read.Items) == 0:
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		if !m.dawdle(ctx) {
			return false
		}
		for _, rec := range read.Items {
			if !hand(rec) {
				return false
			}
			after = rec.Sequence
		}
	}
	return false
}

// takeBatch takes a lane's next batch: what is there, or, with a window, what
// comes until the batch is full or the window closes. It is empty at the end.
func (m *mapping) takeBatch(ctx context.Context, config Mapping, lane <-chan Record) []Record {
	var batch []Record
	var over <-chan struct{}
	for len(batch) < config.BatchSize {
		if len(batch) > 0 && over == nil && len(lane) == 0 {
			return batch
		}
		select {
		case rec, ok := <-lane:
			if !ok {
				return batch
			}
			if batch = append(batch, rec); len(batch) == 1 && config.Window > 0 {
				closes, stop := m.rest(time.Duration(config.Window) * time.Second)
				defer stop()
				over = closes
			}
		case <-over:
			return batch
		case <-ctx.Done():
			return nil
		}
	}
	return batch
}

// laneOf chooses a record's lane by its partition key.
func laneOf(rec Record, attribute string, lanes int) int {
	var event struct {
		DynamoDB struct {
			Keys map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal(rec.Event, &event); err != nil {
		return 0
	}
	h := fnv.New32a()
	h.Write(event.DynamoDB.Keys[attribute])
	return int(h.Sum32() % uint32(lanes))
}

// tracker moves a shard's position over records that lanes finish in any order.
type tracker struct {
	*mapping
	shard string

	mu      sync.Mutex      // guards what follows; taken before mapping.mu
	order   []string        // sequence numbers from the position on
	pending map[string]bool // those not done with
}

func (t *tracker) add(rec Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.order = append(t.order, rec.Sequence)
	t.pending[rec.Sequence] = true
}

func (t *tracker) done(records []Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, rec := range records {
		delete(t.pending, rec.Sequence)
	}
	n := 0
	for n < len(t.order) && !t.pending[t.order[n]] {
		n++
	}
	if n > 0 {
		t.advance(t.shard, position{After: t.order[n-1]})
		t.order = t.order[n:]
	}
}
