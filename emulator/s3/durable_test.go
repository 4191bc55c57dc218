package s3

import (
	"crypto/rand"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

func TestObjectsAreThereAfterARestartAndOrphansAreNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	frozen := clock.NewFrozen(start)
	t.Cleanup(frozen.Close)
	open := func() (*bench, store.Store) {
		st, err := store.Open(filepath.Join(dir, "state.db"))
		if err != nil {
			t.Fatal(err)
		}
		return newBench(t, Config{Clock: frozen, Store: st, Dir: filepath.Join(dir, "objects")}), st
	}
	b, st := open()
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	b.want(200, "", "PUT", "/bucket/k", "one")
	b.want(200, "", "PUT", "/bucket/k", "two", "Content-Type", "text/x", "X-Amz-Meta-A", "1", "X-Amz-Tagging", "t=v")
	upload := b.want(200, "", "POST", "/bucket/big?uploads", "").Body.String()
	_, id, _ := strings.Cut(upload, "<UploadId>")
	id, _, _ = strings.Cut(id, "<")
	etag := b.want(200, "", "PUT", "/bucket/big?partNumber=1&uploadId="+id, "part").Header().Get("Etag")
	orphan, err := b.blobs.create(-1) // a body whose process was killed before the index heard of it
	if err != nil {
		t.Fatal(err)
	}
	if _, err := orphan.take(copy(orphan.room(), "half")); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}

	b, st = open()
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	w := b.want(200, "two", "GET", "/bucket/k", "")
	if w.Header().Get("Content-Type") != "text/x" || w.Header().Get("X-Amz-Meta-A") != "1" || w.Header().Get("X-Amz-Tagging-Count") != "1" {
		t.Errorf("headers %v", w.Header())
	}
	if n := strings.Count(b.want(200, "", "GET", "/bucket?versions", "").Body.String(), "<Version>"); n != 2 {
		t.Errorf("%d versions, want 2", n)
	}
	b.want(200, "", "POST", "/bucket/big?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+etag+"</ETag></Part></CompleteMultipartUpload>")
	b.want(200, "part", "GET", "/bucket/big", "")
	if n := b.blobCount(); n != 3 {
		t.Errorf("%d blobs, want those of three versions", n)
	}
}

// TestALargeObjectDoesNotGoThroughMemory is not parallel: it measures what the
// whole process allocates.
func TestALargeObjectDoesNotGoThroughMemory(t *testing.T) {
	b := newBench(t, Config{Dir: t.TempDir()})
	b.want(200, "", "PUT", "/bucket", "")
	const size = 64 << 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := b.request("PUT", "/bucket/big", "")
	r.Body, r.ContentLength = io.NopCloser(io.LimitReader(rand.Reader, size)), size
	if w := b.serve(r); w.Code != 200 {
		t.Fatal(w.Body)
	}
	out := &discard{header: http.Header{}}
	b.ServeHTTP(out, b.request("GET", "/bucket/big", ""))
	runtime.ReadMemStats(&after)
	if out.n != size {
		t.Errorf("%d bytes came back, want %d", out.n, size)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 {
		t.Errorf("%d bytes allocated for an object of %d", grown, size)
	}
}

// discard is a response that counts what it is given.
type discard struct {
	header http.Header
	n      int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(b []byte) (int, error) { d.n += len(b); return len(b), nil }
