package s3

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// blobs keeps bodies, each under an id of its own, written once.
type blobs interface {
	// create begins a blob; sizeHint is its expected size in bytes, or -1.
	create(sizeHint int64) (blobWriter, error)
	// send writes n bytes from the offset to w.
	send(w io.Writer, id string, offset, n int64) error
	remove(id string) error
	// read returns a whole blob, which nobody may change.
	read(id string) ([]byte, error)
	// put adds a blob of another store under its id there.
	put(id string, body []byte) error
	// each calls f with every blob there is.
	each(f func(id string) error) error
}

// blobWriter writes one blob. Exactly one of commit and abort ends it.
type blobWriter interface {
	io.Writer
	commit() (id string, err error)
	abort()
}

// files keeps each blob in a file of a directory. A written blob survives the
// end of the process, not a loss of power: nothing is synced.
type files struct{ dir string }

func openFiles(dir string) (*files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &files{dir}, nil
}

func (s *files) path(id string) string { return filepath.Join(s.dir, id[:2], id) }

func (s *files) create(int64) (blobWriter, error) {
	id := rand.Text()
	if err := os.Mkdir(filepath.Join(s.dir, id[:2]), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	f, err := os.OpenFile(s.path(id), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &fileWriter{f, id}, nil
}

func (s *files) send(w io.Writer, id string, offset, n int64) error {
	f, err := os.Open(s.path(id))
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	if direct, ok := w.(io.ReaderFrom); ok { // a network connection turns this into sendfile
		sent, err := direct.ReadFrom(io.LimitReader(f, n))
		if err == nil && sent < n {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	buffer := buffers.Get().(*[copyBytes]byte)
	defer buffers.Put(buffer)
	sent, err := io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(f, n), buffer[:])
	if err == nil && sent < n {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *files) read(id string) ([]byte, error) { return os.ReadFile(s.path(id)) }

func (s *files) put(id string, body []byte) error {
	if err := os.MkdirAll(filepath.Dir(s.path(id)), 0o700); err != nil {
		return err
	}
	return os.WriteFile(s.path(id), body, 0o600)
}

func (s *files) remove(id string) error { return os.Remove(s.path(id)) }

func (s *files) each(f func(id string) error) error {
	return filepath.WalkDir(s.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return f(entry.Name())
	})
}

type fileWriter struct {
	*os.File
	id string
}

func (w *fileWriter) commit() (string, error) { return w.id, w.Close() }

func (w *fileWriter) abort() {
	// What remains, if this fails, is an orphan that the next start removes.
	_ = w.Close()
	_ = os.Remove(w.Name())
}

// memory keeps blobs for tests.
type memory struct {
	mu    sync.RWMutex // guards blobs
	blobs map[string][]byte
}

func newMemory() *memory { return &memory{blobs: map[string][]byte{}} }

// maxPresize bounds what a claimed length may reserve ahead of the bytes.
const maxPresize = 16 << 20

func (s *memory) create(sizeHint int64) (blobWriter, error) {
	w := &memoryWriter{store: s}
	if sizeHint > 0 {
		w.Grow(int(min(sizeHint, maxPresize)))
	}
	return w, nil
}

func (s *memory) send(w io.Writer, id string, offset, n int64) error {
	s.mu.RLock()
	b, ok := s.blobs[id]
	s.mu.RUnlock()
	if !ok || offset+n > int64(len(b)) {
		return fmt.Errorf("blob %s: %w", id, fs.ErrNotExist)
	}
	_, err := w.Write(b[offset : offset+n])
	return err
}

func (s *memory) read(id string) ([]byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b, ok := s.blobs[id]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", id, fs.ErrNotExist)
	}
	return b, nil
}

func (s *memory) put(id string, body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[id] = body
	return nil
}

func (s *memory) remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.blobs, id)
	return nil
}

func (s *memory) each(f func(id string) error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id := range s.blobs {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

type memoryWriter struct {
	bytes.Buffer
	store *memory
}

func (w *memoryWriter) commit() (string, error) {
	id := rand.Text()
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.blobs[id] = w.Bytes()
	return id, nil
}

func (w *memoryWriter) abort() {}
