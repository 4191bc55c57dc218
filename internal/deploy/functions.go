package deploy

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// functions are the template's, each with the parameter that names its zip.
var functions = []Function{
	{Name: "statuscounts", Parameter: "StatusCountsKey"},
	{Name: "activity", Parameter: "ActivityKey"},
	{Name: "dispatch", Parameter: "DispatchKey"},
	{Name: "exports", Parameter: "ExportsKey"},
	{Name: "purge", Parameter: "PurgeKey"},
	{Name: "ranks", Parameter: "RanksKey"},
}

// FunctionNames are the folders under lambdas/ that the template deploys.
func FunctionNames() []string {
	names := make([]string, len(functions))
	for i, f := range functions {
		names[i] = f.Name
	}
	return names
}

// Architecture is the template's word for a Go architecture.
func Architecture(goarch string) string {
	if goarch == "amd64" {
		return "x86_64"
	}
	return goarch
}

// Compile builds the functions' binaries for Linux on goarch into dir, one per
// name. One call compiles what they share once.
func Compile(ctx context.Context, root, dir, goarch string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid=", "-o", dir + string(filepath.Separator)}
	for _, f := range functions {
		args = append(args, "./lambdas/"+f.Name)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build functions: %w\n%s", err, out)
	}
	return nil
}

// Package zips the binaries that Compile left in dir, next to them. The zips
// are deterministic: the same binary gives the same bytes, so the same hash.
func Package(dir string) error {
	for _, f := range functions {
		binary, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			return fmt.Errorf("package function %s: %w", f.Name, err)
		}
		archive, err := zipBootstrap(binary)
		if err != nil {
			return fmt.Errorf("package function %s: %w", f.Name, err)
		}
		if err := os.WriteFile(f.zipIn(dir), archive, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Packaged returns the functions whose zips Package left in dir.
func Packaged(dir string) ([]Function, error) {
	built := make([]Function, 0, len(functions))
	for _, f := range functions {
		f.Zip = f.zipIn(dir)
		archive, err := os.ReadFile(f.Zip)
		if err != nil {
			return nil, fmt.Errorf("read zip of %s: %w", f.Name, err)
		}
		sum := sha256.Sum256(archive)
		f.SHA256 = hex.EncodeToString(sum[:])
		built = append(built, f)
	}
	return built, nil
}

func (f Function) zipIn(dir string) string { return filepath.Join(dir, f.Name+".zip") }

// zipBootstrap makes the archive that provided.al2023 wants: one executable
// named bootstrap, with a fixed time.
func zipBootstrap(binary []byte) ([]byte, error) {
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	h := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err != nil {
		return nil, err
	}
	if _, err := f.Write(binary); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}
