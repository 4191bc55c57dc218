// Package lambdas holds no code of its own: each folder is one function. Its
// test keeps what the functions import short, because every package is bytes
// to load at a cold start and something to audit.
package lambdas

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/anikeshk/cumin/"

// allowed are the modules from elsewhere that a function may link.
var allowed = []string{
	"github.com/aws/aws-lambda-go/",
	"github.com/aws/aws-sdk-go-v2",
	"github.com/aws/smithy-go",
	"golang.org/x/sync/",
}

func TestFunctionsImportLittle(t *testing.T) {
	t.Parallel()
	for _, function := range []string{"statuscounts", "activity", "dispatch", "exports", "purge", "ranks"} {
		t.Run(function, func(t *testing.T) {
			t.Parallel()
			out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "lambda.norpc", "./"+function).CombinedOutput()
			require.NoError(t, err, string(out))
			for path := range strings.Lines(string(out)) {
				require.Empty(t, refusal(function, strings.TrimSpace(path)))
			}
		})
	}
}

// refusal says why a function may not import a package; empty when it may.
func refusal(function, path string) string {
	own, ours := strings.CutPrefix(path, module)
	host, _, _ := strings.Cut(path, "/")
	switch {
	case !strings.Contains(host, "."), own == "lambdas/"+function:
		return "" // the standard library, the function itself
	case ours && strings.HasPrefix(own, "internal/"):
		return ""
	case ours:
		return path + ": functions import internal/ only, never one another, services or the emulator"
	}
	for _, prefix := range allowed {
		if strings.HasPrefix(path, prefix) {
			return ""
		}
	}
	return path + ": not among the modules that functions may link"
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for _, path := range []string{module + "emulator", module + "lambdas/exports", module + "services/api", "github.com/gofiber/fiber/v2"} {
		require.NotEmpty(t, refusal("activity", path))
	}
}
