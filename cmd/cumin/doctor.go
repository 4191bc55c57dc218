package main

import (
	"context"
	"fmt"

	"github.com/anikeshk/cumin/internal/platform"
)

func doctor(ctx context.Context, args []string) error {
	if err := parseAlone(flags("doctor"), args); err != nil {
		return err
	}
	missing := 0
	for _, n := range platform.Needs(ctx) {
		switch {
		case n.OK():
			fmt.Printf("ok       %-10s %s\n", n.Name, n.Found)
		case n.Required:
			missing++
			fmt.Printf("MISSING  %s\n", n)
		default:
			fmt.Printf("optional %s\n", n)
		}
	}
	if missing > 0 {
		return fmt.Errorf("what is needed and missing or too old: %d", missing)
	}
	return nil
}
