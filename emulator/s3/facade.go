package s3

import (
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// The methods in this file are for the other services of the embedded AWS,
// joined by the facade; they need no request.

// Bucket is what a template may ask of a bucket.
type Bucket struct {
	Name, Region string
	Created      time.Time
	Settings     Settings
}

// Object is what is known about a stored object.
type Object struct {
	Bucket, Key, VersionID string // VersionID is empty in a bucket that keeps no versions
	ETag                   string // without quotes
	Size                   int64  // bytes
	Modified               time.Time
	ContentType            string
}

// CreateBucket makes the caller's bucket. Errors: InvalidBucketName,
// BucketAlreadyOwnedByYou, BucketAlreadyExists, and those of the settings.
func (s *Service) CreateBucket(ctx context.Context, name string, settings Settings) error {
	return s.create(ctx, name, wire.IdentityFrom(ctx).Region, settings)
}

// DeleteBucket removes an empty bucket, aborting its uploads. Errors:
// NoSuchBucket, BucketNotEmpty.
func (s *Service) DeleteBucket(_ context.Context, name string) error {
	return s.inBucket(name, func(t *tx, b *bucket) error {
		if !b.empty() {
			return errNotEmpty(name)
		}
		for _, u := range b.uploads {
			t.abort(b, u)
		}
		delete(s.buckets, name)
		t.delete(bucketBuckets, []byte(name))
		return nil
	})
}

// DescribeBucket answers for one bucket. Errors: NoSuchBucket.
func (s *Service) DescribeBucket(_ context.Context, name string) (Bucket, error) {
	var out Bucket
	return out, s.inBucket(name, func(_ *tx, b *bucket) error {
		out = Bucket{b.Name, b.Region, b.Created, b.Settings}
		return nil
	})
}

// Download writes an object's body to w; an empty version is the current one.
// Errors: NoSuchBucket, NoSuchKey, NoSuchVersion, and w's.
func (s *Service) Download(_ context.Context, bucketName, key, versionID string, w io.Writer) (Object, error) {
	v, _, err := s.open(bucketName, key, versionID)
	if err != nil {
		return Object{}, err
	}
	if v.Marker {
		return Object{}, errNoKey(key)
	}
	defer s.release(v)
	return v.object(), s.send(w, v, 0, v.Size)
}

// Upload stores n bytes of body as an object.
func (s *Service) Upload(ctx context.Context, bucketName, key, contentType string, body io.Reader, n int64) (Object, error) {
	if err := checkKey(key); err != nil {
		return Object{}, err
	}
	r := (&http.Request{Body: io.NopCloser(body), ContentLength: n, Header: http.Header{"Content-Type": {contentType}}}).WithContext(ctx)
	a, err := readAttributes(r.Header)
	if err != nil {
		return Object{}, err
	}
	in, err := s.receive(r, defaultAlgorithm)
	if err != nil {
		return Object{}, err
	}
	v := a.version(key)
	v.Size, v.ETag, v.Checksum, v.Segments = in.size, hex.EncodeToString(in.md5), in.checksum, in.segments()
	if _, err := s.write(bucketName, v, http.Header{}, originOf(ctx, createdByPut)); err != nil {
		return Object{}, err
	}
	return v.object(), nil
}

func (v *version) object() Object {
	o := Object{Bucket: v.Bucket, Key: v.Key, ETag: v.ETag, Size: v.Size, Modified: v.Modified, ContentType: v.Headers["Content-Type"]}
	if v.ID != nullVersion {
		o.VersionID = v.ID
	}
	return o
}
