package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

// addDemo writes one large project into the running stack, for Ada.
func addDemo(ctx context.Context, args []string) error {
	f := flags("demo")
	tasks := f.Int("tasks", 100_000, "how many tasks the project has")
	if err := parseAlone(f, args); err != nil {
		return err
	}
	_, dir, err := home()
	if err != nil {
		return err
	}
	state, err := platform.ReadState(dir)
	if err != nil {
		return err
	}
	if state == nil || !state.Ready {
		return errors.New("demo adds to a running stack: start one with `go run ./cmd/cumin up`")
	}
	stack, err := state.DemoStack(ctx)
	if err != nil {
		return err
	}
	const owner = 0 // Ada
	at, next := time.Now(), time.Now().Add(time.Second)
	made, err := demo.Large(ctx, stack, owner, *tasks, func(written int) {
		if now := time.Now(); now.After(next) {
			fmt.Printf("%d of %d tasks\n", written, *tasks)
			next = now.Add(time.Second)
		}
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d tasks in %s: %s/projects/%s, as %s. The counts follow from the stream.\n",
		*tasks, time.Since(at).Round(100*time.Millisecond), state.URL, made.ID, demo.People()[owner].Email)
	return nil
}
