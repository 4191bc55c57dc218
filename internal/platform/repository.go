package platform

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Repository finds the checkout that the working directory is in.
func Repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(mod), "module github.com/anikeshk/cumin\n") {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run this inside a checkout of Cumin")
		}
		dir = parent
	}
}
