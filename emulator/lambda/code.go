package lambda

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// maxUnzippedBytes is Lambda's limit of a deployment package, unzipped.
const maxUnzippedBytes = 250 << 20

// bootstrap is the entry point of OS-only runtimes.
const bootstrap = "bootstrap"

// sumOf is the CodeSha256 of a zip.
func sumOf(zipped []byte) string {
	sum := sha256.Sum256(zipped)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// codeDir is the folder of unpacked code, named by its hash so that functions
// of the same code share it.
func (s *Service) codeDir(sha256 string) string {
	raw, err := base64.StdEncoding.DecodeString(sha256)
	if err != nil {
		raw = []byte(sha256)
	}
	return filepath.Join(s.cfg.Dir, hex.EncodeToString(raw))
}

// sweepCode removes folders of code that no function has any more. What cannot
// be removed costs only space.
func (s *Service) sweepCode() {
	used := map[string]bool{}
	for _, e := range s.functions {
		for _, p := range e.pools() {
			used[filepath.Base(s.codeDir(p.function().CodeSha256))] = true
		}
	}
	folders, err := os.ReadDir(s.cfg.Dir)
	if err != nil {
		return // none was made yet
	}
	for _, f := range folders {
		if used[f.Name()] {
			continue
		}
		if err := os.RemoveAll(filepath.Join(s.cfg.Dir, f.Name())); err != nil {
			s.log.Warn("remove unused code", "err", err)
		}
	}
}

// unpack writes a zip below the code folder unless it is there already. It is
// complete or absent: the files are written aside and renamed.
func (s *Service) unpack(zipped []byte, sha256 string) error {
	dir := s.codeDir(sha256)
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	archive, err := zip.NewReader(bytes.NewReader(zipped), int64(len(zipped)))
	if err != nil {
		return errZip(err)
	}
	if err := os.MkdirAll(s.cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("make the code folder: %w", err)
	}
	aside, err := os.MkdirTemp(s.cfg.Dir, "unpack-")
	if err != nil {
		return fmt.Errorf("make a code folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(aside) }() // there is nothing left of it unless unpacking failed
	left := int64(maxUnzippedBytes)
	for _, f := range archive.File {
		n, err := unpackFile(aside, f, left, s.cfg.Store.Durable())
		if err != nil {
			return errZip(err)
		}
		left -= n
	}
	if err := os.Rename(aside, dir); err != nil {
		if _, there := os.Stat(dir); there == nil {
			return nil // another call was quicker with the same code
		}
		return fmt.Errorf("place the code: %w", err)
	}
	return nil
}

// unpackFile writes one member and returns its size. Names that leave the
// folder and links are refused. A synced file is whole also after a loss of
// power that leaves its folder's new name.
func unpackFile(dir string, f *zip.File, left int64, synced bool) (int64, error) {
	if !filepath.IsLocal(f.Name) {
		return 0, fmt.Errorf("the name %q leaves the folder", f.Name)
	}
	path := filepath.Join(dir, f.Name)
	mode := f.Mode()
	switch {
	case mode.IsDir():
		return 0, os.MkdirAll(path, 0o755)
	case mode.Type() != 0:
		return 0, fmt.Errorf("%q is not a plain file", f.Name)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, err
	}
	in, err := f.Open()
	if err != nil {
		return 0, err
	}
	defer in.Close()
	// A child forked while this file is open for writing would inherit the
	// descriptor, and running the file would fail with ETXTBSY. So no fork
	// happens meanwhile (go.dev/issue/22315).
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode.Perm()|0o444)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(in, left+1))
	if err == nil && n > left {
		err = errors.New("Unzipped size must be smaller than 262144000 bytes")
	}
	if err == nil && synced {
		err = out.Sync()
	}
	return n, errors.Join(err, out.Close())
}

// checkBootstrap says why the code cannot start, as AWS does at invocation:
// empty when it can.
func checkBootstrap(dir string) string {
	info, err := os.Stat(filepath.Join(dir, bootstrap))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
	case err != nil:
		return err.Error()
	case info.Mode()&0o111 == 0:
		return "fork/exec /var/task/bootstrap: permission denied"
	}
	return ""
}
