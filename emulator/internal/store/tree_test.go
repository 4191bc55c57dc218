package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
)

// copiers are the stores that can be copied, empty.
func copiers(t *testing.T) map[string]Copier {
	return map[string]Copier{"tree": &Tree{}, "bolt": reopen(t, filepath.Join(t.TempDir(), "state.db")).(Copier)}
}

func apply(t *testing.T, s Store, f func(*Batch)) {
	t.Helper()
	var b Batch
	f(&b)
	if err := s.Apply(&b)(); err != nil {
		t.Fatal(err)
	}
}

func nothingElse() error { return nil }

func TestACopyStaysAsItWas(t *testing.T) {
	t.Parallel()
	for name, s := range copiers(t) {
		t.Run(name, func(t *testing.T) {
			apply(t, s, func(b *Batch) { b.Put("fruit", []byte("a"), []byte("apple")); b.Put("fruit", []byte("b"), nil) })
			state, err := s.Copy(nothingElse)
			if err != nil {
				t.Fatal(err)
			}
			apply(t, s, func(b *Batch) { b.Delete("fruit", []byte("a")); b.Put("fruit", []byte("c"), []byte("cherry")) })
			one, other := state.Fork(), state.Fork()
			apply(t, one, func(b *Batch) { b.Drop("fruit") })
			durable := reopen(t, filepath.Join(t.TempDir(), "state.db"))
			if err := state.Write(durable); err != nil {
				t.Fatal(err)
			}
			for what, c := range map[string]struct {
				in   Store
				want string
			}{
				"the original goes on": {s, "b= c=cherry"}, "one copy was emptied": {one, ""},
				"the other was not": {other, "a=apple b="}, "written to a file": {durable, "a=apple b="},
			} {
				if got := contents(t, c.in, "fruit"); got != c.want {
					t.Errorf("%s: got %q, want %q", what, got, c.want)
				}
			}
		})
	}
}

func TestNothingIsKeptWhileACopyIsMade(t *testing.T) {
	t.Parallel()
	for name, s := range copiers(t) {
		t.Run(name, func(t *testing.T) {
			var wg sync.WaitGroup
			state, err := s.Copy(func() error {
				wg.Go(func() {
					var b Batch
					b.Put("fruit", []byte("a"), nil)
					if err := s.Apply(&b)(); err != nil {
						t.Error(err)
					}
				})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			if got := contents(t, state.Fork(), "fruit"); got != "" {
				t.Errorf("the copy has what came later: %q", got)
			}
			refusal := errors.New("no")
			if _, err := s.Copy(func() error { return refusal }); !errors.Is(err, refusal) {
				t.Errorf("got %v, want the error of what lies beside", err)
			}
		})
	}
}

func TestCopiesAreWrittenToSideBySide(t *testing.T) {
	t.Parallel()
	var s Tree
	for i := range 1000 {
		apply(t, &s, func(b *Batch) { b.Put("n", fmt.Appendf(nil, "%04d", i), []byte("x")) })
	}
	state, err := s.Copy(nothingElse)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			fork := state.Fork()
			for i := range 1000 {
				var b Batch
				b.Delete("n", fmt.Appendf(nil, "%04d", i))
				_ = fork.Apply(&b) // makes the change at once
			}
			if got := contents(t, fork, "n"); got != "" {
				t.Errorf("left: %.40q", got)
			}
		})
	}
	wg.Wait()
}
