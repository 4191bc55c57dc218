package environ

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// FileVariable names a file of further settings.
const FileVariable = "CUMIN_ENV_FILE"

// LoadFile adds the settings of the file that FileVariable names, one NAME=value
// a line, to the environment; what is set there already wins. Where services
// run in containers, the names of tables and the bucket come from the data
// stack's outputs this way. Without the variable it does nothing.
func LoadFile() error {
	path := os.Getenv(FileVariable)
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", FileVariable, err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return fmt.Errorf("%s: line %d of %s is not NAME=value", FileVariable, n, path)
		}
		if _, set := os.LookupEnv(name); set {
			continue
		}
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("%s: line %d of %s: %w", FileVariable, n, path, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", FileVariable, err)
	}
	return nil
}
