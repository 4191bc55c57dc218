package s3

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/anikeshk/cumin/emulator/internal/power"
)

// files keeps each blob in a file of a directory. A body is synced before its
// commit returns, and so is its name; both survive a loss of power.
type files struct {
	dir   string
	power *power.Supply
	names *nameSync
	loose *loose
}

func openFiles(dir string, supply *power.Supply) (*files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	names, err := newNameSync(dir)
	if err != nil {
		return nil, err
	}
	s := &files{dir: dir, power: supply, names: names, loose: newLoose()}
	supply.Protect(s.loose.cut)
	return s, nil
}

func (s *files) path(id string) string { return filepath.Join(s.dir, id[:2], id) }

func (s *files) create(int64) (blobWriter, error) { return s.begin(rand.Text()) }

func (s *files) begin(id string) (*fileWriter, error) {
	w := &fileWriter{store: s, id: id}
	path := s.path(id)
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	s.loose.begin(path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		s.loose.end(path)
		return nil, err
	}
	w.File, w.pair = f, pairs.Get().(*pair)
	return w, nil
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
	pair := pairs.Get().(*pair)
	defer pairs.Put(pair)
	sent, err := io.CopyBuffer(struct{ io.Writer }{w}, io.LimitReader(f, n), pair[0][:])
	if err == nil && sent < n {
		err = io.ErrUnexpectedEOF
	}
	return err
}

func (s *files) read(id string) ([]byte, error) { return os.ReadFile(s.path(id)) }

func (s *files) put(id string, body []byte) error {
	w, err := s.begin(id)
	if err != nil {
		return err
	}
	if _, err := w.Write(body); err != nil {
		w.abort()
		return err
	}
	_, err = w.commit()
	return err
}

// remove forgets a blob. Nothing is synced: one that comes back after a loss of
// power has no entry in the index, and the next start removes it.
func (s *files) remove(id string) error { return os.Remove(s.path(id)) }

func (s *files) each(f func(id string) error) error {
	return filepath.WalkDir(s.dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return f(entry.Name())
	})
}

// pair is two buffers: one is hashed while the other is filled.
type pair [2][copyBytes]byte

var pairs = sync.Pool{New: func() any { return new(pair) }}

type fileWriter struct {
	*os.File
	store *files
	id    string
	pair  *pair
	turn  int // of the pair
}

func (w *fileWriter) room() []byte { return w.pair[w.turn][:] }

func (w *fileWriter) take(n int) ([]byte, error) {
	piece := w.pair[w.turn][:n]
	w.turn = 1 - w.turn
	_, err := w.Write(piece)
	return piece, err
}

// end gives the buffers back.
func (w *fileWriter) end() {
	pairs.Put(w.pair)
	w.pair = nil
}

// commit syncs the body, then the directory that names it.
func (w *fileWriter) commit() (string, error) {
	defer w.end()
	if err := w.sync(); err != nil {
		w.drop()
		return "", err
	}
	return w.id, nil
}

func (w *fileWriter) sync() error {
	if dice, fails := w.store.power.Strikes(power.Objects); fails {
		w.store.power.Fail(dice)
	}
	if !w.store.power.On() {
		return power.ErrLost
	}
	path := w.Name()
	if err := errors.Join(w.Sync(), w.Close()); err != nil {
		return err
	}
	w.store.loose.synced(path)
	if err := w.store.names.sync(filepath.Dir(path)); err != nil {
		return err
	}
	w.store.loose.end(path)
	return nil
}

func (w *fileWriter) abort() {
	w.drop()
	w.end()
}

// drop removes the file.
func (w *fileWriter) drop() {
	if !w.store.power.On() {
		return // what is left of it is the cut's affair
	}
	// What remains, if this fails, is an orphan that the next start removes.
	_ = w.Close()
	_ = os.Remove(w.Name())
	w.store.loose.end(w.Name())
}
