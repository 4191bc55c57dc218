//go:build browser

package browser

import (
	"encoding/json"
	"testing"

	people "github.com/anikeshk/cumin/internal/demo"
)

// demo is the demo users as the journeys' JSON: [{Name, Email, Password}].
func demo(t *testing.T) string {
	t.Helper()
	b, err := json.Marshal(people.People()[:2])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
