package platform

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// Need is one program Cumin uses and whether this machine has it.
type Need struct {
	Name     string
	Why      string
	Required bool   // for `up` and `test`; otherwise only for what Why names
	Found    string // version or path; empty: missing or too old
	Install  string // the command that installs it here
}

// OK reports whether nothing has to be done.
func (n Need) OK() bool { return n.Found != "" }

// Needs looks for everything Cumin uses.
func Needs(ctx context.Context) []Need {
	return []Need{
		{"go", "builds services and functions", true, version(ctx, "go", []string{"version"}, 1, 26), "see go.dev/doc/install (1.26 or newer)"},
		{"node", "builds the web client", true, version(ctx, "node", []string{"--version"}, 20, 19), "see nodejs.org (20.19 or newer)"},
		{"npm", "installs the client's packages", true, version(ctx, "npm", []string{"--version"}, 10, 0), "comes with Node.js"},
		{"nginx", "stands in front of every service", true, nginxVersion(ctx), nginxInstall()},
		{"chromium", "runs the browser journeys", false, browserPath(), packageInstall("chromium", "chromium")},
		{"certutil", "lets browsers trust the local certificate authority", false, lookPath("certutil"), packageInstall("libnss3-tools", "nss")},
		{"docker", "runs the stack on LocalStack", false, lookPath("docker"), "see docs.docker.com/engine/install"},
	}
}

var versionPattern = regexp.MustCompile(`(\d+)\.(\d+)[.\d]*`)

// version runs the program and returns its version if it is at least
// major.minor.
func version(ctx context.Context, name string, args []string, major, minor int) string {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return ""
	}
	m := versionPattern.FindStringSubmatch(string(out))
	if m == nil {
		return ""
	}
	gotMajor, _ := strconv.Atoi(m[1]) // digits by the pattern
	gotMinor, _ := strconv.Atoi(m[2])
	if gotMajor < major || gotMajor == major && gotMinor < minor {
		return ""
	}
	return m[0]
}

func lookPath(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

func browserPath() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path := lookPath(name); path != "" {
			return path
		}
	}
	return ""
}

// nginxPath finds nginx also where Debian puts it, outside a user's PATH.
func nginxPath() string {
	if path := lookPath("nginx"); path != "" {
		return path
	}
	for _, path := range []string{"/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

func nginxVersion(ctx context.Context) string {
	path := nginxPath()
	if path == "" {
		return ""
	}
	return version(ctx, path, []string{"-v"}, 1, 18)
}

func nginxInstall() string { return packageInstall("nginx-light", "nginx") }

// packageInstall names the command that installs a package with the machine's
// package manager.
func packageInstall(debian, other string) string {
	switch {
	case lookPath("apt-get") != "":
		return "sudo apt-get install -y " + debian
	case lookPath("dnf") != "":
		return "sudo dnf install -y " + other
	case runtime.GOOS == "darwin":
		return "brew install " + other
	}
	return "install " + other + " with your package manager"
}

// requireNginx makes sure that nginx is there: as root on Debian it installs
// it, anywhere else it says which command does.
func requireNginx(ctx context.Context, note func(string, ...any)) error {
	if nginxPath() != "" {
		return nil
	}
	if os.Geteuid() != 0 || lookPath("apt-get") == "" {
		return fmt.Errorf("nginx is missing; install it with: %s", nginxInstall())
	}
	note("nginx is missing: installing it")
	if err := aptInstall(ctx, "nginx-light"); err != nil {
		return err
	}
	// Debian's package starts a server of its own on port 80 where systemd
	// runs; nobody asked for that one.
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		if out, err := exec.CommandContext(ctx, "systemctl", "disable", "--now", "nginx").CombinedOutput(); err != nil {
			note("stop the server that Debian's nginx package started: %v: %s", err, out)
		}
	}
	return nil
}

// aptInstall installs Debian packages.
func aptInstall(ctx context.Context, packages ...string) error {
	install := func() ([]byte, error) {
		cmd := exec.CommandContext(ctx, "apt-get", append([]string{"install", "-y", "--no-install-recommends"}, packages...)...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		return cmd.CombinedOutput()
	}
	if _, err := install(); err == nil {
		return nil
	}
	// A new machine has no package lists yet.
	if out, err := exec.CommandContext(ctx, "apt-get", "update").CombinedOutput(); err != nil {
		return fmt.Errorf("apt-get update: %w\n%s", err, out)
	}
	if out, err := install(); err != nil {
		return fmt.Errorf("apt-get install %s: %w\n%s", strings.Join(packages, " "), err, out)
	}
	return nil
}
