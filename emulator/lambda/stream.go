package lambda

import (
	"context"
	"slices"
	"time"

	"github.com/anikeshk/cumin/emulator/fault"
)

// runStream reads every shard of a stream, each in order and by a reader of
// its own; a child shard begins when its parent has been read to the end.
func (m *mapping) runStream(ctx context.Context, config Mapping) {
	source := m.s.cfg.Streams
	reading := map[string]bool{}
	ended := make(chan string)
	defer func() {
		for range reading {
			<-ended
		}
	}()
	for ctx.Err() == nil {
		changed := source.Changed(config.Source)
		shards, err := source.Shards(config.Source)
		if err != nil {
			m.setResult(resultProblem + err.Error())
			m.s.log.WarnContext(ctx, "list shards", "stream", config.Source, "err", err)
			if !m.pause(ctx, time.Second) {
				return
			}
			continue
		}
		for _, shard := range m.startable(shards, reading) {
			reading[shard] = true
			go func() {
				switch {
				case config.Tumbling > 0:
					m.readWindows(ctx, config, shard)
				case config.Parallel > 1:
					m.readLanes(ctx, config, shard)
				default:
					m.readShard(ctx, config, shard)
				}
				ended <- shard
			}()
		}
		if len(reading) > 0 {
			changed = nil // a new shard appears only when one that is read now ends
		}
		select {
		case shard := <-ended:
			delete(reading, shard)
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// startable lists the shards whose turn it is.
func (m *mapping) startable(shards []Shard, reading map[string]bool) []string {
	var out []string
	for _, shard := range shards {
		if reading[shard.ID] || m.position(shard.ID).Done {
			continue
		}
		trimmed := !slices.ContainsFunc(shards, func(s Shard) bool { return s.ID == shard.Parent })
		if trimmed || m.position(shard.Parent).Done {
			out = append(out, shard.ID)
		}
	}
	return out
}

// readShard hands a shard's records to the function batch by batch until the
// shard ends or ctx does.
func (m *mapping) readShard(ctx context.Context, config Mapping, shard string) {
	source := m.s.cfg.Streams
	run := &shardRun{mapping: m, config: config, shard: shard, finished: func(records []Record) {
		m.advance(shard, position{After: records[len(records)-1].Sequence})
	}}
	for ctx.Err() == nil {
		changed := source.Changed(config.Source)
		after := m.position(shard).After
		read, err := source.Read(config.Source, shard, after, config.BatchSize)
		switch {
		case err != nil:
			m.setResult(resultProblem + err.Error())
			m.s.log.WarnContext(ctx, "read a shard", "stream", config.Source, "shard", shard, "err", err)
			m.pause(ctx, time.Second)
		case len(read.Items) == 0 && read.Closed:
			m.advance(shard, position{After: after, Done: true})
			return
		case len(read.Items) == 0:
			select {
			case <-changed:
			case <-ctx.Done():
			}
		default:
			if m.dawdle(ctx) {
				run.deliver(ctx, m.fill(ctx, config, shard, after, read.Items))
			}
		}
	}
}

// dawdle waits as long as streams take to be read; false when ctx ended.
func (m *mapping) dawdle(ctx context.Context) bool {
	return m.s.cfg.StreamDelay == nil || m.pause(ctx, m.s.cfg.StreamDelay())
}

// fill waits for more records while the batch is not full and its window is
// open.
func (m *mapping) fill(ctx context.Context, config Mapping, shard, after string, items []Record) []Record {
	if config.Window == 0 || len(items) >= config.BatchSize {
		return items
	}
	over, stop := m.rest(time.Duration(config.Window) * time.Second)
	defer stop()
	for len(items) < config.BatchSize {
		changed := m.s.cfg.Streams.Changed(config.Source)
		read, err := m.s.cfg.Streams.Read(config.Source, shard, after, config.BatchSize)
		if err != nil || read.Closed {
			return items // the next read meets the error, or the end
		}
		items = read.Items
		if len(items) >= config.BatchSize {
			break
		}
		select {
		case <-changed:
		case <-over:
			return items
		case <-ctx.Done():
			return items
		}
	}
	return items
}

// shardRun delivers batches of one shard, or of one of its lanes.
type shardRun struct {
	*mapping
	config   Mapping
	shard    string
	finished func([]Record) // moves the position behind records that are done with
	window   *window        // the tumbling window that is open; nil: none
	past     [][]Record     // recent batches, kept while faults may replay them
}

// maxPast bounds how old a replayed batch can be, in batches.
const maxPast = 8

// piece is a part of a batch with what has been tried on it.
type piece struct {
	records  []Record
	retries  int // failed attempts that count toward MaximumRetryAttempts
	attempts int // invocations
}

// deliver invokes the function until every record is done with: handled,
// filtered out, too old or given up. The position moves behind each part as it
// is done. It returns early only when ctx ends.
func (r *shardRun) deliver(ctx context.Context, batch []Record) {
	r.delivering.Add(1)
	defer r.delivering.Add(-1)
	if d := r.s.cfg.Faults.Hold(r.functionName()); d > 0 && !r.pause(ctx, d) {
		return
	}
	r.replay(ctx)
	for _, group := range splitBySize(batch, func(rec Record) int { return len(rec.Event) + len(r.config.Source) + 32 }) {
		work := []piece{{records: group}}
		for len(work) > 0 && ctx.Err() == nil {
			rest := r.try(ctx, work[0])
			work = append(rest, work[1:]...)
		}
		if ctx.Err() != nil {
			return
		}
	}
	if f := r.s.cfg.Faults; f.Armed() {
		r.past = append(r.past, batch)
		if len(r.past) > maxPast {
			r.past = r.past[1:]
		}
		if f.Hit(fault.Duplicate, r.functionName(), "") {
			r.again(ctx, batch)
		}
	} else {
		r.past = nil
	}
}

// try makes one attempt at a piece and returns what is left to do of it.
func (r *shardRun) try(ctx context.Context, p piece) []piece {
	if old := r.expired(p.records); old > 0 {
		rest := p.records[old:]
		p.records = p.records[:old]
		if !r.giveUp(ctx, p, recordAgeExceeded, nil) || len(rest) == 0 {
			return nil
		}
		p.records = rest
	}
	if r.window.full() && !r.closeWindow(ctx, true) {
		return []piece{p}
	}
	matching := r.matching(p.records)
	if len(matching) == 0 {
		r.setResult(resultOK)
		r.finished(p.records)
		return nil
	}
	res, err := r.invoke(ctx, matching)
	if ctx.Err() != nil {
		return []piece{p} // stopping: the position stays before it
	}
	if err != nil { // throttled, or Lambda's own fault: not the records', so it does not count
		r.setResult(resultProblem + err.Error())
		p.attempts++
		r.pause(ctx, backoff(p.attempts))
		return []piece{p}
	}
	p.attempts++
	failed, lowest := r.judge(res, p.records)
	if r.window != nil {
		failed, lowest = r.carry(res, p, failed, lowest)
	}
	if !failed {
		r.setResult(resultOK)
		r.finished(p.records)
		return nil
	}
	r.setResult(resultProblem + "Function call failed")
	return r.after(ctx, p, lowest, res)
}

// after decides what follows a failure whose lowest failed record is at index
// lowest.
func (r *shardRun) after(ctx context.Context, p piece, lowest int, res Result) []piece {
	if lowest > 0 {
		r.finished(p.records[:lowest])
	}
	if r.config.Bisect && (lowest > 0 || len(p.records) > 1) {
		// Splitting does not count as a retry (Developer Guide, "Error handling for DynamoDB streams").
		if !r.pause(ctx, backoff(p.attempts)) {
			return []piece{p}
		}
		if lowest > 0 {
			return []piece{{records: p.records[lowest:], retries: p.retries}}
		}
		half := (len(p.records) + 1) / 2
		return []piece{{records: p.records[:half], retries: p.retries}, {records: p.records[half:], retries: p.retries}}
	}
	p.records = p.records[lowest:]
	p.retries++
	if r.config.MaxRetries >= 0 && p.retries > r.config.MaxRetries {
		r.giveUp(ctx, p, retryAttemptsExhausted, &res)
		return nil
	}
	r.pause(ctx, backoff(p.retries))
	return []piece{p}
}

// expired counts the records at the front that are older than the mapping
// allows.
func (r *shardRun) expired(records []Record) int {
	if r.config.MaxAge < 0 {
		return 0
	}
	oldest := r.s.cfg.Clock.Now().Add(-time.Duration(r.config.MaxAge) * time.Second)
	n := 0
	for n < len(records) && records[n].Created.Before(oldest) {
		n++
	}
	return n
}

// again delivers a batch that was delivered before; what the function makes of
// it changes nothing.
func (r *shardRun) again(ctx context.Context, batch []Record) {
	if matching := r.matching(batch); len(matching) > 0 {
		if _, err := r.invoke(ctx, matching); err != nil {
			r.s.log.DebugContext(ctx, "repeated batch not delivered", "err", err)
		}
	}
}

// replayable is how long a record can be delivered at all: streams hold it for
// a day.
const replayable = 24 * time.Hour

// replay delivers an old batch again when a fault says so.
func (r *shardRun) replay(ctx context.Context) {
	oldest := r.s.cfg.Clock.Now().Add(-replayable)
	for len(r.past) > 0 && r.past[0][0].Created.Before(oldest) {
		r.past = r.past[1:]
	}
	if len(r.past) > 0 && r.s.cfg.Faults.Hit(fault.Replay, r.functionName(), "") {
		r.again(ctx, r.past[0])
	}
}
