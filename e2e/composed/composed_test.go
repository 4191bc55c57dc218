//go:build docker

// Package composed shows that the stack of docker-compose.yml is the product: a
// person's first day in Chromium passes against it, two people look at one
// board through two sockets instances, and stopping it leaves nothing behind.
// Its AWS is LocalStack, or with CUMIN_PROFILE=emulator the embedded AWS's image.
// Needs a Docker engine with compose, Node.js and Chromium; its ports are those
// of `cumin up`.
package composed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/internal/compose"
	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

var stack compose.Stack

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "composed:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	root, err := platform.Repository()
	if err != nil {
		return 0, err
	}
	stack = compose.Stack{Root: root, Profile: compose.LocalStack, Out: os.Stdout}
	if os.Getenv("CUMIN_PROFILE") == string(compose.Emulator) {
		stack.Profile = compose.Emulator
	}
	started := time.Now()
	if err := compose.Build(ctx, root, os.Stdout); err != nil {
		return 0, err
	}
	built := time.Since(started)
	defer func() { err = errors.Join(err, stack.Down(ctx, true), nothingLeft(ctx)) }()
	if err := stack.Up(ctx); err != nil {
		return 0, err
	}
	fmt.Printf("figure: images built in %.0f s, all healthy on %s %.0f s later\n", built.Seconds(), stack.Profile, (time.Since(started) - built).Seconds())
	if err := stack.Seed(ctx); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// nothingLeft fails when a container or the network outlives the stack.
func nothingLeft(ctx context.Context) error {
	var errs []error
	for _, list := range [][]string{
		{"ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=cumin"},
		{"ps", "--all", "--quiet", "--filter", "label=" + compose.FunctionsLabel},
		{"network", "ls", "--quiet", "--filter", "label=com.docker.compose.project=cumin"},
		{"volume", "ls", "--quiet", "--filter", "label=com.docker.compose.project=cumin"},
	} {
		out, err := exec.CommandContext(ctx, "docker", list...).Output()
		if err == nil && len(bytes.TrimSpace(out)) > 0 {
			err = fmt.Errorf("docker %s: %s is left", strings.Join(list, " "), bytes.TrimSpace(out))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func TestEverythingIsHealthy(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "docker", "compose", "--profile", string(stack.Profile), "ps", "--format", "{{.Service}} {{.State}} {{.Health}}")
	cmd.Dir = stack.Root
	out, err := cmd.Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, 6, "%s", out) // the AWS, auth, api, two sockets, the edge; `apply` has ended
	for _, line := range lines {
		require.True(t, strings.HasSuffix(line, " running healthy"), line)
	}
}

func TestJourneys(t *testing.T) {
	people, err := json.Marshal(demo.People()[:2])
	require.NoError(t, err)
	artifacts := filepath.Join(stack.Root, "e2e", "browser", "artifacts", "composed")
	require.NoError(t, os.MkdirAll(artifacts, 0o755))
	for _, journey := range []string{"first-day", "two-people"} {
		t.Run(journey, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "node", filepath.Join("journeys", journey+".mjs"))
			cmd.Dir = filepath.Join(stack.Root, "e2e", "browser")
			cmd.Env = append(os.Environ(), "CUMIN_URL="+stack.URL(), "CUMIN_ARTIFACTS="+artifacts, "CUMIN_AWS="+stack.Home().Endpoint, "CUMIN_DEMO="+string(people))
			out, err := cmd.CombinedOutput()
			t.Logf("%s", out)
			require.NoError(t, err, "screenshots are in %s", artifacts)
		})
	}
}
