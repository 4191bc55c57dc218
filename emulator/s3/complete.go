package s3

import (
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

type completedPart struct {
	PartNumber int
	ETag       string
	checksumElements
	Unknown unknown `xml:",any"`
}

type completeOutput struct {
	XMLName      xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ CompleteMultipartUploadResult"`
	Location     string
	Bucket       string
	Key          string
	ETag         string
	ChecksumType string `xml:",omitempty"`
	checksumElements
}

// completeMultipartUpload makes the parts an object without moving a byte: the
// parts' blobs become its segments.
func (s *Service) completeMultipartUpload(c *call) error {
	var in struct {
		XMLName xml.Name        `xml:"CompleteMultipartUpload"`
		Parts   []completedPart `xml:"Part"`
		Unknown unknown         `xml:",any"`
	}
	// The checksum headers of this request are the object's, not the document's.
	document := c.r.Clone(c.r.Context())
	var claim checksum
	for _, a := range algorithms {
		if value := document.Header.Get(checksumHeader(a)); value != "" {
			claim = checksum{Algorithm: a, Value: value}
			document.Header.Del(checksumHeader(a))
		}
	}
	if err := decode(document, &in); err != nil {
		return err
	}
	if len(in.Parts) == 0 {
		return errXML()
	}
	var v *version
	var w written
	err := s.onUpload(c, func(t *tx, b *bucket, u *upload) error {
		chosen, err := u.choose(in.Parts)
		if err != nil {
			return err
		}
		v = u.Attributes.version(u.Key)
		if err := v.assemble(u, chosen, claim, c.r.Header); err != nil {
			return err
		}
		if err := b.writable(u.Key, c.r.Header); err != nil {
			return err
		}
		for number, p := range u.parts { // parts uploaded but not listed
			if !listed(chosen, number) {
				t.dropSegments(p.Segments)
			}
		}
		t.forget(b, u)
		s.add(t, b, v, originOf(c.r.Context(), createdByParts))
		w = b.written()
		return nil
	})
	if err != nil {
		return err
	}
	v.writeIdentity(c.w.Header(), w)
	c.w.Header().Del("Etag")
	c.w.Header().Set("X-Amz-Server-Side-Encryption", w.encryption)
	return wire.WriteXML(c.w, http.StatusOK, completeOutput{
		Location: "http://" + c.r.Host + "/" + c.bucket + "/" + uriEncode(c.key, true), Bucket: c.bucket, Key: c.key, ETag: `"` + v.ETag + `"`,
		ChecksumType: v.Checksum.Type, checksumElements: v.Checksum.elements(),
	})
}

func listed(parts []part, number int) bool {
	for _, p := range parts {
		if p.Number == number {
			return true
		}
	}
	return false
}

// choose matches what the client lists with what it uploaded.
func (u *upload) choose(list []completedPart) ([]part, error) {
	for i := range list[1:] {
		if list[i+1].PartNumber <= list[i].PartNumber {
			return nil, wire.Errorf(400, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.")
		}
	}
	chosen := make([]part, 0, len(list))
	for i, want := range list {
		p, ok := u.parts[want.PartNumber]
		if !ok {
			return nil, errPart(want.PartNumber, "The part was not uploaded.")
		}
		if strings.Trim(want.ETag, `"`) != p.etag() {
			return nil, errPart(want.PartNumber, "The entity tag does not match.")
		}
		sum := *want.field(p.Checksum.Algorithm)
		if sum == "" && u.Checksum.Type == composite {
			return nil, errRequest("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.",
				strings.ToLower(u.Checksum.Algorithm), want.PartNumber)
		}
		if sum != "" && sum != p.Checksum.Value {
			return nil, errPart(want.PartNumber, "The checksum does not match.")
		}
		if i < len(list)-1 && p.Size < minPartBytes {
			return nil, errPartTooSmall(p.Number, p.Size)
		}
		chosen = append(chosen, p)
	}
	return chosen, nil
}

// assemble fills in what follows from the parts. claim is the object checksum
// the client expects, if it sent one.
func (v *version) assemble(u *upload, parts []part, claim checksum, h http.Header) error {
	for _, p := range parts {
		v.Size += p.Size
		if len(p.Segments) == 0 {
			v.Segments = append(v.Segments, segment{}) // an empty part keeps its number
			continue
		}
		v.Segments = append(v.Segments, p.Segments...)
	}
	v.Parts, v.ETag = len(parts), multipartETag(parts)
	if text := h.Get("X-Amz-Mp-Object-Size"); text != "" && text != strconv.FormatInt(v.Size, 10) {
		return errRequest("The provided 'x-amz-mp-object-size' header value %s does not match what was computed: %d", text, v.Size)
	}
	v.Checksum = checksum{Algorithm: cmp.Or(u.Checksum.Algorithm, defaultAlgorithm), Type: cmp.Or(u.Checksum.Type, fullObject)}
	for _, p := range parts {
		if p.Checksum.Algorithm != v.Checksum.Algorithm { // a client that named none and mixed them: no checksum
			v.Checksum = checksum{}
			return nil
		}
	}
	value, err := v.Checksum.over(parts)
	if err != nil {
		return err
	}
	v.Checksum.Value = value
	if claim.Algorithm != "" && (claim.Algorithm != v.Checksum.Algorithm || claim.Value != value) {
		return errBadDigest(claim.Algorithm)
	}
	return nil
}

// over is the checksum of an object made of parts.
func (c checksum) over(parts []part) (string, error) {
	if c.Type == fullObject {
		return combineCRC(c.Algorithm, parts)
	}
	h, _ := newHash(c.Algorithm)
	for _, p := range parts {
		b, err := base64.StdEncoding.DecodeString(p.Checksum.Value)
		if err != nil {
			return "", err
		}
		h.Write(b)
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts)), nil
}
