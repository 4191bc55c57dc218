package s3

import (
	"cmp"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const (
	maxParts     = 10_000
	minPartBytes = 5 << 20 // of every part but the last
)

// upload is a multipart upload that is neither complete nor aborted. Fields
// are exported for the store.
type upload struct {
	ID         string
	Bucket     string
	Key        string
	Initiated  time.Time
	Attributes attributes
	Checksum   checksum // Algorithm and Type; no Algorithm: the client named none

	parts map[int]part
}

type part struct {
	Number   int
	Size     int64
	MD5      []byte
	Checksum checksum
	Modified time.Time
	Segments []segment
}

func (p part) etag() string { return hex.EncodeToString(p.MD5) }

func (s *Service) createMultipartUpload(c *call) error {
	if err := checkKey(c.key); err != nil {
		return err
	}
	a, err := readAttributes(c.r.Header)
	if err != nil {
		return err
	}
	sum := checksum{Algorithm: c.r.Header.Get("X-Amz-Checksum-Algorithm"), Type: c.r.Header.Get("X-Amz-Checksum-Type")}
	if err := sum.settle(); err != nil {
		return err
	}
	u := &upload{ID: rand.Text() + rand.Text(), Bucket: c.bucket, Key: c.key, Attributes: a, Checksum: sum, parts: map[int]part{}}
	err = s.inBucket(c.bucket, func(t *tx, b *bucket) error {
		u.Initiated = t.now
		b.uploads[u.ID] = u
		t.putUpload(u)
		c.w.Header().Set("X-Amz-Server-Side-Encryption", b.written().encryption)
		return nil
	})
	if err != nil {
		return err
	}
	if sum.Algorithm != "" {
		c.w.Header().Set("X-Amz-Checksum-Algorithm", sum.Algorithm)
		c.w.Header().Set("X-Amz-Checksum-Type", sum.Type)
	}
	return wire.WriteXML(c.w, http.StatusOK, struct {
		XMLName  xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ InitiateMultipartUploadResult"`
		Bucket   string
		Key      string
		UploadId string
	}{Bucket: c.bucket, Key: c.key, UploadId: u.ID})
}

// settle fills in the type of a multipart checksum and refuses combinations
// that do not exist (User Guide, "Checksum types").
func (c *checksum) settle() error {
	if c.Algorithm == "" {
		if c.Type != "" {
			return errRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
		}
		return nil
	}
	c.Algorithm = strings.ToUpper(c.Algorithm)
	if _, ok := newHash(c.Algorithm); !ok {
		return errRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512]")
	}
	usual := composite
	if c.Algorithm == "CRC64NVME" {
		usual = fullObject
	}
	c.Type = cmp.Or(c.Type, usual)
	if c.Type == composite && c.Algorithm == "CRC64NVME" || c.Type == fullObject && !isCRC(c.Algorithm) || c.Type != composite && c.Type != fullObject {
		return errRequest("The %s checksum type cannot be used with the %s checksum algorithm.", c.Type, strings.ToLower(c.Algorithm))
	}
	return nil
}

// onUpload runs f on the upload the request names.
func (s *Service) onUpload(c *call, f func(*tx, *bucket, *upload) error) error {
	id := c.query.Get("uploadId")
	return s.inBucket(c.bucket, func(t *tx, b *bucket) error {
		u, ok := b.uploads[id]
		if !ok || u.Key != c.key {
			return errNoUpload(id)
		}
		return f(t, b, u)
	})
}

func (c *call) partNumber() (int, error) {
	text := c.query.Get("partNumber")
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		return 0, errArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	return n, nil
}

// partAlgorithm is what to compute over the parts of the upload.
func (s *Service) partAlgorithm(c *call) (algorithm string, err error) {
	err = s.onUpload(c, func(_ *tx, _ *bucket, u *upload) error {
		algorithm = cmp.Or(u.Checksum.Algorithm, defaultAlgorithm)
		return nil
	})
	return algorithm, err
}

func (s *Service) uploadPart(c *call) error {
	number, err := c.partNumber()
	if err != nil {
		return err
	}
	wanted, err := s.partAlgorithm(c)
	if err != nil {
		return err
	}
	in, err := s.receive(c.r, wanted)
	if err != nil {
		return err
	}
	p, err := s.keepPart(c, number, in)
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Etag", `"`+p.etag()+`"`)
	h.Set(checksumHeader(p.Checksum.Algorithm), p.Checksum.Value)
	h.Set("X-Amz-Server-Side-Encryption", "AES256")
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func (s *Service) uploadPartCopy(c *call) error {
	number, err := c.partNumber()
	if err != nil {
		return err
	}
	wanted, err := s.partAlgorithm(c)
	if err != nil {
		return err
	}
	source, err := s.copySource(c.r.Header)
	if err != nil {
		return err
	}
	defer s.release(source)
	offset, n := int64(0), source.Size
	if asked := c.r.Header.Get("X-Amz-Copy-Source-Range"); asked != "" {
		var ok bool
		if offset, n, ok, err = parseRange(asked, source.Size); err != nil || !ok {
			return errArgument("x-amz-copy-source-range", asked, "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy")
		}
	}
	in, err := s.duplicate(source, offset, n, wanted)
	if err != nil {
		return err
	}
	p, err := s.keepPart(c, number, in)
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, copied("CopyPartResult", &version{Modified: p.Modified, ETag: p.etag(), Checksum: p.Checksum}))
}

// keepPart adds a stored part to its upload in place of an older one of the
// same number.
func (s *Service) keepPart(c *call, number int, in intake) (part, error) {
	p := part{Number: number, Size: in.size, MD5: in.md5, Checksum: in.checksum, Segments: in.segments()}
	err := s.onUpload(c, func(t *tx, _ *bucket, u *upload) error {
		if want := u.Checksum.Algorithm; want != "" && p.Checksum.Algorithm != want {
			return errRequest("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", strings.ToLower(want), strings.ToLower(p.Checksum.Algorithm))
		}
		p.Modified = t.now
		t.dropSegments(u.parts[number].Segments)
		u.parts[number] = p
		t.putPart(u, p)
		return nil
	})
	if err != nil {
		s.discard(p.Segments)
	}
	return p, err
}

func (s *Service) abortMultipartUpload(c *call) error {
	err := s.onUpload(c, func(t *tx, b *bucket, u *upload) error {
		t.abort(b, u)
		return nil
	})
	if err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// abort forgets an upload and its parts.
func (t *tx) abort(b *bucket, u *upload) {
	for _, p := range u.parts {
		t.dropSegments(p.Segments)
	}
	t.forget(b, u)
}

// forget takes an upload out of the index; its blobs are someone else's now.
func (t *tx) forget(b *bucket, u *upload) {
	for number := range u.parts {
		t.delete(bucketParts, partKey(u.ID, number))
	}
	t.delete(bucketUploads, []byte(u.ID))
	delete(b.uploads, u.ID)
}

type partOutput struct {
	PartNumber   int
	LastModified string
	ETag         string
	Size         int64
	checksumElements
}

func (s *Service) listParts(c *call) error {
	limit, err := limitOf(c.query.Get("max-parts"), "max-parts", 1000)
	if err != nil {
		return err
	}
	marker, err := limitOf(cmp.Or(c.query.Get("part-number-marker"), "0"), "part-number-marker", maxParts)
	if err != nil {
		return err
	}
	out := struct {
		XMLName              xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListPartsResult"`
		Bucket               string
		Key                  string
		UploadId             string
		Initiator            owner
		Owner                owner
		StorageClass         string
		ChecksumAlgorithm    string `xml:",omitempty"`
		ChecksumType         string `xml:",omitempty"`
		PartNumberMarker     int
		NextPartNumberMarker int
		MaxParts             int
		IsTruncated          bool
		Parts                []partOutput `xml:"Part"`
	}{Bucket: c.bucket, Key: c.key, UploadId: c.query.Get("uploadId"), StorageClass: "STANDARD", PartNumberMarker: marker, MaxParts: limit}
	err = s.onUpload(c, func(_ *tx, b *bucket, u *upload) error {
		out.Initiator, out.Owner = owner{b.Account}, owner{b.Account}
		out.ChecksumAlgorithm, out.ChecksumType = u.Checksum.Algorithm, u.Checksum.Type
		for _, p := range u.sorted() {
			if p.Number <= marker {
				continue
			}
			if len(out.Parts) == limit {
				out.IsTruncated = true
				break
			}
			out.Parts = append(out.Parts, partOutput{p.Number, p.Modified.Format(xmlTime), `"` + p.etag() + `"`, p.Size, p.Checksum.elements()})
			out.NextPartNumberMarker = p.Number
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

func (u *upload) sorted() []part {
	list := make([]part, 0, len(u.parts))
	for _, p := range u.parts {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b part) int { return cmp.Compare(a.Number, b.Number) })
	return list
}

type uploadOutput struct {
	Key               string
	UploadId          string
	Initiator         owner
	Owner             owner
	StorageClass      string
	Initiated         string
	ChecksumAlgorithm string `xml:",omitempty"`
	ChecksumType      string `xml:",omitempty"`
}

func (s *Service) listMultipartUploads(c *call) error {
	l, err := c.listing(c.query.Get("key-marker"))
	if err != nil {
		return err
	}
	if l.limit, err = limitOf(c.query.Get("max-uploads"), "max-uploads", 1000); err != nil {
		return err
	}
	if l.delimiter != "" {
		return errUnbuilt("a delimiter for ListMultipartUploads")
	}
	idMarker := c.query.Get("upload-id-marker")
	out := struct {
		XMLName            xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListMultipartUploadsResult"`
		Bucket             string
		KeyMarker          string
		UploadIdMarker     string
		NextKeyMarker      string `xml:",omitempty"`
		NextUploadIdMarker string `xml:",omitempty"`
		Prefix             string
		EncodingType       string `xml:",omitempty"`
		MaxUploads         int
		IsTruncated        bool
		Uploads            []uploadOutput `xml:"Upload"`
	}{Bucket: c.bucket, KeyMarker: l.encode(l.after), UploadIdMarker: idMarker, Prefix: l.encode(l.prefix), EncodingType: c.query.Get("encoding-type"), MaxUploads: l.limit}
	err = s.inBucket(c.bucket, func(_ *tx, b *bucket) error {
		var found []*upload
		for _, u := range b.uploads {
			behind := u.Key > l.after || u.Key == l.after && idMarker != "" && u.ID > idMarker
			if strings.HasPrefix(u.Key, l.prefix) && behind {
				found = append(found, u)
			}
		}
		slices.SortFunc(found, func(x, y *upload) int { return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.ID, y.ID)) })
		out.IsTruncated = len(found) > l.limit
		for _, u := range found[:min(l.limit, len(found))] {
			out.Uploads = append(out.Uploads, uploadOutput{
				l.encode(u.Key), u.ID, owner{b.Account}, owner{b.Account}, "STANDARD", u.Initiated.Format(xmlTime), u.Checksum.Algorithm, u.Checksum.Type,
			})
			if out.IsTruncated {
				out.NextKeyMarker, out.NextUploadIdMarker = l.encode(u.Key), u.ID
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return wire.WriteXML(c.w, http.StatusOK, out)
}

// multipartETag is the digest of the parts' digests, and how many there are (S3-6).
func multipartETag(parts []part) string {
	h := md5.New()
	for _, p := range parts {
		h.Write(p.MD5)
	}
	return hex.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
}
