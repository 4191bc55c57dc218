package s3

import (
	"encoding/hex"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type copyOutput struct {
	XMLName      xml.Name // CopyObjectResult or CopyPartResult
	LastModified string
	ETag         string
	ChecksumType string `xml:",omitempty"`
	checksumElements
}

// copySource opens what X-Amz-Copy-Source names, "/bucket/key?versionId=id",
// URL-encoded, if its conditions hold. The caller releases it.
func (s *Service) copySource(h http.Header) (*version, error) {
	text := h.Get("X-Amz-Copy-Source")
	path, query, _ := strings.Cut(text, "?")
	path, err := url.PathUnescape(strings.TrimPrefix(path, "/"))
	bucketName, key, ok := strings.Cut(path, "/")
	if err != nil || !ok || key == "" {
		return nil, errArgument("x-amz-copy-source", text, "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
	}
	id := strings.TrimPrefix(query, "versionId=")
	v, _, err := s.open(bucketName, key, id)
	if err != nil {
		return nil, err
	}
	if v.Marker {
		return nil, errNoKey(key)
	}
	if err := v.readable(h, "X-Amz-Copy-Source-"); err != nil {
		s.release(v)
		return nil, err
	}
	return v, nil
}

// duplicate writes a window of a version to a new blob.
func (s *Service) duplicate(v *version, offset, n int64, algorithm string) (intake, error) {
	r, w := io.Pipe()
	go func() { w.CloseWithError(s.send(w, v, offset, n)) }()
	defer func() { _ = r.Close() }() // a pipe reader's Close cannot fail
	request := &http.Request{Body: r, ContentLength: n, Header: http.Header{}}
	return s.receive(request, algorithm)
}

func (s *Service) copyObject(c *call) error {
	if err := checkKey(c.key); err != nil {
		return err
	}
	given, err := readAttributes(c.r.Header)
	if err != nil {
		return err
	}
	source, err := s.copySource(c.r.Header)
	if err != nil {
		return err
	}
	defer s.release(source)
	a := attributes{source.Headers, source.Meta, maps.Clone(source.Tags)} // tags can change, the rest of a version cannot
	switch directive := c.r.Header.Get("X-Amz-Metadata-Directive"); directive {
	case "", "COPY":
		if source.Bucket == c.bucket && source.Key == c.key && source.ID == nullVersion && c.r.Header.Get("X-Amz-Tagging-Directive") != "REPLACE" {
			return errRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
		}
	case "REPLACE":
		a.Headers, a.Meta = given.Headers, given.Meta
	default:
		return errArgument("x-amz-metadata-directive", directive, "Unknown metadata directive.")
	}
	if c.r.Header.Get("X-Amz-Tagging-Directive") == "REPLACE" {
		a.Tags = maps.Clone(given.Tags)
	}
	algorithm := source.Checksum.Algorithm
	if asked := c.r.Header.Get("X-Amz-Checksum-Algorithm"); asked != "" {
		if _, ok := newHash(asked); !ok {
			return errRequest("Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256, SHA512]")
		}
		algorithm = asked
	}
	in, err := s.duplicate(source, 0, source.Size, algorithm)
	if err != nil {
		return err
	}
	v := a.version(c.key)
	v.Size, v.ETag, v.Checksum, v.Segments = in.size, hex.EncodeToString(in.md5), in.checksum, in.segments()
	w, err := s.write(c.bucket, v, c.r.Header, originOf(c.r.Context(), createdByCopy))
	if err != nil {
		return err
	}
	h := c.w.Header()
	v.writeIdentity(h, w)
	h.Del("Etag")
	h.Set("X-Amz-Server-Side-Encryption", w.encryption)
	if source.ID != nullVersion {
		h.Set("X-Amz-Copy-Source-Version-Id", source.ID)
	}
	return wire.WriteXML(c.w, http.StatusOK, copied("CopyObjectResult", v))
}

func copied(name string, v *version) copyOutput {
	return copyOutput{
		XMLName: xml.Name{Space: xmlns, Local: name}, LastModified: v.Modified.Format(xmlTime), ETag: `"` + v.ETag + `"`,
		ChecksumType: v.Checksum.Type, checksumElements: v.Checksum.elements(),
	}
}
