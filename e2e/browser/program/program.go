// Package program runs the browser's programs (*.mjs), written for Node.js and
// Chromium, against a stack.
package program

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/demo"
	"github.com/anikeshk/cumin/internal/platform"
)

// Run runs a program of the test's folder; it fails by exiting with another
// status than 0, and what it leaves behind is in e2e/browser/artifacts. Of a
// variable in env and one that Run sets itself, env's is taken.
func Run(t *testing.T, file string, env ...string) {
	t.Helper()
	s := stack.Use(t)
	root, err := platform.Repository()
	if err != nil {
		t.Fatal(err)
	}
	artifacts := filepath.Join(root, "e2e", "browser", "artifacts")
	if err := os.MkdirAll(artifacts, 0o755); err != nil {
		t.Fatal(err)
	}
	people, err := json.Marshal(demo.People()[:2]) // [{Name, Email, Password}]
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", file)
	cmd.Env = append(os.Environ(),
		"CUMIN_URL="+s.URL(),
		"CUMIN_ARTIFACTS="+artifacts,
		"CUMIN_NGINX_LOG="+s.LogFile("nginx"),
		"CUMIN_AWS="+s.Endpoint(),
		"CUMIN_DEMO="+string(people),
	)
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("%s failed: %v (what it left is in e2e/browser/artifacts)", file, err)
	}
}
