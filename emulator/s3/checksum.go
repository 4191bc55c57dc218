package s3

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"strings"
)

// The checksum types of a multipart object: over all bytes, or over the parts'
// checksums.
const (
	fullObject = "FULL_OBJECT"
	composite  = "COMPOSITE"
)

// checksum is an object's additional checksum (User Guide, "Checking object
// integrity").
type checksum struct {
	Algorithm string // CRC32, CRC32C, CRC64NVME, SHA1, SHA256 or SHA512
	Value     string // base64, with "-N" behind it when composite of N parts
	Type      string
}

// algorithms in the order in which requests are searched for them.
var algorithms = []string{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256", "SHA512"}

// defaultAlgorithm is what S3 computes when a client sends no checksum (S3-3).
const defaultAlgorithm = "CRC64NVME"

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	// nvme is the reflected polynomial of CRC-64/NVME.
	nvme = crc64.MakeTable(nvmePolynomial)
)

const nvmePolynomial = 0x9a6c9329ac4bc9b5

func newHash(algorithm string) (hash.Hash, bool) {
	switch algorithm {
	case "CRC32":
		return crc32.NewIEEE(), true
	case "CRC32C":
		return crc32.New(castagnoli), true
	case "CRC64NVME":
		return crc64.New(nvme), true
	case "SHA1":
		return sha1.New(), true
	case "SHA256":
		return sha256.New(), true
	case "SHA512":
		return sha512.New(), true
	}
	return nil, false
}

func checksumHeader(algorithm string) string {
	return "X-Amz-Checksum-" + algorithm[:1] + strings.ToLower(algorithm[1:])
}

// isCRC tells the algorithms whose value over a whole object follows from
// those of its parts.
func isCRC(algorithm string) bool { return strings.HasPrefix(algorithm, "CRC") }

// announced is the checksum a request brings: in a header, or in a trailer
// behind the body (then Value is empty until the body was read).
func announced(h http.Header) (c checksum, trailer bool, err error) {
	for _, a := range algorithms {
		if v := h.Get(checksumHeader(a)); v != "" {
			if c.Algorithm != "" {
				return c, false, errRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
			}
			c = checksum{Algorithm: a, Value: v, Type: fullObject}
			if !validDigest(a, v) {
				return c, false, errRequest("Value for x-amz-checksum-%s header is invalid.", strings.ToLower(a))
			}
		}
	}
	name, isTrailer := strings.CutPrefix(strings.ToLower(h.Get("X-Amz-Trailer")), "x-amz-checksum-")
	if c.Algorithm == "" && isTrailer {
		c = checksum{Algorithm: strings.ToUpper(name), Type: fullObject}
		if _, ok := newHash(c.Algorithm); !ok {
			return c, false, errRequest("The value specified in the x-amz-trailer header is not supported")
		}
		return c, true, nil
	}
	return c, false, nil
}

func validDigest(algorithm, value string) bool {
	h, ok := newHash(algorithm)
	if !ok {
		return false
	}
	b, err := base64.StdEncoding.DecodeString(value)
	return err == nil && len(b) == h.Size()
}

// checksumElements are a checksum as documents carry it: one element of the
// algorithm's name.
type checksumElements struct {
	ChecksumCRC32     string `xml:",omitempty"`
	ChecksumCRC32C    string `xml:",omitempty"`
	ChecksumCRC64NVME string `xml:",omitempty"`
	ChecksumSHA1      string `xml:",omitempty"`
	ChecksumSHA256    string `xml:",omitempty"`
	ChecksumSHA512    string `xml:",omitempty"`
}

func (e *checksumElements) field(algorithm string) *string {
	switch algorithm {
	case "CRC32":
		return &e.ChecksumCRC32
	case "CRC32C":
		return &e.ChecksumCRC32C
	case "CRC64NVME":
		return &e.ChecksumCRC64NVME
	case "SHA1":
		return &e.ChecksumSHA1
	case "SHA256":
		return &e.ChecksumSHA256
	case "SHA512":
		return &e.ChecksumSHA512
	}
	return new(string)
}

func (c checksum) elements() (e checksumElements) {
	*e.field(c.Algorithm) = c.Value
	return e
}
