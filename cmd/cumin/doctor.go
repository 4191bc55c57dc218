package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/anikeshk/cumin/internal/platform"
)

func doctor(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return errors.New("doctor takes no arguments")
	}
	missing := 0
	for _, n := range platform.Needs(ctx) {
		switch {
		case n.OK():
			fmt.Printf("ok       %-10s %s\n", n.Name, n.Found)
		case n.Required:
			missing++
			fmt.Printf("MISSING  %-10s %s: %s\n", n.Name, n.Why, n.Install)
		default:
			fmt.Printf("optional %-10s %s: %s\n", n.Name, n.Why, n.Install)
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d required programs are missing", missing)
	}
	return nil
}
