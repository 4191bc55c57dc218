package s3

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"hash/crc64"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/anikeshk/cumin/emulator/internal/wire"
)

func TestAWSChunked(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, body, want, trailer string
		ok                        bool
	}{
		{"signed chunks", "5;chunk-signature=ab\r\nhello\r\n1;chunk-signature=cd\r\n!\r\n0;chunk-signature=ef\r\n\r\n", "hello!", "", true},
		{"a trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "hello", "NhCmhg==", true},
		{"a signed trailer", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:ab\r\n\r\n", "hello", "NhCmhg==", true},
		{"nothing", "0\r\n\r\n", "", "", true},
		{"no last chunk", "5\r\nhello\r\n", "hello", "", false},
		{"a chunk cut off", "5\r\nhel", "hel", "", false},
		{"a chunk too long", "5\r\nhello!\r\n0\r\n\r\n", "hello", "", false},
		{"a size that is none", "x\r\nhello\r\n0\r\n\r\n", "", "", false},
		{"a negative size", "-5\r\nhello\r\n0\r\n\r\n", "", "", false},
		{"a plain body", "hello", "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := newChunkedReader(strings.NewReader(tc.body))
			got, err := io.ReadAll(r)
			if string(got) != tc.want || (err == nil) != tc.ok || r.Trailer.Get("X-Amz-Checksum-Crc32") != tc.trailer {
				t.Errorf("%q: got %q, %v, trailer %v", tc.body, got, err, r.Trailer)
			}
		})
	}
}

func TestAnUploadInChunksIsVerifiedByItsTrailer(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	headers := []string{"X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "X-Amz-Decoded-Content-Length", "5", "X-Amz-Trailer", "x-amz-checksum-crc32", "Content-Encoding", "gzip,aws-chunked"}
	b.want(200, "", "PUT", "/bucket/k", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", headers...)
	if w := b.want(200, "hello", "GET", "/bucket/k", ""); w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("Content-Encoding %q, want gzip alone", w.Header().Get("Content-Encoding"))
	}
	b.want(400, "BadDigest", "PUT", "/bucket/k", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", headers...)
	b.want(400, "MalformedTrailerError", "PUT", "/bucket/k", "5\r\nhello\r\n0\r\n\r\n", headers...)
	b.want(400, "IncompleteBody", "PUT", "/bucket/k", "4\r\nhell\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", headers...)
}

func FuzzAWSChunked(f *testing.F) {
	f.Add([]byte("5;chunk-signature=ab\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"))
	f.Add([]byte("0\r\n\r\n"))
	f.Add([]byte("ffffffffffffffff\r\nx"))
	f.Fuzz(func(t *testing.T, body []byte) {
		r := newChunkedReader(bytes.NewReader(body))
		got, err := io.ReadAll(r)
		if len(got) > len(body) {
			t.Errorf("%q: %d bytes out of %d", body, len(got), len(body))
		}
		if err != nil && wire.AsError(err).Code != "IncompleteBody" {
			t.Errorf("%q: %v, want IncompleteBody", body, err)
		}
		if err == nil && !bytes.Contains(body, []byte("0")) {
			t.Errorf("%q was taken for a whole body", body)
		}
	})
}

func TestCRCsOfPartsCombine(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		whole := make([]byte, r.IntN(20_000))
		for i := range whole {
			whole[i] = byte(r.Uint32())
		}
		for algorithm, want := range map[string]string{
			"CRC32":     fmt.Sprintf("%08x", crc32.ChecksumIEEE(whole)),
			"CRC32C":    fmt.Sprintf("%08x", crc32.Checksum(whole, castagnoli)),
			"CRC64NVME": fmt.Sprintf("%016x", crc64.Checksum(whole, nvme)),
		} {
			var parts []part
			for rest := whole; len(rest) > 0; {
				n := 1 + r.IntN(len(rest))
				h, _ := newHash(algorithm)
				h.Write(rest[:n])
				parts = append(parts, part{Number: len(parts) + 1, Size: int64(n), Checksum: checksum{Value: base64.StdEncoding.EncodeToString(h.Sum(nil))}})
				rest = rest[n:]
			}
			text, err := combineCRC(algorithm, parts)
			if err != nil {
				t.Fatal(err)
			}
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil || fmt.Sprintf("%x", b) != want {
				t.Errorf("%s of %d bytes in %d parts: got %x, want %s", algorithm, len(whole), len(parts), b, want)
			}
		}
	}
}
