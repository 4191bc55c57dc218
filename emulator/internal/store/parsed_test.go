package store

import (
	"encoding/binary"
	"errors"
	"testing"
)

// numbered is a tree with the numbers below n in a bucket, each its own key.
func numbered(n int) *Tree {
	tree := new(Tree)
	b := new(Batch)
	for i := range n {
		b.Put("numbers", binary.BigEndian.AppendUint32(nil, uint32(i)), []byte{byte(i)})
	}
	tree.Apply(b)
	return tree
}

func number(key, _ []byte) (int, error) { return int(binary.BigEndian.Uint32(key)), nil }

func TestParsedPairsComeInTheOrderOfTheirKeys(t *testing.T) {
	for _, n := range []int{0, 1, chunk, 10*chunk + 7} {
		next := 0
		err := LoadParsed(numbered(n), "numbers", number, func(got int) error {
			if got != next {
				t.Fatalf("of %d: got %d, want %d", n, got, next)
			}
			next++
			return nil
		})
		if err != nil || next != n {
			t.Errorf("of %d: %d were used, error %v", n, next, err)
		}
	}
}

func TestNothingIsUsedAfterAnError(t *testing.T) {
	const bad = 3*chunk + 5
	wrong := errors.New("wrong")
	refuse := func(n int) error {
		if n == bad {
			return wrong
		}
		return nil
	}
	for name, c := range map[string]struct{ parse, use func(int) error }{
		"of parse": {refuse, func(int) error { return nil }},
		"of use":   {func(int) error { return nil }, refuse},
	} {
		t.Run(name, func(t *testing.T) {
			last := -1
			err := LoadParsed(numbered(10*chunk), "numbers", func(key, value []byte) (int, error) {
				n, _ := number(key, value)
				return n, c.parse(n)
			}, func(n int) error {
				if err := c.use(n); err != nil {
					return err
				}
				last = n
				return nil
			})
			if !errors.Is(err, wrong) || last != bad-1 {
				t.Errorf("the last one used is %d, want %d; error %v", last, bad-1, err)
			}
		})
	}
}

// unreadable is a store that cannot be read to its end.
type unreadable struct {
	*Tree
	err error
}

func (s unreadable) Load(bucket string, f func(key, value []byte) error) error {
	if err := s.Tree.Load(bucket, f); err != nil {
		return err
	}
	return s.err
}

func TestAStoreThatCannotBeReadIsSaid(t *testing.T) {
	want := errors.New("torn")
	err := LoadParsed(unreadable{numbered(chunk), want}, "numbers", number, func(int) error { return nil })
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
