package s3

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anikeshk/cumin/emulator/clock"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// bench is a service on a frozen clock, driven over HTTP without a network.
type bench struct {
	testing.TB
	*Service
	clock *clock.Clock
}

func newBench(t testing.TB, cfg Config) *bench {
	t.Helper()
	if cfg.Clock == nil {
		cfg.Clock = clock.NewFrozen(start)
		t.Cleanup(cfg.Clock.Close)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &bench{t, s, cfg.Clock}
}

// request builds a request; headers are name, value, name, value, …
func (b *bench) request(method, url, body string, headers ...string) *http.Request {
	b.Helper()
	if strings.HasPrefix(url, "/") {
		url = "http://localhost:4566" + url
	}
	r := httptest.NewRequestWithContext(b.Context(), method, url, strings.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260301/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (b *bench) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// want sends a signed request and wants its status and some words of the body.
func (b *bench) want(status int, words, method, url, body string, headers ...string) *httptest.ResponseRecorder {
	b.Helper()
	w := b.serve(b.request(method, url, body, headers...))
	if w.Code != status || !strings.Contains(w.Body.String(), words) {
		b.Errorf("%s %s: got %d %s\nwant %d …%s…", method, url, w.Code, w.Body, status, words)
	}
	return w
}

func (b *bench) blobCount() (n int) {
	b.Helper()
	if err := b.blobs.each(func(string) error { n++; return nil }); err != nil {
		b.Fatal(err)
	}
	return n
}

func TestVirtualHostAndPathStyleNameTheSameObject(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/exports", "")
	b.want(200, "", "PUT", "/exports/a/b.txt", "hello")
	for _, url := range []string{
		"http://localhost:4566/exports/a/b.txt", "http://127.0.0.1:4566/exports/a/b.txt", "http://exports.localhost:4566/a/b.txt",
		"http://exports.s3.us-east-1.amazonaws.com/a/b.txt", "http://exports.s3.localhost.localstack.cloud:4566/a/b.txt", "http://s3.amazonaws.com/exports/a/b.txt",
	} {
		b.want(200, "hello", "GET", url, "")
	}
	b.want(200, "<Key>a/b.txt</Key>", "GET", "http://exports.s3.amazonaws.com/?list-type=2", "")
}

func TestWhatIsNotBuiltIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	for _, tc := range []struct {
		method, url, body string
		headers           []string
		status            int
		words             string
	}{
		{"PUT", "/bucket?policy", "{}", nil, 501, "PutBucketPolicy"},
		{"PUT", "/bucket/k?acl", "", nil, 501, "PutObjectAcl"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Acl", "public-read"}, 400, "AccessControlListNotSupported"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Storage-Class", "GLACIER"}, 501, "GLACIER"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Server-Side-Encryption-Customer-Key", "k"}, 501, "customer-provided"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Checksum-Xxhash64", "k"}, 501, "Xxhash64"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Expected-Bucket-Owner", "111111111111"}, 403, "AccessDenied"},
		{"PUT", "/bucket?lifecycle", "<LifecycleConfiguration><Rule><Status>Enabled</Status><Transition/></Rule></LifecycleConfiguration>", nil, 501, "Transition"},
		{"PUT", "/bucket?lifecycle", "<LifecycleConfiguration><Rule></LifecycleConfiguration>", nil, 400, "MalformedXML"},
		{"PUT", "/UPPER", "", nil, 400, "InvalidBucketName"},
		{"PUT", "/bucket/" + strings.Repeat("k", 1025), "x", nil, 400, "KeyTooLongError"},
		{"PUT", "/bucket/k", "x", []string{"X-Amz-Meta-A", strings.Repeat("x", 2049)}, 400, "MetadataTooLarge"},
	} {
		b.want(tc.status, tc.words, tc.method, tc.url, tc.body, tc.headers...)
	}
	if n := b.blobCount(); n != 0 {
		t.Errorf("%d blobs left by refused writes, want none", n)
	}
}

func TestAWriteThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{Dir: t.TempDir()})
	b.want(200, "", "PUT", "/bucket", "")
	b.want(400, "BadDigest", "PUT", "/bucket/k", "x", "Content-Md5", "XUFAKrxLKna5cZ2REBfFkg==")
	b.want(400, "InvalidDigest", "PUT", "/bucket/k", "x", "Content-Md5", "short")
	b.want(400, "BadDigest", "PUT", "/bucket/k", "x", "X-Amz-Checksum-Crc32", "AAAAAA==")
	b.want(400, "XAmzContentSHA256Mismatch", "PUT", "/bucket/k", "x", "X-Amz-Content-Sha256", strings.Repeat("0", 64))
	short := b.request("PUT", "/bucket/k", "")
	short.Body, short.ContentLength = io.NopCloser(strings.NewReader("12345")), 10
	if w := b.serve(short); w.Code != 400 || !strings.Contains(w.Body.String(), "IncompleteBody") {
		t.Errorf("a body cut off: got %d %s", w.Code, w.Body)
	}
	b.want(404, "NoSuchKey", "GET", "/bucket/k", "")
	if n := b.blobCount(); n != 0 {
		t.Errorf("%d blobs left, want none", n)
	}
}

func TestAnObjectReplacedDuringItsDownloadIsReadToTheEnd(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]Config{"memory": {}, "files": {Dir: t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, cfg)
			b.want(200, "", "PUT", "/bucket", "")
			b.want(200, "", "PUT", "/bucket/k", "old")
			v, _, err := b.open("bucket", "k", "")
			if err != nil {
				t.Fatal(err)
			}
			b.want(200, "", "PUT", "/bucket/k", "new")
			b.want(204, "", "DELETE", "/bucket/k", "")
			var got bytes.Buffer
			if err := b.send(&got, v, 0, v.Size); err != nil || got.String() != "old" {
				t.Errorf("got %q, %v, want the old body", got.String(), err)
			}
			b.release(v)
			if n := b.blobCount(); n != 0 {
				t.Errorf("%d blobs after the last reader left, want none", n)
			}
		})
	}
}

func TestCrossOriginRequests(t *testing.T) {
	t.Parallel()
	b := newBench(t, Config{})
	b.want(200, "", "PUT", "/bucket", "")
	b.want(200, "", "PUT", "/bucket/k", "x")
	preflight := []string{"Origin", "https://app.example.com", "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "Content-Type, X-Amz-Meta-A"}
	b.want(403, "CORS is not enabled", "OPTIONS", "/bucket/k", "", preflight...)
	b.want(200, "", "PUT", "/bucket?cors", `<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule></CORSConfiguration>`)
	w := b.want(200, "", "OPTIONS", "/bucket/k", "", preflight...)
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "https://app.example.com", "Access-Control-Allow-Methods": "GET, PUT",
		"Access-Control-Allow-Headers": "content-type, x-amz-meta-a", "Access-Control-Max-Age": "600",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("preflight: %s is %q, want %q", name, got, want)
		}
	}
	preflight[1] = "https://example.org"
	b.want(403, "AccessForbidden", "OPTIONS", "/bucket/k", "", preflight...)
	if got := b.want(200, "x", "GET", "/bucket/k", "", "Origin", "https://a.example.com").Header(); got.Get("Access-Control-Expose-Headers") != "ETag" {
		t.Errorf("simple request: %v", got)
	}
	if got := b.want(200, "x", "GET", "/bucket/k", "", "Origin", "https://evil.org").Header(); got.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another origin is admitted: %v", got)
	}
}

func TestRanges(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text      string
		size      int64
		offset, n int64
		ok        bool
		code      string
	}{
		{"", 10, 0, 0, false, ""},
		{"bytes=0-0", 10, 0, 1, true, ""},
		{"bytes=5-", 10, 5, 5, true, ""},
		{"bytes=5-99", 10, 5, 5, true, ""},
		{"bytes=-4", 10, 6, 4, true, ""},
		{"bytes=-40", 10, 0, 10, true, ""},
		{"bytes=-0", 10, 0, 0, false, "InvalidRange"},
		{"bytes=10-", 10, 0, 0, false, "InvalidRange"},
		{"bytes=0-", 0, 0, 0, false, "InvalidRange"},
		{"bytes=3-2", 10, 0, 0, false, ""},
		{"bytes=a-b", 10, 0, 0, false, ""},
		{"bytes=0-1,3-4", 10, 0, 0, false, ""},
		{"lines=0-1", 10, 0, 0, false, ""},
	} {
		offset, n, ok, err := parseRange(tc.text, tc.size)
		if offset != tc.offset || n != tc.n || ok != tc.ok || (err != nil) != (tc.code != "") {
			t.Errorf("%q of %d: got %d %d %v %v, want %+v", tc.text, tc.size, offset, n, ok, err, tc)
		}
	}
}
