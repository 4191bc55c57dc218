package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// moveClock shows or moves the clock of the embedded AWS.
func moveClock(ctx context.Context, args []string) error {
	f := flags("clock")
	if err := parse(f, args); err != nil {
		return err
	}
	args = f.Args()
	var change map[string]any // nil: only show it
	switch {
	case len(args) == 0:
	case len(args) == 2 && args[0] == "advance":
		if _, err := time.ParseDuration(args[1]); err != nil {
			return fmt.Errorf("advance by how much? %w", err)
		}
		change = map[string]any{"advance": args[1]}
	case len(args) == 1 && args[0] == "freeze":
		change = map[string]any{"freeze": true}
	case len(args) == 1 && args[0] == "resume":
		change = map[string]any{"freeze": false, "auto": false}
	case len(args) == 1 && args[0] == "auto":
		change = map[string]any{"auto": true}
	default:
		return errors.New("clock takes: advance <duration>, freeze, auto, resume, or nothing")
	}
	var now struct {
		Now    time.Time
		Offset time.Duration
		Frozen bool
		Auto   bool
	}
	var body any
	if change != nil {
		body = change
	}
	if err := askAWS(ctx, "clock", body, &now); err != nil {
		return err
	}
	fmt.Printf("%s, %s ahead of this machine", now.Now.Local().Format(time.DateTime), now.Offset.Round(time.Second))
	if now.Frozen {
		fmt.Print(", frozen")
	}
	if now.Auto {
		fmt.Print(", jumping ahead whenever nothing goes on")
	}
	fmt.Println()
	return nil
}
