//go:build browser

// Package large looks at the board of a large project in the browser. It takes
// minutes to write one, so it does so when CUMIN_TASKS says how large.
package large

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/anikeshk/cumin/e2e/browser/program"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/demo"
)

func TestMain(m *testing.M) {
	stack.Main(m, stack.Options{Web: true, Seed: true, Calm: true})
}

func TestTheBoardOfALargeProject(t *testing.T) {
	wanted := os.Getenv("CUMIN_TASKS")
	if wanted == "" {
		t.Skip("CUMIN_TASKS=100000 runs it")
	}
	tasks, err := strconv.Atoi(wanted)
	if err != nil {
		t.Fatalf("CUMIN_TASKS: %v", err)
	}
	const ada = 0
	began := time.Now()
	project, err := demo.Large(t.Context(), stack.Use(t).DemoStack(), ada, tasks, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("figure: %d tasks written in %.1f s", tasks, time.Since(began).Seconds())
	program.Run(t, "large.mjs", "CUMIN_PROJECT="+string(project.ID))
}
