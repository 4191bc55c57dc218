package s3

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	maxKeyBytes      = 1024
	maxMetadataBytes = 2048
)

// storedHeaders come back with the object as they were sent.
var storedHeaders = []string{"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Type", "Expires"}

// attributes are what a writer says about an object beside its body.
type attributes struct {
	Headers map[string]string
	Meta    map[string]string
	Tags    map[string]string
}

func readAttributes(h http.Header) (attributes, error) {
	a := attributes{Headers: map[string]string{}, Meta: map[string]string{}}
	for _, name := range storedHeaders {
		if v := h.Get(name); v != "" {
			a.Headers[name] = v
		}
	}
	if v := stripAWSChunked(a.Headers["Content-Encoding"]); v != "" {
		a.Headers["Content-Encoding"] = v
	} else {
		delete(a.Headers, "Content-Encoding")
	}
	size := 0
	for name, values := range h {
		if meta, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			a.Meta[strings.ToLower(meta)] = strings.Join(values, ",")
			size += len(meta) + len(a.Meta[strings.ToLower(meta)])
		}
	}
	if size > maxMetadataBytes {
		return a, errMetadata(size)
	}
	tags, err := parseTagHeader(h.Get("X-Amz-Tagging"))
	a.Tags = tags
	return a, err
}

// stripAWSChunked takes out the coding that belongs to the transfer, not to
// the object.
func stripAWSChunked(encoding string) string {
	kept := slices.DeleteFunc(strings.Split(encoding, ","), func(v string) bool {
		v = strings.TrimSpace(v)
		return v == "" || v == "aws-chunked"
	})
	return strings.TrimSpace(strings.Join(kept, ","))
}

func checkKey(key string) error {
	if len(key) > maxKeyBytes {
		return errWith(wire.Errorf(400, "KeyTooLongError", "Your key is too long"), map[string]any{"Size": len(key), "MaxSizeAllowed": maxKeyBytes})
	}
	if !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return wire.Errorf(400, "InvalidURI", "Couldn't parse the specified URI.")
	}
	return nil
}

func (s *Service) putObject(c *call) error {
	if err := checkKey(c.key); err != nil {
		return err
	}
	a, err := readAttributes(c.r.Header)
	if err != nil {
		return err
	}
	// A write that cannot succeed is refused before its body is read.
	if err := s.inBucket(c.bucket, func(_ *tx, b *bucket) error { return b.writable(c.key, c.r.Header) }); err != nil {
		return err
	}
	in, err := s.receive(c.r, defaultAlgorithm)
	if err != nil {
		return err
	}
	v := a.version(c.key)
	v.Size, v.ETag, v.Checksum, v.Segments = in.size, hex.EncodeToString(in.md5), in.checksum, in.segments()
	w, err := s.write(c.bucket, v, c.r.Header, originOf(c.r.Context(), createdByPut))
	if err != nil {
		return err
	}
	h := c.w.Header()
	v.writeIdentity(h, w)
	v.writeChecksum(h)
	h.Set("X-Amz-Server-Side-Encryption", w.encryption)
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (a attributes) version(key string) *version {
	return &version{Key: key, Headers: a.Headers, Meta: a.Meta, Tags: a.Tags}
}

// written is what an answer says about the bucket an object went to.
type written struct {
	versioned  bool
	encryption string
	rules      *Lifecycle
}

func (b *bucket) written() written {
	w := written{versioned: b.Settings.Versioning == "Enabled", rules: b.Settings.Lifecycle, encryption: "AES256"}
	if e := b.Settings.Encryption; e != nil {
		w.encryption = e.Rules[0].Algorithm
	}
	return w
}

// write makes v the current version of its key, if the conditions in h hold at
// this moment. When it fails, v's blobs are removed.
func (s *Service) write(bucketName string, v *version, h http.Header, o origin) (written, error) {
	var w written
	err := s.inBucket(bucketName, func(t *tx, b *bucket) error {
		if err := b.writable(v.Key, h); err != nil {
			return err
		}
		s.add(t, b, v, o)
		w = b.written()
		return nil
	})
	if err != nil {
		s.discard(v.Segments)
	}
	return w, err
}

func (s *Service) discard(list []segment) {
	var t tx
	t.dropSegments(list)
	s.removeBlobs(t.blobs)
}

// add puts v into the index, replacing the null version where the bucket does
// not keep versions.
func (s *Service) add(t *tx, b *bucket, v *version, o origin) {
	v.Bucket, v.Modified, v.ID = b.Name, t.now, nullVersion
	if b.Settings.Versioning == "Enabled" {
		v.ID = rand.Text()
	} else if old, err := b.find(v.Key, nullVersion); err == nil {
		b.take(old)
		t.drop(old)
	}
	s.lastSeq++
	v.Seq = s.lastSeq
	b.insert(v)
	t.putVersion(v)
	s.emit(t, b, v, o)
}

func (s *Service) deleteObject(c *call) error {
	result, err := s.erase(c.r.Context(), c.bucket, c.key, c.query.Get("versionId"), c.r.Header)
	if err != nil {
		return err
	}
	if result.VersionID != "" {
		c.w.Header().Set("X-Amz-Version-Id", result.VersionID)
	}
	if result.Marker {
		c.w.Header().Set("X-Amz-Delete-Marker", "true")
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// erased says what a deletion did: the version it removed or the delete marker
// it made; both empty in a bucket without versions.
type erased struct {
	VersionID string
	Marker    bool
}

// erase deletes a key or one version of it. A key that does not exist is
// deleted with success.
func (s *Service) erase(ctx context.Context, bucketName, key, id string, h http.Header) (erased, error) {
	var out erased
	return out, s.inBucket(bucketName, func(t *tx, b *bucket) error {
		if err := b.deletable(key, h); err != nil {
			return err
		}
		var err error
		out, err = s.remove(t, b, key, id, originOf(ctx, removedByDelete))
		return err
	})
}

func (s *Service) remove(t *tx, b *bucket, key, id string, o origin) (erased, error) {
	if id != "" {
		v, err := b.find(key, id)
		if err != nil {
			return erased{VersionID: id}, nil //nolint:nilerr // deleting what is not there succeeds
		}
		b.take(v)
		t.drop(v)
		s.emit(t, b, v, o)
		return erased{VersionID: id, Marker: v.Marker}, nil
	}
	if b.Settings.Versioning == "" {
		if v, err := b.find(key, nullVersion); err == nil {
			b.take(v)
			t.drop(v)
			s.emit(t, b, v, o)
		}
		return erased{}, nil
	}
	marker := &version{Key: key, Marker: true}
	s.add(t, b, marker, o.withMarker())
	return erased{VersionID: marker.ID, Marker: true}, nil
}

// writeIdentity says which version was written or read.
func (v *version) writeIdentity(h http.Header, w written) {
	h.Set("Etag", `"`+v.ETag+`"`)
	if w.versioned || v.ID != nullVersion {
		h.Set("X-Amz-Version-Id", v.ID)
	}
	if expires, rule, ok := w.rules.expiry(v); ok {
		h.Set("X-Amz-Expiration", `expiry-date="`+httpTime(expires)+`", rule-id="`+url.QueryEscape(rule)+`"`)
	}
}

func (v *version) writeChecksum(h http.Header) {
	if v.Checksum.Value == "" {
		return
	}
	h.Set(checksumHeader(v.Checksum.Algorithm), v.Checksum.Value)
	h.Set("X-Amz-Checksum-Type", cmp.Or(v.Checksum.Type, fullObject))
}
