package lambda

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/trace"
)

// maxEventBytes bounds the Records of one event, so that it fits a synchronous
// invocation.
const maxEventBytes = maxSyncBytes - 64<<10

// splitBySize cuts a batch where its event would exceed Lambda's payload limit.
func splitBySize[T any](batch []T, bytes func(T) int) [][]T {
	var groups [][]T
	start, size := 0, 0
	for i, item := range batch {
		n := bytes(item)
		if size += n; size > maxEventBytes && i > start {
			groups = append(groups, batch[start:i])
			start, size = i, n
		}
	}
	return append(groups, batch[start:])
}

// streamEvent builds the event of a batch.
func streamEvent(records []Record, streamARN string) []byte {
	return slices.Concat([]byte(`{"Records":`), recordList(records, streamARN), []byte("}"))
}

// recordList is the list of an event's records; each gets the stream's ARN.
func recordList(records []Record, streamARN string) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, rec := range records {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(bytes.TrimSuffix(bytes.TrimSpace(rec.Event), []byte("}")))
		b.WriteString(`,"eventSourceARN":"` + streamARN + `"}`)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// queueEvent builds the event of received messages.
func queueEvent(messages []Message) []byte {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, msg := range messages {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(msg.Event)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

func (m *mapping) functionName() string { return nameIn(m.config().Function) }

// invoke runs the function on stream records.
func (r *shardRun) invoke(ctx context.Context, records []Record) (Result, error) {
	causes := make([]string, len(records))
	for i, rec := range records {
		causes[i] = rec.Cause
	}
	batch := r.noteBatch("records", causes, trace.Bill{})
	ctx = cause.With(ctx, batch)
	event := streamEvent(records, r.config.Source)
	if r.window != nil {
		event = r.windowEvent(records, false, false)
	}
	res, err := r.call(ctx, event)
	r.endBatch(batch, res, err)
	return res, err
}

// call runs the mapping's function.
func (m *mapping) call(ctx context.Context, event []byte) (Result, error) {
	c, err := m.s.calleeAt(m.config().Function)
	if err != nil {
		return Result{}, err
	}
	return m.s.execute(ctx, c, m.s.cfg.NewID(), event, "")
}

// matching returns the records that a filter lets through.
func (m *mapping) matching(records []Record) []Record {
	if len(m.filters) == 0 {
		return records
	}
	return slices.DeleteFunc(slices.Clone(records), func(rec Record) bool { return !matchAny(m.filters, rec.Event) })
}

// batchResponse is what a function with ReportBatchItemFailures answers.
type batchResponse struct {
	BatchItemFailures []struct {
		ItemIdentifier *string `json:"itemIdentifier"`
	} `json:"batchItemFailures"`
}

// failures reads the identifiers a function reported. whole means that
// everything failed: the answer cannot be read, or an identifier is empty,
// null, misnamed or none of the batch (fact 22). A missing, null or empty list
// and an empty answer are success.
func failures(payload []byte, known func(id string) bool) (ids []string, whole bool) {
	payload = bytes.TrimSpace(payload)
	if len(payload) == 0 || string(payload) == `""` || string(payload) == "null" {
		return nil, false
	}
	var res batchResponse
	if err := json.Unmarshal(payload, &res); err != nil {
		return nil, true
	}
	for _, f := range res.BatchItemFailures {
		if f.ItemIdentifier == nil || !known(*f.ItemIdentifier) {
			return nil, true
		}
		ids = append(ids, *f.ItemIdentifier)
	}
	return ids, false
}

// judge says whether a batch failed and from which record on: the lowest that
// the function reported, or the first.
func (r *shardRun) judge(res Result, records []Record) (failed bool, lowest int) {
	if res.Failed {
		return true, 0
	}
	if !r.config.ReportItems {
		return false, 0
	}
	index := func(id string) int {
		return slices.IndexFunc(records, func(rec Record) bool { return rec.Sequence == id })
	}
	ids, whole := failures(res.Payload, func(id string) bool { return index(id) >= 0 })
	if whole {
		return true, 0
	}
	if len(ids) == 0 {
		return false, 0
	}
	lowest = len(records)
	for _, id := range ids {
		lowest = min(lowest, index(id))
	}
	return true, lowest
}
