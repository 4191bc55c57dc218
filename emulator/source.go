package emulator

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/sqs"
)

// queueSource offers sqs to event source mappings.
type queueSource struct{ *sqs.Service }

func (q queueSource) Queue(queueARN string) (lambda.Queue, error) {
	d, err := q.DescribeQueue(context.Background(), queueARN)
	if err != nil {
		return lambda.Queue{}, err
	}
	seconds, err := strconv.Atoi(d.Attributes["VisibilityTimeout"])
	if err != nil {
		return lambda.Queue{}, fmt.Errorf("read the visibility timeout of %s: %w", queueARN, err)
	}
	return lambda.Queue{Visibility: time.Duration(seconds) * time.Second, FIFO: strings.HasSuffix(d.Name, ".fifo")}, nil
}

func (q queueSource) Receive(ctx context.Context, queueARN string, max int, wait time.Duration) ([]lambda.Message, error) {
	got, err := q.Service.Receive(ctx, queueARN, max, wait)
	if err != nil {
		return nil, err
	}
	out := make([]lambda.Message, len(got))
	for i, d := range got {
		out[i] = lambda.Message{Handle: d.Handle, Event: d.Event, Cause: d.Cause}
	}
	return out, nil
}
