//go:build browser

// Package browser runs whole journeys in Chromium against a stack of its own,
// through nginx, with the production build of the client. Each journey is a
// program in journeys/; it fails by exiting with another status than 0. Needs
// Node.js, Chromium and the packages of package.json (npm ci).
package browser

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/e2e/browser/program"
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
	control := "CUMIN_OUTAGES=" + outages(t)
	for _, file := range programs {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".mjs"), func(t *testing.T) { program.Run(t, file, control) })
	}
}

// TestScreens writes every screen, in both themes and at both widths, to
// artifacts/screens, and asks axe about each.
func TestScreens(t *testing.T) { program.Run(t, "screens/screens.mjs") }
