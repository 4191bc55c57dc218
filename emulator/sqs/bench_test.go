package sqs

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

func (b *bench) post(op string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://localhost:4566/", bytes.NewReader(body))
	r.Header.Set("X-Amz-Target", "AmazonSQS."+op)
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

func encode(b *testing.B, in object) []byte {
	b.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		b.Fatal(err)
	}
	return body
}

func BenchmarkSendMessage(b *testing.B) {
	x := newBench(b, Config{Clock: clock.New()})
	body := encode(b, object{"QueueUrl": x.queue("jobs", nil), "MessageBody": strings.Repeat("x", 256)})
	b.ReportAllocs()
	for b.Loop() {
		if w := x.post("SendMessage", body); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

func BenchmarkReceiveAndDelete(b *testing.B) {
	x := newBench(b, Config{Clock: clock.New()})
	url := x.queue("jobs", nil)
	send := encode(b, object{"QueueUrl": url, "MessageBody": strings.Repeat("x", 256)})
	receive := encode(b, object{"QueueUrl": url, "MaxNumberOfMessages": 1})
	b.ReportAllocs()
	for b.Loop() {
		x.post("SendMessage", send)
		var out struct{ Messages []gotMessage }
		if err := json.Unmarshal(x.post("ReceiveMessage", receive).Body.Bytes(), &out); err != nil || len(out.Messages) != 1 {
			b.Fatal(err, out)
		}
		x.post("DeleteMessage", encode(b, object{"QueueUrl": url, "ReceiptHandle": out.Messages[0].ReceiptHandle}))
	}
}

// BenchmarkLongPollWakeUp is the time from a send to its delivery to a waiting
// poll, without HTTP.
func BenchmarkLongPollWakeUp(b *testing.B) {
	x := newBench(b, Config{Clock: clock.New()})
	x.queue("jobs", nil)
	const queueARN = "arn:aws:sqs:us-east-1:000000000000:jobs"
	got := make(chan []Delivery)
	go func() {
		for {
			d, err := x.Receive(b.Context(), queueARN, 1, 20*time.Second)
			if err != nil {
				close(got)
				return
			}
			got <- d
		}
	}()
	for b.Loop() {
		b.StopTimer()
		x.waitForPolls("jobs", 1)
		b.StartTimer()
		if err := x.Send(b.Context(), queueARN, "x", nil); err != nil {
			b.Fatal(err)
		}
		d := <-got
		b.StopTimer()
		if err := x.Delete(queueARN, []string{d[0].Handle}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
