package s3

import (
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/btree"
)

// bucket is the state of one bucket. The service's lock guards all of it.
type bucket struct {
	Name    string
	Region  string
	Account string
	Created time.Time
	// Settings are the bucket's configurations; nil or empty is "not set".
	Settings Settings

	objects btree.Map[string, *object]
	uploads map[string]*upload
}

// object is a key and its versions, the oldest first; never empty.
type object struct{ versions []*version }

// current is the newest version; it may be a delete marker.
func (o *object) current() *version { return o.versions[len(o.versions)-1] }

// version is one version of an object, or a delete marker. It does not change
// once it is in the index, but for its tags. Fields are exported for the store.
type version struct {
	Seq      uint64 // order over all buckets; the store's key
	Bucket   string
	Key      string
	ID       string // "null" in a bucket without versioning
	Marker   bool   `json:",omitempty"` // a delete marker
	Modified time.Time
	Size     int64
	ETag     string            // without quotes
	Headers  map[string]string `json:",omitempty"` // Content-Type and the like, as the writer sent them
	Meta     map[string]string `json:",omitempty"` // x-amz-meta-
	Tags     map[string]string `json:",omitempty"`
	Checksum checksum
	Segments []segment `json:",omitempty"` // the body, in order
	Parts    int       `json:",omitempty"` // of a multipart upload; each segment is one

	readers int  // downloads under way
	doomed  bool // out of the index; the last reader removes the blobs
}

// segment is a blob that is a piece of a body.
type segment struct {
	Blob string
	Size int64
}

const nullVersion = "null"

func newBucket(name, region, account string, now time.Time) *bucket {
	return &bucket{Name: name, Region: region, Account: account, Created: now, uploads: map[string]*upload{}}
}

func (b *bucket) empty() bool { return b.objects.Len() == 0 }

// find returns a version: the current one for an empty id.
// Errors: NoSuchKey, NoSuchVersion.
func (b *bucket) find(key, id string) (*version, error) {
	o, ok := b.objects.Get(key)
	if !ok {
		if id != "" {
			return nil, errNoVersion(key, id)
		}
		return nil, errNoKey(key)
	}
	if id == "" {
		return o.current(), nil
	}
	for _, v := range o.versions {
		if v.ID == id {
			return v, nil
		}
	}
	return nil, errNoVersion(key, id)
}

// insert makes v the current version of its key.
func (b *bucket) insert(v *version) {
	o, ok := b.objects.Get(v.Key)
	if !ok {
		o = new(object)
		b.objects.Set(v.Key, o)
	}
	o.versions = append(o.versions, v)
}

func (b *bucket) take(v *version) {
	o, ok := b.objects.Get(v.Key)
	if !ok {
		return
	}
	for i, other := range o.versions {
		if other == v {
			o.versions = append(o.versions[:i:i], o.versions[i+1:]...)
			break
		}
	}
	if len(o.versions) == 0 {
		b.objects.Delete(v.Key)
	}
}

var (
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	dottedQuad = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
)

func checkBucketName(name string) error {
	if !bucketName.MatchString(name) || dottedQuad.MatchString(name) || strings.Contains(name, "..") ||
		strings.HasPrefix(name, "xn--") || strings.HasSuffix(name, "-s3alias") {
		return errBucketName(name)
	}
	return nil
}
