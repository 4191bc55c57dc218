package s3

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

// overrides are query parameters of a signed GET that replace headers of the
// answer.
var overrides = map[string]string{
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
	"response-content-language":    "Content-Language",
	"response-content-type":        "Content-Type",
	"response-expires":             "Expires",
}

// open finds a version to read and holds its blobs until release. A delete
// marker has none and is not to be released.
func (s *Service) open(bucketName, key, id string) (*version, written, error) {
	var v *version
	var w written
	return v, w, s.inBucket(bucketName, func(_ *tx, b *bucket) error {
		found, err := b.find(key, id)
		if err != nil {
			return err
		}
		if !found.Marker {
			found.readers++
		}
		v, w = found, b.written()
		return nil
	})
}

func (s *Service) release(v *version) {
	s.mu.Lock()
	v.readers--
	var gone []segment
	if v.doomed && v.readers == 0 {
		gone = v.Segments
	}
	s.mu.Unlock()
	s.discard(gone)
}

// getObject also answers HeadObject.
func (s *Service) getObject(c *call) error {
	id := c.query.Get("versionId")
	v, w, err := s.open(c.bucket, c.key, id)
	if err != nil {
		return err
	}
	h := c.w.Header()
	if v.Marker {
		h.Set("X-Amz-Delete-Marker", "true")
		h.Set("X-Amz-Version-Id", v.ID)
		if id != "" {
			return errMethod(c.r.Method)
		}
		return errNoKey(c.key)
	}
	defer s.release(v)
	h.Set("Last-Modified", httpTime(v.Modified))
	v.writeIdentity(h, w)
	if err := v.readable(c.r.Header, ""); err != nil {
		return err
	}
	offset, n, status, err := v.window(c)
	if err != nil {
		return err
	}
	v.writeHeaders(h, c)
	h.Set("X-Amz-Server-Side-Encryption", w.encryption)
	if strings.EqualFold(c.r.Header.Get("X-Amz-Checksum-Mode"), "ENABLED") && n == v.Size {
		v.writeChecksum(h)
	}
	h.Set("Content-Length", strconv.FormatInt(n, 10))
	if status == http.StatusPartialContent {
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", offset, offset+n-1, v.Size))
	}
	c.w.WriteHeader(status)
	if c.r.Method == http.MethodHead {
		return nil
	}
	if err := s.send(c.w, v, offset, n); err != nil {
		// The status is sent: the client sees a body that is too short.
		s.log.DebugContext(c.r.Context(), "body not sent whole", slog.String("key", c.key), slog.Any("err", err))
	}
	return nil
}

func (v *version) writeHeaders(h http.Header, c *call) {
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Type", "binary/octet-stream")
	for name, value := range v.Headers {
		h.Set(name, value)
	}
	for parameter, name := range overrides {
		if value := c.query.Get(parameter); value != "" {
			h.Set(name, value)
		}
	}
	for name, value := range v.Meta {
		h.Set("X-Amz-Meta-"+name, value)
	}
	if len(v.Tags) > 0 {
		h.Set("X-Amz-Tagging-Count", strconv.Itoa(len(v.Tags)))
	}
}

// window is the part of the body to send: a Range, a part of a multipart
// object, or all.
func (v *version) window(c *call) (offset, n int64, status int, err error) {
	asked := c.r.Header.Get("Range")
	if text := c.query.Get("partNumber"); text != "" {
		if asked != "" {
			return 0, 0, 0, errRequest("Cannot specify both Range header and partNumber query parameter")
		}
		return v.part(c, text)
	}
	offset, n, ok, err := parseRange(asked, v.Size)
	if err != nil {
		return 0, 0, 0, err
	}
	if !ok {
		return 0, v.Size, http.StatusOK, nil
	}
	return offset, n, http.StatusPartialContent, nil
}

func (v *version) part(c *call, text string) (offset, n int64, status int, err error) {
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > maxParts {
		return 0, 0, 0, errArgument("partNumber", text, "Part number must be an integer between 1 and 10000, inclusive")
	}
	if v.Parts == 0 && number == 1 {
		return 0, v.Size, http.StatusPartialContent, nil
	}
	if number > v.Parts {
		return 0, 0, 0, wire.Errorf(http.StatusRequestedRangeNotSatisfiable, "InvalidPartNumber", "The requested partnumber is not satisfiable")
	}
	for _, seg := range v.Segments[:number-1] {
		offset += seg.Size
	}
	c.w.Header().Set("X-Amz-Mp-Parts-Count", strconv.Itoa(v.Parts))
	return offset, v.Segments[number-1].Size, http.StatusPartialContent, nil
}

// parseRange reads "bytes=a-b", "bytes=a-" or "bytes=-n". Anything else, more
// than one range included, means the whole object (ok is false; S3-5).
func parseRange(text string, size int64) (offset, n int64, ok bool, err error) {
	spec, found := strings.CutPrefix(strings.TrimSpace(text), "bytes=")
	if !found {
		return 0, 0, false, nil
	}
	first, last, found := strings.Cut(spec, "-")
	if !found {
		return 0, 0, false, nil
	}
	if first == "" {
		n, err := strconv.ParseUint(last, 10, 63)
		switch {
		case err != nil:
			return 0, 0, false, nil
		case n == 0 || size == 0:
			return 0, 0, false, errRange(text, size)
		}
		n = min(n, uint64(size))
		return size - int64(n), int64(n), true, nil
	}
	from, err := strconv.ParseUint(first, 10, 63)
	if err != nil {
		return 0, 0, false, nil
	}
	to := uint64(max(size-1, 0))
	if last != "" {
		end, err := strconv.ParseUint(last, 10, 63)
		if err != nil || end < from {
			return 0, 0, false, nil
		}
		to = min(to, end)
	}
	if int64(from) >= size {
		return 0, 0, false, errRange(text, size)
	}
	return int64(from), int64(to-from) + 1, true, nil
}

// send writes a window of the body, segment by segment.
func (s *Service) send(w io.Writer, v *version, offset, n int64) error {
	for _, seg := range v.Segments {
		if offset >= seg.Size {
			offset -= seg.Size
			continue
		}
		if n == 0 {
			return nil
		}
		take := min(n, seg.Size-offset)
		if err := s.blobs.send(w, seg.Blob, offset, take); err != nil {
			return err
		}
		offset, n = 0, n-take
	}
	return nil
}
