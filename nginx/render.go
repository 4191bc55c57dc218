// Package nginx renders the configuration of the proxy in front of every
// service (SECURITY §4): TLS, one host, scrubbed headers, limits, the client's
// files, problem+json for all that nginx itself refuses.
//
// One template serves a host-run nginx 1.22 (Debian 12), the 1.30 image and a
// load-balanced container; Settings make the difference. Rendering needs no
// nginx; Version asks one for its syntax. Sources: nginx.org's module
// reference; Mozilla's intermediate TLS profile; OWASP ASVS 5 chapters 3, 4
// and 12; each rule has a black-box test against a real nginx.
package nginx

import (
	"embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

//go:embed templates/*.tmpl
var files embed.FS

var templates = template.Must(template.New("").Option("missingkey=error").ParseFS(files, "templates/*.tmpl"))

// Settings are everything that differs between places. Paths are absolute.
type Settings struct {
	Version string // of the nginx that will read the file, as Version returns it

	RunDir   string // pid, temporary files, logs; made by Write, 0700
	User     string // of the workers when nginx starts as root; they must be able to read WebRoot; empty: nginx's default
	Workers  int    // 0: one per core
	WebRoot  string // the built client
	CertFile string
	KeyFile  string

	Bind      string // address to listen on; empty: all
	HTTPSPort int
	HTTPPort  int
	// PlainLocal serves the whole site over plain HTTP too, for machines whose
	// browser does not trust the local certificate. Only on a loopback Bind, or
	// in a container whose ports are Published there.
	PlainLocal bool
	// Published says that the ports reach the outside through a publisher that
	// listens on loopback only, as docker-compose.yml has it.
	Published bool

	PublicHost string   // the Host that services see
	OtherHosts []string // further Host values that are answered; all others get 421
	PublicPort int      // as browsers see it; 0: HTTPSPort
	HSTS       bool     // two years, with subdomains; production only

	// LoadBalancers are networks whose X-Forwarded-For names the client; empty:
	// the peer is the client.
	LoadBalancers []string

	Auth    string // host:port
	API     string
	Sockets []SocketsUpstream // at least one

	Rates Rates

	AccessLog string // default <RunDir>/access.log
	ErrorLog  string // default <RunDir>/error.log
}

// SocketsUpstream is one sockets instance. Long polling must reach the
// instance that began it: its Engine.IO session ids are its name
// (CUMIN_INSTANCE), a dot and a random part.
type SocketsUpstream struct {
	Name    string // may be empty when there is only one
	Address string // host:port
}

// Rate is requests per second and how many may come at once, per client
// address.
type Rate struct{ PerSecond, Burst int }

// Rates are the outer limits per client address; services throttle accounts.
type Rates struct {
	Login       Rate // login, register
	Refresh     Rate
	API         Rate // and the rest of /auth
	Sockets     Rate // new sessions
	Connections int  // open at once
}

// StrictRates are the production limits; the zero Rates means these.
func StrictRates() Rates {
	return Rates{Login: Rate{5, 20}, Refresh: Rate{20, 120}, API: Rate{50, 200}, Sockets: Rate{5, 30}, Connections: 100}
}

// LocalRates let a test's load pass: all of its users share one address.
func LocalRates() Rates {
	many := Rate{10_000, 20_000}
	return Rates{Login: many, Refresh: many, API: many, Sockets: many, Connections: 10_000}
}

// Write renders into RunDir and returns the path of the configuration:
// start with `nginx -e <ErrorLog> -c <path>`. It stays in the foreground;
// HUP reloads, QUIT drains, TERM stops.
func Write(s Settings) (path string, err error) {
	if err := os.MkdirAll(s.RunDir, 0o700); err != nil {
		return "", fmt.Errorf("nginx: %w", err)
	}
	conf, err := Render(s)
	if err != nil {
		return "", err
	}
	path = filepath.Join(s.RunDir, "nginx.conf")
	if err := os.WriteFile(path, []byte(conf), 0o600); err != nil {
		return "", fmt.Errorf("nginx: %w", err)
	}
	return path, nil
}

// Render returns nginx.conf, or every problem of the settings at once.
func Render(s Settings) (string, error) {
	s = s.withDefaults()
	if err := s.check(); err != nil {
		return "", fmt.Errorf("nginx settings: %w", err)
	}
	var out strings.Builder
	if err := templates.ExecuteTemplate(&out, "nginx.conf.tmpl", s); err != nil {
		return "", fmt.Errorf("nginx: %w", err)
	}
	return out.String(), nil
}

func (s Settings) withDefaults() Settings {
	if s.Rates == (Rates{}) {
		s.Rates = StrictRates()
	}
	if s.PublicPort == 0 {
		s.PublicPort = s.HTTPSPort
	}
	if s.AccessLog == "" {
		s.AccessLog = filepath.Join(s.RunDir, "access.log")
	}
	if s.ErrorLog == "" {
		s.ErrorLog = filepath.Join(s.RunDir, "error.log")
	}
	return s
}

// What may stand in the file. Values come from settings, not from users, but a
// semicolon in one would silently become configuration. Paths stand in double
// quotes, since people keep checkouts in folders with spaces; in those only the
// quote, the backslash and the dollar of variables mean something to nginx.
var (
	plainPath = regexp.MustCompile(`^/[^"$\\\x00-\x1f\x7f]*$`)
	plainHost = regexp.MustCompile(`^[A-Za-z0-9.-]+$|^\[[0-9a-f:]+\]$`)
	plainName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

func (s Settings) check() error {
	var errs []error
	want := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for name, path := range map[string]string{"RunDir": s.RunDir, "WebRoot": s.WebRoot, "CertFile": s.CertFile, "KeyFile": s.KeyFile,
		"AccessLog": s.AccessLog, "ErrorLog": s.ErrorLog} {
		want(plainPath.MatchString(path), "%s: %q is not an absolute path without quotes, backslashes and dollar signs", name, path)
	}
	for _, host := range append([]string{s.PublicHost}, s.OtherHosts...) {
		want(plainHost.MatchString(host), "host %q is not a plain name or address", host)
	}
	addresses := []string{s.Auth, s.API}
	for _, up := range s.Sockets {
		addresses = append(addresses, up.Address)
		want(plainName.MatchString(up.Name) || up.Name == "" && len(s.Sockets) == 1,
			"Sockets: %q is no name; with several instances each needs one", up.Name)
	}
	for _, address := range addresses {
		host, port, err := net.SplitHostPort(address)
		_, portErr := strconv.ParseUint(port, 10, 16)
		want(err == nil && portErr == nil && plainHost.MatchString(host), "upstream %q is not host:port", address)
	}
	for _, network := range s.LoadBalancers {
		_, _, err := net.ParseCIDR(network)
		want(err == nil, "LoadBalancers: %q is not a network", network)
	}
	_, versionErr := parseVersion(s.Version)
	want(versionErr == nil, "Version: %v", versionErr)
	want(len(s.Sockets) > 0, "Sockets: at least one instance is needed")
	want(s.User == "" || plainName.MatchString(s.User), "User: %q", s.User)
	want(s.Bind == "" || net.ParseIP(s.Bind) != nil, "Bind: %q is not an address", s.Bind)
	want(!s.PlainLocal || s.Published || net.ParseIP(s.Bind).IsLoopback(), "PlainLocal: plain HTTP is for loopback only, not %q", s.Bind)
	for name, port := range map[string]int{"HTTPSPort": s.HTTPSPort, "HTTPPort": s.HTTPPort, "PublicPort": s.PublicPort} {
		want(port > 0 && port < 1<<16, "%s: %d is not a port", name, port)
	}
	for _, r := range []Rate{s.Rates.Login, s.Rates.Refresh, s.Rates.API, s.Rates.Sockets, {s.Rates.Connections, s.Rates.Connections}} {
		want(r.PerSecond > 0 && r.Burst > 0, "Rates: every limit must be positive: %+v", s.Rates)
	}
	return errors.Join(errs...)
}

// The rest is what the templates ask.

// Listen is the address part of a listen directive, with its colon.
func (s Settings) Listen() string {
	switch {
	case s.Bind == "":
		return ""
	case strings.Contains(s.Bind, ":"):
		return "[" + s.Bind + "]:"
	default:
		return s.Bind + ":"
	}
}

// Hosts are all Host values that are answered.
func (s Settings) Hosts() []string { return append([]string{s.PublicHost}, s.OtherHosts...) }

// Origin is the public origin of the site.
func (s Settings) Origin() string {
	if s.PublicPort == 443 {
		return "https://" + s.PublicHost
	}
	return "https://" + net.JoinHostPort(s.PublicHost, strconv.Itoa(s.PublicPort))
}

// HTTP2Directive reports whether HTTP/2 is a directive of its own (since
// 1.25.1) and no parameter of listen.
func (s Settings) HTTP2Directive() bool {
	v, err := parseVersion(s.Version)
	return err == nil && slices.Compare(v[:], []int{1, 25, 1}) >= 0
}

// PasswordPaths are the endpoints that hash a password.
func (Settings) PasswordPaths() []string {
	return []string{"/auth/login", "/auth/register", "/auth/reset"}
}

// DocsPaths are where people look for the documentation; they are led to where
// it is.
func (Settings) DocsPaths() []string { return []string{"/docs", "/api/docs"} }

// Scrubbed are the request headers that stop here.
func (Settings) Scrubbed() []string { return scrubbed }

// scrubbed are request headers that some server somewhere believes; ours must
// never see a client's.
var scrubbed = []string{
	"Forwarded", "Proxy", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Cluster-Client-IP",
	"X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method",
	"X-User-Id", "X-Forwarded-User", "X-Remote-User", "X-Auth-Request-User", "X-Internal-Auth",
	"X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Prefix",
}
