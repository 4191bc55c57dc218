package s3

import (
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
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

// blobWriter writes one blob, piece by piece: the writer gives room, its caller
// reads into that from the beginning. Exactly one of commit and abort ends it.
type blobWriter interface {
	// room returns where the next piece is to be read to; it is not empty.
	room() []byte
	// take adds the first n bytes of the room to the blob and returns them. They
	// stay as they are until the take after the next, or the end.
	take(n int) ([]byte, error)
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

// minRoom is the least that a body of unknown size grows by.
const minRoom = 4 << 10

func (s *memory) create(sizeHint int64) (blobWriter, error) {
	w := &memoryWriter{store: s}
	if sizeHint > 0 {
		w.body = make([]byte, 0, min(sizeHint, maxPresize)+1) // one more finds the end
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
	ids := slices.Collect(maps.Keys(s.blobs)) // f may remove
	s.mu.RUnlock()
	for _, id := range ids {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}

// memoryWriter reads a body straight to where it stays.
type memoryWriter struct {
	store *memory
	body  []byte
}

func (w *memoryWriter) room() []byte {
	if len(w.body) == cap(w.body) {
		w.body = slices.Grow(w.body, max(minRoom, len(w.body)))
	}
	room := w.body[len(w.body):cap(w.body)]
	return room[:min(len(room), copyBytes)]
}

func (w *memoryWriter) take(n int) ([]byte, error) {
	at := len(w.body)
	w.body = w.body[:at+n]
	return w.body[at:], nil
}

func (w *memoryWriter) commit() (string, error) {
	id := rand.Text()
	w.store.mu.Lock()
	defer w.store.mu.Unlock()
	w.store.blobs[id] = w.body
	return id, nil
}

func (w *memoryWriter) abort() {}
