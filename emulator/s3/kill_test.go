package s3

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
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

// childDir, when set in the environment, makes the test binary a durable S3
// for a parent that will kill it.
const childDir = "CUMIN_S3_TEST_DIR"

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
	s, err := New(Config{Clock: clock.New(), Store: st, Dir: filepath.Join(dir, "objects")})
	return s, st, err
}

// content is the body of a key: it can be checked without being remembered.
func content(key string) []byte {
	sum := sha256.Sum256([]byte(key))
	return bytes.Repeat(sum[:], 1+int(sum[0])*8)
}

// TestAKilledProcessLosesNoAcknowledgedObject kills a durable S3 under load, a
// few times over one folder. Every acknowledged object must be whole
// afterwards, every other one whole or absent, and no blob may be left over.
func TestAKilledProcessLosesNoAcknowledgedObject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	acknowledged := map[string]bool{}
	for cycle := range 4 {
		for _, key := range writeUntilKilled(t, dir, cycle) {
			acknowledged[key] = true
		}
		if len(acknowledged) == 0 {
			continue
		}
		s, st, err := openIn(dir)
		if err != nil {
			t.Fatal(err)
		}
		whole := 0
		b := s.buckets["bucket"]
		b.objects.Scan(func(key string, o *object) bool {
			var body bytes.Buffer
			if err := s.send(&body, o.current(), 0, o.current().Size); err != nil || !bytes.Equal(body.Bytes(), content(key)) {
				t.Errorf("cycle %d: %s is not whole: %d bytes, %v", cycle, key, body.Len(), err)
			}
			whole++
			return true
		})
		for key := range acknowledged {
			if _, ok := b.objects.Get(key); !ok {
				t.Errorf("cycle %d: %s was acknowledged and is gone", cycle, key)
			}
		}
		blobs := 0
		if err := s.blobs.each(func(string) error { blobs++; return nil }); err != nil {
			t.Fatal(err)
		}
		if blobs != whole {
			t.Errorf("cycle %d: %d blobs for %d objects", cycle, blobs, whole)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acknowledged) == 0 {
		t.Fatal("nothing was ever acknowledged")
	}
	t.Logf("%d objects acknowledged over 4 kills", len(acknowledged))
}

func writeUntilKilled(t *testing.T, dir string, cycle int) (acknowledged []string) {
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
	url := strings.TrimSpace(line) + "/bucket"
	put(url, nil) // exists after the first cycle
	var mu sync.Mutex
	var writers sync.WaitGroup
	first := make(chan struct{})
	for w := range 4 {
		writers.Go(func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%d/%d/%d", cycle, w, n)
				if !put(url+"/"+key, content(key)) {
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, key)
				if len(acknowledged) == 1 {
					close(first)
				}
				mu.Unlock()
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
	return acknowledged
}

func put(url string, body []byte) bool {
	r, err := http.NewRequest(http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return false
	}
	r.Header.Set("Authorization", sigAlgorithm+" Credential=test/20260301/us-east-1/s3/aws4_request")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer w.Body.Close()
	_, err = io.Copy(io.Discard, w.Body)
	return err == nil && w.StatusCode == http.StatusOK
}
