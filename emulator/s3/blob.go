package s3

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"sync"
)

// blobs keeps bodies, each under an id of its own, written once. What commit and
// put returned from is kept: an index entry that names it may follow.
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
