package s3

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// chunkedReader decodes Content-Encoding: aws-chunked (S3 API Reference,
// "Signature calculations: transferring a payload in multiple chunks", with and
// without signatures, with and without trailers):
//
//	HEX[;chunk-signature=…]\r\n DATA \r\n … 0[;…]\r\n [name:value\r\n …] \r\n
//
// Chunk signatures are not verified, as header signatures are not. Trailer holds
// the trailing headers once Read has returned io.EOF; a cut or malformed body is
// errIncomplete.
type chunkedReader struct {
	r       *bufio.Reader
	left    int64 // of the current chunk
	begun   bool
	err     error
	Trailer http.Header
}

const (
	maxChunkLine     = 4 << 10
	maxTrailerFields = 16
)

func newChunkedReader(r io.Reader) *chunkedReader {
	return &chunkedReader{r: bufio.NewReaderSize(r, 64<<10), Trailer: http.Header{}}
}

func (c *chunkedReader) Read(p []byte) (int, error) {
	if c.err == nil && c.left == 0 {
		c.err = c.next()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if err != nil {
		c.err = errIncomplete()
		return n, c.err
	}
	return n, nil
}

// next reads the head of the next chunk; after the last one, the trailer.
func (c *chunkedReader) next() error {
	if c.begun {
		if line, err := c.line(); err != nil || len(line) > 0 {
			return errIncomplete()
		}
	}
	c.begun = true
	line, err := c.line()
	if err != nil {
		return errIncomplete()
	}
	size, _, _ := strings.Cut(string(line), ";")
	n, err := strconv.ParseInt(size, 16, 64)
	if err != nil || size[0] == '+' || size[0] == '-' {
		return errIncomplete()
	}
	c.left = n
	if n > 0 {
		return nil
	}
	return c.trailer()
}

func (c *chunkedReader) trailer() error {
	for range maxTrailerFields {
		line, err := c.line()
		if errors.Is(err, io.EOF) || err == nil && len(line) == 0 {
			return io.EOF
		}
		if err != nil {
			return errIncomplete()
		}
		name, value, ok := strings.Cut(string(line), ":")
		if !ok {
			return errIncomplete()
		}
		c.Trailer.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return errIncomplete()
}

// line reads up to CR LF; io.EOF means that nothing was left.
func (c *chunkedReader) line() ([]byte, error) {
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, io.EOF) && len(line) == 0 {
		return nil, io.EOF
	}
	if err != nil || len(line) > maxChunkLine {
		return nil, errIncomplete()
	}
	return bytes.TrimRight(line, "\r\n"), nil
}
