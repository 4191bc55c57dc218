//go:build schema

package schema

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/anikeshk/cumin/e2e/client"
	"github.com/anikeshk/cumin/e2e/stack"
	"github.com/anikeshk/cumin/internal/localca"
	"github.com/anikeshk/cumin/internal/platform"
)

// subject is what one run of schemathesis asks.
type subject struct {
	Document   string // of docs/openapi
	Only       string // an operation id; empty: all
	Exclude    string // an operation id
	Parameters values // what paths name, else they would name nothing that exists
	Overrides  []override
	SignsOut   bool // the run ends the person's session
}

// override gives one operation parameters of its own.
type override struct {
	Operation  string
	Parameters values
}

// How schemathesis is run. One worker, or the order of requests, and with it
// what some of them meet, would differ from run to run.
const (
	version  = "4.32.5" // another would find other things
	seed     = 20261122
	workers  = 1
	examples = 20 // random requests of each operation, beside those at the edges of its schema
)

// check runs schemathesis as the person and judges what it found.
func check(t *testing.T, s *stack.Stack, as *client.User, of subject) {
	t.Helper()
	root, err := platform.Repository()
	require.NoError(t, err)
	authority, err := localca.Ensure(filepath.Join(root, ".local", "ca"), time.Now())
	require.NoError(t, err)
	program := install(t, root)
	dir := t.TempDir()
	config, report, baseline := filepath.Join(dir, "schemathesis.toml"), filepath.Join(dir, "report.json"), filepath.Join(dir, "baseline.json")
	require.NoError(t, os.WriteFile(config, []byte(configuration(s.URL(), authority.Root, as.Token(), of)), 0o600))

	cmd := exec.CommandContext(t.Context(), program, "--no-color", "--config-file", config,
		"run", filepath.Join(root, "docs", "openapi", of.Document+".json"),
		"--report", "json", "--report-json-path", report, "--baseline", baseline, "--baseline-update")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if exit, failed := errors.AsType[*exec.ExitError](err); err != nil && (!failed || exit.ExitCode() != 1) {
		t.Fatalf("schemathesis did not run: %v\n%s", err, out) // 1 says that something was found
	}
	var done struct {
		Complete   bool
		Operations struct{ Tested, Errored int }
		TestCases  struct{ Generated int } `json:"test_cases"`
	}
	read(t, report, &done)
	require.True(t, done.Complete && done.Operations.Errored == 0, "schemathesis did not get through:\n%s", out)

	err = as.Raw(http.MethodGet, "/auth/me", nil, nil, "Authorization", "Bearer "+as.Token())
	require.Equal(t, of.SignsOut, err != nil, "whether the person was signed out on the way: %v", err)

	found := findings(t, baseline)
	t.Logf("figure: schemathesis asked %d operations of %s with %d requests: %d findings", done.Operations.Tested, of.Document, done.TestCases.Generated, len(found))
	if wrong := judge(found, accepted(t, t.Name())); len(wrong) > 0 {
		t.Errorf("%s\n%s", strings.Join(wrong, "\n"), out)
	}
}

// install returns the program, which it first puts into .local when this
// checkout has none of the version.
func install(t *testing.T, root string) string {
	t.Helper()
	dir := filepath.Join(root, ".local", "schemathesis", version)
	program := filepath.Join(dir, "bin", "schemathesis")
	if _, err := os.Stat(program); err == nil {
		return program
	}
	for _, line := range [][]string{
		{"python3", "-m", "venv", dir},
		{filepath.Join(dir, "bin", "pip"), "install", "--quiet", "schemathesis==" + version},
	} {
		out, err := exec.CommandContext(t.Context(), line[0], line[1:]...).CombinedOutput()
		require.NoError(t, err, "%s: %s", strings.Join(line, " "), out)
	}
	return program
}

// configuration is the schemathesis.toml of a run. Of the checks it changes
// two: what an item has come to (410, 412, 428) refuses a request which is right
// by its schema, as 404 and 409 do; and what is wrong may be so long that the
// edge refuses its body (413) or its address (414). A fixed seed does not make
// all runs alike: on a slow machine Hypothesis gives up some draws and makes
// others. Texts have no NUL, which no schema can say; services/api/junk_test.go
// sends it. Sequences of requests (the stateful phase) are what our own suites
// walk.
func configuration(base, authority, token string, of subject) string {
	var b strings.Builder
	fmt.Fprintf(&b, "base-url = %q\ntls-verify = %q\nseed = %d\nworkers = %d\ncontinue-on-failure = true\n", base, authority, seed, workers)
	fmt.Fprintf(&b, "[generation]\nmax-examples = %d\nno-shrink = true\nallow-x00 = false\ndatabase = \"none\"\n", examples)
	b.WriteString("[phases.stateful]\nenabled = false\n[cache]\nenabled = false\n")
	b.WriteString("[checks.negative_data_rejection]\nexpected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, \"5xx\"]\n")
	b.WriteString("[checks.positive_data_acceptance]\nexpected-statuses = [\"2xx\", \"3xx\", 401, 403, 404, 409, 410, 412, 428, 429]\n")
	fmt.Fprintf(&b, "[auth.openapi.bearer]\nbearer = %q\n[parameters]\n", token)
	of.Parameters.write(&b)
	for _, o := range of.Overrides {
		fmt.Fprintf(&b, "[[operations]]\ninclude-operation-id = %q\n[operations.parameters]\n", o.Operation)
		o.Parameters.write(&b)
	}
	if of.Exclude != "" {
		fmt.Fprintf(&b, "[[operations]]\ninclude-operation-id = %q\nenabled = false\n", of.Exclude)
	}
	if of.Only != "" {
		fmt.Fprintf(&b, "[[operations]]\nexclude-operation-id = %q\nenabled = false\n", of.Only)
	}
	return b.String()
}

func (v values) write(b *strings.Builder) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		fmt.Fprintf(b, "%q = %q\n", name, v[name])
	}
}
