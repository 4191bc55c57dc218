//go:build browser

package browser

import (
	"encoding/json"
	"testing"

	"github.com/anikeshk/cumin/internal/platform"
)

// demo is the demo users as the journeys' JSON: [{Name, Email, Password}].
func demo(t *testing.T) string {
	t.Helper()
	b, err := json.Marshal(platform.DemoUsers())
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
