package lambda

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/store"
)

func zipOf(t *testing.T, name string, mode fs.FileMode, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name}
	h.SetMode(mode)
	f, err := w.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCodeStaysInItsFolder(t *testing.T) {
	t.Parallel()
	s := &Service{cfg: Config{Dir: filepath.Join(t.TempDir(), "code"), Store: store.Memory{}}}
	for _, zipped := range [][]byte{zipOf(t, "../evil", 0o644, "x"), zipOf(t, "/etc/evil", 0o644, "x"), zipOf(t, "link", fs.ModeSymlink|0o777, "/etc/passwd"), []byte("no zip")} {
		if err := s.unpack(zipped, sumOf(zipped)); err == nil || !strings.Contains(err.Error(), "Could not unzip uploaded file") {
			t.Errorf("got %v", err)
		}
	}
	left, err := os.ReadDir(s.cfg.Dir)
	if err != nil || len(left) != 0 {
		t.Fatalf("left behind: %v, %v", left, err)
	}
}

func TestCodeThatCannotStartIsExplained(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		file string
		mode fs.FileMode
		want string
	}{
		{"no bootstrap", "main", 0o755, "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"},
		{"not executable", bootstrap, 0o644, "fork/exec /var/task/bootstrap: permission denied"},
		{"fine", bootstrap, 0o755, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &Service{cfg: Config{Dir: t.TempDir(), Store: store.Memory{}}}
			zipped := zipOf(t, c.file, c.mode, "#!/bin/sh\n")
			if err := s.unpack(zipped, sumOf(zipped)); err != nil {
				t.Fatal(err)
			}
			if got := checkBootstrap(s.codeDir(sumOf(zipped))); got != c.want {
				t.Fatalf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestReferencesToFunctions(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:lambda:eu-central-1:123456789012:function:f"
	for _, text := range []string{"f", "123456789012:function:f", arn, arn + ":$LATEST"} {
		ref, err := parseReference(text, identity())
		if err != nil || ref.arn() != arn {
			t.Errorf("%s: got %s, %v", text, ref.arn(), err)
		}
	}
	for _, text := range []string{"", "a b", "f:1:2", arn + ":1:2", strings.Repeat("x", 65)} {
		if ref, err := parseReference(text, identity()); err == nil {
			t.Errorf("%q was taken as %+v", text, ref)
		}
	}
}
