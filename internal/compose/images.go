package compose

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"github.com/anikeshk/cumin/internal/deploy"
	"github.com/anikeshk/cumin/internal/platform"
	"github.com/anikeshk/cumin/nginx"
)

// Tag is that of the images that a checkout builds.
const Tag = "dev"

const (
	httpsPort = 8443 // of the edge, inside and outside alike
	httpPort  = 8080

	// edgeVersion is the oldest nginx that reads what is rendered for the edge's
	// image: since 1.25.1 HTTP/2 is a directive of its own.
	edgeVersion = "1.26.0"
)

// image is one of ours: a Dockerfile of the repository and the files that it
// copies, laid out in a folder.
type image struct {
	name       string
	dockerfile string                          // below root
	fill       func(b *build, to string) error // writes the context
}

func images() []image {
	all := []image{
		{"cumin/emulator", "emulator/Dockerfile", (*build).emulator},
		{"cumin/deploy", "deploy/Dockerfile", (*build).deploy},
		{"cumin/edge", "nginx/Dockerfile", (*build).edge},
	}
	for _, name := range []string{"auth", "api", "sockets"} {
		all = append(all, image{"cumin/" + name, "services/Dockerfile", func(b *build, to string) error { return b.service(name, to) }})
	}
	return all
}

// build is one run of Build.
type build struct {
	root string
	dir  string // what the contexts are made in, emptied before
	out  io.Writer
}

// Build makes every image of ours from the checkout at root. What the builds
// print goes to out.
func Build(ctx context.Context, root string, out io.Writer) error {
	if err := platform.Prepare(ctx, root, platform.PrepareOptions{Web: true, Screen: out}); err != nil {
		return err
	}
	b := &build{root: root, dir: filepath.Join(root, ".local", "images"), out: out}
	if err := os.RemoveAll(b.dir); err != nil {
		return err
	}
	if err := b.binaries(ctx); err != nil {
		return err
	}
	for _, i := range images() {
		to := filepath.Join(b.dir, filepath.Base(i.name))
		if err := i.fill(b, to); err != nil {
			return fmt.Errorf("lay out image %s: %w", i.name, err)
		}
		if err := b.run(ctx, "docker", "build", "--quiet", "--tag", i.name+":"+Tag, "--file", filepath.Join(root, i.dockerfile), to); err != nil {
			return fmt.Errorf("build image %s: %w", i.name, err)
		}
	}
	return nil
}

// binaries builds what goes into the images: static, for this machine's
// processor. Go's cache makes it quick when nothing changed.
func (b *build) binaries(ctx context.Context) error {
	bin := b.bin("")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", bin+string(filepath.Separator),
		"./services/auth", "./services/api", "./services/sockets", "./cmd/cumin", "./cmd/healthcheck")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if err := b.start(cmd); err != nil {
		return err
	}
	functions := filepath.Join(b.dir, "functions")
	if err := deploy.Compile(ctx, b.root, functions, runtime.GOARCH); err != nil {
		return err
	}
	return deploy.Package(functions)
}

func (b *build) bin(name string) string { return filepath.Join(b.dir, "bin", name) }

// service leaves a folder for keys: a volume that is mounted there takes over
// its owner.
func (b *build) service(name, to string) error {
	return errors.Join(
		os.MkdirAll(filepath.Join(to, "rootfs", "keys"), 0o700),
		copyFile(b.bin(name), filepath.Join(to, "rootfs", "service")),
		copyFile(b.bin("healthcheck"), filepath.Join(to, "rootfs", "healthcheck")),
		authorities(filepath.Join(to, "rootfs", "etc", "ssl", "certs")),
	)
}

// emulator leaves a folder for the data, as service does for keys.
func (b *build) emulator(to string) error {
	rootfs := filepath.Join(to, "rootfs")
	return errors.Join(
		os.MkdirAll(filepath.Join(rootfs, "data"), 0o755), os.MkdirAll(filepath.Join(rootfs, "tmp"), 0o777),
		copyFile(b.bin("cumin"), filepath.Join(rootfs, "cumin")), copyFile(b.bin("healthcheck"), filepath.Join(rootfs, "healthcheck")),
	)
}

func (b *build) deploy(to string) error {
	rootfs := filepath.Join(to, "rootfs")
	errs := []error{
		os.MkdirAll(filepath.Join(rootfs, "state"), 0o755),
		copyFile(b.bin("cumin"), filepath.Join(rootfs, "cumin")),
		copyFile(filepath.Join(b.root, "deploy", "data.yaml"), filepath.Join(rootfs, "deploy", "data.yaml")),
		authorities(filepath.Join(rootfs, "etc", "ssl", "certs")),
	}
	for _, name := range deploy.FunctionNames() {
		errs = append(errs, copyFile(filepath.Join(b.dir, "functions", name+".zip"), filepath.Join(rootfs, "functions", name+".zip")))
	}
	return errors.Join(errs...)
}

// edge holds the client and nginx's configuration.
func (b *build) edge(to string) error {
	conf, err := nginx.Render(edgeSettings())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(to, "nginx.conf"), []byte(conf), 0o644),
		os.CopyFS(filepath.Join(to, "web"), os.DirFS(filepath.Join(b.root, "web", "dist"))),
	)
}

// edgeSettings are those of the edge's container. The certificate is in the
// volume that `cumin deploy` writes it to.
func edgeSettings() nginx.Settings {
	return nginx.Settings{
		Version: edgeVersion, RunDir: "/run/cumin", WebRoot: "/srv/web", Workers: 1,
		CertFile: "/state/tls/localhost.crt", KeyFile: "/state/tls/localhost.key",
		Bind: "0.0.0.0", HTTPSPort: httpsPort, HTTPPort: httpPort, PlainLocal: true, Published: true,
		PublicHost: "localhost", OtherHosts: []string{"127.0.0.1"},
		Auth: "auth:8000", API: "api:8000",
		Sockets: []nginx.SocketsUpstream{{Name: "a", Address: "sockets-a:8000"}, {Name: "b", Address: "sockets-b:8000"}},
		Rates:   nginx.LocalRates(), AccessLog: "/dev/stdout", ErrorLog: "/dev/stderr",
	}
}

// bundles is where systems keep the certificate authorities that TLS trusts.
var bundles = []string{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"}

// authorities copies this machine's, without which an image from scratch
// trusts nobody on the way to AWS.
func authorities(to string) error {
	for _, path := range bundles {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return copyFile(path, filepath.Join(to, "ca-certificates.crt"))
	}
	return fmt.Errorf("this machine has no bundle of certificate authorities (looked at %v); install ca-certificates", bundles)
}

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}

func (b *build) run(ctx context.Context, name string, args ...string) error {
	return b.start(exec.CommandContext(ctx, name, args...))
}

func (b *build) start(cmd *exec.Cmd) error {
	cmd.Dir, cmd.Stdout, cmd.Stderr = b.root, b.out, b.out
	return cmd.Run()
}
