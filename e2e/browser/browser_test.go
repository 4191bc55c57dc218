//go:build browser

// Package browser runs whole journeys in Chromium against a stack of its own,
// through nginx, with the production build of the client. Each journey is a
// program in journeys/; it fails by exiting with another status than 0. Needs
// Node.js, Chromium and the packages of package.json (npm ci).
package browser

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/e2e/stack"
)

func TestMain(m *testing.M) {
	stack.Main(m, stack.Options{Web: true, Seed: true})
}

func TestJourneys(t *testing.T) {
	programs, err := filepath.Glob("journeys/*.mjs")
	if err != nil || len(programs) == 0 {
		t.Fatalf("no journeys found: %v", err)
	}
	for _, program := range programs {
		t.Run(strings.TrimSuffix(filepath.Base(program), ".mjs"), func(t *testing.T) { run(t, program) })
	}
}

// TestScreens writes every screen, in both themes and at both widths, to
// artifacts/screens, and asks axe about each.
func TestScreens(t *testing.T) { run(t, "screens/screens.mjs") }

// run runs a program against the stack; what it leaves behind is in artifacts.
func run(t *testing.T, program string) {
	t.Helper()
	s := stack.Use(t)
	artifacts, err := filepath.Abs("artifacts")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", program)
	cmd.Env = append(os.Environ(),
		"CUMIN_URL="+s.URL(),
		"CUMIN_ARTIFACTS="+artifacts,
		"CUMIN_NGINX_LOG="+s.LogFile("nginx"),
		"CUMIN_AWS="+s.Endpoint(),
		fmt.Sprintf("CUMIN_DEMO=%s", demo(t)),
	)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("%s failed: %v (pictures in e2e/browser/artifacts)", program, err)
	}
}
