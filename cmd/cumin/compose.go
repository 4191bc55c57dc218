package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/anikeshk/cumin/internal/compose"
	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

// images builds the images of docker-compose.yml.
func images(ctx context.Context, args []string) error {
	if err := parseAlone(flags("images"), args); err != nil {
		return err
	}
	if err := requireDocker(ctx); err != nil {
		return err
	}
	root, err := platform.Repository()
	if err != nil {
		return err
	}
	return compose.Build(ctx, root, os.Stdout)
}

// profiles are the targets that run in containers.
var profiles = map[string]compose.Profile{"localstack": compose.LocalStack, "emulator-container": compose.Emulator}

// upComposed is `up` in containers: images, stack, demo data, banner, logs until
// Ctrl-C, and then nothing of it runs. once ends it after the banner.
func upComposed(ctx context.Context, profile compose.Profile, fresh, once bool) (err error) {
	started := time.Now()
	if err := requireDocker(ctx); err != nil {
		return err
	}
	root, err := platform.Repository()
	if err != nil {
		return err
	}
	if err := compose.Build(ctx, root, os.Stdout); err != nil {
		return err
	}
	s := compose.Stack{Root: root, Profile: profile, Out: os.Stdout}
	if fresh {
		if err := s.Down(ctx, true); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, s.Down(context.WithoutCancel(ctx), false)) }()
	if err := s.Up(ctx); err != nil {
		return err
	}
	if err := s.Seed(ctx); err != nil {
		return err
	}
	line := strings.Repeat("─", 72)
	fmt.Printf("%s\n  Cumin is ready at %s on %s   (%.1f s)\n\n", line, s.URL(), profile, time.Since(started).Seconds())
	for _, u := range demo.People()[:2] {
		fmt.Printf("  sign in as %-18s %s\n", u.Email, u.Password)
	}
	fmt.Printf("\n  https %s\n  AWS   %s\n\n  Ctrl-C stops everything.\n%s\n", s.SecureURL(), s.Home().Endpoint, line)
	if once {
		return nil
	}
	return s.Logs(ctx)
}

// requireDocker says in words what is missing.
func requireDocker(ctx context.Context) error {
	if _, err := exec.LookPath("docker"); err != nil {
		return errors.New("docker is not installed; without --target everything runs without it")
	}
	if out, err := exec.CommandContext(ctx, "docker", "info", "--format", "{{.ServerVersion}}").CombinedOutput(); err != nil {
		return fmt.Errorf("no Docker engine answers: %w\n%s", err, out)
	}
	if out, err := exec.CommandContext(ctx, "docker", "compose", "version").CombinedOutput(); err != nil {
		return fmt.Errorf("the compose plugin is missing: %w\n%s", err, out)
	}
	return nil
}
