package notify

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/queue"
)

// Registry knows which sockets instances hold connections. It reads
// consistently and leaves out instances whose lease has lapsed: those close
// their connections before they serve again, and the clients replay.
type Registry interface {
	// UserQueues is the URLs of the queues of instances with sockets of a user.
	UserQueues(ctx context.Context, user cumin.UserID) ([]string, error)
	// ProjectQueues is the same for viewers of a project.
	ProjectQueues(ctx context.Context, project cumin.ProjectID) ([]string, error)
}

// Pusher sends messages to the instances that want them. It is called after
// the rows that the message is about are written: an instance writes the
// registry before it reads those rows, so one of the two sees the other.
type Pusher struct {
	Registry Registry
	Queue    interface {
		Send(ctx context.Context, url, body, requestID string) error
	}
}

// maxBodyBytes keeps a message below 256 KiB, the least that any target takes.
const maxBodyBytes = 200 << 10

const parallelSends = 8

// Push sends the message to every live instance with an interest in it, in as
// many SQS messages as its size needs. An instance whose queue is gone has
// ended. Any other failure is returned; the caller then pushes all of it
// again, and receivers drop what they have seen.
func (p Pusher) Push(ctx context.Context, m Message) error {
	if len(m.Events) == 0 {
		return nil
	}
	urls, err := p.queues(ctx, m)
	if err != nil {
		return fmt.Errorf("push: read the registry: %w", err)
	}
	if len(urls) == 0 {
		return nil
	}
	bodies, err := split(m)
	if err != nil {
		return fmt.Errorf("push: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallelSends)
	for _, url := range urls {
		g.Go(func() error {
			for _, b := range bodies { // in order; SQS may still swap them
				err := p.Queue.Send(ctx, url, b.text, b.requestID)
				if errors.Is(err, queue.ErrNoQueue) {
					return nil
				}
				if err != nil {
					return fmt.Errorf("push: %w", err)
				}
			}
			return nil
		})
	}
	return g.Wait()
}

func (p Pusher) queues(ctx context.Context, m Message) ([]string, error) {
	if m.User != "" {
		return p.Registry.UserQueues(ctx, m.User)
	}
	return p.Registry.ProjectQueues(ctx, m.Project)
}

type body struct{ text, requestID string }

// split encodes the message in parts of at most maxBodyBytes; an event that
// alone is larger goes alone.
func split(m Message) ([]body, error) {
	var parts []body
	for from := 0; from < len(m.Events); {
		to, size := from, 0
		for to < len(m.Events) {
			size += len(m.Events[to].Data) + eventOverhead
			if to > from && size > maxBodyBytes {
				break
			}
			to++
		}
		part := m
		part.Events = m.Events[from:to]
		text, err := part.Encode()
		if err != nil {
			return nil, err
		}
		parts = append(parts, body{text: text, requestID: part.Events[0].RequestID})
		from = to
	}
	return parts, nil
}

// eventOverhead is more than an event's JSON takes beside its data.
const eventOverhead = 512
