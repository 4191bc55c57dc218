package s3

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

const maxObjectBytes = 5 << 30 // of one PutObject or part

// copyBytes is how much of a body is read, or sent from a file, at a time.
const copyBytes = 256 << 10

// alonePieceBytes is from where hashing on a second core is worth a goroutine.
const alonePieceBytes = 32 << 10

// intake is a body that was stored, and what it turned out to be.
type intake struct {
	blob     string // empty for an empty body
	size     int64
	md5      []byte
	checksum checksum
}

func (i intake) segments() []segment {
	if i.size == 0 {
		return nil
	}
	return []segment{{i.blob, i.size}}
}

// receive streams a request's body into a blob and verifies every digest the
// request claims. wanted is the algorithm to compute when it claims none.
// Errors: BadDigest, InvalidDigest, XAmzContentSHA256Mismatch, IncompleteBody,
// EntityTooLarge, MissingContentLength.
func (s *Service) receive(r *http.Request, wanted string) (intake, error) {
	p, err := newPlan(r, wanted)
	if err != nil {
		return intake{}, err
	}
	return s.carryOut(r.Context(), p)
}

func (s *Service) carryOut(ctx context.Context, p *plan) (intake, error) {
	w, err := s.blobs.create(p.size)
	if err != nil {
		return intake{}, err
	}
	n, err := pump(p, w)
	if err == nil {
		err = p.verify(n)
	} else if _, known := errors.AsType[*wire.Error](err); !known && ctx.Err() != nil || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errIncomplete()
	}
	if err != nil || n == 0 {
		w.abort()
		return intake{md5: p.md5.Sum(nil), checksum: p.claim}, err
	}
	id, err := w.commit()
	return intake{blob: id, size: n, md5: p.md5.Sum(nil), checksum: p.claim}, err
}

// pump reads the body to its end into the blob and the hashes. The MD5 costs as
// much as all the rest, so where the body is large it has a goroutine of its own,
// which hashes one piece while the next is read.
func pump(p *plan, blob blobWriter) (n int64, err error) {
	rest := io.MultiWriter(p.hashes()...)
	var behind chan struct{} // closed when the MD5 has caught up; nil: it has
	catchUp := func() {
		if behind != nil {
			<-behind
			behind = nil
		}
	}
	defer catchUp()
	for {
		read, ended := fill(p.body, blob.room())
		piece, err := blob.take(read)
		if err != nil {
			return n, err
		}
		n += int64(read)
		catchUp()
		if read < alonePieceBytes {
			p.md5.Write(piece)
		} else {
			hashed := make(chan struct{})
			behind = hashed
			go func() {
				p.md5.Write(piece)
				close(hashed)
			}()
		}
		_, _ = rest.Write(piece) // hashes never fail
		switch {
		case errors.Is(ended, io.EOF):
			return n, nil
		case ended != nil:
			return n, ended
		}
	}
}

// fill reads until the buffer is full or the reader ends; unlike io.ReadFull it
// tells an end from a body that was cut off.
func fill(r io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var m int
		m, err = r.Read(buffer[n:])
		n += m
	}
	return n, err
}

// plan is what is known about a body before it is read.
type plan struct {
	body    io.Reader
	chunked *chunkedReader // nil: not aws-chunked
	size    int64          // of the content; -1: not known before
	md5     hash.Hash
	md5Want []byte
	sha     hash.Hash // nil: the payload hash is not claimed
	shaWant string
	claim   checksum
	trailer bool // the checksum follows the body
	sum     hash.Hash
}

func newPlan(r *http.Request, wanted string) (*plan, error) {
	p := &plan{body: r.Body, size: r.ContentLength, md5: md5.New()}
	payload := r.Header.Get("X-Amz-Content-Sha256")
	if strings.HasPrefix(payload, "STREAMING-") {
		n, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
		if err != nil || n < 0 {
			return nil, wire.Errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
		}
		p.chunked = newChunkedReader(r.Body)
		p.body, p.size = p.chunked, n
	} else if len(payload) == sha256.Size*2 {
		p.sha, p.shaWant = sha256.New(), payload
	}
	if p.size < 0 {
		return nil, wire.Errorf(http.StatusLengthRequired, "MissingContentLength", "You must provide the Content-Length HTTP header.")
	}
	if p.size > maxObjectBytes {
		return nil, errTooLarge(p.size)
	}
	p.body = io.LimitReader(p.body, p.size+1)
	if text := r.Header.Get("Content-Md5"); text != "" {
		want, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(want) != md5.Size {
			return nil, wire.Errorf(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
		}
		p.md5Want = want
	}
	var err error
	if p.claim, p.trailer, err = announced(r.Header); err != nil {
		return nil, err
	}
	if p.claim.Algorithm == "" {
		p.claim = checksum{Algorithm: wanted, Type: fullObject}
	}
	p.sum, _ = newHash(p.claim.Algorithm)
	return p, nil
}

// hashes are all but the MD5.
func (p *plan) hashes() []io.Writer {
	var list []io.Writer
	if p.sha != nil {
		list = append(list, p.sha)
	}
	if p.sum != nil {
		list = append(list, p.sum)
	}
	return list
}

func (p *plan) verify(n int64) error {
	if p.size >= 0 && n != p.size {
		return errIncomplete()
	}
	if p.md5Want != nil && string(p.md5Want) != string(p.md5.Sum(nil)) {
		return errBadDigest("Content-MD5")
	}
	if p.sha != nil && hex.EncodeToString(p.sha.Sum(nil)) != p.shaWant {
		return wire.Errorf(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	if p.sum == nil {
		return nil
	}
	want := p.claim.Value
	if p.trailer {
		if want = p.chunkedTrailer(); want == "" {
			return wire.Errorf(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
		}
	}
	p.claim.Value = base64.StdEncoding.EncodeToString(p.sum.Sum(nil))
	if want != "" && want != p.claim.Value {
		return errBadDigest(p.claim.Algorithm)
	}
	return nil
}

func (p *plan) chunkedTrailer() string {
	if p.chunked == nil {
		return ""
	}
	return p.chunked.Trailer.Get(checksumHeader(p.claim.Algorithm))
}

// small reads a body that is a document, not content, and verifies it alike.
func small(r *http.Request, limit int64) ([]byte, error) {
	p, err := newPlan(r, "")
	if err != nil {
		return nil, err
	}
	if p.size > limit {
		return nil, errXML()
	}
	b, err := io.ReadAll(io.TeeReader(p.body, io.MultiWriter(append(p.hashes(), p.md5)...)))
	if err != nil {
		return nil, errIncomplete()
	}
	return b, p.verify(int64(len(b)))
}
