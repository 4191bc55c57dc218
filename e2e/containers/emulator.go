package containers

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/testcontainers/testcontainers-go"

	"github.com/anikeshk/cumin/e2e/target"
)

// Emulator builds the embedded AWS's image from the checkout at root and starts
// one, its faults' dice seeded. No registry is asked: the image holds one static
// binary.
func Emulator(ctx context.Context, root string, seed uint64, out io.Writer) (*Container, error) {
	if err := Available(ctx); err != nil {
		return nil, err
	}
	image, err := buildEmulator(ctx, root)
	if err != nil {
		return nil, err
	}
	return run(ctx, out, target.EmulatorPort, "/_cumin/health", func(options ...testcontainers.ContainerCustomizer) (testcontainers.Container, error) {
		return testcontainers.Run(ctx, image, append(options,
			testcontainers.WithExposedPorts(fmt.Sprintf("%d/tcp", target.EmulatorPort)),
			testcontainers.WithCmd("--seed", strconv.FormatUint(seed, 10)),
		)...)
	})
}

// buildEmulator makes the image that emulator/Dockerfile describes.
func buildEmulator(ctx context.Context, root string) (string, error) {
	dir, err := os.MkdirTemp("", "cumin-image-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }() // a temporary folder
	binary := filepath.Join(dir, "cumin")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", binary, "./cmd/cumin")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if said, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the emulator's binary: %w\n%s", err, said)
	}
	image, err := imageContext(filepath.Join(root, "emulator", "Dockerfile"), binary)
	if err != nil {
		return "", err
	}
	engine, err := testcontainers.NewDockerProvider()
	if err != nil {
		return "", err
	}
	defer func() { _ = engine.Close() }() // nothing is waiting for it
	return engine.BuildImage(ctx, &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		ContextArchive: image, Repo: "cumin/emulator", Tag: "e2e", KeepImage: true,
	}})
}

// imageContext is the build context that emulator/Dockerfile asks for.
func imageContext(dockerfile, binary string) (io.ReadSeeker, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Name: "rootfs/tmp/", Typeflag: tar.TypeDir, Mode: 0o1777}); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name, path string
		mode       int64
	}{{"Dockerfile", dockerfile, 0o644}, {"rootfs/cumin", binary, 0o755}} {
		content, err := os.ReadFile(f.path)
		if err != nil {
			return nil, err
		}
		if err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(content))}); err != nil {
			return nil, err
		}
		if _, err := w.Write(content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return bytes.NewReader(archive.Bytes()), nil
}
