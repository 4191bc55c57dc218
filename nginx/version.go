package nginx

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

var versionPattern = regexp.MustCompile(`(\d+)\.(\d+)\.(\d+)`)

// Version asks the nginx at path which it is, for Settings.Version.
func Version(ctx context.Context, path string) (string, error) {
	out, err := exec.CommandContext(ctx, path, "-v").CombinedOutput() // it answers on stderr
	if err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", path, err)
	}
	v := versionPattern.Find(out)
	if v == nil {
		return "", fmt.Errorf("ask %s for its version: it answered %q", path, out)
	}
	return string(v), nil
}

// parseVersion reads "1.22.1".
func parseVersion(v string) ([3]int, error) {
	m := versionPattern.FindStringSubmatch(v)
	if m == nil || m[0] != v {
		return [3]int{}, fmt.Errorf("%q is not a version like 1.22.1", v)
	}
	var parts [3]int
	for i := range parts {
		n, err := strconv.Atoi(m[i+1])
		if err != nil {
			return [3]int{}, fmt.Errorf("version %q: %w", v, err)
		}
		parts[i] = n
	}
	return parts, nil
}
