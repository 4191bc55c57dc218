package journal

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

func start(t *testing.T, maxBytes int) *Journal {
	t.Helper()
	state, err := new(store.Tree).Copy(func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return begin(Base{Store: state, Clock: clock.State{}}, 1, maxBytes)
}

func keep(j *Journal, second int64, bucket, key, value string, bodies map[string][]byte) {
	b := new(store.Batch)
	b.Put(bucket, []byte(key), []byte(value))
	j.AddChange(time.Unix(second, 0), b, bodies)
}

func value(t *testing.T, b Base, bucket, key string) (found string) {
	t.Helper()
	if err := b.Store.Each(func(in, k string, v []byte) error {
		if in == bucket && k == key {
			found = string(v)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheOldestEntriesBecomeTheBase(t *testing.T) {
	t.Parallel()
	j := start(t, 5000)
	for i := range 100 {
		keep(j, int64(i), "bucket", "key", fmt.Sprint(i), nil)
	}
	entries := j.Entries()
	first := entries[0].N
	if first < 50 || j.Last() != 100 || j.bytes > 5000 {
		t.Fatalf("entries %d to %d, %d bytes", first, j.Last(), j.bytes)
	}
	for _, n := range []int{first - 1, first, 99, 100} {
		at, err := j.At(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := value(t, at, "bucket", "key"); got != fmt.Sprint(n-1) || !at.Clock.Now.Equal(time.Unix(int64(n-1), 0)) {
			t.Errorf("after entry %d: %s at %s", n, got, at.Clock.Now)
		}
	}
	for _, n := range []int{first - 2, 101, -1} {
		if _, err := j.At(n); err == nil {
			t.Errorf("entry %d was reached", n)
		}
	}
}

func TestBodiesNobodyNamesAreDropped(t *testing.T) {
	t.Parallel()
	j := start(t, 10_000)
	for i := range 100 {
		id := fmt.Sprint("blob-", i)
		keep(j, int64(i), "s3/versions", "the object", `{"Segments":[{"Blob":"`+id+`"}]}`, map[string][]byte{id: make([]byte, 1000)})
	}
	if len(j.bodies) > 10 {
		t.Errorf("%d bodies are held", len(j.bodies))
	}
	at, err := j.At(100)
	if err != nil {
		t.Fatal(err)
	}
	if len(at.Bodies["blob-99"]) != 1000 {
		t.Error("the present body is gone")
	}
}

func TestAFileHoldsAllOfAJournal(t *testing.T) {
	t.Parallel()
	j := start(t, 2000)
	for i := range 20 {
		keep(j, int64(i), "bucket", "key", fmt.Sprint(i), map[string][]byte{fmt.Sprint(i): {1}})
	}
	gone := new(store.Batch)
	gone.Delete("bucket", []byte("key"))
	j.AddChange(time.Unix(21, 0), gone, nil)
	j.Add(Entry{Kind: Request, ID: "id", Body: []byte("{}")})
	var file bytes.Buffer
	if err := j.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(back.Entries()) != fmt.Sprint(j.Entries()) {
		t.Errorf("\n got %v\nwant %v", back.Entries(), j.Entries())
	}
	for n, want := range map[int]string{20: "19", 21: ""} {
		at, err := back.At(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := value(t, at, "bucket", "key"); got != want {
			t.Errorf("after entry %d: %q, want %q", n, got, want)
		}
	}
	if n, err := back.Until("id"); err != nil || n != 22 {
		t.Errorf("until: %d, %v", n, err)
	}
}
