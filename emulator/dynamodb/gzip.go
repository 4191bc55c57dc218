package dynamodb

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
)

// minGzip is the shortest answer worth compressing, in bytes.
const minGzip = 1024

// gzipped compresses answers for clients that accept it. The checksum header is
// then that of the compressed body, which is what clients check.
type gzipped struct {
	http.ResponseWriter
	status int
}

// acceptsGzip reports whether a client asks for compressed answers.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" && strings.TrimSpace(quality) != "q=0" {
			return true
		}
	}
	return false
}

// WriteHeader waits for the body.
func (w *gzipped) WriteHeader(status int) { w.status = status }

// Write sends the answer, which the protocol writes in one piece.
func (w *gzipped) Write(body []byte) (int, error) {
	h := w.Header()
	if len(body) >= minGzip {
		var buf bytes.Buffer
		z := gzip.NewWriter(&buf)
		if _, err := z.Write(body); err != nil {
			return 0, err
		}
		if err := z.Close(); err != nil {
			return 0, err
		}
		h.Set("Content-Encoding", "gzip")
		h.Set("Content-Length", strconv.Itoa(buf.Len()))
		h.Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(buf.Bytes())), 10))
		w.ResponseWriter.WriteHeader(w.status)
		_, err := w.ResponseWriter.Write(buf.Bytes())
		return len(body), err
	}
	w.ResponseWriter.WriteHeader(w.status)
	return w.ResponseWriter.Write(body)
}
