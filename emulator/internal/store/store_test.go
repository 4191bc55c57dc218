package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func reopen(t *testing.T, path string) Store {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func contents(t *testing.T, s Store, bucket string) string {
	t.Helper()
	var b strings.Builder
	err := s.Load(bucket, func(k, v []byte) error {
		fmt.Fprintf(&b, "%s=%s ", k, v)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestWhatWasAppliedIsThereAfterReopening(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	s := reopen(t, path)
	steps := []func(*Batch){
		func(b *Batch) { b.Put("fruit", []byte("b"), []byte("banana")); b.Put("fruit", []byte("a"), nil) },
		func(b *Batch) { b.Put("veg", []byte("l"), []byte("leek")) },
		func(b *Batch) { b.Delete("fruit", []byte("missing")); b.Put("fruit", []byte("c"), []byte("cherry")) },
		func(b *Batch) { b.Delete("fruit", []byte("b")); b.Drop("veg"); b.Drop("never made") },
	}
	for i, step := range steps {
		var b Batch
		step(&b)
		if err := s.Apply(&b)(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, path)
	for bucket, want := range map[string]string{"fruit": "a= c=cherry", "veg": "", "never made": ""} {
		if got := contents(t, s, bucket); got != want {
			t.Errorf("%s: got %q, want %q", bucket, got, want)
		}
	}
}

func TestConcurrentWritersKeepTheirOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	s := reopen(t, path)
	const writers, each = 8, 50
	var engine sync.Mutex // an engine applies under its own lock
	n := 0
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				var b Batch
				engine.Lock()
				n++
				b.Put("counter", []byte("n"), fmt.Append(nil, n))
				wait := s.Apply(&b)
				engine.Unlock()
				if err := wait(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got, want := contents(t, s, "counter"), fmt.Sprintf("n=%d", writers*each); got != want {
		t.Fatalf("got %q, want the last write %q", got, want)
	}
}

func TestAFileInUseIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.db")
	reopen(t, path)
	if _, err := Open(path); !errors.Is(err, ErrInUse) {
		t.Fatalf("got %v, want ErrInUse", err)
	}
}

func TestAClosedStoreKeepsNothingMore(t *testing.T) {
	t.Parallel()
	s := reopen(t, filepath.Join(t.TempDir(), "state.db"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var b Batch
	b.Put("fruit", []byte("a"), []byte("apple"))
	if err := s.Apply(&b)(); !errors.Is(err, ErrClosed) {
		t.Fatalf("got %v, want ErrClosed", err)
	}
}

// The figures of docs/adr/0002: 500-byte puts.
func BenchmarkPut(b *testing.B) {
	for _, synced := range []bool{true, false} {
		for _, writers := range []int{1, 16, 64} {
			b.Run(fmt.Sprintf("synced=%t/writers=%d", synced, writers), func(b *testing.B) {
				s, err := open(filepath.Join(b.TempDir(), "state.db"), synced)
				if err != nil {
					b.Fatal(err)
				}
				defer s.Close()
				value := make([]byte, 500)
				var wg sync.WaitGroup
				b.ResetTimer()
				for w := range writers {
					wg.Go(func() {
						for i := w; i < b.N; i += writers {
							var batch Batch
							batch.Put("items", fmt.Appendf(nil, "%016x", uint64(i)*0x9e3779b97f4a7c15), value)
							if err := s.Apply(&batch)(); err != nil {
								b.Error(err)
							}
						}
					})
				}
				wg.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
			})
		}
	}
}
