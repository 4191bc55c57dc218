package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// maxStateBytes is how large the state of a window may grow before the window
// ends early.
const maxStateBytes = 1 << 20

// window is an open tumbling window of one shard: the records of a stretch of
// time are handed over in order, and what the function answers as its state is
// handed to it with the next ones (Developer Guide, "Implementing stateful
// DynamoDB stream processing in Lambda"). It is kept with the shard's position,
// so a restart goes on in the middle of it.
type window struct {
	Start time.Time       // a multiple of the window's length since the epoch
	State json.RawMessage // what the function answered last; nil: nothing yet
}

// full reports whether the window must end early. A nil window is not.
func (w *window) full() bool { return w != nil && len(w.State) > maxStateBytes }

// tumbling is the length of the mapping's windows.
func (m *Mapping) tumbling() time.Duration { return time.Duration(m.Tumbling) * time.Second }

// readWindows hands a shard's records to the function window by window until
// the shard ends or ctx does. A window is over when its time has passed and all
// of its records are read, when a record of a later one comes, or with the
// shard. AWS, which reads with a delay, waits up to two minutes more for it.
func (m *mapping) readWindows(ctx context.Context, config Mapping, shard string) {
	source := m.s.cfg.Streams
	run := &shardRun{mapping: m, config: config, shard: shard, window: m.position(shard).Window}
	run.finished = func(records []Record) {
		m.advance(shard, position{After: records[len(records)-1].Sequence, Window: run.openWindow()})
	}
	for ctx.Err() == nil {
		changed := source.Changed(config.Source)
		now := m.s.cfg.Clock.Now() // before reading: a record of before that is read
		after := m.position(shard).After
		read, err := source.Read(config.Source, shard, after, config.BatchSize)
		switch {
		case err != nil:
			m.setResult(resultProblem + err.Error())
			m.s.log.WarnContext(ctx, "read a shard", "stream", config.Source, "shard", shard, "err", err)
			m.pause(ctx, time.Second)
		case run.window.full():
			run.closeWindow(ctx, true)
		case len(read.Items) > 0 && run.reaches(read.Items[0]):
			if m.dawdle(ctx) {
				items := run.within(m.fill(ctx, config, shard, after, read.Items))
				run.deliver(ctx, items)
			}
		case len(read.Items) > 0, run.window != nil && (read.Closed || !now.Before(run.windowEnd())):
			run.closeWindow(ctx, false)
		case read.Closed:
			m.advance(shard, position{After: after, Done: true})
			return
		default:
			run.awaitWindow(ctx, changed)
		}
	}
}

// awaitWindow waits for a change of the stream or the end of the open window.
func (r *shardRun) awaitWindow(ctx context.Context, changed <-chan struct{}) {
	var over <-chan struct{}
	if r.window != nil {
		closes, stop := r.rest(r.windowEnd().Sub(r.s.cfg.Clock.Now()))
		defer stop()
		over = closes
	}
	select {
	case <-changed:
	case <-over:
	case <-ctx.Done():
	}
}

func (r *shardRun) windowEnd() time.Time { return r.window.Start.Add(r.config.tumbling()) }

// reaches reports whether a record belongs to the open window, and opens the
// record's own when none is. A record older than the window, by a clock that was
// set back, belongs to it too.
func (r *shardRun) reaches(rec Record) bool {
	if r.window == nil {
		at := rec.Created.Unix()
		r.window = &window{Start: time.Unix(at-at%int64(r.config.Tumbling), 0).UTC()}
	}
	return rec.Created.Before(r.windowEnd())
}

// within is the records at the front that belong to the open window.
func (r *shardRun) within(records []Record) []Record {
	for i, rec := range records {
		if !rec.Created.Before(r.windowEnd()) {
			return records[:i]
		}
	}
	return records
}

// openWindow is a copy to keep with the position.
func (r *shardRun) openWindow() *window {
	if r.window == nil {
		return nil
	}
	w := *r.window
	return &w
}

// windowEvent builds the event of a batch within a window.
func (r *shardRun) windowEvent(records []Record, final, early bool) []byte {
	state := r.window.State
	if len(state) == 0 {
		state = json.RawMessage("{}")
	}
	type span struct {
		Start string `json:"start"`
		End   string `json:"end"`
	}
	event, err := json.Marshal(struct {
		Records json.RawMessage `json:"Records"`
		Window  span            `json:"window"`
		State   json.RawMessage `json:"state"`
		Shard   string          `json:"shardId"`
		Source  string          `json:"eventSourceARN"`
		Final   bool            `json:"isFinalInvokeForWindow"`
		Early   bool            `json:"isWindowTerminatedEarly"`
	}{
		recordList(records, r.config.Source), span{r.window.Start.Format(time.RFC3339), r.windowEnd().Format(time.RFC3339)},
		state, r.shard, r.config.Source, final, early,
	})
	if err != nil {
		panic(fmt.Sprintf("encode a window's event: %v", err)) // its raw parts are valid JSON
	}
	return event
}

// carry takes over the state a function answered; of a failed batch only when
// some of its records, those before lowest, were handled. An answer without a
// state is a failure of the whole.
func (r *shardRun) carry(res Result, p piece, failed bool, lowest int) (bool, int) {
	if failed && len(r.matching(p.records[:lowest])) == 0 {
		return true, lowest
	}
	var answer struct {
		State json.RawMessage `json:"state"`
	}
	if err := json.Unmarshal(res.Payload, &answer); err != nil || len(answer.State) == 0 || bytes.Equal(answer.State, []byte("null")) {
		return true, 0
	}
	r.window.State = answer.State
	return failed, lowest
}

// closeWindow hands the state to the function for the last time, again and again
// until it succeeds, since nothing goes on before. A window that ends early, its
// state having grown too large, goes on with an empty one. False when ctx ended.
func (r *shardRun) closeWindow(ctx context.Context, early bool) bool {
	r.delivering.Add(1)
	defer r.delivering.Add(-1)
	event := r.windowEvent(nil, !early, early)
	for n := 1; ; n++ {
		res, err := r.call(ctx, event)
		switch {
		case ctx.Err() != nil:
			return false
		case err == nil && !res.Failed:
			r.setResult(resultOK)
			if early {
				r.window = &window{Start: r.window.Start}
			} else {
				r.window, r.past = nil, nil // what faults replay stays within its window
			}
			r.advance(r.shard, position{After: r.position(r.shard).After, Window: r.openWindow()})
			return true
		case err != nil:
			r.setResult(resultProblem + err.Error())
		default:
			r.setResult(resultProblem + "Function call failed")
		}
		if !r.pause(ctx, backoff(n)) {
			return false
		}
	}
}
