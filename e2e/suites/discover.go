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
// run on a target, which those do that import e2e/stack or e2e/target. Those
// with a stack come last: they may move the clock of a target they share, which
// only goes forward, and the others sign by this machine's.
func discover(ctx context.Context, dir string, names []string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-json=ImportPath,TestImports,XTestImports", "./...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("list the suites: %w", err)
	}
	var plain, stacks []string
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
		switch {
		case slices.Contains(imports, module+"/stack"):
			stacks = append(stacks, p.ImportPath)
		case slices.Contains(imports, module+"/target"):
			plain = append(plain, p.ImportPath)
		}
	}
	all := append(plain, stacks...)
	if len(names) == 0 {
		return all, nil
	}
	for _, name := range names {
		if !slices.Contains(all, path.Join(module, name)) {
			return nil, fmt.Errorf("there is no suite %q; there are %v", name, short(all))
		}
	}
	return slices.DeleteFunc(all, func(p string) bool { return !slices.Contains(names, path.Base(p)) }), nil
}

// short are the packages' names within the module.
func short(packages []string) []string {
	names := make([]string, len(packages))
	for i, p := range packages {
		names[i] = path.Base(p)
	}
	return names
}
