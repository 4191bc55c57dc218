package platform

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Need is one program Cumin uses and whether this machine has it.
type Need struct {
	Name     string
	Why      string
	Required bool   // for `up` and `test`; otherwise only for what Why names
	Found    string // version or path; empty: missing or too old
	Old      string // the version that is too old
	Install  string // the command that installs it here
}

// OK reports whether nothing has to be done.
func (n Need) OK() bool { return n.Found != "" }

func (n Need) String() string {
	if n.Old != "" {
		return fmt.Sprintf("%s %s is too old (it %s): %s", n.Name, n.Old, n.Why, n.Install)
	}
	return fmt.Sprintf("%s is missing (it %s): %s", n.Name, n.Why, n.Install)
}

// Needs looks for everything Cumin uses.
func Needs(ctx context.Context) []Need {
	return append(append(goNeeds(ctx), webNeeds(ctx)...), nginxNeed(ctx),
		Need{Name: "chromium", Why: "runs the browser journeys", Found: browserPath(), Install: packageInstall("chromium", "chromium")},
		Need{Name: "certutil", Why: "lets browsers trust the local certificate authority", Found: lookPath("certutil"),
			Install: packageInstall("libnss3-tools", "nss")},
	)
}

func goNeeds(ctx context.Context) []Need {
	return []Need{
		Need{Name: "go", Why: "builds services and functions", Required: true, Install: "see go.dev/doc/install (1.26 or newer)"}.
			atLeast(ctx, "go", "version", 1, 26),
	}
}

func webNeeds(ctx context.Context) []Need {
	return []Need{
		Need{Name: "node", Why: "builds the web client", Required: true, Install: "see nodejs.org (20.19 or newer)"}.
			atLeast(ctx, "node", "--version", 20, 19),
		Need{Name: "npm", Why: "installs the client's packages", Required: true, Install: "comes with Node.js (10 or newer)"}.
			atLeast(ctx, "npm", "--version", 10, 0),
	}
}

func nginxNeed(ctx context.Context) Need {
	n := Need{Name: "nginx", Why: "stands in front of every service", Required: true, Install: nginxInstall()}
	if path := nginxPath(); path != "" {
		return n.atLeast(ctx, path, "-v", 1, 18)
	}
	return n
}

// demand returns one error that names all that is missing, so that nobody
// learns of it after a minute of compiling, one at a time.
func demand(needs []Need) error {
	var errs []error
	for i, n := range needs {
		if n.Required && !n.OK() && !slices.Contains(needs[:i], n) {
			errs = append(errs, errors.New(n.String()))
		}
	}
	return errors.Join(errs...)
}

var versionPattern = regexp.MustCompile(`(\d+)\.(\d+)[.\d]*`)

// atLeast runs the program, which prints its version, and says what it found.
func (n Need) atLeast(ctx context.Context, program, flag string, major, minor int) Need {
	var out, warnings strings.Builder
	cmd := exec.CommandContext(ctx, program, flag)
	cmd.Stdout, cmd.Stderr = &out, &warnings
	if cmd.Run() != nil {
		return n
	}
	m := versionPattern.FindStringSubmatch(cmp.Or(out.String(), warnings.String())) // nginx prints it to stderr, npm its warnings
	if m == nil {
		return n
	}
	gotMajor, _ := strconv.Atoi(m[1]) // digits by the pattern
	gotMinor, _ := strconv.Atoi(m[2])
	if gotMajor < major || gotMajor == major && gotMinor < minor {
		n.Old = m[0]
	} else {
		n.Found = m[0]
	}
	return n
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
		return demand([]Need{nginxNeed(ctx)})
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
