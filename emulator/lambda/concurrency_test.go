package lambda

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func TestFunctionsShareTheAccountsConcurrency(t *testing.T) {
	t.Parallel()
	var ids atomic.Int64
	s, err := New(Config{
		Clock: clock.New(), Store: store.Memory{}, Log: slog.New(slog.DiscardHandler), Dir: t.TempDir(), Logs: noLogs{}, Concurrency: 2,
		NewID: func() string { return strconv.FormatInt(ids.Add(1), 10) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	running, finish := make(chan struct{}), make(chan struct{})
	for _, name := range []string{"slow", "other"} {
		if _, err := s.HandleFunc(name, func(_ context.Context, event []byte) ([]byte, error) {
			if string(event) == `"wait"` {
				running <- struct{}{}
				<-finish
			}
			return nil, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	ctx := wire.WithIdentity(t.Context(), wire.Identity{Account: wire.DefaultAccount, Region: wire.DefaultRegion})
	reason := func(name string) any {
		_, err := s.Invoke(ctx, name, []byte(`"now"`))
		if e, ok := errors.AsType[*wire.Error](err); ok {
			return e.Fields["Reason"]
		}
		return err
	}
	done := make(chan error, 2)
	for range 2 {
		go func() { _, err := s.Invoke(ctx, "slow", []byte(`"wait"`)); done <- err }()
		<-running
	}
	if got := reason("other"); got != accountUsedUp {
		t.Errorf("with two of two running: %v", got)
	}
	close(finish)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := reason("other"); got != nil {
		t.Errorf("when they are done: %v", got)
	}
	none := 0
	if err := s.PutFunctionConcurrency(ctx, "other", &none); err != nil {
		t.Fatal(err)
	}
	if got := reason("other"); got != reservedUsedUp {
		t.Errorf("with a reservation of none: %v", got)
	}
	if got := reason("slow"); got != nil {
		t.Errorf("beside a reservation of none: %v", got)
	}
}
