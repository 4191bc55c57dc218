package lambda

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/anikeshk/cumin/emulator/internal/cause"
)

// Why records were given up (fact 23).
const (
	retryAttemptsExhausted = "RetryAttemptsExhausted"
	recordAgeExceeded      = "RecordAgeExceeded"
)

// How asynchronous events end.
const (
	succeeded        = "Success"
	retriesExhausted = "RetriesExhausted"
	eventAgeExceeded = "EventAgeExceeded"
)

// invocationRecord is the message of a destination of asynchronous events
// (Developer Guide, "Capturing records of Lambda asynchronous invocations").
type invocationRecord struct {
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	RequestContext  requestContext   `json:"requestContext"`
	RequestPayload  json.RawMessage  `json:"requestPayload"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	ResponsePayload json.RawMessage  `json:"responsePayload,omitempty"`
}

type requestContext struct {
	RequestID              string `json:"requestId"`
	FunctionArn            string `json:"functionArn"`
	Condition              string `json:"condition"`
	ApproximateInvokeCount int    `json:"approximateInvokeCount"`
}

// conclude ends an asynchronous event: its destination and, when it was given
// up, its dead-letter target are told, then it is dropped. One that cannot be
// reached keeps the event, which is then told again after the next start.
func (s *Service) conclude(c callee, ev *asyncEvent, res Result, condition string) {
	config := asyncOf(c)
	to := config.OnSuccess
	if condition != succeeded {
		to = config.OnFailure
		s.log.Warn("asynchronous event given up", "function", c.arn(), "aws_request_id", ev.ID, "condition", condition)
	}
	ctx := cause.With(s.ctx, ev.Cause)
	if to != "" {
		key := s.objectKey("aws/lambda/async/" + c.e.pool.function().Name)
		if err := s.tell(ctx, to, s.invocationRecord(c, ev, res, condition), key, nil); err != nil {
			s.log.Error("send to a destination", "destination", to, "err", err)
			return
		}
	}
	if fn, err := s.function(c); err == nil && condition != succeeded && fn.DeadLetter != "" {
		attributes := map[string]string{"RequestID": ev.ID, "ErrorCode": "200", "ErrorMessage": errorMessage(res.Payload)}
		if err := s.tell(ctx, fn.DeadLetter, string(ev.Payload), "", attributes); err != nil {
			s.log.Error("send to a dead-letter target", "target", fn.DeadLetter, "err", err)
			return
		}
	}
	s.finishAsync(ev)
}

func (s *Service) invocationRecord(c callee, ev *asyncEvent, res Result, condition string) string {
	r := invocationRecord{
		Version: "1.0", Timestamp: s.cfg.Clock.Now().Format(isoMillis), RequestPayload: ev.Payload,
		RequestContext: requestContext{ev.ID, c.e.arn + ":" + c.settingsKey(), condition, ev.Failures + 1},
	}
	if condition != eventAgeExceeded {
		r.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: res.Version}
		if res.Failed {
			unhandled := "Unhandled"
			r.ResponseContext.FunctionError = &unhandled
		}
		if json.Valid(res.Payload) {
			r.ResponsePayload = res.Payload
		}
	}
	body, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("encode an invocation record: %v", err)) // its raw parts are valid JSON
	}
	return string(body)
}

// errorMessage is what a dead-letter message says of the error: the first 1 KB.
func errorMessage(payload []byte) string {
	var body struct {
		ErrorMessage string `json:"errorMessage"`
	}
	if json.Unmarshal(payload, &body) != nil || body.ErrorMessage == "" {
		body.ErrorMessage = "Unknown"
	}
	return body.ErrorMessage[:min(len(body.ErrorMessage), 1024)]
}

// failedBatch is the message of an on-failure destination for a stream. Only in
// S3 does it contain the records; elsewhere it names them (Developer Guide, "Retain
// discarded records").
type failedBatch struct {
	RequestContext  requestContext   `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	Info            batchInfo        `json:"DDBStreamBatchInfo"`
	Payload         string           `json:"payload,omitempty"` // the whole event; in S3 only
}

type responseContext struct {
	StatusCode      int     `json:"statusCode"`
	ExecutedVersion string  `json:"executedVersion"`
	FunctionError   *string `json:"functionError"` // null when the failure was reported by item
}

type batchInfo struct {
	ShardID       string `json:"shardId"`
	StartSequence string `json:"startSequenceNumber"`
	EndSequence   string `json:"endSequenceNumber"`
	FirstArrival  string `json:"approximateArrivalOfFirstRecord"`
	LastArrival   string `json:"approximateArrivalOfLastRecord"`
	BatchSize     int    `json:"batchSize"`
	StreamARN     string `json:"streamArn"`
}

const isoMillis = "2006-01-02T15:04:05.000Z"

// giveUp tells the destination about records that will not be delivered any
// more. Without a destination they are gone, as on AWS, and the log says so. A
// destination that cannot be reached is tried until it can: the position moves
// only afterwards, so no record is dropped unsaid. It reports false when ctx
// ended before.
func (r *shardRun) giveUp(ctx context.Context, p piece, condition string, res *Result) bool {
	first, last := p.records[0], p.records[len(p.records)-1]
	r.s.log.WarnContext(ctx, "records given up", "function", r.functionName(), "condition", condition,
		"shard", r.shard, "first", first.Sequence, "last", last.Sequence, "count", len(p.records))
	if r.config.OnFailure == "" {
		r.finished(p.records)
		return true
	}
	key := ""
	if targetKind(r.config.OnFailure) == "s3" {
		key = r.s.objectKey("aws/lambda/" + r.config.UUID + "/" + r.shard)
	}
	body := r.failedBatch(p, condition, res)
	for n := 1; ; n++ {
		err := r.s.tell(cause.With(ctx, first.Cause), r.config.OnFailure, body, key, nil)
		if err == nil {
			r.finished(p.records)
			return true
		}
		r.s.log.ErrorContext(ctx, "send to the on-failure destination", "destination", r.config.OnFailure, "err", err)
		if !r.pause(ctx, backoff(n)) {
			return false
		}
	}
}

func (r *shardRun) failedBatch(p piece, condition string, res *Result) string {
	first, last := p.records[0], p.records[len(p.records)-1]
	b := failedBatch{Version: "1.0", Timestamp: r.s.cfg.Clock.Now().Format(isoMillis)}
	b.RequestContext.FunctionArn, b.RequestContext.Condition = r.config.Function, condition
	b.RequestContext.ApproximateInvokeCount = p.attempts
	b.RequestContext.RequestID = r.s.cfg.NewID()
	if res != nil {
		b.RequestContext.RequestID = res.RequestID
		b.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: res.Version}
		if res.Failed {
			unhandled := "Unhandled"
			b.ResponseContext.FunctionError = &unhandled
		}
	}
	b.Info = batchInfo{
		ShardID: r.shard, StartSequence: first.Sequence, EndSequence: last.Sequence,
		FirstArrival: first.Created.UTC().Format(isoMillis), LastArrival: last.Created.UTC().Format(isoMillis),
		BatchSize: len(p.records), StreamARN: r.config.Source,
	}
	if targetKind(r.config.OnFailure) == "s3" {
		b.Payload = string(streamEvent(p.records, r.config.Source))
	}
	body, err := json.Marshal(b)
	if err != nil {
		panic(fmt.Sprintf("encode a failed batch: %v", err)) // strings and numbers always encode
	}
	return string(body)
}
