package s3

import (
	"encoding/xml"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/clock"
	"github.com/anikeshk/cumin/emulator/internal/store"
)

// The model test drives a bucket with seeded random histories, restarts included,
// and compares every answer with a bucket so simple that it can be checked by
// eye. A failure prints the seed and the history.

// modelVersion is one version of a key, or a delete marker.
type modelVersion struct {
	id, body string
	marker   bool
}

// model is a bucket: the versions of each key, the newest first.
type model struct {
	versioning string // empty, Enabled or Suspended
	keys       map[string][]modelVersion
}

func (m *model) put(key, id, body string, marker bool) {
	if m.versioning != "Enabled" {
		id = "null"
		m.remove(key, id) // there is one version of this name
	}
	m.keys[key] = slices.Insert(m.keys[key], 0, modelVersion{id, body, marker})
}

func (m *model) remove(key, id string) {
	m.keys[key] = slices.DeleteFunc(m.keys[key], func(v modelVersion) bool { return v.id == id })
	if len(m.keys[key]) == 0 {
		delete(m.keys, key)
	}
}

func (m *model) current(key string) (modelVersion, bool) {
	list := m.keys[key]
	if len(list) == 0 || list[0].marker {
		return modelVersion{}, false
	}
	return list[0], true
}

// walk is one random history.
type walk struct {
	*bench
	model
	dice  *rand.Rand
	kept  store.Store
	dir   string
	steps []string
}

func TestRandomHistoriesAgreeWithASimpleBucket(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			frozen := clock.NewFrozen(start)
			t.Cleanup(frozen.Close)
			w := &walk{dice: rand.New(rand.NewPCG(seed, 2)), kept: new(store.Tree), dir: t.TempDir(), model: model{keys: map[string][]modelVersion{}}}
			open := func() { w.bench = newBench(t, Config{Clock: frozen, Store: w.kept, Dir: w.dir}) }
			open()
			w.want(200, "", "PUT", "/bucket", "")
			for range 150 {
				w.step(open)
				w.compare()
				if t.Failed() {
					t.Fatalf("after\n%s", strings.Join(w.steps, "\n"))
				}
			}
		})
	}
}

func (w *walk) key() string { return []string{"a", "a/1", "a/2", "b", "c/d/e"}[w.dice.IntN(5)] }

func (w *walk) note(format string, args ...any) {
	w.steps = append(w.steps, fmt.Sprintf(format, args...))
}

func (w *walk) step(reopen func()) {
	key := w.key()
	body := strings.Repeat(fmt.Sprint(len(w.steps), " "), w.dice.IntN(2000))
	switch draw := w.dice.IntN(20); {
	case draw < 6:
		w.note("put %s, %d bytes", key, len(body))
		got := w.want(200, "", "PUT", "/bucket/"+key, body)
		w.put(key, got.Header().Get("X-Amz-Version-Id"), body, false)
	case draw < 8:
		w.copy(key, w.key())
	case draw < 10:
		w.upload(key, body)
	case draw < 13:
		w.note("delete %s", key)
		got := w.want(204, "", "DELETE", "/bucket/"+key, "")
		if w.versioning == "" {
			w.remove(key, "null")
		} else {
			w.put(key, got.Header().Get("X-Amz-Version-Id"), "", true)
		}
	case draw < 15:
		if list := w.keys[key]; len(list) > 0 {
			id := list[w.dice.IntN(len(list))].id
			w.note("delete %s version %s", key, id)
			w.want(204, "", "DELETE", "/bucket/"+key+"?versionId="+id, "")
			w.remove(key, id)
		}
	case draw < 16:
		w.versioning = []string{"Enabled", "Suspended"}[w.dice.IntN(2)]
		w.note("versioning %s", w.versioning)
		w.want(200, "", "PUT", "/bucket?versioning", "<VersioningConfiguration><Status>"+w.versioning+"</Status></VersioningConfiguration>")
	case draw < 18:
		w.note("restart")
		reopen()
	default:
		w.readVersion(key)
	}
}

func (w *walk) copy(from, to string) {
	w.note("copy %s to %s", from, to)
	v, ok := w.current(from)
	if !ok {
		w.want(404, "NoSuchKey", "PUT", "/bucket/"+to, "", "X-Amz-Copy-Source", "/bucket/"+from)
		return
	}
	replaced := "COPY"
	if from == to { // a copy onto itself must change something
		replaced = "REPLACE"
	}
	got := w.want(200, "CopyObjectResult", "PUT", "/bucket/"+to, "", "X-Amz-Copy-Source", "/bucket/"+from, "X-Amz-Metadata-Directive", replaced)
	w.put(to, got.Header().Get("X-Amz-Version-Id"), v.body, false)
}

// upload makes an object of one part, or gives it up.
func (w *walk) upload(key, body string) {
	w.note("upload %s, %d bytes", key, len(body))
	var begun struct{ UploadId string }
	if err := xml.Unmarshal(w.want(200, "", "POST", "/bucket/"+key+"?uploads", "").Body.Bytes(), &begun); err != nil {
		w.Fatal(err)
	}
	query := "uploadId=" + begun.UploadId
	etag := w.want(200, "", "PUT", "/bucket/"+key+"?partNumber=7&"+query, body).Header().Get("Etag")
	if w.dice.IntN(3) == 0 {
		w.want(204, "", "DELETE", "/bucket/"+key+"?"+query, "")
		return
	}
	got := w.want(200, "", "POST", "/bucket/"+key+"?"+query, "<CompleteMultipartUpload><Part><PartNumber>7</PartNumber><ETag>"+etag+"</ETag></Part></CompleteMultipartUpload>")
	w.put(key, got.Header().Get("X-Amz-Version-Id"), body, false)
}

func (w *walk) readVersion(key string) {
	for _, v := range w.keys[key] {
		status := 200
		if v.marker {
			status = 405
		}
		got := w.want(status, "", "GET", "/bucket/"+key+"?versionId="+v.id, "")
		if !v.marker && got.Body.String() != v.body {
			w.Errorf("%s version %s has %d bytes, want %d", key, v.id, got.Body.Len(), len(v.body))
		}
	}
}

// compare reads everything.
func (w *walk) compare() {
	var objects, versions []string
	blobs := 0
	for _, key := range slices.Sorted(maps.Keys(w.keys)) {
		v, ok := w.current(key)
		got := w.serve(w.request(http.MethodGet, "/bucket/"+key, ""))
		switch {
		case ok && (got.Code != 200 || got.Body.String() != v.body):
			w.Errorf("%s: %d with %d bytes, want %d bytes", key, got.Code, got.Body.Len(), len(v.body))
		case !ok && got.Code != 404:
			w.Errorf("%s: %d, want none", key, got.Code)
		}
		if ok {
			objects = append(objects, key)
		}
		for _, v := range w.keys[key] {
			versions = append(versions, fmt.Sprint(key, " ", v.id, " ", v.marker))
			if v.body != "" {
				blobs++
			}
		}
	}
	if got := w.list(); !slices.Equal(got, objects) {
		w.Errorf("listed %q, want %q", got, objects)
	}
	if got := w.listVersions(); !slices.Equal(got, versions) {
		w.Errorf("listed the versions %q, want %q", got, versions)
	}
	if got := w.blobCount(); got != blobs {
		w.Errorf("%d files of bodies, want %d", got, blobs)
	}
}

// list walks the pages of ListObjectsV2.
func (w *walk) list() (keys []string) {
	token := ""
	for {
		var page struct {
			Contents              []struct{ Key string }
			NextContinuationToken string
		}
		if err := xml.Unmarshal(w.want(200, "", "GET", "/bucket?list-type=2&max-keys=2"+token, "").Body.Bytes(), &page); err != nil {
			w.Fatal(err)
		}
		for _, c := range page.Contents {
			keys = append(keys, c.Key)
		}
		if page.NextContinuationToken == "" {
			return keys
		}
		token = "&continuation-token=" + page.NextContinuationToken
	}
}

func (w *walk) listVersions() (out []string) {
	var page struct {
		Entries []struct {
			XMLName        xml.Name
			Key, VersionId string
		} `xml:",any"`
	}
	if err := xml.Unmarshal(w.want(200, "", "GET", "/bucket?versions", "").Body.Bytes(), &page); err != nil {
		w.Fatal(err)
	}
	for _, e := range page.Entries {
		if e.XMLName.Local == "Version" || e.XMLName.Local == "DeleteMarker" {
			out = append(out, fmt.Sprint(e.Key, " ", e.VersionId, " ", e.XMLName.Local == "DeleteMarker"))
		}
	}
	return out
}
