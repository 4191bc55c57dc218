package sqs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// childDir, when set in the environment, makes the test binary a durable SQS
// for a parent that will kill it.
const childDir = "CUMIN_SQS_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		s, _, err := openIn(dir)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(httptest.NewServer(s).URL)
		select {}
	}
	os.Exit(m.Run())
}

func openIn(dir string) (*Service, store.Store, error) {
	st, err := store.Open(filepath.Join(dir, "state.db"))
	if err != nil {
		return nil, nil, err
	}
	s, err := New(Config{Clock: clock.New(), Store: st})
	return s, st, err
}

// ledger is what the parent knows: bodies whose send was acknowledged, whose
// deletion was acknowledged, and whose deletion was asked for.
type ledger struct {
	mu                   sync.Mutex // guards what follows
	sent, deleted, asked map[string]bool
}

func (l *ledger) note(set map[string]bool, body string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	set[body] = true
}

// TestAKilledProcessLosesNoAcknowledgedMessage kills a durable SQS under load,
// a few times over one file. Every acknowledged message must be there
// afterwards, and no acknowledged deletion undone.
func TestAKilledProcessLosesNoAcknowledgedMessage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l := &ledger{sent: map[string]bool{}, deleted: map[string]bool{}, asked: map[string]bool{}}
	for cycle := range 4 {
		sendUntilKilled(t, dir, cycle, l)
		s, st, err := openIn(dir)
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, q := range s.queues {
			for _, m := range q.messages {
				there[m.body] = true
			}
		}
		for body := range l.sent {
			if !there[body] && !l.asked[body] {
				t.Errorf("cycle %d: %s was acknowledged and is gone", cycle, body)
			}
		}
		for body := range l.deleted {
			if there[body] {
				t.Errorf("cycle %d: %s was deleted and is back", cycle, body)
			}
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(l.sent) == 0 || len(l.deleted) == 0 {
		t.Fatalf("%d sent, %d deleted: nothing was proved", len(l.sent), len(l.deleted))
	}
	t.Logf("%d sends and %d deletions acknowledged over 4 kills", len(l.sent), len(l.deleted))
}

func sendUntilKilled(t *testing.T, dir string, cycle int, l *ledger) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the child said nothing: %v", err)
	}
	url := strings.TrimSpace(line)
	call(url, "CreateQueue", object{"QueueName": "jobs"}, nil)
	var writers sync.WaitGroup
	first := make(chan struct{})
	for w := range 4 {
		writers.Go(func() {
			for n := 0; sendAndDelete(url, fmt.Sprintf("%d/%d/%d", cycle, w, n), l); n++ {
				if w == 0 && n == 0 {
					close(first)
				}
			}
		})
	}
	select {
	case <-first:
	case <-time.After(20 * time.Second):
	}
	time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond) // the moment of death is the point
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	writers.Wait()
	_ = cmd.Wait() // "signal: killed"
}

// sendAndDelete sends two messages' worth of work and deletes one message; it
// reports whether the service is alive.
func sendAndDelete(url, body string, l *ledger) bool {
	for _, half := range []string{"a", "b"} {
		if !call(url, "SendMessage", object{"QueueUrl": "jobs", "MessageBody": body + half}, nil) {
			return false
		}
		l.note(l.sent, body+half)
	}
	var got struct{ Messages []gotMessage }
	if !call(url, "ReceiveMessage", object{"QueueUrl": "jobs"}, &got) {
		return false
	}
	if len(got.Messages) == 0 { // the other writers took them
		return true
	}
	m := got.Messages[0]
	l.note(l.asked, m.Body)
	if !call(url, "DeleteMessage", object{"QueueUrl": "jobs", "ReceiptHandle": m.ReceiptHandle}, nil) {
		return false
	}
	l.note(l.deleted, m.Body)
	return true
}

func call(url, op string, in object, out any) bool {
	body, err := json.Marshal(in)
	if err != nil {
		return false
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("X-Amz-Target", "AmazonSQS."+op)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer w.Body.Close()
	if out == nil {
		out = &object{}
	}
	return json.NewDecoder(w.Body).Decode(out) == nil && w.StatusCode == http.StatusOK
}
