package sqs

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// maxMoveRate is the most messages a second a task may be told to move.
const maxMoveRate = 500

// move is a message move task: a dead-letter queue's messages on their way
// back, at a rate. Fields are exported for the store.
type move struct {
	ID          string
	Source      string
	Destination string // empty: each message to the queue that gave it up
	Rate        int    // messages a second; 0: as fast as it goes
	Status      string // RUNNING, COMPLETED, CANCELLED, FAILED
	Moved       int64
	ToMove      int64
	Failure     string
	Started     time.Time
}

func (m *move) handle() string {
	b, err := json.Marshal(map[string]string{"taskId": m.ID, "sourceArn": m.Source})
	if err != nil {
		panic(err) // strings always encode
	}
	return base64.StdEncoding.EncodeToString(b)
}

func (t *tx) putMove(m *move) { t.put(bucketMoves, []byte(m.ID), m) }

func (s *Service) startMove(_ context.Context, in *startMoveInput) (*moveHandleOutput, error) {
	source, ok := parseARN(in.SourceArn)
	if !ok {
		return nil, errMissing("SourceArn")
	}
	task := &move{ID: s.newID(), Source: in.SourceArn, Destination: in.DestinationArn, Status: "RUNNING"}
	if rate := in.MaxNumberOfMessagesPerSecond; rate != nil {
		if *rate < 1 || *rate > maxMoveRate {
			return nil, errValue(*rate, "MaxNumberOfMessagesPerSecond", "Must be between 1 and 500, if provided.")
		}
		task.Rate = *rate
	}
	err := s.change(func(t *tx) error {
		q, ok := s.queues[source]
		if !ok {
			return errNoResource("The resource that you specified for the SourceArn parameter doesn't exist.")
		}
		if in.DestinationArn != "" {
			target, _ := parseARN(in.DestinationArn)
			if s.queues[target] == nil {
				return errNoResource("The resource that you specified for the DestinationArn parameter doesn't exist.")
			}
			if target.fifo() != source.fifo() {
				return errParameters("Source queue and destination queue must be of the same type.")
			}
		}
		if !s.isDeadLetterQueue(source) {
			return errParameters("Source queue must be configured as a Dead Letter Queue.")
		}
		if s.running(in.SourceArn) != nil {
			return errParameters("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
		}
		q.settle(t)
		task.Started, task.ToMove = t.now, int64(q.visibleCount())
		s.moves = append(s.moves, task)
		t.putMove(task)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.clock.AfterFunc(0, func() { s.moveSome(task) })
	return &moveHandleOutput{task.handle()}, nil
}

func (s *Service) isDeadLetterQueue(a arn) bool {
	for _, q := range s.queues {
		if q.settings.redrive != nil && q.settings.redrive.Target == a.String() {
			return true
		}
	}
	return false
}

func (s *Service) running(source string) *move {
	for _, m := range s.moves {
		if m.Source == source && m.Status == "RUNNING" {
			return m
		}
	}
	return nil
}

// moveSome moves one second's worth and comes back a second later until no
// visible message is left. It runs on the clock's goroutine.
func (s *Service) moveSome(task *move) {
	again := false
	err := s.change(func(t *tx) error {
		t.lazy = true
		if task.Status != "RUNNING" {
			return nil
		}
		defer t.putMove(task)
		source, _ := parseARN(task.Source)
		q := s.queues[source]
		if q == nil {
			task.Status, task.Failure = "FAILED", "AWS.SimpleQueueService.NonExistentQueue"
			return nil
		}
		q.settle(t)
		for n := 0; task.Rate == 0 || n < task.Rate; n++ {
			m := q.lane.next(new(turn))
			if m == nil {
				task.Status = "COMPLETED"
				return nil
			}
			to := s.destination(task, m)
			if to == nil || to == q {
				task.Status, task.Failure = "FAILED", "CouldNotDetermineMessageSource"
				return nil
			}
			moved := m.copyTo(q)
			// A redriven message is a new one (Developer Guide, "Configure a
			// dead-letter queue redrive").
			moved.id, moved.sent, moved.deadFrom = s.newID(), t.now, ""
			s.transfer(t, q, m, to, moved)
			task.Moved++
		}
		again = true
		return nil
	})
	if err != nil {
		s.log.Error("move messages", "source", task.Source, "err", err)
	}
	if again {
		s.clock.AfterFunc(time.Second, func() { s.moveSome(task) })
	}
}

func (s *Service) destination(task *move, m *message) *queue {
	to := task.Destination
	if to == "" {
		to = m.deadFrom
	}
	target, _ := parseARN(to)
	return s.queues[target]
}

func (s *Service) cancelMove(_ context.Context, in *cancelMoveInput) (*cancelMoveOutput, error) {
	if in.TaskHandle == "" {
		return nil, errMissing("TaskHandle")
	}
	out := new(cancelMoveOutput)
	return out, s.change(func(t *tx) error {
		for _, m := range s.moves {
			if m.handle() != in.TaskHandle {
				continue
			}
			if m.Status != "RUNNING" {
				return errParameters("Only active tasks can be cancelled.")
			}
			m.Status = "CANCELLED"
			out.ApproximateNumberOfMessagesMoved = m.Moved
			t.putMove(m)
			return nil
		}
		return errNoResource("Task does not exist.")
	})
}

func (s *Service) listMoves(_ context.Context, in *listMovesInput) (*listMovesOutput, error) {
	limit := 1
	if in.MaxResults != nil {
		limit = *in.MaxResults
		if limit < 1 || limit > 10 {
			return nil, errValue(limit, "MaxResults", "Must be between 1 and 10, if provided.")
		}
	}
	source, _ := parseARN(in.SourceArn)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.queues[source] == nil {
		return nil, errNoResource("The resource that you specified for the SourceArn parameter doesn't exist.")
	}
	out := &listMovesOutput{Results: []moveOutput{}}
	for i := len(s.moves) - 1; i >= 0 && len(out.Results) < limit; i-- {
		if m := s.moves[i]; m.Source == in.SourceArn {
			out.Results = append(out.Results, m.output())
		}
	}
	return out, nil
}

func (m *move) output() moveOutput {
	out := moveOutput{
		Status: m.Status, SourceArn: m.Source, DestinationArn: m.Destination, FailureReason: m.Failure,
		ApproximateNumberOfMessagesMoved: m.Moved, ApproximateNumberOfMessagesToMove: &m.ToMove, StartedTimestamp: m.Started.UnixMilli(),
	}
	if m.Rate > 0 {
		out.MaxNumberOfMessagesPerSecond = &m.Rate
	}
	if m.Status == "RUNNING" {
		out.TaskHandle = m.handle()
	}
	return out
}

// loadMove goes on with a task that was running.
func (s *Service) loadMove(key, value []byte) error {
	m := new(move)
	if err := json.Unmarshal(value, m); err != nil {
		return fmt.Errorf("move task %q: %w", key, err)
	}
	s.moves = append(s.moves, m)
	if m.Status == "RUNNING" {
		s.clock.AfterFunc(0, func() { s.moveSome(m) })
	}
	return nil
}
