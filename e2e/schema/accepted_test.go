//go:build schema

package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// finding is what one check said of one operation.
type finding struct {
	Operation string // "GET /auth/me"
	Check     string // schemathesis' name of it
	Detail    string `json:"signature"` // what makes it another finding of the same check: a status, mostly
}

// acceptance says why findings are left as they are.
type acceptance struct {
	Test       string // in which they occur
	Check      string
	Detail     string
	Operations []string // whose rule it is; "*" alone: any's. Which of them a run meets is a matter of its draws
	Drawn      bool     // only random draws meet it: a run may do without
	Reason     string
}

func (a acceptance) covers(f finding) bool {
	return a.Check == f.Check && a.Detail == f.Detail && (slices.Contains(a.Operations, f.Operation) || a.any())
}

func (a acceptance) any() bool { return slices.Equal(a.Operations, []string{"*"}) }

// accepted reads the acceptances of a test.
func accepted(t *testing.T, test string) []acceptance {
	t.Helper()
	var all []acceptance
	read(t, "accepted.json", &all)
	for _, a := range all {
		require.NotEmpty(t, a.Reason, "%s %s is accepted without a reason", a.Check, a.Detail)
	}
	return slices.DeleteFunc(all, func(a acceptance) bool { return a.Test != test })
}

// findings reads what a run recorded; it leaves no file when it found nothing.
func findings(t *testing.T, path string) []finding {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var recorded struct{ Entries []finding }
	read(t, path, &recorded)
	return recorded.Entries
}

// judge names the findings that nobody accepted, and the acceptances of what no
// longer occurs.
func judge(found []finding, accepted []acceptance) (wrong []string) {
	for _, f := range found {
		if !slices.ContainsFunc(accepted, func(a acceptance) bool { return a.covers(f) }) {
			wrong = append(wrong, fmt.Sprintf("found: %s: %s %s", f.Operation, f.Check, f.Detail))
		}
	}
	for _, a := range accepted {
		if !a.Drawn && !slices.ContainsFunc(found, a.covers) {
			wrong = append(wrong, fmt.Sprintf("accepted, and no longer so of any: %s %s: %s", a.Check, a.Detail, strings.Join(a.Operations, ", ")))
		}
	}
	return wrong
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, into), "%s", path)
}
