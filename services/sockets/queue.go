package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/anikeshk/cumin/internal/cumin"
	"github.com/anikeshk/cumin/internal/notify"
)

// queueAttributes of an instance's queue, in seconds. Messages are hints that
// age fast: what an instance did not take in five minutes its clients have
// long read from the inbox.
var queueAttributes = map[string]string{
	string(types.QueueAttributeNameVisibilityTimeout):             "30",
	string(types.QueueAttributeNameMessageRetentionPeriod):        "300",
	string(types.QueueAttributeNameReceiveMessageWaitTimeSeconds): "20",
}

// queues makes, reads and removes the instances' queues of one stack.
type queues struct {
	client *sqs.Client
	stack  string
	log    *slog.Logger
}

func (q queues) prefix() string { return q.stack + notify.QueuePrefix }

// create makes an instance's queue and returns its URL.
func (q queues) create(ctx context.Context, id cumin.InstanceID) (string, error) {
	out, err := q.client.CreateQueue(ctx, &sqs.CreateQueueInput{
		QueueName: aws.String(q.prefix() + string(id)), Attributes: queueAttributes,
	})
	if err != nil {
		return "", fmt.Errorf("create the queue of instance %s: %w", id, err)
	}
	return aws.ToString(out.QueueUrl), nil
}

// remove deletes a queue; one that is gone is as good as deleted.
func (q queues) remove(ctx context.Context, url string) error {
	_, err := q.client.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: &url})
	if _, gone := errors.AsType[*types.QueueDoesNotExist](err); err != nil && !gone {
		return fmt.Errorf("delete queue %s: %w", url, err)
	}
	return nil
}

// list returns the URLs of all instances' queues by instance.
func (q queues) list(ctx context.Context) (map[cumin.InstanceID]string, error) {
	pages := sqs.NewListQueuesPaginator(q.client, &sqs.ListQueuesInput{
		QueueNamePrefix: aws.String(q.prefix()), MaxResults: aws.Int32(1000),
	})
	found := map[cumin.InstanceID]string{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the instances' queues: %w", err)
		}
		for _, url := range page.QueueUrls {
			if id, ok := strings.CutPrefix(path.Base(url), q.prefix()); ok && cumin.ValidID(id) {
				found[cumin.InstanceID(id)] = url
			}
		}
	}
	return found, nil
}

// consume waits for messages, hands each to deliver and deletes it: at least
// once, since a crash in between shows it again to nobody but the clients'
// replay. It returns after one receive.
func (q queues) consume(ctx context.Context, url string, deliver func(notify.Message)) error {
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20,
	})
	if err != nil {
		return fmt.Errorf("receive: %w", err)
	}
	if len(out.Messages) == 0 {
		return nil
	}
	done := make([]types.DeleteMessageBatchRequestEntry, len(out.Messages))
	for i, m := range out.Messages {
		done[i] = types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle}
		message, err := notify.Decode(aws.ToString(m.Body))
		if err != nil {
			// Only a sender of another version writes such a thing. It is a hint that
			// cannot be followed; its rows are in the inbox all the same.
			q.log.ErrorContext(ctx, "message not understood", slog.String("message_id", aws.ToString(m.MessageId)), slog.Any("err", err))
			continue
		}
		deliver(message)
	}
	// What is not deleted comes again and is dropped as seen.
	if _, err := q.client.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: done}); err != nil {
		return fmt.Errorf("delete messages: %w", err)
	}
	return nil
}
