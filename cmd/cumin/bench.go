package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// bench runs the measuring program, which lives with the end-to-end suites.
func bench(ctx context.Context, args []string) error {
	root, _, err := home()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", append([]string{"run", "./bench"}, args...)...)
	cmd.Dir = filepath.Join(root, "e2e")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	return cmd.Run()
}
