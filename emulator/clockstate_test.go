package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator"
)

func TestAMovedClockGoesOnThereAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := emulator.Open(emulator.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(first.Endpoint()+"/_cumin/clock", "application/json", strings.NewReader(`{"advance":"16m"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := emulator.Start(t, emulator.WithDir(dir))
	if ahead := time.Until(again.Clock().Now()); ahead < 15*time.Minute || ahead > 17*time.Minute {
		t.Fatalf("after the restart the clock is %v ahead, want 16m", ahead)
	}
}
