package journal

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// ErrNotAJournal is what Read answers for a file of another kind, or one that
// was cut off.
var ErrNotAJournal = errors.New("not a journal or snapshot of the embedded AWS, or not all of one")

// format is in the first frame; another one cannot be read.
const format = "cumin-aws-journal/1"

// frame is one part of a file. Exactly one member is set.
type frame struct {
	Head  *head
	Keys  *keys
	Body  *body
	Entry *entry
	End   bool
}

type head struct {
	Format string
	First  int // N of the first entry
	Clock  clock.State
}

// keys is some keys of one bucket of the state before the entries.
type keys struct {
	Bucket string
	Keys   []string
	Values [][]byte
}

type body struct {
	ID      string
	Content []byte
}

// entry is an Entry with what it keeps to itself.
type entry struct {
	Entry
	Changes []change
	Bodies  map[string][]byte
}

// change is a store.Change. Gob does not tell an empty slice from none.
type change struct {
	Bucket           string
	Key, Value       []byte
	HasKey, HasValue bool
}

// keysAtOnce bounds a frame of keys.
const keysAtOnce = 1000

// Write writes the journal, with the state it begins with. It goes on meanwhile;
// what it holds now is written.
func (j *Journal) Write(w io.Writer) error {
	j.mu.Lock()
	state, err := j.base.Copy(func() error { return nil })
	b := Base{Store: state, Bodies: make(map[string][]byte, len(j.bodies)), Clock: j.clock}
	for id, content := range j.bodies {
		b.Bodies[id] = content
	}
	entries, first := append([]Entry(nil), j.entries...), j.first
	j.mu.Unlock()
	if err != nil {
		return err
	}
	return write(w, b, first, entries)
}

// Write writes a state as a journal without entries: a snapshot.
func (b Base) Write(w io.Writer) error { return write(w, b, 1, nil) }

func write(w io.Writer, b Base, first int, entries []Entry) error {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := gob.NewEncoder(out)
	if err := enc.Encode(frame{Head: &head{format, first, b.Clock}}); err != nil {
		return err
	}
	var next keys
	flush := func() error {
		if len(next.Keys) == 0 {
			return nil
		}
		err := enc.Encode(frame{Keys: &next})
		next.Keys, next.Values = next.Keys[:0], next.Values[:0]
		return err
	}
	err := b.Store.Each(func(bucket, key string, value []byte) error {
		if bucket != next.Bucket || len(next.Keys) == keysAtOnce {
			if err := flush(); err != nil {
				return err
			}
			next.Bucket = bucket
		}
		next.Keys, next.Values = append(next.Keys, key), append(next.Values, value)
		return nil
	})
	if err = errors.Join(err, flush()); err != nil {
		return err
	}
	for id, content := range b.Bodies {
		if err := enc.Encode(frame{Body: &body{id, content}}); err != nil {
			return err
		}
	}
	for _, e := range entries {
		out := entry{Entry: e, Bodies: e.bodies}
		for _, c := range e.changes {
			out.Changes = append(out.Changes, change{c.Bucket, c.Key, c.Value, c.Key != nil, c.Value != nil})
		}
		if err := enc.Encode(frame{Entry: &out}); err != nil {
			return err
		}
	}
	if err := enc.Encode(frame{End: true}); err != nil {
		return err
	}
	return out.Flush()
}

// Read reads what Write wrote. Errors: ErrNotAJournal, or r's.
func Read(r io.Reader) (*Journal, error) {
	dec := gob.NewDecoder(bufio.NewReaderSize(r, 1<<16))
	next := func() (f frame, err error) {
		if err = dec.Decode(&f); err != nil {
			err = fmt.Errorf("%w: %w", ErrNotAJournal, err)
		}
		return f, err
	}
	f, err := next()
	if err != nil {
		return nil, err
	}
	if f.Head == nil || f.Head.Format != format {
		return nil, ErrNotAJournal
	}
	var tree store.Tree
	empty, err := tree.Copy(func() error { return nil })
	if err != nil {
		return nil, err
	}
	j := begin(Base{Store: empty, Clock: f.Head.Clock}, f.Head.First, MaxBytes)
	for {
		f, err := next()
		switch {
		case err != nil:
			return nil, err
		case f.End:
			return j, nil
		case f.Keys != nil:
			if len(f.Keys.Keys) != len(f.Keys.Values) {
				return nil, ErrNotAJournal
			}
			var b store.Batch
			for i, key := range f.Keys.Keys {
				b.Put(f.Keys.Bucket, []byte(key), f.Keys.Values[i])
			}
			_ = j.base.Apply(&b)() // memory never fails to keep
		case f.Body != nil:
			j.bodies[f.Body.ID] = f.Body.Content
		case f.Entry != nil:
			j.restore(f.Entry)
		default:
			return nil, ErrNotAJournal
		}
	}
}

// restore appends an entry that was read. The file's bound was the writer's.
func (j *Journal) restore(e *entry) {
	back := e.Entry
	back.bodies = e.Bodies
	for _, c := range e.Changes {
		change := store.Change{Bucket: c.Bucket}
		if c.HasKey {
			change.Key = append([]byte{}, c.Key...)
		}
		if c.HasValue {
			change.Value = append([]byte{}, c.Value...)
		}
		back.changes = append(back.changes, change)
	}
	back.N = j.first + len(j.entries)
	j.entries = append(j.entries, back)
}
