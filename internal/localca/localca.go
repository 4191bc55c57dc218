// Package localca makes the certificate with which a developer's machine
// speaks HTTPS: a root of its own and a leaf for localhost, 127.0.0.1 and ::1.
// Browsers want HTTPS locally too (Safari drops Secure cookies on
// http://localhost; Web Locks and HTTP/2 need it).
//
// The root may sign for loopback names only (critical name constraints, RFC
// 5280 §4.2.1.10), so a stolen root key cannot impersonate anything else. This
// package never changes what the machine trusts; Trust tells what it trusts
// now and which commands would change that.
package localca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Name is the root's common name, by which trust stores list it.
const Name = "Cumin local authority"

// Lifetimes. Browsers refuse leaves of more than 398 days.
const (
	rootLife    = 10 * 365 * 24 * time.Hour
	leafLife    = 397 * 24 * time.Hour
	renewBefore = 30 * 24 * time.Hour
	backdate    = time.Hour // clocks of other machines that read the files
)

// Files are the paths of what Ensure made. The keys are readable by their
// owner alone.
type Files struct {
	Root    string // certificate of the authority: what a browser must trust
	Cert    string // of the server
	Key     string
	NewRoot bool // the root was made now: an old trust no longer helps
}

// Ensure returns the files in dir, making or renewing what is missing, broken,
// or within 30 days of its end.
func Ensure(dir string, now time.Time) (Files, error) {
	f := Files{Root: filepath.Join(dir, "root.crt"), Cert: filepath.Join(dir, "localhost.crt"), Key: filepath.Join(dir, "localhost.key")}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Files{}, fmt.Errorf("local authority: %w", err)
	}
	rootKey := filepath.Join(dir, "root.key")
	root, err := load(f.Root, rootKey)
	if err != nil {
		return Files{}, fmt.Errorf("local authority: %w", err)
	}
	if !root.lasts(now) {
		if root, err = makeRoot(now); err != nil {
			return Files{}, fmt.Errorf("make local authority: %w", err)
		}
		if err := root.save(f.Root, rootKey); err != nil {
			return Files{}, fmt.Errorf("save local authority: %w", err)
		}
		f.NewRoot = true
	}
	leaf, err := load(f.Cert, f.Key)
	if err != nil {
		return Files{}, fmt.Errorf("local certificate: %w", err)
	}
	if f.NewRoot || !leaf.lasts(now) || leaf.cert.CheckSignatureFrom(root.cert) != nil {
		if leaf, err = makeLeaf(root, now); err != nil {
			return Files{}, fmt.Errorf("make local certificate: %w", err)
		}
		if err := leaf.save(f.Cert, f.Key); err != nil {
			return Files{}, fmt.Errorf("save local certificate: %w", err)
		}
	}
	return f, nil
}

// pair is a certificate with its key; zero when there is none.
type pair struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// lasts reports whether the certificate is good for another 30 days.
func (p pair) lasts(now time.Time) bool {
	return p.cert != nil && now.After(p.cert.NotBefore) && now.Add(renewBefore).Before(p.cert.NotAfter)
}

// load reads a pair. Missing files and files that are no matching pair (a
// crash between two writes) give the zero pair: it is made again.
func load(certPath, keyPath string) (pair, error) {
	certPEM, err := readIfThere(certPath)
	if err != nil {
		return pair{}, err
	}
	keyPEM, err := readIfThere(keyPath)
	if err != nil {
		return pair{}, err
	}
	certBlock, _ := pem.Decode(certPEM)
	keyBlock, _ := pem.Decode(keyPEM)
	if certBlock == nil || keyBlock == nil {
		return pair{}, nil
	}
	cert, certErr := x509.ParseCertificate(certBlock.Bytes)
	parsed, keyErr := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if certErr != nil || keyErr != nil || !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return pair{}, nil
	}
	return pair{cert, key}, nil
}

func readIfThere(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

func (p pair) save(certPath, keyPath string) error {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return err
	}
	return errors.Join(
		replace(keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600),
		replace(certPath, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw}), 0o644),
	)
}

// replace swaps the whole file in: nobody reads half of it.
func replace(path string, content []byte, mode fs.FileMode) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, content, mode); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

func makeRoot(now time.Time) (pair, error) {
	loopback4 := &net.IPNet{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)}
	loopback6 := &net.IPNet{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)}
	return sign(&x509.Certificate{
		Subject:                     pkix.Name{CommonName: Name, Organization: []string{"Cumin"}},
		NotAfter:                    now.Add(rootLife),
		IsCA:                        true,
		MaxPathLenZero:              true,
		KeyUsage:                    x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         []string{"localhost"},
		PermittedIPRanges:           []*net.IPNet{loopback4, loopback6},
	}, pair{}, now)
}

func makeLeaf(root pair, now time.Time) (pair, error) {
	return sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "localhost"},
		NotAfter:    now.Add(leafLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}, root, now)
}

// sign completes the template with a new key, signed by parent or, without
// one, by itself.
func sign(template *x509.Certificate, parent pair, now time.Time) (pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return pair{}, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return pair{}, err
	}
	template.NotBefore = now.Add(-backdate)
	template.BasicConstraintsValid = true
	if parent.cert == nil {
		parent = pair{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.cert, &key.PublicKey, parent.key)
	if err != nil {
		return pair{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return pair{}, err
	}
	return pair{cert, key}, nil
}
