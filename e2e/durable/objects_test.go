package durable

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

const bucket = "/bucket"

// padding is what values of random length are cut from.
var padding = strings.Repeat("0123456789abcdef", 40)

// content is the body of a version of a key: 1 to 128 KB, most of them small,
// beginning with the version.
func content(key string, version int) []byte {
	size := 1 << 10
	switch {
	case version%10 == 0:
		size = 128 << 10
	case version%3 == 0:
		size = 20<<10 + version
	}
	head := fmt.Sprintf("%d %s ", version, key)
	return bytes.Repeat([]byte(head), 1+size/len(head))
}

// versionOf reads the version of a key; 0 when there is no object. An error says
// that the body is not the version's.
func versionOf(c *client, key string) (int, error) {
	body, err := c.s3(http.MethodGet, bucket+"/"+key, nil)
	if refusedWith(err, "NoSuchKey") {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var version int
	if _, err := fmt.Sscanf(string(body[:min(len(body), 20)]), "%d", &version); err != nil {
		return 0, fmt.Errorf("%s has a body of %d bytes that begins %.20q", key, len(body), body)
	}
	if !bytes.Equal(body, content(key, version)) {
		return 0, fmt.Errorf("%s has %d bytes that are not version %d", key, len(body), version)
	}
	return version, nil
}

// objects is the only writer of a few objects.
type objects struct {
	dice  *rand.Rand
	known [5]int // the version of each object; 0: there is none
	last  int
	asked struct{ object, version int } // not answered; object is -1 for none
}

func newObjects(dice *rand.Rand) *objects {
	a := &objects{dice: dice}
	a.asked.object = -1
	return a
}

func (*objects) setUp(c *client) error {
	_, err := c.s3(http.MethodPut, bucket, nil)
	return err
}

func (*objects) key(i int) string { return fmt.Sprintf("objects/%d", i) }

func (a *objects) act(c *client) error {
	i := a.dice.IntN(len(a.known))
	a.last++
	a.asked.object, a.asked.version = i, a.last
	method, body := http.MethodPut, content(a.key(i), a.last)
	if a.dice.IntN(6) == 0 {
		method, body, a.asked.version = http.MethodDelete, nil, 0
	}
	if _, err := c.s3(method, bucket+"/"+a.key(i), body); err != nil {
		return err
	}
	a.known[i] = a.asked.version
	a.asked.object = -1
	return nil
}

func (a *objects) check(c *client) error {
	for i, want := range a.known {
		got, err := versionOf(c, a.key(i))
		if err != nil {
			return err
		}
		if got != want && (a.asked.object != i || got != a.asked.version) {
			return fmt.Errorf("%s has version %d; acknowledged was %d, unanswered %+v", a.key(i), got, want, a.asked)
		}
		a.known[i] = got
	}
	a.asked.object = -1
	return nil
}

// uploads makes one object anew by multipart uploads of one part.
type uploads struct {
	dice       *rand.Rand
	version    int    // of the completed object
	id         string // of the upload of version+1; empty: none is known
	etag       string // of its part; empty: none was acknowledged
	completing bool   // was asked for and not answered
}

const uploadKey = "uploads/one"

func newUploads(dice *rand.Rand) *uploads { return &uploads{dice: dice} }

func (*uploads) setUp(*client) error { return nil }

func (a *uploads) act(c *client) error {
	switch {
	case a.id == "":
		return a.begin(c)
	case a.etag == "" || a.dice.IntN(4) == 0: // a part may be sent again
		return a.part(c)
	}
	return a.complete(c)
}

func (a *uploads) begin(c *client) error {
	var out struct{ UploadId string }
	if err := document(c, http.MethodPost, bucket+"/"+uploadKey+"?uploads", nil, &out); err != nil {
		return err
	}
	a.id, a.etag = out.UploadId, ""
	return nil
}

func (a *uploads) path(query string) string {
	return bucket + "/" + uploadKey + "?" + query + "uploadId=" + url.QueryEscape(a.id)
}

func (a *uploads) part(c *client) error {
	if _, err := c.s3(http.MethodPut, a.path("partNumber=1&"), content(uploadKey, a.version+1)); err != nil {
		return err
	}
	parts, err := a.parts(c)
	if err != nil {
		return err
	}
	if len(parts) != 1 {
		return fmt.Errorf("the upload has %d parts", len(parts))
	}
	a.etag = parts[0]
	return nil
}

// parts returns the entity tags of the upload's parts.
func (a *uploads) parts(c *client) ([]string, error) {
	var out struct {
		Part []struct{ ETag string }
	}
	if err := document(c, http.MethodGet, a.path(""), nil, &out); err != nil {
		return nil, err
	}
	var tags []string
	for _, p := range out.Part {
		tags = append(tags, p.ETag)
	}
	return tags, nil
}

func (a *uploads) complete(c *client) error {
	a.completing = true
	body := fmt.Sprintf("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>", a.etag)
	if _, err := c.s3(http.MethodPost, a.path(""), []byte(body)); err != nil {
		return err
	}
	a.done()
	return nil
}

func (a *uploads) done() {
	a.version++
	a.id, a.etag, a.completing = "", "", false
}

func (a *uploads) check(c *client) error {
	got, err := versionOf(c, uploadKey)
	if err != nil {
		return err
	}
	switch {
	case a.completing && got == a.version+1:
		a.done()
	case got != a.version:
		return fmt.Errorf("%s has version %d; acknowledged was %d", uploadKey, got, a.version)
	}
	a.completing = false
	var out struct {
		Upload []struct{ UploadId string }
	}
	if err := document(c, http.MethodGet, bucket+"?uploads", nil, &out); err != nil {
		return err
	}
	known := false
	for _, u := range out.Upload {
		if u.UploadId == a.id {
			known = true
			continue
		}
		stray := &uploads{id: u.UploadId} // its beginning was not answered
		if _, err := c.s3(http.MethodDelete, stray.path(""), nil); err != nil {
			return err
		}
	}
	if a.id == "" {
		return nil
	}
	if !known {
		return fmt.Errorf("upload %s was acknowledged and is gone", a.id)
	}
	parts, err := a.parts(c)
	if err != nil {
		return err
	}
	if a.etag != "" && (len(parts) != 1 || parts[0] != a.etag) {
		return fmt.Errorf("the upload has the parts %q; %q was acknowledged", parts, a.etag)
	}
	return nil
}

// document calls S3 and reads its answer.
func document(c *client, method, path string, body []byte, out any) error {
	answer, err := c.s3(method, path, body)
	if err != nil {
		return err
	}
	return xml.Unmarshal(answer, out)
}

// leftovers counts the files of bodies: one for each object and part.
type leftovers struct{ dir string }

func (*leftovers) setUp(*client) error { return nil }
func (*leftovers) act(*client) error   { return errIdle }

func (a *leftovers) check(c *client) error {
	var list struct{ Contents []struct{ Key string } }
	if err := document(c, http.MethodGet, bucket+"?list-type=2", nil, &list); err != nil {
		return err
	}
	want := len(list.Contents)
	var pending struct {
		Upload []struct{ UploadId string }
	}
	if err := document(c, http.MethodGet, bucket+"?uploads", nil, &pending); err != nil {
		return err
	}
	for _, u := range pending.Upload {
		parts, err := (&uploads{id: u.UploadId}).parts(c)
		if err != nil {
			return err
		}
		want += len(parts)
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(a.dir, "objects"), func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files++
		}
		return err
	})
	if err != nil {
		return err
	}
	if files != want {
		return fmt.Errorf("%d files of bodies for %d objects and parts", files, want)
	}
	return nil
}
