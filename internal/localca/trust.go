package localca

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Trust is what this machine thinks of the authority.
type Trust struct {
	System   bool // the system's store: curl, Go, Node with the system store
	Chromium bool // Chromium's and Chrome's store of this user (NSS); on other systems than Linux, the system's
	// Commands would establish what is missing; nobody runs them but a person.
	Commands []string
}

// TrustOf looks at the system's roots and, on Linux, at the user's NSS
// database, which is the one Chromium reads.
func TrustOf(ctx context.Context, f Files) (Trust, error) {
	leaf, err := readCertificate(f.Cert)
	if err != nil {
		return Trust{}, err
	}
	_, systemErr := leaf.Verify(x509.VerifyOptions{DNSName: "localhost"}) // nil roots: the system's
	t := Trust{System: systemErr == nil}
	if runtime.GOOS != "linux" {
		t.Chromium = t.System
	} else if t.Chromium, err = inNSS(ctx, f.Root); err != nil {
		return Trust{}, err
	}
	t.Commands = t.missing(f.Root)
	return t, nil
}

// missing are the commands for what is not trusted yet.
func (t Trust) missing(root string) []string {
	if runtime.GOOS == "darwin" {
		if t.System {
			return nil
		}
		return []string{fmt.Sprintf("security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db %s", quoted(root))}
	}
	var commands []string
	if !t.Chromium {
		if _, err := exec.LookPath("certutil"); err != nil {
			commands = append(commands, "sudo apt-get install -y libnss3-tools")
		}
		commands = append(commands, fmt.Sprintf(`mkdir -p "$HOME/.pki/nssdb" && certutil -d "sql:$HOME/.pki/nssdb" -A -t C,, -n %q -i %s`, Name, quoted(root)))
	}
	if !t.System {
		commands = append(commands, fmt.Sprintf("sudo cp %s /usr/local/share/ca-certificates/cumin-local.crt && sudo update-ca-certificates", quoted(root)))
	}
	return commands
}

// quoted is the path as one word of a shell.
func quoted(path string) string { return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'" }

// inNSS asks certutil for the root as the user's database has it. Without
// certutil or a database there is nothing to trust us.
func inNSS(ctx context.Context, root string) (bool, error) {
	certutil, err := exec.LookPath("certutil")
	if err != nil {
		return false, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return false, nil
	}
	db := filepath.Join(home, ".pki", "nssdb")
	if _, err := os.Stat(filepath.Join(db, "cert9.db")); err != nil {
		return false, nil
	}
	ours, err := readCertificate(root)
	if err != nil {
		return false, err
	}
	out, err := exec.CommandContext(ctx, certutil, "-d", "sql:"+db, "-L", "-n", Name, "-a").Output()
	if err != nil {
		return false, nil // certutil's answer for "no such certificate"
	}
	for block, rest := pem.Decode(out); block != nil; block, rest = pem.Decode(rest) {
		if bytes.Equal(block.Bytes, ours.Raw) {
			return true, nil
		}
	}
	return false, nil // an authority of the same name, from another checkout
}

func readCertificate(path string) (*x509.Certificate, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("local certificate: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("local certificate: %s is not PEM", path)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("local certificate: %s: %w", path, err)
	}
	return cert, nil
}
