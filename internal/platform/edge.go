package platform

import (
	"context"
	"crypto/x509"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/anikeshk/cumin/internal/localca"
	"github.com/anikeshk/cumin/nginx"
)

// startNginx renders the edge's configuration for this machine's nginx and
// starts it with the local authority's certificate.
func (p *Platform) startNginx(ctx context.Context) error {
	certificates, err := p.certificates()
	if err != nil {
		return err
	}
	version, err := nginx.Version(ctx, nginxPath())
	if err != nil {
		return err
	}
	worker, err := workerUser()
	if err != nil {
		return err
	}
	conf, err := nginx.Write(nginx.Settings{
		Version: version, RunDir: filepath.Join(p.opts.Dir, "nginx"), User: worker, Workers: 2,
		WebRoot: p.build.web(), CertFile: certificates.Cert, KeyFile: certificates.Key,
		Bind: "127.0.0.1", HTTPSPort: p.opts.Ports.HTTPS, HTTPPort: p.opts.Ports.HTTP, PlainLocal: true,
		PublicHost: "localhost", OtherHosts: []string{"127.0.0.1"},
		Auth: address(p.opts.Ports.Auth), API: address(p.opts.Ports.API),
		Sockets: p.socketsUpstreams(), Rates: nginx.LocalRates(),
		// Its lines go where those of every other process go.
		AccessLog: "/dev/stdout", ErrorLog: "/dev/stderr",
	})
	if err != nil {
		return err
	}
	return p.start(ctx, &process{
		name: "nginx", path: nginxPath(), args: []string{"-e", "/dev/stderr", "-c", conf},
		ready: local(p.opts.Ports.HTTP) + "/healthz", grace: stopGrace, quit: syscall.SIGQUIT, orphan: syscall.SIGTERM,
	})
}

// The names of the sockets instances, as the edge finds them in a session's id.
const (
	firstInstance  = "a"
	secondInstance = "b"
)

func (p *Platform) socketsUpstreams() []nginx.SocketsUpstream {
	all := []nginx.SocketsUpstream{{Name: firstInstance, Address: address(p.opts.Ports.Sockets)}}
	if p.opts.Ports.Replica != 0 {
		all = append(all, nginx.SocketsUpstream{Name: secondInstance, Address: address(p.opts.Ports.Replica)})
	}
	return all
}

// certificates are shared by all stacks of a checkout, so that trusting the
// authority once is enough.
func (p *Platform) certificates() (localca.Files, error) {
	dir := filepath.Join(p.opts.Root, ".local", "ca")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return localca.Files{}, err
	}
	unlock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return localca.Files{}, err
	}
	defer unlock()
	return localca.Ensure(dir, time.Now())
}

// workerUser is who nginx's workers run as. Started by root they would become
// nobody, who cannot read a client built in root's home.
func workerUser() (string, error) {
	if os.Geteuid() != 0 {
		return "", nil
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("who runs this: %w", err)
	}
	return u.Username, nil
}

// Authority returns the certificate pool that vouches for SecureURL.
func (p *Platform) Authority() (*x509.CertPool, error) {
	f, err := p.certificates()
	if err != nil {
		return nil, err
	}
	root, err := os.ReadFile(f.Root)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(root) {
		return nil, fmt.Errorf("%s holds no certificate", f.Root)
	}
	return pool, nil
}

// BestURL is the HTTPS address where this machine's browser trusts the local
// authority, else the plain one; hint is then how to trust it.
func (p *Platform) BestURL(ctx context.Context) (url, hint string, err error) {
	f, err := p.certificates()
	if err != nil {
		return "", "", err
	}
	trust, err := localca.TrustOf(ctx, f)
	if err != nil {
		return "", "", err
	}
	if trust.Chromium {
		return p.SecureURL(), "", nil
	}
	return p.URL(), "HTTPS without a warning, once:\n    " + strings.Join(trust.Commands, "\n    "), nil
}
