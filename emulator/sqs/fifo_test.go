package sqs

import (
	"strings"
	"testing"
	"time"
)

func TestAGroupIsDeliveredInOrderOneBatchAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs.fifo", nil)
	for _, m := range []string{"a 1", "a 2", "b 1", "a 3", "b 2"} {
		group, body, _ := strings.Cut(m, " ")
		b.sendTo(url, group, body)
	}
	first := b.receive(url, object{"MaxNumberOfMessages": 2})
	if len(first) != 2 || first[0].Body != "1" || first[1].Body != "2" {
		t.Fatalf("got %v, want the first two of a", first)
	}
	b.wantBodies(url, "1 2", "group a has messages in flight, so b alone is delivered")
	b.sendTo(url, "a", "4")
	b.wantBodies(url, "", "both groups have messages in flight, new messages included")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": first[0].ReceiptHandle})
	b.wantBodies(url, "", "one of a's two messages is still in flight")
	b.do("ChangeMessageVisibility", object{"QueueUrl": url, "ReceiptHandle": first[1].ReceiptHandle, "VisibilityTimeout": 0})
	b.wantBodies(url, "2 3 4", "a goes on where it stopped")
	b.clock.Advance(30 * time.Second)
	b.wantBodies(url, "2 3 4 1 2", "redelivery keeps the order within each group")
}

func TestALaterMessageWaitsForAnEarlierOneOfItsGroup(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs.fifo", nil)
	b.sendTo(url, "a", "1")
	b.sendTo(url, "a", "2")
	got := b.receive(url, nil)
	b.do("ChangeMessageVisibility", object{"QueueUrl": url, "ReceiptHandle": got[1].ReceiptHandle, "VisibilityTimeout": 0})
	b.wantBodies(url, "", "the first is still in flight, though the second is visible again")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": got[0].ReceiptHandle})
	b.wantBodies(url, "2", "the first is gone")
}

func TestAnExpiredHandleOfAFIFOQueueIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs.fifo", nil)
	b.sendTo(url, "a", "1")
	handle := b.receive(url, nil)[0].ReceiptHandle
	b.clock.Advance(30 * time.Second)
	b.refused("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": handle}, "InvalidParameterValueException", "Reason: The receipt handle has expired.")
	b.wantBodies(url, "1", "still there")
}

func TestADuplicateIsAcceptedAndNotDelivered(t *testing.T) {
	t.Parallel()
	send := func(b *bench, url, group, id, body string) object {
		b.Helper()
		in := object{"QueueUrl": url, "MessageBody": body, "MessageGroupId": group}
		if id != "" {
			in["MessageDeduplicationId"] = id
		}
		return b.do("SendMessage", in)
	}
	t.Run("by its id, for five minutes, also after it was deleted", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, Config{})
		url := b.queue("jobs.fifo", nil)
		first := send(b, url, "a", "d1", "one")
		b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": b.receive(url, nil)[0].ReceiptHandle})
		b.clock.Advance(dedupWindow - time.Millisecond)
		again := send(b, url, "b", "d1", "two")
		if again["MessageId"] != first["MessageId"] || again["SequenceNumber"] != first["SequenceNumber"] || again["MD5OfMessageBody"] == first["MD5OfMessageBody"] {
			t.Errorf("got %v, want the first message's id and number, and the digest of what was sent", again)
		}
		b.wantBodies(url, "", "a duplicate")
		b.clock.Advance(time.Millisecond)
		send(b, url, "a", "d1", "three")
		b.wantBodies(url, "three", "the window is over")
	})
	t.Run("by its content", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, Config{})
		url := b.queue("jobs.fifo", object{"ContentBasedDeduplication": "true"})
		for _, body := range []string{"one", "one", "two"} {
			send(b, url, "a", "", body)
		}
		b.wantBodies(url, "one two", "equal bodies are one")
	})
	t.Run("within its group, with that scope", func(t *testing.T) {
		t.Parallel()
		b := newBench(t, Config{})
		url := b.queue("jobs.fifo", object{"DeduplicationScope": "messageGroup", "FifoThroughputLimit": "perMessageGroupId"})
		send(b, url, "a", "d", "one")
		send(b, url, "b", "d", "two")
		send(b, url, "a", "d", "three")
		b.wantBodies(url, "one two", "one of each group")
	})
}

func TestARetriedReceiveGetsTheSameMessages(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs.fifo", nil)
	b.sendTo(url, "a", "1")
	b.sendTo(url, "b", "2")
	attempt := object{"ReceiveRequestAttemptId": "try", "MaxNumberOfMessages": 1}
	first := b.receive(url, attempt)
	b.clock.Advance(20 * time.Second)
	again := b.receive(url, attempt)
	if len(again) != 1 || again[0] != first[0] {
		t.Fatalf("got %v, want %v again", again, first)
	}
	b.clock.Advance(20 * time.Second)
	b.wantBodies(url, "2", "the retry began the visibility timeout anew")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": first[0].ReceiptHandle})
	if got := b.receive(url, attempt); len(got) != 0 {
		t.Errorf("got %v after the message was deleted, want nothing", got)
	}
}

func TestAMessageMovedToTheDeadLetterQueueFreesItsGroup(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	dead := b.queue("dead.fifo", nil)
	b.queue("plain", nil)
	b.refused("CreateQueue", object{"QueueName": "x.fifo", "Attributes": object{"FifoQueue": "true", "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:plain","maxReceiveCount":1}`}},
		"InvalidParameterValueException", "Dead-letter queue must be same type of queue as the source.")
	url := b.queue("jobs.fifo", object{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead.fifo","maxReceiveCount":1}`})
	b.sendTo(url, "a", "poison")
	b.sendTo(url, "a", "next")
	if got := b.receive(url, object{"MaxNumberOfMessages": 1}); got[0].Body != "poison" {
		t.Fatalf("got %v", got)
	}
	b.clock.Advance(30 * time.Second)
	b.wantBodies(url, "next", "the group goes on")
	b.wantBodies(dead, "poison", "in the dead-letter queue")
}

func TestAFIFOQueueRefuses(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	url := b.queue("jobs.fifo", nil)
	for _, tc := range []struct {
		name        string
		in          object
		code, words string
	}{
		{"a message without a group", object{"MessageBody": "x", "MessageDeduplicationId": "d"}, "MissingRequiredParameterException", "MessageGroupId"},
		{"a message without an id", object{"MessageBody": "x", "MessageGroupId": "g"}, "InvalidParameterValueException", "ContentBasedDeduplication"},
		{"a delay of one message", object{"MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 2}, "InvalidParameterValueException", "Value 2 for parameter DelaySeconds is invalid."},
		{"a group with a space", object{"MessageBody": "x", "MessageGroupId": "a b", "MessageDeduplicationId": "d"}, "InvalidParameterValueException", "MessageGroupId"},
	} {
		tc.in["QueueUrl"] = url
		b.refused("SendMessage", tc.in, tc.code, tc.words)
	}
	b.refused("CreateQueue", object{"QueueName": "x", "Attributes": object{"FifoQueue": "true"}}, "InvalidParameterValueException", "must end with .fifo suffix")
	b.refused("CreateQueue", object{"QueueName": "x", "Attributes": object{"FifoQueue": "false"}}, "InvalidParameterValueException", "")
	b.refused("CreateQueue", object{"QueueName": "x", "Attributes": object{"ContentBasedDeduplication": "true"}}, "InvalidAttributeName", "Unknown Attribute ContentBasedDeduplication.")
}
