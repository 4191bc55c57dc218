package emulator

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/dynamodb"
	"github.com/anikeshk/cumin/emulator/internal/cause"
	"github.com/anikeshk/cumin/emulator/internal/wire"
	"github.com/anikeshk/cumin/emulator/lambda"
	"github.com/anikeshk/cumin/emulator/s3"
	"github.com/anikeshk/cumin/emulator/sqs"
	"github.com/anikeshk/cumin/emulator/trace"
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

// streamSource offers dynamodb's streams to event source mappings.
type streamSource struct{ *dynamodb.Service }

func (d streamSource) Shards(streamARN string) ([]lambda.Shard, error) {
	shards, err := d.Service.Shards(streamARN)
	out := make([]lambda.Shard, len(shards))
	for i, s := range shards {
		out[i] = lambda.Shard(s)
	}
	return out, err
}

func (d streamSource) Read(streamARN, shardID, after string, limit int) (lambda.Records, error) {
	read, err := d.Service.Read(streamARN, shardID, after, limit)
	out := lambda.Records{Items: make([]lambda.Record, len(read.Items)), Closed: read.Closed}
	for i, r := range read.Items {
		out.Items[i] = lambda.Record(r)
	}
	return out, err
}

func (d streamSource) PartitionKey(streamARN string) (string, error) {
	table, _, _ := strings.Cut(streamARN, "/stream/")
	parts := strings.Split(table, ":") // arn:aws:dynamodb:region:account:table/name
	if len(parts) != 6 {
		return "", fmt.Errorf("read the stream's ARN %s: it has %d parts", streamARN, len(parts))
	}
	ctx := wire.WithIdentity(context.Background(), wire.Identity{Region: parts[3], Account: parts[4]})
	out, err := d.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table})
	if err != nil {
		return "", err
	}
	return out.Table.KeySchema[0].AttributeName, nil // HASH comes first
}

// objectSource reads function code and templates from s3, and writes what
// functions gave up.
type objectSource struct{ *s3.Service }

func (o objectSource) Object(ctx context.Context, bucket, key, version string) ([]byte, error) {
	var b bytes.Buffer
	_, err := o.Download(ctx, bucket, key, version, &b)
	return b.Bytes(), err
}

func (o objectSource) Bucket(ctx context.Context, bucket string) error {
	_, err := o.DescribeBucket(ctx, bucket)
	return err
}

func (o objectSource) PutObject(ctx context.Context, bucket, key string, body []byte) error {
	_, err := o.Upload(ctx, bucket, key, "application/json", bytes.NewReader(body), int64(len(body)))
	return err
}

// topicSource offers sns to the destinations of functions. Lambda is opened
// first, so what a store kept for a topic waits until sns is there.
type topicSource struct{ aws *AWS }

func (t topicSource) Topic(_ context.Context, topicARN string) error {
	return t.aws.sns.Exists(topicARN)
}

func (t topicSource) Publish(ctx context.Context, topicARN, message string, attributes map[string]string) error {
	select {
	case <-t.aws.opened:
		return t.aws.sns.Send(ctx, topicARN, message, attributes)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// bucketEvents delivers s3's notifications. Lambda reads its code from s3 and
// so is opened after it: an event that a store kept waits until lambda is there.
type bucketEvents struct{ aws *AWS }

// bucketEvents is nil, nobody, for an AWS that stands still.
func (a *AWS) bucketEvents(o Options) s3.Events {
	if o.still() {
		return nil
	}
	return bucketEvents{a}
}

func (b bucketEvents) Queue(ctx context.Context, queueARN string, body []byte) error {
	return b.aws.sqs.Send(b.noted(ctx, queueARN), queueARN, string(body), nil)
}

func (b bucketEvents) Function(ctx context.Context, functionARN string, event []byte) error {
	select {
	case <-b.aws.opened:
		return b.aws.lambda.InvokeEvent(b.noted(ctx, functionARN), functionARN, event)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// noted puts the notification into the trace; what the target does follows from it.
func (b bucketEvents) noted(ctx context.Context, target string) context.Context {
	e := trace.Event{
		ID: "notification-" + newRequestID(), Kind: trace.Notification, Name: target[strings.LastIndexByte(target, ':')+1:],
		At: b.aws.clock.Now(), Outcome: trace.OK, Causes: []string{cause.From(ctx)},
	}
	return cause.With(ctx, b.aws.trace.Add(e, nil))
}
