package sqs

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

func TestAQueueIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	frozen := clock.NewFrozen(start)
	defer frozen.Close()
	open := func() (*bench, store.Store) {
		st, err := store.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		return newBench(t, Config{Clock: frozen, Store: st}), st
	}
	b, st := open()
	url := b.queue("jobs", object{"VisibilityTimeout": "60"})
	fifo := b.queue("jobs.fifo", nil)
	b.do("TagQueue", object{"QueueUrl": url, "Tags": object{"k": "v"}})
	b.send(url, "deleted")
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": b.receive(url, nil)[0].ReceiptHandle})
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "in flight", "MessageAttributes": object{"a": object{"DataType": "Binary", "BinaryValue": "AQ=="}}})
	handle := b.receive(url, nil)[0].ReceiptHandle
	b.send(url, "visible")
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": "delayed", "DelaySeconds": 90})
	first := b.do("SendMessage", object{"QueueUrl": fifo, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"})
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}

	b, st = open()
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	b.wantBodies(url, "visible", "after the restart")
	if got := b.attribute(url, "VisibilityTimeout"); got != "60" {
		t.Errorf("VisibilityTimeout %s, want 60", got)
	}
	if tags := b.do("ListQueueTags", object{"QueueUrl": url})["Tags"].(object); tags["k"] != "v" {
		t.Errorf("tags %v", tags)
	}
	again := b.do("SendMessage", object{"QueueUrl": fifo, "MessageBody": "x", "MessageGroupId": "g", "MessageDeduplicationId": "d"})
	if again["MessageId"] != first["MessageId"] {
		t.Error("the deduplication id was forgotten")
	}
	next := b.do("SendMessage", object{"QueueUrl": fifo, "MessageBody": "y", "MessageGroupId": "g", "MessageDeduplicationId": "e"})
	if next["SequenceNumber"].(string) <= first["SequenceNumber"].(string) {
		t.Errorf("sequence number %v after %v", next["SequenceNumber"], first["SequenceNumber"])
	}
	b.do("DeleteMessage", object{"QueueUrl": url, "ReceiptHandle": handle})
	b.clock.Advance(90 * time.Second)
	b.wantBodies(url, "visible delayed", "the delay and the visibility timeout went on")
}
