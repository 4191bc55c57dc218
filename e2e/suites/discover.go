package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"slices"
)

const module = "github.com/anikeshk/cumin/e2e"

// discover lists the packages to test: those named, or every one whose tests
// run on a target, which those do that import e2e/stack or e2e/target.
func discover(ctx context.Context, dir string, names []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,TestImports,XTestImports", "./...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the suites: %w", err)
	}
	var all []string
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath                string
			TestImports, XTestImports []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("list the suites: %w", err)
		}
		imports := append(p.TestImports, p.XTestImports...)
		if slices.Contains(imports, module+"/stack") || slices.Contains(imports, module+"/target") {
			all = append(all, p.ImportPath)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	chosen := make([]string, 0, len(names))
	for _, name := range names {
		p := path.Join(module, name)
		if !slices.Contains(all, p) {
			return nil, fmt.Errorf("there is no suite %q; there are %v", name, short(all))
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
}

// short are the packages' names within the module.
func short(packages []string) []string {
	names := make([]string, len(packages))
	for i, p := range packages {
		names[i] = path.Base(p)
	}
	return names
}
