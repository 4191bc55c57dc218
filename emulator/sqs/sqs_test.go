package sqs

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// bench is a service on a frozen clock, driven over its JSON protocol.
type bench struct {
	testing.TB
	*Service
	clock *clock.Clock
}

func newBench(t testing.TB, cfg Config) *bench {
	t.Helper()
	if cfg.Clock == nil {
		cfg.Clock = clock.NewFrozen(start)
		t.Cleanup(cfg.Clock.Close)
	}
	cfg.Endpoint = "http://localhost:4566"
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t, s, cfg.Clock}
}

type object = map[string]any

// try calls an operation; code is empty on success.
func (b *bench) try(op string, in object) (out object, code, message string) {
	b.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "http://localhost:4566/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "AmazonSQS."+op)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		b.Fatalf("%s %s: answer %q: %v", op, body, w.Body, err)
	}
	if w.Code != http.StatusOK {
		code, _ = out["__type"].(string)
		_, code, _ = strings.Cut(code, "#")
		message, _ = out["message"].(string)
	}
	return out, code, message
}

func (b *bench) do(op string, in object) object {
	b.Helper()
	out, code, message := b.try(op, in)
	if code != "" {
		b.Fatalf("%s %v: %s: %s", op, in, code, message)
	}
	return out
}

func (b *bench) refused(op string, in object, wantCode, wantWords string) {
	b.Helper()
	_, code, message := b.try(op, in)
	if code != wantCode || !strings.Contains(message, wantWords) {
		b.Errorf("%s %v:\n got %s: %s\nwant %s: …%s…", op, in, code, message, wantCode, wantWords)
	}
}

func (b *bench) queue(name string, attributes object) string {
	b.Helper()
	if strings.HasSuffix(name, ".fifo") {
		if attributes == nil {
			attributes = object{}
		}
		attributes["FifoQueue"] = "true"
	}
	return b.do("CreateQueue", object{"QueueName": name, "Attributes": attributes})["QueueUrl"].(string)
}

func (b *bench) send(url, body string) string {
	b.Helper()
	return b.do("SendMessage", object{"QueueUrl": url, "MessageBody": body})["MessageId"].(string)
}

func (b *bench) sendTo(url, group, body string) {
	b.Helper()
	b.do("SendMessage", object{"QueueUrl": url, "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": group + body})
}

type gotMessage struct{ MessageId, ReceiptHandle, Body string }

func (b *bench) receive(url string, more object) (list []gotMessage) {
	b.Helper()
	in := object{"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0}
	for k, v := range more {
		in[k] = v
	}
	text, err := json.Marshal(b.do("ReceiveMessage", in)["Messages"])
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &list); err != nil {
		b.Fatal(err)
	}
	return list
}

func (b *bench) bodies(url string) string {
	b.Helper()
	var list []string
	for _, m := range b.receive(url, nil) {
		list = append(list, m.Body)
	}
	return strings.Join(list, " ")
}

func (b *bench) wantBodies(url, want, when string) {
	b.Helper()
	if got := b.bodies(url); got != want {
		b.Errorf("%s: got %q, want %q", when, got, want)
	}
}

func (b *bench) attribute(url, name string) string {
	b.Helper()
	return b.do("GetQueueAttributes", object{"QueueUrl": url, "AttributeNames": []string{"All"}})["Attributes"].(object)[name].(string)
}

// waitForPolls returns when n long polls wait on the queue.
func (b *bench) waitForPolls(name string, n int) {
	b.Helper()
	for range 20_000 {
		b.mu.Lock()
		waiting := 0
		for a, q := range b.queues {
			if a.name == name {
				waiting = len(q.waiters)
			}
		}
		b.mu.Unlock()
		if waiting == n {
			return
		}
		time.Sleep(50 * time.Microsecond) // real time: the polls are other goroutines'
	}
	b.Fatalf("no %d polls wait on %s", n, name)
}
