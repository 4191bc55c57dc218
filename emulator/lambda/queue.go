package lambda

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/cause"
)

// defaultQueueConcurrency is how many batches of one queue are handled at
// once. AWS begins with five pollers and adds more under load.
const defaultQueueConcurrency = 5

// maxReceive is how many messages one ReceiveMessage returns.
const maxReceive = 10

// queuePoll is the long poll of a queue's poller.
const queuePoll = 20 * time.Second

// runQueue receives batches and hands each to the function. One receiver and a
// bounded number of handlers: so batches fill before concurrency does.
func (m *mapping) runQueue(ctx context.Context, config Mapping) {
	most := config.MaxConcurrency
	if most == 0 {
		most = defaultQueueConcurrency
	}
	free := make(chan struct{}, most)
	var handlers sync.WaitGroup
	defer handlers.Wait()
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		m.s.cfg.Clock.Enter()
		batch, err := m.gather(ctx, config)
		if len(batch) == 0 {
			m.s.cfg.Clock.Leave()
			<-free
		}
		if err != nil && ctx.Err() == nil {
			m.setResult(resultProblem + err.Error())
			m.s.log.WarnContext(ctx, "receive messages", "queue", config.Source, "err", err)
			m.pause(ctx, time.Second)
		}
		if len(batch) == 0 {
			continue
		}
		handlers.Go(func() {
			defer func() { <-free }()
			defer m.s.cfg.Clock.Leave()
			for _, part := range splitBySize(batch, func(msg Message) int { return len(msg.Event) }) {
				m.handle(ctx, config, part)
			}
		})
	}
}

// gather receives one batch: what is there, or, with a window, what comes
// until the batch is full or the window closes.
func (m *mapping) gather(ctx context.Context, config Mapping) ([]Message, error) {
	batch, err := m.s.cfg.Queues.Receive(ctx, config.Source, min(config.BatchSize, maxReceive), queuePoll)
	if err != nil || len(batch) == 0 || config.Window == 0 {
		return batch, err
	}
	closes := m.s.cfg.Clock.Now().Add(time.Duration(config.Window) * time.Second)
	_, stop := m.s.cfg.Clock.After(time.Duration(config.Window) * time.Second) // worth a jump, as no long poll is
	defer stop()
	size := eventSize(batch)
	for len(batch) < config.BatchSize && size < maxEventBytes {
		left := closes.Sub(m.s.cfg.Clock.Now())
		if left <= 0 {
			break
		}
		more, err := m.s.cfg.Queues.Receive(ctx, config.Source, min(config.BatchSize-len(batch), maxReceive), left)
		if err != nil {
			break // deliver what there is; the next receive meets the error
		}
		batch = append(batch, more...)
		size = eventSize(batch)
	}
	return batch, nil
}

func eventSize(batch []Message) int {
	n := 0
	for _, msg := range batch {
		n += len(msg.Event)
	}
	return n
}

// handle invokes the function on a batch. Handled messages are deleted; the
// others stay hidden until their visibility timeout lapses and then come again
// (fact 22).
func (m *mapping) handle(ctx context.Context, config Mapping, batch []Message) {
	batch = m.dropUnmatched(ctx, config, batch)
	if len(batch) == 0 {
		return
	}
	causes := make([]string, len(batch))
	for i, msg := range batch {
		causes[i] = msg.Cause
	}
	traced := m.noteBatch("messages", causes, requestsFor(len(batch)))
	res, err := m.call(cause.With(ctx, traced), queueEvent(batch))
	m.endBatch(traced, res, err)
	switch {
	case err != nil && ctx.Err() != nil:
		m.giveBack(config, batch)
		return
	case err != nil:
		m.setResult(resultProblem + err.Error())
		m.s.log.DebugContext(ctx, "batch not delivered", "queue", config.Source, "err", err)
		return
	case res.Failed:
		m.setResult(resultProblem + "Function call failed")
		return
	}
	failed := map[string]bool{}
	if config.ReportItems {
		ids := make([]string, len(batch))
		for i, msg := range batch {
			ids[i] = messageID(msg)
		}
		reported, whole := failures(res.Payload, func(id string) bool { return slices.Contains(ids, id) })
		if whole {
			m.setResult(resultProblem + "Function call failed")
			return
		}
		for _, id := range reported {
			failed[id] = true
		}
	}
	var done []string
	for _, msg := range batch {
		if len(failed) == 0 || !failed[messageID(msg)] {
			done = append(done, msg.Handle)
		}
	}
	m.setResult(resultOK)
	m.s.cfg.Trace.Charge(traced, requestsFor(len(done)))
	m.remove(ctx, config, done)
}

// dropUnmatched deletes the messages no filter lets through.
func (m *mapping) dropUnmatched(ctx context.Context, config Mapping, batch []Message) []Message {
	if len(m.filters) == 0 {
		return batch
	}
	var keep []Message
	var drop []string
	for _, msg := range batch {
		if matchAny(m.filters, msg.Event) {
			keep = append(keep, msg)
		} else {
			drop = append(drop, msg.Handle)
		}
	}
	m.remove(ctx, config, drop)
	return keep
}

// giveBack makes messages visible at once that were received and never reached
// the function, because the mapping stops.
func (m *mapping) giveBack(config Mapping, batch []Message) {
	for _, msg := range batch {
		if err := m.s.cfg.Queues.Release(config.Source, msg.Handle, 0); err != nil {
			m.s.log.Debug("give back a message; it comes again after its visibility timeout", "queue", config.Source, "err", err)
		}
	}
}

// remove deletes messages, never calling with none.
func (m *mapping) remove(ctx context.Context, config Mapping, handles []string) {
	if len(handles) == 0 {
		return
	}
	if err := m.s.cfg.Queues.Delete(config.Source, handles); err != nil {
		m.s.log.WarnContext(ctx, "delete handled messages; they will come again", "queue", config.Source, "err", err)
	}
}

func messageID(msg Message) string {
	var head struct {
		MessageID string `json:"messageId"`
	}
	if err := json.Unmarshal(msg.Event, &head); err != nil {
		return ""
	}
	return head.MessageID
}
